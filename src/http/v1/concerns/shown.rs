//! Concerns on the wire.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::time::rfc3339;
use crate::store::{Concern, Entry};

/// A concern without its texts.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConcernSummary")]
pub(super) struct SummaryShown {
    id: String,
    version: i64,
    region_code: String,
    child_id: Option<String>,
    pairing_id: Option<String>,
    /// Who the subject is, a word.
    subject_kind: String,
    subject_volunteer_id: Option<String>,
    subject_user_id: Option<String>,
    /// What is feared, a word.
    kind: String,
    severity: String,
    /// `open`, `assigned`, `closing` or `closed`.
    state: String,
    /// Whose account wrote it down.
    reported_by: String,
    /// In whose name, a word.
    reporter_kind: String,
    channel: String,
    /// Until when it is to be reported to the authority.
    report_due_at: String,
    reported_to_authority_at: Option<String>,
    assigned_to: Option<String>,
    /// The first of the two who close it.
    close_asked_by: Option<String>,
    close_asked_at: Option<String>,
    /// How it ended, a word; empty until then.
    outcome: String,
    /// The second.
    closed_by: Option<String>,
    closed_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<Concern> for SummaryShown {
    fn from(concern: Concern) -> Self {
        Self {
            id: concern.id,
            version: concern.version,
            region_code: concern.region_code,
            child_id: concern.child_id,
            pairing_id: concern.pairing_id,
            subject_kind: concern.subject_kind,
            subject_volunteer_id: concern.subject_volunteer_id,
            subject_user_id: concern.subject_user_id,
            kind: concern.kind,
            severity: concern.severity,
            state: concern.state,
            reported_by: concern.reported_by,
            reporter_kind: concern.reporter_kind,
            channel: concern.channel,
            report_due_at: rfc3339(concern.report_due_at_ms),
            reported_to_authority_at: concern.reported_to_authority_at_ms.map(rfc3339),
            assigned_to: concern.assigned_to,
            close_asked_by: concern.close_asked_by,
            close_asked_at: concern.close_asked_at_ms.map(rfc3339),
            outcome: concern.outcome,
            closed_by: concern.closed_by,
            closed_at: concern.closed_at_ms.map(rfc3339),
            created_at: rfc3339(concern.created_at_ms),
            updated_at: rfc3339(concern.updated_at_ms),
        }
    }
}

/// A concern.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Concern")]
pub(super) struct ConcernShown {
    #[serde(flatten)]
    summary: SummaryShown,
    /// What was said, by field, as it was written down.
    said: BTreeMap<String, String>,
    /// What was done, the oldest first.
    entries: Vec<EntryShown>,
}

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConcernEntry")]
struct EntryShown {
    number: i64,
    at: String,
    actor_id: String,
    /// A word.
    kind: String,
    /// What was written, by field.
    texts: BTreeMap<String, String>,
}

impl ConcernShown {
    /// A concern with its texts.
    pub(super) fn of(concern: Concern, said: BTreeMap<String, String>, entries: Vec<Entry>) -> Self {
        let entries = entries.into_iter().map(|entry| EntryShown {
            number: entry.number,
            at: rfc3339(entry.at_ms),
            actor_id: entry.actor_id,
            kind: entry.kind,
            texts: entry.texts,
        });
        Self { summary: concern.into(), said, entries: entries.collect() }
    }
}
