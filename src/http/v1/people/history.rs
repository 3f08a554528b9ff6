//! What was done to a person's record and who read it, as rows of the audit trail.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::time::rfc3339;
use crate::store::AuditRow;

/// Which page of a history.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "HistoryQuery")]
pub(in crate::http) struct HistoryQuery {
    /// How many; more than 200 is taken as 200.
    pub(in crate::http) limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    pub(in crate::http) cursor: Option<String>,
}

/// Something that was done.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "HistoryEntry")]
pub(in crate::http) struct HistoryShown {
    /// Its number in the audit trail.
    sequence: i64,
    at: String,
    /// `user`, `api_key`, `system` or `command`.
    actor_kind: String,
    /// Which user or key.
    actor_id: Option<String>,
    /// A stable word, such as `child.revealed`.
    action: String,
    /// Names of the fields read or written.
    fields: Vec<String>,
    /// Why it was read.
    purpose: String,
    /// Why it was done.
    reason: String,
}

impl From<AuditRow> for HistoryShown {
    fn from(row: AuditRow) -> Self {
        Self {
            sequence: row.sequence,
            at: rfc3339(row.at_ms),
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            action: row.action,
            fields: row.fields.split(',').filter(|field| !field.is_empty()).map(str::to_owned).collect(),
            purpose: row.purpose,
            reason: row.reason,
        }
    }
}
