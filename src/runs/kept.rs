//! Plans held in memory, one thread a plan, asked over a channel.
//!
//! A loaded plan borrows the people it is about, and answers in microseconds to seconds. So a thread owns people, searches and plan
//! for as long as somebody may ask, and questions go to it as closures, one after the other; nobody else waits for them. A few
//! plans are held at once; the one that was asked longest ago goes first.
//!
//! Threads are counted, those included that are only beginning or about to end: whoever comes beyond waits a little and is then asked to come
//! again, as is whoever finds too many waiting for one plan. Of whoever is erased nothing is answered any more: a plan of which somebody was
//! erased since it was loaded is loaded anew, without her.
//!
//! Cost of the first question: reading the run's people and files, and building the trees over them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::changes::ChangedPlan;
use super::numbers::{Numbers, RunPeople};
use super::remains::remains;
use super::snapshot::{self, Snapshot};
use super::unmatched::{Unmatched, unmatched};
use super::{RunFault, planning, worker};
use crate::candidates::Prepared;
use crate::explanation::LoadedPlan;
use crate::pipeline::{Posed, pose};
use crate::plan::PlanOptions;
use crate::plan::folder::held::held;
use crate::plan::folder::read::Folder;
use crate::plan::ids::PlanIds;
use crate::plan::mend::{Held, MendError};
use crate::store::runs::Run;
use crate::store::{RegionSpan, Store, StoreError};

/// Plans held at once.
const MOST_HELD: usize = 4;
/// Questions that wait for one plan.
const MOST_WAITING: usize = 64;
/// How long a plan that is to be loaded waits until another ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// The plan of a run, with everything that questions need.
pub struct KeptPlan<'p> {
    /// The run as it was when its plan was loaded.
    pub run: &'p Run,
    /// Its people, with their ids in the store.
    pub snapshot: &'p Snapshot,
    /// The people prepared.
    pub prepared: &'p Prepared<'p>,
    /// What leads, services and standing pairs there are to be.
    pub posed: &'p Posed,
    /// The plan's files.
    pub folder: &'p Folder,
    /// The ids of people in them.
    pub ids: &'p PlanIds,
    /// The lead pass, proven, as it was published: what explanations speak of.
    pub plan: &'p LoadedPlan<'p>,
    /// Which numbers groups bear in the plan as it is stored.
    pub numbers: &'p Numbers,
    changed: Option<ChangedPlan<'p>>,
    unmatched: Option<Vec<Unmatched>>,
}

impl<'p> KeptPlan<'p> {
    /// The lead pass as it is after what was promised and refused since; begun when it is first asked for.
    ///
    /// # Errors
    /// Where what is held proves nothing.
    ///
    /// # Panics
    /// Never: it is begun before it is given out.
    pub fn changed(&mut self) -> Result<&mut ChangedPlan<'p>, MendError> {
        if self.changed.is_none() {
            let held = Held::over(&self.plan.problem, &self.plan.solution);
            let ids =
                |people: &'p [snapshot::Person]| people.iter().map(|person| person.id.as_str()).collect();
            let (children, volunteers) = (ids(&self.snapshot.children), ids(&self.snapshot.volunteers));
            let people = match &self.snapshot.erased_since {
                None => RunPeople::new(children, volunteers),
                Some(key) => RunPeople::numbered(children, volunteers, key.unit_numbers()),
            };
            let (outline, search) = (self.plan.outline, &self.plan.search);
            let changed = ChangedPlan::new(self.prepared, outline, search, people, held)?;
            self.changed = Some(changed.of_remaining(self.numbers.clone()));
        }
        Ok(self.changed.as_mut().expect("it was begun just now"))
    }

    /// Everybody who waits; listed when it is first asked for.
    pub fn unmatched(&mut self) -> &[Unmatched] {
        if self.unmatched.is_none() {
            self.unmatched = Some(unmatched(self));
        }
        self.unmatched.as_deref().unwrap_or_default()
    }

    /// The index of a child by her id in the store.
    pub fn child(&self, subject_id: &str) -> Option<u32> {
        let found = self.snapshot.children.iter().position(|person| person.id == subject_id);
        found.map(|at| at as u32)
    }

    /// The index of a volunteer unit by its lead's id in the store.
    pub fn volunteer(&self, subject_id: &str) -> Option<u32> {
        let found = self.snapshot.volunteers.iter().position(|person| person.id == subject_id);
        found.map(|at| at as u32)
    }
}

type Question = Box<dyn FnOnce(&mut KeptPlan<'_>) + Send>;

/// A plan that is held, or will be.
#[derive(Default)]
struct Slot {
    /// The thread, and how many of the run were erased when it was loaded: whoever is erased later is still in it.
    thread: tokio::sync::Mutex<Option<(mpsc::SyncSender<Question>, i64)>>,
    last_asked: AtomicU64,
}

/// Plans by run, and copies for what takes long. Cheap to clone; every clone holds the same plans.
#[derive(Clone)]
pub struct Plans(Arc<Inner>);

struct Inner {
    store: Store,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    asked: AtomicU64,
    threads: Arc<Semaphore>,
}

impl Plans {
    /// None yet.
    pub fn new(store: Store) -> Self {
        let threads = Arc::new(Semaphore::new(MOST_HELD));
        Self(Arc::new(Inner { store, slots: Mutex::default(), asked: AtomicU64::new(0), threads }))
    }

    /// Asks the plan of a run, which is loaded first where it is not held. Questions of one plan are answered one after the other.
    ///
    /// # Errors
    /// [`RunFault::Busy`] where too many ask, [`RunFault::NoPlan`] where the run has no proven plan, [`RunFault::Erased`] where nobody of it is left.
    pub async fn ask<T: Send + 'static>(
        &self,
        run_id: &str,
        question: impl FnOnce(&mut KeptPlan<'_>) -> T + Send + 'static,
    ) -> Result<T, RunFault> {
        self.ask_at((run_id, run_id), question).await
    }

    /// Asks a question that takes long: a second copy of the plan is held for such, so that nobody who decides waits for it.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub async fn ask_aside<T: Send + 'static>(
        &self,
        run_id: &str,
        question: impl FnOnce(&mut KeptPlan<'_>) -> T + Send + 'static,
    ) -> Result<T, RunFault> {
        self.ask_at((run_id, &format!("{run_id} aside")), question).await
    }

    async fn ask_at<T: Send + 'static>(
        &self,
        (run_id, name): (&str, &str),
        question: impl FnOnce(&mut KeptPlan<'_>) -> T + Send + 'static,
    ) -> Result<T, RunFault> {
        let slot = self.slot(name);
        let (answer, answered) = oneshot::channel();
        let asked: Question = Box::new(move |plan| {
            // Whoever no longer waits has gone away: nothing is computed for her, and others wait less.
            if !answer.is_closed() {
                let _ = answer.send(question(plan));
            }
        });
        let mut thread = slot.thread.lock().await;
        let erased = self.0.store.view().await?.erased_of_run(run_id).await?;
        if thread.as_ref().is_some_and(|(_, known)| *known != erased) {
            // Somebody of it is erased since: it ends, and with it what it holds of her.
            *thread = None;
        }
        let unsent = match thread.as_ref() {
            Some((sender, _)) => match sender.try_send(asked) {
                Ok(()) => None,
                Err(mpsc::TrySendError::Full(_)) => return Err(RunFault::Busy),
                Err(mpsc::TrySendError::Disconnected(asked)) => Some(asked),
            },
            None => Some(asked),
        };
        if let Some(asked) = unsent {
            // Not held yet, or its thread is gone.
            let sender = self.load(run_id).await?;
            sender.try_send(asked).map_err(|_| RunFault::Broken)?;
            *thread = Some((sender, erased));
        }
        drop(thread);
        answered.await.map_err(|_| RunFault::Broken)
    }

    /// Forgets plans of which somebody was erased since they were loaded, whether anybody asks them or not.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn forget_erased(&self) -> Result<(), StoreError> {
        let slots: Vec<(String, Arc<Slot>)> = {
            let slots = self.0.slots.lock().unwrap_or_else(PoisonError::into_inner);
            slots.iter().map(|(name, slot)| (name.clone(), Arc::clone(slot))).collect()
        };
        for (name, slot) in slots {
            let run_id = name.split(' ').next().unwrap_or_default();
            let erased = self.0.store.view().await?.erased_of_run(run_id).await?;
            let mut thread = slot.thread.lock().await;
            if thread.as_ref().is_some_and(|(_, known)| *known != erased) {
                *thread = None;
            }
        }
        Ok(())
    }

    /// Forgets a plan, so that the next question finds it as it was published: for whoever took up a change that was not stored.
    pub fn forget(&self, run_id: &str) {
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(run_id);
    }

    fn slot(&self, name: &str) -> Arc<Slot> {
        let mut slots = self.0.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = Arc::clone(slots.entry(name.to_owned()).or_default());
        slot.last_asked.store(self.0.asked.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        while slots.len() > MOST_HELD {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.last_asked.load(Ordering::Relaxed));
            let Some(oldest) = oldest.map(|(name, _)| name.clone()) else { break };
            // Its thread answers what it was asked, and ends.
            slots.remove(&oldest);
        }
        slot
    }

    /// Loads a plan into a thread of its own.
    async fn load(&self, run_id: &str) -> Result<mpsc::SyncSender<Question>, RunFault> {
        let store = &self.0.store;
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0.threads).acquire_owned()).await;
        let turn = turn.map_err(|_| RunFault::Busy)?.map_err(|_| RunFault::Broken)?;
        let mut view = store.view().await?;
        let run = view.run(&RegionSpan::everywhere(), run_id).await?;
        drop(view);
        if run.result_hash.is_none() {
            return Err(RunFault::NoPlan);
        }
        let snapshot = snapshot::load(store, &run).await?;
        let files = worker::plan_files(store, run_id).await?;
        let (sender, receiver) = mpsc::sync_channel(MOST_WAITING);
        let (ready, loaded) = oneshot::channel();
        let thread = std::thread::Builder::new().name("jiedui-plan".to_owned());
        let spawned = thread.spawn(move || hold(&run, &snapshot, &files, ready, (&receiver, turn)));
        spawned.map_err(|_| RunFault::Broken)?;
        loaded.await.map_err(|_| RunFault::Broken)??;
        Ok(sender)
    }
}

/// Holds a plan until nobody can ask it any more; its turn is over then.
fn hold(
    run: &Run,
    snapshot: &Snapshot,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
    ready: oneshot::Sender<Result<(), RunFault>>,
    (questions, _turn): (&mpsc::Receiver<Question>, OwnedSemaphorePermit),
) {
    let mut ready = Some(ready);
    let held = load_and(run, snapshot, files, |mut plan| {
        if let Some(ready) = ready.take() {
            // Whoever no longer waits for it may ask later.
            let _ = ready.send(Ok(()));
        }
        for question in questions {
            question(&mut plan);
        }
    });
    if let (Err(fault), Some(ready)) = (held, ready.take()) {
        let _ = ready.send(Err(fault));
    }
}

/// Loads a plan and does something with it.
///
/// # Errors
/// [`RunFault::NoPlan`] where the plan is not proven.
pub fn load_and<T>(
    run: &Run,
    snapshot: &Snapshot,
    files: &std::collections::BTreeMap<String, Vec<u8>>,
    then: impl FnOnce(KeptPlan<'_>) -> T,
) -> Result<T, RunFault> {
    let options: PlanOptions = planning::options_of(run, snapshot)?;
    let prepared = Prepared::new(&snapshot.instance, &snapshot.policy, options.seed, options.provisional);
    let ids = PlanIds::draw(&prepared, &options, &[]);
    let folder = Folder::of(files).map_err(|_| RunFault::Unreadable("plan folder"))?;
    let mut posed = pose(&prepared)?;
    let (mut folder, numbers) = match &snapshot.erased_since {
        None => (folder, Numbers::all(posed.lead.groups.len())),
        Some(key) => {
            let remains = remains(&prepared, (snapshot, key), options, &folder, &posed)?;
            posed.lead = remains.outline;
            (remains.folder, remains.numbers)
        }
    };
    let instance = &snapshot.instance;
    let children = ids.children.iter().zip(instance.children.iter().map(|child| child.id.as_str()));
    let units = ids.volunteers.iter().zip(instance.volunteers.iter().map(|unit| unit.id.as_str()));
    folder.people = Some(children.chain(units).map(|(id, own)| (id.clone(), own.to_owned())).collect());
    let held = held(&folder, &prepared, &posed.lead).map_err(|_| RunFault::NoPlan)?;
    let plan =
        LoadedPlan::new(&prepared, &posed.standing, &posed.lead, held).map_err(|_| RunFault::NoPlan)?;
    Ok(then(KeptPlan {
        run,
        snapshot,
        prepared: &prepared,
        posed: &posed,
        folder: &folder,
        ids: &ids,
        plan: &plan,
        numbers: &numbers,
        changed: None,
        unmatched: None,
    }))
}
