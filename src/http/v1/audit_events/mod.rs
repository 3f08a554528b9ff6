//! The audit trail as it goes out, and which part of it is asked for.

pub(in crate::http) mod export_audit_events;
pub(in crate::http) mod list_audit_events;
pub(in crate::http) mod verify_audit_events;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::problem::Problem;
use crate::http::time::{milliseconds, rfc3339};
use crate::http::v1::people::region_within;
use crate::model::Role;
use crate::store::{AuditFilter, AuditRow};

/// Who reads the trail.
const READERS: &[Role] = &[Role::Admin, Role::Auditor];

/// A row of the trail. It holds ids and words; no value of any field.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEvent")]
struct AuditEventShown {
    /// Its number, from 1 without gaps.
    sequence: i64,
    /// When.
    at: String,
    /// `user`, `api_key`, `anonymous`, `system` or `command`.
    actor_kind: String,
    /// The user or the key.
    actor_id: Option<String>,
    /// In which request.
    request_id: Option<String>,
    /// What was done, a stable word.
    action: String,
    /// To a row of which table.
    subject_table: String,
    /// To which row.
    subject_id: Option<String>,
    /// In which division; empty for the whole deployment.
    region_code: String,
    /// Names of the fields that were read or written.
    fields: Vec<String>,
    /// Why a record was read.
    purpose: String,
    /// Why it was done.
    reason: String,
    /// Digest of the row before.
    previous_hash: String,
    /// Digest of this row.
    hash: String,
}

impl AuditEventShown {
    fn of(row: AuditRow) -> Self {
        Self {
            sequence: row.sequence,
            at: rfc3339(row.at_ms),
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            request_id: row.request_id,
            action: row.action,
            subject_table: row.subject_table,
            subject_id: row.subject_id,
            region_code: row.region_code,
            fields: row.fields.split(',').filter(|field| !field.is_empty()).map(str::to_owned).collect(),
            purpose: row.purpose,
            reason: row.reason,
            previous_hash: row.previous_hash,
            hash: row.hash,
        }
    }
}

/// What narrows the trail down, as asked.
struct Asked<'a> {
    action: Option<&'a str>,
    actor_id: Option<&'a str>,
    from: Option<&'a str>,
    before: Option<&'a str>,
    region: Option<&'a str>,
}

/// The filter that is asked for, within the caller's divisions.
fn filter(call: &Call, asked: &Asked<'_>) -> Result<AuditFilter, Problem> {
    let mut checks = Checks::new(call.language);
    let mut time = |pointer: &str, text: Option<&str>, otherwise: i64| {
        let Some(text) = text else { return otherwise };
        let found = milliseconds(text);
        let (zh, en) = ("须为 RFC 3339 时间，如 2026-01-01T00:00:00Z", "must be a time of RFC 3339");
        checks.hold(found.is_some(), pointer, "time", zh, en);
        found.unwrap_or(otherwise)
    };
    let (from_ms, before_ms) = (time("from", asked.from, i64::MIN), time("before", asked.before, i64::MAX));
    if let Some(actor_id) = asked.actor_id {
        checks.id("actor_id", actor_id);
    }
    checks.word("action", asked.action.unwrap_or_default());
    checks.done()?;
    Ok(AuditFilter {
        region: region_within(call, asked.region)?,
        action: asked.action.unwrap_or_default().to_owned(),
        actor_id: asked.actor_id.unwrap_or_default().to_owned(),
        from_ms,
        before_ms,
    })
}
