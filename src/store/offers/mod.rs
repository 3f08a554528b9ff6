//! Offers (邀请): a volunteer is asked whether she takes a child, or brothers and sisters, by a link that is good once.
//!
//! queued, sent → accepted, declined, expired, revoked, `conflict_reported`. The link's token is stored as a hash. Before she has
//! accepted she is told needs, hours, township and how far it is, and nothing else; that is made from what `view` reads.

mod deadline;
pub(super) mod steps;

use sqlx::FromRow;

use super::audit::AuditEvent;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{Statement, bound, statements};
use super::view::View;
use crate::secrets::Token;

pub use deadline::deadline_ms;
pub use steps::{Answer, OnBehalf};

/// Sent to her.
pub const SENT: &str = "sent";
/// Every state, for code lists.
pub const STATES: &[&str] =
    &["queued", SENT, "accepted", "declined", "expired", "revoked", "conflict_reported"];

macro_rules! offer_columns {
    () => {
        "o.id, o.version, o.proposal_id, o.volunteer_id, o.region_code, o.state, o.reason, o.expires_at_ms,
            o.times_sent, o.answered_by, o.channel, o.sealed, o.created_by, o.created_at_ms, o.answered_at_ms,
            o.updated_at_ms
        FROM offers o"
    };
}

statements! {
    /// One offer.
    FIND = concat!("SELECT ", offer_columns!(), "
        WHERE o.id = $1 AND o.region_code BETWEEN $2 AND $3 AND ($4 = '' OR o.volunteer_id = $4)");
    /// The offer of a link.
    FIND_BY_TOKEN = concat!("SELECT ", offer_columns!(), " WHERE o.token_hash = $1");
    /// The open offer of a proposal.
    FIND_OPEN = concat!("SELECT ", offer_columns!(), "
        WHERE o.proposal_id = $1 AND o.state IN ('queued', 'sent')");
    /// A page of offers.
    LIST = concat!("SELECT ", offer_columns!(), "
        WHERE o.region_code BETWEEN $1 AND $2 AND o.id > $3 AND ($4 = '' OR o.state = $4)
            AND ($5 = '' OR o.volunteer_id = $5)
            AND ($6 = '' OR o.proposal_id = $6)
        ORDER BY o.id
        LIMIT $7");
    /// Offers whose time is over.
    LIST_OVERDUE = "SELECT id FROM offers
        WHERE state IN ('queued', 'sent') AND expires_at_ms <= $1
        ORDER BY expires_at_ms, id
        LIMIT $2";
}

/// The statements of every file.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] =
    &[("offers/mod", STATEMENTS), ("offers/steps", steps::STATEMENTS)];

/// An offer.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Offer {
    /// Id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// What is offered.
    pub proposal_id: String,
    /// To whom.
    pub volunteer_id: String,
    /// The children's division.
    pub region_code: String,
    /// What has become of it.
    pub state: String,
    /// Why it came to nothing: a word of a code list.
    pub reason: String,
    /// Until when it may be answered.
    pub expires_at_ms: i64,
    /// How often a link was sent.
    pub times_sent: i64,
    /// Who wrote down the answer: a user's id, `link` for the bearer of the link, or empty.
    pub answered_by: String,
    /// By which channel it came.
    pub channel: String,
    pub(super) sealed: String,
    /// Which user made it.
    pub created_by: String,
    /// When.
    pub created_at_ms: i64,
    /// When it was answered.
    pub answered_at_ms: Option<i64>,
    /// When it was changed last.
    pub updated_at_ms: i64,
}

impl Offer {
    /// Whether it waits for an answer.
    pub fn is_open(&self) -> bool {
        matches!(self.state.as_str(), "queued" | SENT)
    }

    /// What is written down when it is shown to somebody who works with children.
    pub fn read_event(&self) -> AuditEvent {
        AuditEvent::new("offer.read", "offers", &self.id, &self.region_code)
    }
}

/// Which offers.
#[derive(Clone, Debug)]
pub struct OfferFilter {
    /// Of children of these divisions.
    pub region: RegionSpan,
    /// In this state; empty for all.
    pub state: String,
    /// To this volunteer; empty for all.
    pub volunteer_id: String,
    /// Of this proposal; empty for all.
    pub proposal_id: String,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

impl View {
    /// One offer; where a volunteer is named, one of hers.
    pub async fn offer(
        &mut self,
        span: &RegionSpan,
        volunteer_id: &str,
        id: &str,
    ) -> Result<Offer, StoreError> {
        let found = self.optional(FIND, bound![id, &span.first, &span.last, volunteer_id]).await?;
        found.ok_or(StoreError::not_found("offer"))
    }

    /// The offer of a link, whatever has become of it.
    pub async fn offer_of_token(&mut self, token: &str) -> Result<Offer, StoreError> {
        let found = self.optional(FIND_BY_TOKEN, bound![Token::hash(token)]).await?;
        found.ok_or(StoreError::not_found("offer"))
    }

    /// The open offer of a proposal.
    pub async fn open_offer(&mut self, proposal_id: &str) -> Result<Option<Offer>, StoreError> {
        self.optional(FIND_OPEN, bound![proposal_id]).await
    }

    /// A page of offers, oldest first.
    pub async fn offers(
        &mut self,
        filter: &OfferFilter,
        page: &PageRequest,
    ) -> Result<Page<Offer>, StoreError> {
        let values = bound![
            &filter.region.first,
            &filter.region.last,
            &page.after,
            &filter.state,
            &filter.volunteer_id,
            &filter.proposal_id,
            page.rows()
        ];
        let rows: Vec<Offer> = self.all(LIST, values).await?;
        Ok(page.page(rows, |offer| offer.id.clone()))
    }

    /// Ids of open offers whose time is over, the oldest first.
    pub async fn overdue_offers(&mut self, now_ms: i64, most: i64) -> Result<Vec<String>, StoreError> {
        let rows: Vec<Id> = self.all(LIST_OVERDUE, bound![now_ms, most]).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}
