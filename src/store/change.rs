//! A transaction: what is written, what is audited for it, and the reply to be given again, committed together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Deref, DerefMut};

use super::audit::{self, Actor, AuditEvent};
use super::error::StoreError;
use super::idempotency::{self, Keyed, KeyedRequest, StoredReply};
use super::outbox::EventKind;
use super::view::View;

/// Reads and writes. Dropped without [`commit`](Self::commit), it has done nothing.
pub struct Change {
    view: View,
    actor: Actor,
    now_ms: i64,
    events: Vec<AuditEvent>,
    announced: BTreeSet<(EventKind, String)>,
    plans: BTreeSet<String>,
    plans_held: BTreeMap<String, i64>,
    keyed: Option<KeyedRequest>,
}

impl Deref for Change {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

impl DerefMut for Change {
    fn deref_mut(&mut self) -> &mut View {
        &mut self.view
    }
}

impl Change {
    pub(super) fn new(view: View, actor: Actor) -> Self {
        let now_ms = view.store().now_ms();
        let (announced, plans, plans_held) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        Self { view, actor, now_ms, events: Vec::new(), announced, plans, plans_held, keyed: None }
    }

    /// When this transaction happens, milliseconds since 1970: one moment for all it writes.
    pub fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Who makes the change.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Adds a row to the audit trail when the change commits.
    pub fn record(&mut self, event: AuditEvent) {
        self.events.push(event);
    }

    /// What is to be added to the audit trail.
    pub(super) fn recorded(&self) -> &[AuditEvent] {
        &self.events
    }

    /// Notes that an event is in the outbox.
    pub(super) fn note_announced(&mut self, kind: EventKind, subject_id: &str) {
        self.announced.insert((kind, subject_id.to_owned()));
    }

    /// Whether it is.
    pub(super) fn was_announced(&self, kind: EventKind, subject_id: &str) -> bool {
        self.announced.contains(&(kind, subject_id.to_owned()))
    }

    /// Notes that the plan of a run is to follow once this is committed.
    pub(super) fn note_plan(&mut self, run_id: &str) {
        self.plans.insert(run_id.to_owned());
    }

    /// Runs whose plans are to follow once this is committed.
    pub fn plans_to_follow(&self) -> &BTreeSet<String> {
        &self.plans
    }

    /// Ties the change to a keyed request: says whether the request was answered before, and if not, holds its key so that
    /// nobody else answers it meanwhile.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keyed(&mut self, request: KeyedRequest) -> Result<Keyed, StoreError> {
        let answered = idempotency::claim(&mut self.view, &request, self.now_ms).await?;
        if matches!(answered, Keyed::First) {
            self.keyed = Some(request);
        }
        Ok(answered)
    }

    /// How many changes a plan that is held had before any of this transaction's; `changes` is how many it has now.
    pub(super) fn committed_of_plan(&mut self, run_id: &str, changes: i64) -> i64 {
        *self.plans_held.entry(run_id.to_owned()).or_insert(changes)
    }

    /// Commits effect, events, audit rows and, for a keyed request, the reply.
    ///
    /// # Errors
    /// Where the database fails; nothing has taken effect then.
    pub async fn commit(mut self, reply: Option<StoredReply>) -> Result<(), StoreError> {
        if let (Some(request), Some(reply)) = (&self.keyed, &reply) {
            idempotency::keep(&mut self.view, request, reply).await?;
        }
        self.announce_recorded().await?;
        // The end of the chain is what writers queue up for on PostgreSQL, so it is taken last.
        audit::append(&mut self.view, &self.actor, self.now_ms, &self.events).await?;
        self.view.into_connection().commit().await
    }
}
