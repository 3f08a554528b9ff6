//! Reads of a minor's record on their way into the audit trail: gathered for a moment, written by one transaction for all,
//! and no answer leaves before its own rows are on disk.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Store;
use super::audit::{self, Actor, AuditEvent};
use super::error::StoreError;
use super::view::View;

/// Most reads written by one transaction.
const MOST_TOGETHER: usize = 512;

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
    audit::append_all(&mut view, &entries).await?;
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
