//! The audit trail: append-only rows, each holding the digest of the one before.
//!
//! Rows are written in the transaction of the change they tell of. Reads of a minor's record are changes of the trail
//! too (`readings.rs`). A row holds ids, names of fields and words from code lists, no value of any field. How the chain is
//! read and checked is in `trail.rs`.
//!
//! The digest is SHA-256 over the length and text of every column, and an absent text is told apart from an empty one, so
//! no two rows share a digest. Changing, removing or adding a row breaks the chain at that row; cutting off the end is told
//! by `audit_head`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::error::StoreError;
use super::statement::{bound, statements};
use super::view::View;

/// Stands for the length of an absent text; no text is so long.
const ABSENT: u64 = u64::MAX;

statements! {
    /// Takes the end of the chain, and on PostgreSQL makes other writers wait for this one.
    TAKE_HEAD = "UPDATE audit_head SET sequence = sequence + $1 WHERE id = 1 RETURNING sequence, hash";
    /// Puts the new end.
    PUT_HEAD = "UPDATE audit_head SET hash = $1 WHERE id = 1";
    /// Adds a row.
    ADD = "INSERT INTO audit_events
        (sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id, region_code,
         fields, purpose, reason, previous_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `user`, `api_key`, `anonymous`, `system` or `command`.
    pub kind: &'static str,
    /// The user's or key's id.
    pub id: Option<String>,
    /// The request it happened in.
    pub request_id: Option<String>,
}

impl Actor {
    /// The program itself: ticks and clean-up.
    pub const SYSTEM: Self = Self { kind: "system", id: None, request_id: None };
    /// Somebody at the server's own terminal.
    pub const COMMAND: Self = Self { kind: "command", id: None, request_id: None };
}

/// What is done, a stable word such as `child.created`.
pub type Action = &'static str;

/// What it is done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The table.
    pub table: Cow<'static, str>,
    /// The row.
    pub id: Option<String>,
}

/// A row to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// What is done.
    pub action: Cow<'static, str>,
    /// What it is done to.
    pub subject: Subject,
    /// The division it belongs to; who may see the row is decided by it. Empty for the whole deployment.
    pub region_code: String,
    /// Names of the fields read or written.
    pub fields: Vec<String>,
    /// Why a record is read: a word from a code list, or empty.
    pub purpose: String,
    /// Why a thing is done: a word from a code list, or empty.
    pub reason: String,
}

impl AuditEvent {
    /// An event without fields, purpose and reason.
    pub fn new(action: Action, table: &'static str, id: &str, region_code: &str) -> Self {
        Self {
            action: action.into(),
            subject: Subject { table: table.into(), id: Some(id.to_owned()) },
            region_code: region_code.to_owned(),
            fields: Vec::new(),
            purpose: String::new(),
            reason: String::new(),
        }
    }

    /// With the fields it touches.
    #[must_use]
    pub fn of_fields<F: Into<String>>(mut self, fields: impl IntoIterator<Item = F>) -> Self {
        self.fields = fields.into_iter().map(Into::into).collect();
        self
    }

    /// With a purpose.
    #[must_use]
    pub fn for_purpose(mut self, purpose: &str) -> Self {
        purpose.clone_into(&mut self.purpose);
        self
    }

    /// With a reason.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }
}

/// A row of the trail.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AuditRow {
    /// Its number, from 1 without gaps.
    pub sequence: i64,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Kind of actor.
    pub actor_kind: String,
    /// Which actor.
    pub actor_id: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// What was done.
    pub action: String,
    /// To a row of which table.
    pub subject_table: String,
    /// To which row.
    pub subject_id: Option<String>,
    /// In which division.
    pub region_code: String,
    /// Names of fields, separated by commas.
    pub fields: String,
    /// Why it was read.
    pub purpose: String,
    /// Why it was done.
    pub reason: String,
    /// Digest of the row before.
    pub previous_hash: String,
    /// Digest of this row.
    pub hash: String,
}

impl AuditRow {
    /// The digest this row must have.
    pub fn digest(&self) -> String {
        let (sequence, at_ms) = (self.sequence.to_string(), self.at_ms.to_string());
        let columns = [
            Some(&sequence),
            Some(&at_ms),
            Some(&self.actor_kind),
            self.actor_id.as_ref(),
            self.request_id.as_ref(),
            Some(&self.action),
            Some(&self.subject_table),
            self.subject_id.as_ref(),
            Some(&self.region_code),
            Some(&self.fields),
            Some(&self.purpose),
            Some(&self.reason),
            Some(&self.previous_hash),
        ];
        let mut digest = Sha256::new();
        for column in columns {
            let length = column.map_or(ABSENT, |text| text.len() as u64);
            digest.update(length.to_be_bytes());
            digest.update(column.map_or("", String::as_str).as_bytes());
        }
        data_encoding::HEXLOWER.encode(&digest.finalize())
    }
}

/// The end of the chain.
#[derive(FromRow)]
pub(super) struct Head {
    pub(super) sequence: i64,
    pub(super) hash: String,
}

/// Appends rows of one actor to the chain.
pub(super) async fn append(
    view: &mut View,
    actor: &Actor,
    now_ms: i64,
    events: &[AuditEvent],
) -> Result<(), StoreError> {
    let entries: Vec<(&Actor, i64, &AuditEvent)> =
        events.iter().map(|event| (actor, now_ms, event)).collect();
    append_all(view, &entries).await
}

/// Appends rows of several actors, in one go.
pub(super) async fn append_all(
    view: &mut View,
    entries: &[(&Actor, i64, &AuditEvent)],
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let added = entries.len() as i64;
    let head: Head = view.one(TAKE_HEAD, bound![added]).await?;
    let (mut sequence, mut previous_hash) = (head.sequence - added, head.hash);
    let mut rows = Vec::with_capacity(entries.len());
    for (actor, at_ms, event) in entries {
        sequence += 1;
        let mut row = AuditRow {
            sequence,
            at_ms: *at_ms,
            actor_kind: actor.kind.to_owned(),
            actor_id: actor.id.clone(),
            request_id: actor.request_id.clone(),
            action: event.action.clone().into_owned(),
            subject_table: event.subject.table.clone().into_owned(),
            subject_id: event.subject.id.clone(),
            region_code: event.region_code.clone(),
            fields: event.fields.join(","),
            purpose: event.purpose.clone(),
            reason: event.reason.clone(),
            previous_hash: std::mem::take(&mut previous_hash),
            hash: String::new(),
        };
        row.hash = row.digest();
        previous_hash.clone_from(&row.hash);
        rows.push(bound![
            row.sequence,
            row.at_ms,
            row.actor_kind,
            row.actor_id,
            row.request_id,
            row.action,
            row.subject_table,
            row.subject_id,
            row.region_code,
            row.fields,
            row.purpose,
            row.reason,
            row.previous_hash,
            row.hash
        ]);
    }
    view.insert_many(ADD, rows).await?;
    view.execute(PUT_HEAD, bound![previous_hash]).await.map(|_| ())
}
