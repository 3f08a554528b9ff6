//! The one who takes what is due from the outbox, tells it and marks it. Several may work on one database.
//!
//! A message is marked after it was told, so one that dies in between is told again: at least once, under the same id.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use rand::RngExt;

use super::{Fault, Message, Senders, text};
use crate::input::values::half_width;
use crate::store::{Channel, Claimed, Outcome, Reached, Store, StoreError};

/// Rows taken at once and told at the same time: with a sender's 20 seconds a batch ends well within its lease.
const BATCH: usize = 16;
/// Between two looks at an outbox in which nothing is due.
const IDLE: Duration = Duration::from_secs(1);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(5);
/// Fewer digits are no phone.
const LEAST_DIGITS: usize = 5;

/// Works on the outbox of a store.
pub struct Worker {
    store: Store,
    senders: Arc<Senders>,
    name: String,
}

impl Worker {
    /// A worker under a name of its own.
    pub fn new(store: Store, senders: Arc<Senders>) -> Self {
        let number: u64 = store.with_random(RngExt::random);
        Self { name: format!("sender-{number:016x}"), store, senders }
    }

    /// Works until it is dropped.
    pub async fn run(self) {
        loop {
            match self.round().await {
                Ok(0) => tokio::time::sleep(IDLE).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the outbox could not be worked on, it is tried again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Takes what is due, at most one batch, and tells it; how many rows were taken.
    ///
    /// # Errors
    /// Where the database fails. What was told and not marked is told again.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let late = self.store.give_up_late_messages().await?;
        metrics::counter!("messages_total", "outcome" => "too_late").increment(late);
        let claimed = self.store.claim_messages(&self.name, &self.senders.channels(), BATCH as i64).await?;
        let number = claimed.len();
        let mut settled = stream::iter(claimed).map(|row| self.tell(row)).buffer_unordered(BATCH);
        while let Some(done) = settled.next().await {
            done?;
        }
        Ok(number)
    }

    async fn tell(&self, row: Claimed) -> Result<(), StoreError> {
        let outcome = match self.message(&row) {
            Ok(message) => self.send(&message).await,
            Err(fault) => Outcome::Failed(fault),
        };
        let word = match outcome {
            Outcome::Delivered => "delivered",
            Outcome::Again(_) => "again",
            Outcome::Failed(_) => "failed",
        };
        metrics::counter!("messages_total", "outcome" => word).increment(1);
        if let Outcome::Again(fault) | Outcome::Failed(fault) = outcome {
            tracing::warn!(id = row.id, kind = row.kind.word(), attempt = row.attempt, fault, "not told");
        }
        self.store.settle_message(&self.name, &row, outcome).await.map(|_| ())
    }

    async fn send(&self, message: &Message) -> Outcome {
        let Some(sender) = self.senders.of_channel(message.channel) else {
            return Outcome::Failed("no_sender");
        };
        match sender.send(message).await {
            Ok(()) => Outcome::Delivered,
            Err(Fault::Later(fault)) => Outcome::Again(fault),
            Err(Fault::Never(fault)) => Outcome::Failed(fault),
        }
    }

    /// What is sent for a row: by the way it asks for, or by the other one where only that reaches her.
    fn message(&self, row: &Claimed) -> Result<Message, &'static str> {
        let (channel, to) = if row.channel == Channel::Event {
            (Channel::Event, String::new())
        } else {
            let reached = row.reached.as_ref().ok_or("nobody")?;
            let other = if row.channel == Channel::Sms { Channel::Email } else { Channel::Sms };
            let ways = [row.channel, other].into_iter().filter(|way| self.senders.of_channel(*way).is_some());
            let mut addressed = ways.map(|way| (way, address(reached, way)));
            addressed.find(|(_, to)| !to.is_empty()).ok_or("no_address")?
        };
        let said = text(row.kind, &row.needs).ok_or("incomplete")?;
        Ok(Message {
            id: row.id.clone(),
            kind: row.kind.word(),
            channel,
            to,
            subject: said.subject,
            text: said.text,
            subject_table: row.subject_table.clone(),
            subject_id: row.subject_id.clone(),
            region_code: row.region_code.clone(),
            created_at_ms: row.created_at_ms,
        })
    }
}

/// Her address for a way; empty where there is none.
fn address(reached: &Reached, channel: Channel) -> String {
    match channel {
        Channel::Sms => phone(&reached.phone),
        Channel::Email => reached.email.trim().to_owned(),
        Channel::Event => String::new(),
    }
}

/// The first number of a cell that may hold several, its digits alone.
fn phone(cell: &str) -> String {
    let cell = half_width(cell);
    let numbers = cell.split(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '+' | '(' | ')'));
    let digits = |number: &str| {
        let plus = number.trim_start().starts_with('+');
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if plus { format!("+{digits}") } else { digits }
    };
    numbers.map(digits).find(|number| number.len() >= LEAST_DIGITS).unwrap_or_default()
}
