//! Jobs one after the other: take, gather, plan, write down, end.
//!
//! While it works, a worker renews its lease; it hears then whether somebody asked for an end or the job is another's by now.
//! Planning is done on a thread of its own, which is told to break off by a flag. A fault of the database puts the job off; any
//! other ends the run with a word for it. A worker that is told to stop gives its job back.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use rand::RngExt;
use tokio::sync::watch;

use super::planning::{self, Planned};
use super::snapshot::{self, Snapshot};
use super::{RunFault, archive};
use crate::assignment::SolveError;
use crate::plan::PlanError;
use crate::store::runs::{Beat, Job, KEY, PLAN, Run};
use crate::store::{Store, StoreError};

/// How often a job is taken before its run is given up: something in it ends every worker.
const MOST_ATTEMPTS: i64 = 20;

/// How a worker works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerOptions {
    /// How long a lease is, milliseconds; it is renewed three times in that.
    pub lease_ms: i64,
    /// Between two looks for a job.
    pub wait: Duration,
}

impl Default for WorkerOptions {
    fn default() -> Self {
        Self { lease_ms: 20_000, wait: Duration::from_millis(500) }
    }
}

/// Takes jobs until it is told to stop.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    name: String,
    options: WorkerOptions,
}

/// What the planning thread and the one that renews tell each other.
#[derive(Default)]
struct Signals {
    progress: AtomicI64,
    break_off: AtomicBool,
    cancel: AtomicBool,
    lost: AtomicBool,
    stop: AtomicBool,
}

/// How a job ended for its worker.
enum Ended {
    Done,
    Cancelled,
    Lost,
    Stopped,
}

impl Worker {
    /// A worker with a name of its own.
    pub fn new(store: Store, options: WorkerOptions) -> Self {
        let number: u64 = store.with_random(RngExt::random);
        Self { store, name: format!("{number:016x}"), options }
    }

    /// Works until `stopping` says so; the job under way is given back then.
    pub async fn work(&self, mut stopping: watch::Receiver<bool>) {
        while !*stopping.borrow() {
            let worked = match self.take().await {
                Ok(Some(job)) => {
                    self.do_job(&job, &stopping).await;
                    true
                }
                Ok(None) => false,
                Err(error) => {
                    tracing::warn!(%error, "no job could be taken, it is tried again");
                    false
                }
            };
            if !worked {
                let wait = tokio::time::sleep(self.options.wait);
                tokio::select! {
                    () = wait => {}
                    changed = stopping.changed() => if changed.is_err() { return },
                }
            }
        }
    }

    /// Does every job there is, one after the other; how many. For tests, and for whoever waits.
    ///
    /// # Errors
    /// Where no job can be taken.
    pub async fn work_off(&self) -> Result<usize, StoreError> {
        let (_go_on, stopping) = watch::channel(false);
        let mut done = 0;
        while let Some(job) = self.take().await? {
            self.do_job(&job, &stopping).await;
            done += 1;
        }
        Ok(done)
    }

    async fn take(&self) -> Result<Option<Job>, StoreError> {
        self.store.take_job("run", &self.name, self.options.lease_ms).await
    }

    async fn do_job(&self, job: &Job, stopping: &watch::Receiver<bool>) {
        tracing::info!(run = job.subject_id, attempt = job.attempts, "run begins");
        let signals = Arc::new(Signals::default());
        let renewing = tokio::spawn(renew(
            self.store.clone(),
            job.clone(),
            self.options.lease_ms,
            Arc::clone(&signals),
            stopping.clone(),
        ));
        let worked = self.make(job, &signals).await;
        renewing.abort();
        // A renewal under way would hold a connection; whether it ended well is no matter.
        let _ = renewing.await;
        let ended = match worked {
            Ok(()) => Ok(Ended::Done),
            Err(fault) => self.end(job, &signals, &fault).await,
        };
        match ended {
            Ok(Ended::Done) => tracing::info!(run = job.subject_id, "run has a plan"),
            Ok(Ended::Cancelled) => tracing::info!(run = job.subject_id, "run was cancelled"),
            Ok(Ended::Lost) => tracing::warn!(run = job.subject_id, "run is another worker's by now"),
            Ok(Ended::Stopped) => tracing::info!(run = job.subject_id, "run is given back"),
            // The lease runs out, and whoever takes the job next ends it.
            Err(error) => {
                tracing::warn!(run = job.subject_id, %error, "the end of a run could not be written");
            }
        }
    }

    /// What becomes of a job without a plan.
    async fn end(&self, job: &Job, signals: &Signals, fault: &RunFault) -> Result<Ended, StoreError> {
        let lost = matches!(fault, RunFault::Store(StoreError::Conflict { code: "lease_lost" }));
        if lost || signals.lost.load(Ordering::Relaxed) {
            return Ok(Ended::Lost);
        }
        let broken_off = matches!(fault, RunFault::Plan(PlanError::Solve(SolveError::Cancelled)));
        if matches!(fault, RunFault::Store(StoreError::Conflict { code: "run_cancelled" })) {
            signals.cancel.store(true, Ordering::Relaxed);
        }
        if signals.cancel.load(Ordering::Relaxed) {
            let mut change = self.store.change_for(job).await?;
            change.fail_run(job, "cancelled", "").await?;
            change.commit(None).await?;
            return Ok(Ended::Cancelled);
        }
        if broken_off && signals.stop.load(Ordering::Relaxed) {
            self.store.release_job(job).await?;
            return Ok(Ended::Stopped);
        }
        let passing = matches!(fault, RunFault::Store(StoreError::Unavailable(_)));
        if passing && job.attempts < MOST_ATTEMPTS {
            self.store.put_off_job(job, self.options.lease_ms).await?;
            return Ok(Ended::Stopped);
        }
        let word = fault.word();
        tracing::warn!(run = job.subject_id, fault = word, "run has no plan");
        let mut change = self.store.change_for(job).await?;
        change.fail_run(job, "failed", &word).await?;
        change.commit(None).await?;
        Ok(Ended::Done)
    }

    /// Everything a run is.
    async fn make(&self, job: &Job, signals: &Arc<Signals>) -> Result<(), RunFault> {
        if job.attempts > MOST_ATTEMPTS {
            return Err(RunFault::Broken);
        }
        let mut change = self.store.change_for(job).await?;
        let run = change.begin_run(job).await?;
        change.commit(None).await?;
        if run.cancel_asked_at_ms.is_some() {
            signals.cancel.store(true, Ordering::Relaxed);
            return Err(RunFault::NoPlan);
        }
        let snapshot = snapshot::take(&self.store, job, &run, &signals.break_off).await?;
        self.advance(job, "solving").await?;
        go_on(&signals.break_off)?;
        let planned = self.solve(&run, snapshot, signals).await?;
        self.advance(job, "writing").await?;
        go_on(&signals.break_off)?;
        write_file(&self.store, job, (&run.id, KEY), &planned.key).await?;
        write_file(&self.store, job, (&run.id, PLAN), &planned.packed).await?;
        go_on(&signals.break_off)?;
        let mut change = self.store.change_for(job).await?;
        change.succeed_run(job, &planned.result_hash, &planned.metrics).await?;
        change.commit(None).await?;
        Ok(())
    }

    async fn advance(&self, job: &Job, stage: &str) -> Result<(), StoreError> {
        let mut change = self.store.change_for(job).await?;
        change.advance_run(job, stage, 0).await?;
        change.commit(None).await
    }

    async fn solve(
        &self,
        run: &Run,
        snapshot: Snapshot,
        signals: &Arc<Signals>,
    ) -> Result<Planned, RunFault> {
        let options = planning::options_of(run, &snapshot)?;
        let signals = Arc::clone(signals);
        let solving = tokio::task::spawn_blocking(move || {
            planning::plan(&snapshot, options, &mut |percent| {
                signals.progress.store(percent, Ordering::Relaxed);
                let break_off = signals.break_off.load(Ordering::Relaxed);
                if break_off { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
        });
        solving.await.map_err(|_| RunFault::Broken)?
    }
}

/// Breaks off between two steps where somebody asked for an end, as the solver does within its own.
pub(super) fn go_on(break_off: &AtomicBool) -> Result<(), RunFault> {
    if break_off.load(Ordering::Relaxed) {
        return Err(RunFault::Plan(PlanError::Solve(SolveError::Cancelled)));
    }
    Ok(())
}

/// Resolves once the word to stop is given.
async fn told_to_stop(stopping: &mut watch::Receiver<bool>) {
    // Where the sender is gone there is nobody left to work for.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Renews a lease, writes down how far the planning is, and hears what there is to hear.
async fn renew(
    store: Store,
    job: Job,
    lease_ms: i64,
    signals: Arc<Signals>,
    mut stopping: watch::Receiver<bool>,
) {
    let pause = Duration::from_millis(u64::try_from(lease_ms / 3).unwrap_or(1).clamp(1, 2_000));
    let mut written = 0;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = told_to_stop(&mut stopping) => {
                signals.stop.store(true, Ordering::Relaxed);
                signals.break_off.store(true, Ordering::Relaxed);
                tokio::time::sleep(pause).await;
            }
        }
        match store.renew_job(&job, lease_ms).await {
            Ok(Beat::GoOn) => {}
            Ok(Beat::Cancel) => {
                signals.cancel.store(true, Ordering::Relaxed);
                signals.break_off.store(true, Ordering::Relaxed);
            }
            Ok(Beat::Lost) => {
                signals.lost.store(true, Ordering::Relaxed);
                signals.break_off.store(true, Ordering::Relaxed);
                return;
            }
            // The lease runs out where this goes on.
            Err(error) => tracing::warn!(%error, "a lease could not be renewed, it is tried again"),
        }
        let percent = signals.progress.load(Ordering::Relaxed);
        if percent > written && write_progress(&store, &job, percent).await.is_ok() {
            written = percent;
        }
    }
}

async fn write_progress(store: &Store, job: &Job, percent: i64) -> Result<(), StoreError> {
    let mut change = store.change_for(job).await?;
    change.advance_run(job, "solving", percent).await?;
    change.commit(None).await
}

/// Writes an archive, a part a transaction, so that nobody waits long for the writer.
pub(super) async fn write_file(
    store: &Store,
    job: &Job,
    (run_id, name): (&str, &str),
    packed: &[u8],
) -> Result<(), StoreError> {
    let mut view = store.view().await?;
    let parts = view.seal_run_file(run_id, name, packed).await?;
    drop(view);
    let mut change = store.change_for(job).await?;
    change.forget_run_file(run_id, name).await?;
    change.commit(None).await?;
    for (sealed, part) in parts.into_iter().zip(0_i64..) {
        let mut change = store.change_for(job).await?;
        change.add_run_part(run_id, (name, part), sealed).await?;
        change.commit(None).await?;
    }
    Ok(())
}

/// The files of a run's plan folder.
///
/// # Errors
/// [`RunFault::NoPlan`] where there are none.
pub async fn plan_files(
    store: &Store,
    run_id: &str,
) -> Result<std::collections::BTreeMap<String, Vec<u8>>, RunFault> {
    let mut view = store.view().await?;
    let packed = view.run_file(run_id, PLAN).await?.ok_or(RunFault::NoPlan)?;
    drop(view);
    archive::unpack(&packed)
}
