//! Telling what the outbox holds: rows are taken under a lease, told outside any transaction, and marked.
//!
//! A lease that ran out may be taken by another sender; the first one's mark then no longer fits the row and changes
//! nothing. Attempts follow each other after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h and 20 h; a message that nobody could be told for
//! three days is told no more, since what it asks for is over.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::recipients::Reached;
use super::{Channel, EventKind, TABLE};
use crate::store::statement::{bound, statements};
use crate::store::{Actor, Store, StoreError, View};

/// Milliseconds between two attempts, the first one's wait first.
const WAITS_MS: [i64; 8] =
    [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000];
/// After this a message is told no more.
const TOO_LATE_MS: i64 = 3 * 86_400_000;
/// How long a sender holds a row.
const LEASE_MS: i64 = 45_000;

statements! {
    /// What is due of a channel, the longest waiting first.
    DUE = "SELECT id
        FROM outbox
        WHERE state = 'queued' AND next_attempt_at_ms <= $1 AND channel IN ($2, $3, $4)
            AND (leased_until_ms IS NULL OR leased_until_ms <= $1)
        ORDER BY next_attempt_at_ms, id
        LIMIT $5";
    /// Takes one, unless another sender was first.
    LEASE = "UPDATE outbox
        SET leased_by = $2, leased_until_ms = $3, attempts = attempts + 1
        WHERE id = $1 AND state = 'queued' AND (leased_until_ms IS NULL OR leased_until_ms <= $4)";
    /// One that was taken.
    FIND = "SELECT id, kind, channel, recipient_kind, recipient_id, subject_table, subject_id, region_code, sealed,
            attempts, created_at_ms
        FROM outbox
        WHERE id = $1";
    /// It was told.
    DELIVERED = "UPDATE outbox
        SET state = 'delivered', sealed = '{}', fault = '', leased_by = NULL, leased_until_ms = NULL,
            delivered_at_ms = $4
        WHERE id = $1 AND leased_by = $2 AND attempts = $3 AND state = 'queued'";
    /// It was not, and is tried again.
    AGAIN = "UPDATE outbox
        SET fault = $4, leased_by = NULL, leased_until_ms = NULL, next_attempt_at_ms = $5
        WHERE id = $1 AND leased_by = $2 AND attempts = $3 AND state = 'queued'";
    /// It cannot be told.
    FAILED = "UPDATE outbox
        SET state = 'failed', sealed = '{}', fault = $4, leased_by = NULL, leased_until_ms = NULL
        WHERE id = $1 AND leased_by = $2 AND attempts = $3 AND state = 'queued'";
    /// Messages whose time is over.
    OVER = "UPDATE outbox
        SET state = 'failed', sealed = '{}', fault = 'too_late', leased_by = NULL, leased_until_ms = NULL
        WHERE state = 'queued' AND channel <> 'event' AND created_at_ms < $1
            AND (leased_until_ms IS NULL OR leased_until_ms <= $2)";
}

#[derive(FromRow)]
struct Id {
    id: String,
}

#[derive(FromRow)]
struct Row {
    id: String,
    kind: String,
    channel: String,
    recipient_kind: String,
    recipient_id: String,
    subject_table: String,
    subject_id: String,
    region_code: String,
    sealed: String,
    attempts: i64,
    created_at_ms: i64,
}

/// A row under lease.
pub struct Claimed {
    /// Its id: the same at every attempt.
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// By what it should be told.
    pub channel: Channel,
    /// `volunteer`, `user` or `nobody`.
    pub recipient_kind: String,
    /// Where the recipient is reached now; `None` where there is nobody, or nobody any more.
    pub reached: Option<Reached>,
    /// To a row of which table it happened.
    pub subject_table: String,
    /// To which.
    pub subject_id: String,
    /// In which division.
    pub region_code: String,
    /// What the message needs, in clear.
    pub needs: BTreeMap<String, String>,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    /// When it happened, milliseconds.
    pub created_at_ms: i64,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was told.
    Delivered,
    /// It was not, a word says why; later it may be.
    Again(&'static str),
    /// It never will, a word says why.
    Failed(&'static str),
}

fn broken(column: &'static str, row: &str) -> StoreError {
    StoreError::Broken {
        table: TABLE,
        column,
        row: row.to_owned(),
        cause: "no such word is known".to_owned(),
    }
}

impl Store {
    /// Takes at most so many rows that are due in these channels, for `sender`, a name of its own.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn claim_messages(
        &self,
        sender: &str,
        channels: &[Channel],
        most: i64,
    ) -> Result<Vec<Claimed>, StoreError> {
        let Some(first) = channels.first() else { return Ok(Vec::new()) };
        let word = |at: usize| channels.get(at).unwrap_or(first).word();
        let now_ms = self.now_ms();
        let mut view = self.view().await?;
        let due: Vec<Id> = view.all(DUE, bound![now_ms, word(0), word(1), word(2), most]).await?;
        drop(view);
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let mut change = self.change(Actor::SYSTEM).await?;
        let mut taken = Vec::new();
        for Id { id } in due {
            let values = bound![&id, sender, now_ms + LEASE_MS, now_ms];
            if change.execute(LEASE, values).await? == 1 {
                taken.push(id);
            }
        }
        change.commit(None).await?;
        let mut view = self.view().await?;
        let mut claimed = Vec::new();
        for id in taken {
            claimed.push(view.claimed(&id).await?);
        }
        Ok(claimed)
    }

    /// Marks how an attempt ended; whether the row was still this sender's. After the last attempt there is none again.
    ///
    /// # Errors
    /// Where the database fails; the row is then taken again when the lease has run out.
    pub async fn settle_message(
        &self,
        sender: &str,
        message: &Claimed,
        outcome: Outcome,
    ) -> Result<bool, StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let now_ms = change.now_ms();
        let (id, attempt) = (&message.id, message.attempt);
        let wait_ms = usize::try_from(attempt - 1).ok().and_then(|at| WAITS_MS.get(at));
        let touched = match (outcome, wait_ms) {
            (Outcome::Delivered, _) => change.execute(DELIVERED, bound![id, sender, attempt, now_ms]).await?,
            (Outcome::Again(fault), Some(wait_ms)) => {
                change.execute(AGAIN, bound![id, sender, attempt, fault, now_ms + wait_ms]).await?
            }
            (Outcome::Again(fault), None) | (Outcome::Failed(fault), _) => {
                change.execute(FAILED, bound![id, sender, attempt, fault]).await?
            }
        };
        change.commit(None).await?;
        Ok(touched == 1)
    }

    /// Gives up messages that nobody could be told in time; how many.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn give_up_late_messages(&self) -> Result<u64, StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let now_ms = change.now_ms();
        let number = change.execute(OVER, bound![now_ms - TOO_LATE_MS, now_ms]).await?;
        change.commit(None).await?;
        Ok(number)
    }
}

impl View {
    async fn claimed(&mut self, id: &str) -> Result<Claimed, StoreError> {
        let row: Row = self.one(FIND, bound![id]).await?;
        let needs = if row.sealed == "{}" {
            BTreeMap::new()
        } else {
            let key = self.known_table_key(TABLE).await?.ok_or_else(|| broken("sealed", id))?.of_row(id);
            self.open(&key, &row.sealed, None)?
        };
        Ok(Claimed {
            kind: EventKind::of_word(&row.kind).ok_or_else(|| broken("kind", id))?,
            channel: Channel::of_word(&row.channel).ok_or_else(|| broken("channel", id))?,
            reached: self.reached(&row.recipient_kind, &row.recipient_id).await?,
            id: row.id,
            recipient_kind: row.recipient_kind,
            subject_table: row.subject_table,
            subject_id: row.subject_id,
            region_code: row.region_code,
            needs,
            attempt: row.attempts,
            created_at_ms: row.created_at_ms,
        })
    }
}
