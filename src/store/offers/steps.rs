//! The steps of an offer: made, sent again, taken back, answered by its volunteer or on her behalf, expired.

use super::Offer;
use crate::secrets::Token;
use crate::store::proposals::Proposal;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{Announcement, AuditEvent, Change, Channel, EventKind, Recipient, StoreError};

statements! {
    /// Makes an offer.
    ADD = "INSERT INTO offers
        (id, version, proposal_id, volunteer_id, region_code, state, reason, token_hash, expires_at_ms, times_sent,
         answered_by, channel, sealed, created_by, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, 'sent', '', $5, $6, 1, '', '', '{}', $7, $8, $8)";
    /// Another link in place of the former.
    RESEND = "UPDATE offers
        SET token_hash = $3, expires_at_ms = $4, times_sent = times_sent + 1, state = 'sent',
            version = version + 1, updated_at_ms = $5
        WHERE id = $1 AND version = $2 AND state IN ('queued', 'sent')";
    /// Ends it.
    END = "UPDATE offers
        SET state = $3, reason = $4, answered_by = $5, channel = $6, sealed = $7, answered_at_ms = $8,
            version = version + 1, updated_at_ms = $8
        WHERE id = $1 AND version = $2 AND state IN ('queued', 'sent')";
}

/// What a volunteer may answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Accept,
    /// No.
    Decline,
    /// She knows the family: a conflict of interest.
    Conflict,
}

impl Answer {
    /// The state it leads to.
    pub const fn state(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Decline => "declined",
            Self::Conflict => "conflict_reported",
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Accept => "offer.accepted",
            Self::Decline => "offer.declined",
            Self::Conflict => "offer.conflict_reported",
        }
    }
}

/// How an answer came, where somebody else wrote it down.
#[derive(Clone, Debug, Default)]
pub struct OnBehalf {
    /// Who wrote it down: a user's id; `link` where she answered by her link.
    pub answered_by: String,
    /// By which channel.
    pub channel: String,
    /// Before which witness; sealed.
    pub witness: String,
}

impl OnBehalf {
    /// She answered by her own link.
    pub fn by_link() -> Self {
        Self { answered_by: "link".to_owned(), channel: "link".to_owned(), witness: String::new() }
    }
}

/// The sealed field of an offer's witness: bound to this very offer.
fn witness_field(offer_id: &str) -> String {
    format!("offer.{offer_id}.witness")
}

impl Change {
    /// Offers a proposal to its volunteer; the offer's id and its link's token, which is not stored.
    ///
    /// # Errors
    /// `already_exists` where an offer of it is open.
    pub async fn add_offer(
        &mut self,
        proposal: &Proposal,
        expires_at_ms: i64,
    ) -> Result<(String, Token), StoreError> {
        let id = self.store().new_id();
        let token = self.store().with_random(Token::generate_link);
        let (now_ms, user_id) = (self.now_ms(), self.actor().id.clone().unwrap_or_default());
        let values = bound![
            &id,
            &proposal.id,
            &proposal.volunteer_id,
            &proposal.region_code,
            Token::hash(token.expose()),
            expires_at_ms,
            user_id,
            now_ms
        ];
        self.execute(ADD, values).await.map_err(StoreError::unique_is_conflict)?;
        self.record(AuditEvent::new("offer.made", "offers", &id, &proposal.region_code));
        Ok((id, token))
    }

    /// Another link in place of the former, which is good no longer.
    ///
    /// # Errors
    /// `state_conflict` where it is not open any more.
    pub async fn resend_offer(&mut self, offer: &Offer, expires_at_ms: i64) -> Result<Token, StoreError> {
        let token = self.store().with_random(Token::generate_link);
        let now_ms = self.now_ms();
        let values = bound![&offer.id, offer.version, Token::hash(token.expose()), expires_at_ms, now_ms];
        if self.execute(RESEND, values).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.withdraw_links(offer).await?;
        self.record(AuditEvent::new("offer.resent", "offers", &offer.id, &offer.region_code));
        Ok(token)
    }

    /// Notes an answer.
    ///
    /// # Errors
    /// `offer_expired`, `offer_revoked` or `offer_used` where it is not open, or no longer when it was somebody else's turn.
    pub async fn answer_offer(
        &mut self,
        offer: &Offer,
        answer: Answer,
        reason: &str,
        how: &OnBehalf,
    ) -> Result<(), StoreError> {
        check_open(offer, self.now_ms())?;
        let mut clear = Clear::new();
        if !how.witness.is_empty() {
            clear.insert(witness_field(&offer.id), how.witness.clone());
        }
        let key = self.person_key("volunteers", &offer.volunteer_id).await?;
        let key = key.ok_or(StoreError::not_found("volunteer"))?;
        let sealed = self.seal(&key, &clear);
        self.end_offer(offer, answer.state(), reason, (&how.answered_by, &how.channel), &sealed).await?;
        let event = AuditEvent::new(answer.action(), "offers", &offer.id, &offer.region_code);
        self.record(event.because(reason));
        Ok(())
    }

    /// Takes an offer back.
    ///
    /// # Errors
    /// `state_conflict` where it is not open any more.
    pub async fn revoke_offer(&mut self, offer: &Offer, reason: &str) -> Result<(), StoreError> {
        if !offer.is_open() {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.end_offer(offer, "revoked", reason, ("", ""), "{}").await?;
        let event = AuditEvent::new("offer.revoked", "offers", &offer.id, &offer.region_code);
        self.record(event.because(reason));
        Ok(())
    }

    /// Notes that nobody answered in time.
    ///
    /// # Errors
    /// `state_conflict` where somebody did, or the time is not over.
    pub async fn expire_offer(&mut self, offer: &Offer) -> Result<(), StoreError> {
        if !offer.is_open() || offer.expires_at_ms > self.now_ms() {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.end_offer(offer, "expired", "", ("", ""), "{}").await?;
        self.record(AuditEvent::new("offer.expired", "offers", &offer.id, &offer.region_code));
        Ok(())
    }

    /// Asks the volunteer by a message with her link.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn send_link(&mut self, offer: &Offer, link: &str) -> Result<(), StoreError> {
        let kind = if offer.times_sent > 1 { EventKind::OfferResent } else { EventKind::OfferMade };
        let event = Announcement::event(kind, "offers", &offer.id, &offer.region_code);
        let to = Recipient::Volunteer(&offer.volunteer_id);
        self.announce(event.clone().to(to, Channel::Sms).with("link", link)).await?;
        self.announce(event).await.map(|_| ())
    }

    /// Links that are good no longer are not sent any more.
    async fn withdraw_links(&mut self, offer: &Offer) -> Result<(), StoreError> {
        for kind in [EventKind::OfferMade, EventKind::OfferResent] {
            self.withdraw_messages_about(kind, &offer.id).await?;
        }
        Ok(())
    }

    async fn end_offer(
        &mut self,
        offer: &Offer,
        state: &'static str,
        reason: &str,
        (answered_by, channel): (&str, &str),
        sealed: &str,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let values = bound![&offer.id, offer.version, state, reason, answered_by, channel, sealed, now_ms];
        if self.execute(END, values).await? == 0 {
            return Err(StoreError::conflict("offer_used"));
        }
        self.withdraw_links(offer).await
    }
}

/// Whether an offer may be answered now.
///
/// # Errors
/// `offer_used`, `offer_revoked`, `offer_expired`.
pub(super) fn check_open(offer: &Offer, now_ms: i64) -> Result<(), StoreError> {
    match offer.state.as_str() {
        "revoked" => Err(StoreError::conflict("offer_revoked")),
        "expired" => Err(StoreError::conflict("offer_expired")),
        _ if !offer.is_open() => Err(StoreError::conflict("offer_used")),
        _ if offer.expires_at_ms <= now_ms => Err(StoreError::conflict("offer_expired")),
        _ => Ok(()),
    }
}
