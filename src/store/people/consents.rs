//! Guardians' answers (S10, S11): who, how, in which words, when; to processing and to pairing apart. A withdrawal closes
//! at once and keeps the record.

use sqlx::FromRow;

use super::cells::CHILD;
use crate::input::values::codes::{parse_agreement, parse_consent_giver};
use crate::input::values::dates::parse_date;
use crate::model::child::ConsentGiver;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, RegionSpan, StoreError, View};

statements! {
    /// Records an answer.
    ADD = "INSERT INTO consents
        (id, child_id, purpose, answer, giver, relation, method, channel, text_version, sealed, given_on,
         recorded_at_ms, recorded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The earlier answers to the same question no longer count.
    SUPERSEDE = "UPDATE consents
        SET superseded_at_ms = $3
        WHERE child_id = $1 AND purpose = $2 AND superseded_at_ms IS NULL";
    /// Every answer of a child's guardians.
    LIST = "SELECT id, child_id, purpose, answer, giver, relation, method, channel, text_version, sealed, given_on,
            recorded_at_ms, recorded_by, superseded_at_ms, withdrawn_at_ms, withdrawn_by, withdrawn_channel
        FROM consents
        WHERE child_id = $1
        ORDER BY id";
    /// One answer about a child of these divisions.
    FIND = "SELECT t.id, t.child_id, t.purpose, t.answer, t.giver, t.relation, t.method, t.channel, t.text_version,
            t.sealed, t.given_on, t.recorded_at_ms, t.recorded_by, t.superseded_at_ms, t.withdrawn_at_ms,
            t.withdrawn_by, t.withdrawn_channel
        FROM consents t
        JOIN children c ON c.id = t.child_id
        WHERE t.id = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL";
    /// Withdraws.
    WITHDRAW = "UPDATE consents
        SET withdrawn_at_ms = $2, withdrawn_by = $3, withdrawn_channel = $4
        WHERE id = $1 AND superseded_at_ms IS NULL AND withdrawn_at_ms IS NULL";
}

/// A recorded answer. Its sealed part (who gave it, on whose behalf, with which witness) stays in the store.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Consent {
    /// Id.
    pub id: String,
    /// The child.
    pub child_id: String,
    /// `processing`, `pairing`, or `volunteer`: the pairing with one very volunteer.
    pub purpose: String,
    /// `yes`, `no` or `unknown`.
    pub answer: String,
    /// `guardian`, `entrusted_carer_with_agreement`; of sheets also `carer` and `unknown`, which do not count.
    pub giver: String,
    /// Relation to the child, a word of a code list.
    pub relation: String,
    /// How it was given.
    pub method: String,
    /// By which channel it came.
    pub channel: String,
    /// Version of the text that was put to her.
    pub text_version: String,
    pub(super) sealed: String,
    /// The day it was given; empty where a sheet did not say.
    pub given_on: String,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// By which user.
    pub recorded_by: String,
    /// When a later answer took its place.
    pub superseded_at_ms: Option<i64>,
    /// When it was withdrawn.
    pub withdrawn_at_ms: Option<i64>,
    /// By which user the withdrawal was recorded.
    pub withdrawn_by: Option<String>,
    /// By which channel the withdrawal came.
    pub withdrawn_channel: Option<String>,
}

impl Consent {
    /// Whether whoever gave it may answer for the child at all (S10).
    pub(super) fn giver_counts(&self) -> bool {
        counts(&self.giver)
    }

    /// Whether it holds.
    pub fn is_live(&self) -> bool {
        self.superseded_at_ms.is_none() && self.withdrawn_at_ms.is_none()
    }
}

/// An answer to be recorded.
#[derive(Clone, Debug, Default)]
pub struct NewConsent {
    /// `processing`, `pairing` or `volunteer`.
    pub purpose: String,
    /// `yes` or `no`.
    pub answer: String,
    /// Who gave it.
    pub giver: String,
    /// Relation to the child.
    pub relation: String,
    /// How.
    pub method: String,
    /// By which channel.
    pub channel: String,
    /// Version of the text.
    pub text_version: String,
    /// The day.
    pub given_on: String,
    /// Name of the giver; sealed.
    pub giver_name: String,
    /// On whose behalf it was written down; sealed.
    pub on_behalf_of: String,
    /// Who witnessed it; sealed.
    pub witness: String,
}

impl NewConsent {
    /// What a sheet says of an answer: the paper behind it is the sheet's.
    pub(super) fn of_sheet(purpose: &str, answer: &str, giver: &str, day: &str) -> Self {
        let given_on = parse_date(day).map(|day| day.to_string()).unwrap_or_default();
        let word = |word: &str| word.to_owned();
        Self {
            purpose: word(purpose),
            answer: word(answer),
            giver: word(giver),
            method: word("sheet"),
            channel: word("sheet"),
            given_on,
            ..Self::default()
        }
    }

    /// Whether the giver may answer for the child at all (S10).
    pub fn giver_counts(&self) -> bool {
        counts(&self.giver)
    }
}

fn counts(giver: &str) -> bool {
    matches!(giver, "guardian" | "entrusted_carer_with_agreement")
}

/// Who gave a consent, by the cell 同意人身份.
pub(super) fn giver_of_cell(cell: &str) -> &'static str {
    match parse_consent_giver(cell) {
        Ok(ConsentGiver::Guardian) => "guardian",
        Ok(ConsentGiver::CarerWithAgreement) => "entrusted_carer_with_agreement",
        Ok(ConsentGiver::CarerAlone) => "carer",
        Err(_) => "unknown",
    }
}

/// A withdrawal to be recorded.
#[derive(Clone, Debug)]
pub struct Withdrawal {
    /// By which channel it came.
    pub channel: String,
}

impl View {
    pub(super) async fn consent_rows(&mut self, child_id: &str) -> Result<Vec<Consent>, StoreError> {
        self.all(LIST, bound![child_id]).await
    }

    /// Every answer of a child's guardians, the latest last.
    pub async fn consents(&mut self, span: &RegionSpan, child_id: &str) -> Result<Vec<Consent>, StoreError> {
        self.child_row(span, child_id).await?;
        self.consent_rows(child_id).await
    }

    /// One answer.
    pub async fn consent(&mut self, span: &RegionSpan, id: &str) -> Result<Consent, StoreError> {
        let found = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        found.ok_or(StoreError::not_found("consent"))
    }
}

impl Change {
    /// Writes an answer down; what it means for the child is the caller's to refresh.
    pub(in crate::store) async fn put_consent(
        &mut self,
        child_id: &str,
        region_code: &str,
        new: &NewConsent,
    ) -> Result<String, StoreError> {
        let id = self.store().new_id();
        let missing = StoreError::not_found("child");
        let key = self.person_key(CHILD.table, child_id).await?.ok_or(missing)?;
        // Bound to this very record: sealed names cannot be moved from one answer to another.
        let fields =
            [("giver_name", &new.giver_name), ("on_behalf_of", &new.on_behalf_of), ("witness", &new.witness)];
        let sealed: Clear = fields
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(field, text)| (format!("consents/{id}/{field}"), text.clone()))
            .collect();
        let sealed = self.seal(&key, &sealed);
        let (now_ms, recorded_by) = (self.now_ms(), self.recorder());
        self.execute(SUPERSEDE, bound![child_id, &new.purpose, now_ms]).await?;
        let values = bound![
            &id,
            child_id,
            &new.purpose,
            &new.answer,
            &new.giver,
            &new.relation,
            &new.method,
            &new.channel,
            &new.text_version,
            sealed,
            &new.given_on,
            now_ms,
            recorded_by
        ];
        self.execute(ADD, values).await?;
        if new.purpose == "processing" {
            if new.answer == "yes" && new.giver_counts() {
                self.rest_on_consent(child_id, &id).await?;
            } else if new.answer != "yes" {
                self.end_consent_bases(child_id).await?;
            }
        }
        let event = AuditEvent::new("consent.recorded", "children", child_id, region_code);
        self.record(event.of_fields([format!("consent:{}", new.purpose)]).because(&new.answer));
        Ok(id)
    }

    /// Records a guardian's answer; its id.
    ///
    /// # Errors
    /// `carer_alone` where a carer without an agreement gave it (S10).
    pub async fn add_consent(
        &mut self,
        span: &RegionSpan,
        child_id: &str,
        new: &NewConsent,
    ) -> Result<String, StoreError> {
        if !new.giver_counts() {
            return Err(StoreError::conflict("carer_alone"));
        }
        self.touch_child(span, child_id, None).await?;
        let region_code = self.child_row(span, child_id).await?.region_code;
        let id = self.put_consent(child_id, &region_code, new).await?;
        self.refresh_child(span, child_id).await?;
        Ok(id)
    }

    /// Withdraws an answer, or where a later one took its place that later one, so that no withdrawal is without effect;
    /// the id of the one that is withdrawn. The child, archived or not, is out of every later run from this transaction on.
    ///
    /// # Errors
    /// `state_conflict` where it was withdrawn before.
    pub async fn withdraw_consent(
        &mut self,
        span: &RegionSpan,
        id: &str,
        withdrawal: &Withdrawal,
    ) -> Result<String, StoreError> {
        let named = self.consent(span, id).await?;
        self.hold_child(span, &named.child_id).await?;
        let answers = self.consent_rows(&named.child_id).await?;
        let last = answers
            .into_iter()
            .rfind(|answer| answer.purpose == named.purpose && answer.superseded_at_ms.is_none());
        let consent = last.ok_or(StoreError::not_found("consent"))?;
        let values = bound![&consent.id, self.now_ms(), self.recorder(), &withdrawal.channel];
        if self.execute(WITHDRAW, values).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        if consent.purpose == "processing" {
            self.end_consent_bases(&consent.child_id).await?;
        }
        self.end_pairs_of_consent(&consent.id, "consent_withdrawn").await?;
        self.refresh_child(span, &consent.child_id).await?;
        let region_code = self.child_row(span, &consent.child_id).await?.region_code;
        let event = AuditEvent::new("consent.withdrawn", "children", &consent.child_id, &region_code);
        self.record(event.of_fields([format!("consent:{}", consent.purpose)]));
        Ok(consent.id)
    }

    /// The cells 结对同意, 同意日期, 同意人身份 of a sheet.
    pub(super) async fn record_consent_cells(
        &mut self,
        child_id: &str,
        region_code: &str,
        consent: &str,
        day: &str,
        giver: &str,
    ) -> Result<(), StoreError> {
        let answer = match parse_agreement(consent).ok().flatten() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        let giver = giver_of_cell(giver);
        if answer == "unknown" && giver == "unknown" {
            return Ok(());
        }
        let new = NewConsent::of_sheet("pairing", answer, giver, day);
        self.put_consent(child_id, region_code, &new).await.map(|_| ())
    }
}
