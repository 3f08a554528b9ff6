//! The audit trail: append-only rows, each holding the digest of the one before.
//!
//! Rows are written in the transaction of the change they tell of. Reads of a minor's record are changes of the trail
//! too: they are gathered for a moment and written by one transaction for all, and no answer leaves before its own row is
//! on disk ([`Readings`]). A row holds ids, names of fields and words from code lists, no value of any field.
//!
//! The digest is SHA-256 over the length and text of every column, so no two rows share one. Changing, removing or adding
//! a row breaks the chain at that row; cutting off the end is told by `audit_head`.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use sqlx::FromRow;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Store;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{bound, statements};
use super::view::View;

/// Most reads written by one transaction.
const MOST_TOGETHER: usize = 512;

statements! {
    /// Takes the end of the chain, and on PostgreSQL makes other writers wait for this one.
    TAKE_HEAD = "UPDATE audit_head SET sequence = sequence + $1 WHERE id = 1 RETURNING sequence, hash";
    /// Puts the new end.
    PUT_HEAD = "UPDATE audit_head SET hash = $1 WHERE id = 1";
    /// The end of the chain.
    FIND_HEAD = "SELECT sequence, hash FROM audit_head WHERE id = 1";
    /// Adds a row.
    ADD = "INSERT INTO audit_events
        (sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id, region_code,
         fields, purpose, reason, previous_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    /// Rows from a number on.
    LIST = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE sequence > $1 AND region_code BETWEEN $2 AND $3 AND ($4 = '' OR action = $4)
            AND ($5 = '' OR actor_id = $5) AND at_ms >= $6 AND at_ms < $7
        ORDER BY sequence
        LIMIT $8";
    /// Rows about one subject.
    LIST_OF_SUBJECT = "SELECT sequence, at_ms, actor_kind, actor_id, request_id, action, subject_table, subject_id,
            region_code, fields, purpose, reason, previous_hash, hash
        FROM audit_events
        WHERE subject_table = $1 AND subject_id = $2 AND sequence > $3
        ORDER BY sequence
        LIMIT $4";
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The table.
    pub table: &'static str,
    /// The row.
    pub id: Option<String>,
}

/// A row to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// What is done.
    pub action: Action,
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
            action,
            subject: Subject { table, id: Some(id.to_owned()) },
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
        let or_empty = |text: &'_ Option<String>| text.clone().unwrap_or_default();
        let columns = [
            &sequence,
            &at_ms,
            &self.actor_kind,
            &or_empty(&self.actor_id),
            &or_empty(&self.request_id),
            &self.action,
            &self.subject_table,
            &or_empty(&self.subject_id),
            &self.region_code,
            &self.fields,
            &self.purpose,
            &self.reason,
            &self.previous_hash,
        ];
        let mut digest = Sha256::new();
        for column in columns {
            digest.update((column.len() as u64).to_be_bytes());
            digest.update(column.as_bytes());
        }
        data_encoding::HEXLOWER.encode(&digest.finalize())
    }
}

#[derive(FromRow)]
struct Head {
    sequence: i64,
    hash: String,
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

async fn append_all(view: &mut View, entries: &[(&Actor, i64, &AuditEvent)]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let added = entries.len() as i64;
    let head: Head = view.one(TAKE_HEAD, bound![added]).await?;
    let (mut sequence, mut previous_hash) = (head.sequence - added, head.hash);
    for (actor, at_ms, event) in entries {
        sequence += 1;
        let mut row = AuditRow {
            sequence,
            at_ms: *at_ms,
            actor_kind: actor.kind.to_owned(),
            actor_id: actor.id.clone(),
            request_id: actor.request_id.clone(),
            action: event.action.to_owned(),
            subject_table: event.subject.table.to_owned(),
            subject_id: event.subject.id.clone(),
            region_code: event.region_code.clone(),
            fields: event.fields.join(","),
            purpose: event.purpose.clone(),
            reason: event.reason.clone(),
            previous_hash,
            hash: String::new(),
        };
        row.hash = row.digest();
        previous_hash = row.hash.clone();
        let values = bound![
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
        ];
        view.execute(ADD, values).await?;
    }
    view.execute(PUT_HEAD, bound![previous_hash]).await.map(|_| ())
}

/// Where the chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainFault {
    /// The first row that does not fit, or the number that is missing.
    pub sequence: i64,
    /// What does not fit: `changed`, `missing`, `not after the row before` or `end cut off`.
    pub fault: &'static str,
}

/// Which rows of the trail.
#[derive(Clone, Debug)]
pub struct AuditFilter {
    /// Only what belongs to these divisions.
    pub region: RegionSpan,
    /// Only this action; empty for all.
    pub action: String,
    /// Only this actor; empty for all.
    pub actor_id: String,
    /// From this moment on, milliseconds.
    pub from_ms: i64,
    /// Before this moment, milliseconds.
    pub before_ms: i64,
}

impl View {
    /// Rows of the trail in their order; the sort key of a page is the row's number.
    pub async fn audit_events(
        &mut self,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Page<AuditRow>, StoreError> {
        let after: i64 = page.after.parse().unwrap_or(0);
        let values = bound![
            after,
            &filter.region.first,
            &filter.region.last,
            &filter.action,
            &filter.actor_id,
            filter.from_ms,
            filter.before_ms,
            page.rows()
        ];
        let rows: Vec<AuditRow> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| row.sequence.to_string()))
    }

    /// What was done to one row, and who read it.
    pub async fn history(
        &mut self,
        table: &'static str,
        id: &str,
        page: &PageRequest,
    ) -> Result<Page<AuditRow>, StoreError> {
        let after: i64 = page.after.parse().unwrap_or(0);
        let rows: Vec<AuditRow> = self.all(LIST_OF_SUBJECT, bound![table, id, after, page.rows()]).await?;
        Ok(page.page(rows, |row| row.sequence.to_string()))
    }

    /// Goes through the whole chain. Cost: linear in its rows; memory that of one page.
    ///
    /// # Errors
    /// Where the database fails. A broken chain is an answer: the number of rows that hold, and the first fault.
    pub async fn verify_audit(&mut self) -> Result<(i64, Option<ChainFault>), StoreError> {
        let head: Head = self.one(FIND_HEAD, bound![]).await?;
        let (mut sequence, mut hash) = (0_i64, String::new());
        loop {
            let all = RegionSpan::everywhere();
            let values = bound![sequence, all.first, all.last, "", "", i64::MIN, i64::MAX, 1_000_i64];
            let rows: Vec<AuditRow> = self.all(LIST, values).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let fault = if row.sequence != sequence + 1 {
                    Some((sequence + 1, "missing"))
                } else if row.previous_hash != hash {
                    Some((row.sequence, "not after the row before"))
                } else if row.digest() != row.hash {
                    Some((row.sequence, "changed"))
                } else {
                    None
                };
                if let Some((at, fault)) = fault {
                    return Ok((sequence, Some(ChainFault { sequence: at, fault })));
                }
                (sequence, hash) = (row.sequence, row.hash);
            }
        }
        // Rows that came while we read are no fault; fewer than the head says are.
        if sequence < head.sequence || (sequence == head.sequence && hash != head.hash) {
            return Ok((sequence, Some(ChainFault { sequence: sequence + 1, fault: "end cut off" })));
        }
        Ok((sequence, None))
    }
}

/// A read that waits to be written down.
struct Reading {
    actor: Actor,
    at_ms: i64,
    events: Vec<AuditEvent>,
    written: oneshot::Sender<bool>,
}

/// Reads on their way into the trail.
#[derive(Default)]
pub(super) struct Readings {
    sender: Mutex<Option<mpsc::UnboundedSender<Reading>>>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Readings {
    /// Begins to write.
    pub(super) fn start(&self, store: &Store) {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Reading>();
        let store = std::sync::Arc::downgrade(&store.0);
        let task = tokio::spawn(async move {
            let mut waiting = Vec::new();
            while receiver.recv_many(&mut waiting, MOST_TOGETHER).await > 0 {
                let written = match store.upgrade() {
                    Some(opened) => write(&Store(opened), &waiting).await.is_ok(),
                    None => false,
                };
                for reading in waiting.drain(..) {
                    // Whoever no longer waits has gone away; the row is written all the same.
                    let _ = reading.written.send(written);
                }
            }
        });
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    /// Writes what waits, and ends.
    pub(super) async fn stop(&self) {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // It ends by itself; a task that panicked has nothing more to write.
            let _ = task.await;
        }
    }

    fn send(&self, reading: Reading) -> bool {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        sender.as_ref().is_some_and(|sender| sender.send(reading).is_ok())
    }
}

async fn write(store: &Store, readings: &[Reading]) -> Result<(), StoreError> {
    let mut view = View::new(store.clone(), store.database().write().await?);
    let entries: Vec<(&Actor, i64, &AuditEvent)> = readings
        .iter()
        .flat_map(|reading| reading.events.iter().map(|event| (&reading.actor, reading.at_ms, event)))
        .collect();
    append_all(&mut view, &entries).await?;
    view.into_connection().commit().await
}

impl Store {
    /// Writes down that records were read; returns once the rows are on disk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where they cannot be written: the answer must then not be given.
    pub async fn record_readings(&self, actor: Actor, events: Vec<AuditEvent>) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        let (written, wait) = oneshot::channel();
        let sent = self.readings().send(Reading { actor, at_ms: self.now_ms(), events, written });
        if sent && wait.await.unwrap_or(false) {
            Ok(())
        } else {
            Err(StoreError::Unavailable(sqlx::Error::WorkerCrashed))
        }
    }
}
