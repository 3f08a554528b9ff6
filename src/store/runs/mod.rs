//! Runs (一次匹配): what one is made of, what became of it, and the work that a worker does for it.
//!
//! # How one goes
//!
//! [`Change::add_run`] stores a run with its job. A worker takes the job ([`take_job`](crate::store::Store::take_job)),
//! writes down who takes part (`people`), plans, writes the plan folder (`files`) and ends run and job in one transaction.
//! Every transaction of a worker begins by holding its job under the fence it took
//! ([`change_for`](crate::store::Store::change_for)): one whose job was taken over writes nothing any more, so a run ends once.
//!
//! queued → running → succeeded | failed | cancelled; succeeded → published → superseded.
//!
//! # What is kept
//!
//! Rows of people under each person's own key; the other inputs, the plan folder and the key to it under the run's key. All but the plan
//! is forgotten in time (`retention`).

mod events;
mod files;
mod jobs;
mod people;
mod places;
mod publishing;
mod retention;
mod snapshot;

use sqlx::FromRow;

pub use events::RunEvent;
pub use files::{INPUTS, KEY, PLAN};
pub use jobs::{Beat, Job};
pub use people::{CHILD, RunSubject, SealedRunPerson, StoredRunPerson, VOLUNTEER};
pub use places::KnownPlace;
pub use publishing::{NewProposal, ProposalPlace};
pub use snapshot::{EndedPair, LivingPair, Refused};

use super::audit::AuditEvent;
use super::change::Change;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{Statement, bound, statements};
use super::view::View;

/// The table, also the space of its keys.
const TABLE: &str = "runs";
/// The statements of the files of this folder.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("runs::events", events::STATEMENTS),
    ("runs::files", files::STATEMENTS),
    ("runs::jobs", jobs::STATEMENTS),
    ("runs::mod", STATEMENTS),
    ("runs::people", people::STATEMENTS),
    ("runs::places", places::STATEMENTS),
    ("runs::publishing", publishing::STATEMENTS),
    ("runs::retention", retention::STATEMENTS),
    ("runs::snapshot", snapshot::STATEMENTS),
];

/// The columns of a run.
macro_rules! run_columns {
    () => {
        "id, version, region_code, policy_id, state, stage, progress, today, period_first, period_last, solver, seed,
            provisional, snapshot_hash, result_hash, metrics, fault, changes, cancel_asked_at_ms, created_by,
            created_at_ms, started_at_ms, ended_at_ms, published_by, published_at_ms, superseded_by, superseded_at_ms
        FROM runs"
    };
}

statements! {
    /// Adds a run.
    ADD = "INSERT INTO runs
        (id, version, region_code, policy_id, state, stage, progress, today, period_first, period_last, solver, seed,
         provisional, metrics, changes, created_by, created_at_ms)
        VALUES ($1, 1, $2, $3, 'queued', 'queued', 0, $4, $5, $6, $7, $8, $9, '{}', 0, $10, $11)";
    /// One run of a span.
    FIND = concat!("SELECT ", run_columns!(), "
        WHERE id = $1 AND region_code BETWEEN $2 AND $3");
    /// Runs of a span, oldest first.
    LIST = concat!("SELECT ", run_columns!(), "
        WHERE id > $1 AND region_code BETWEEN $2 AND $3 AND ($4 = '' OR state = $4)
        ORDER BY id
        LIMIT $5");
    /// Who would take part.
    COUNT_TAKING_PART = "SELECT
            (SELECT COUNT(*) FROM children WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND ready)
                AS children,
            (SELECT COUNT(*) FROM children WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND NOT ready)
                AS children_not_ready,
            (SELECT COUNT(*) FROM volunteers WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND ready)
                AS volunteers,
            (SELECT COUNT(*) FROM volunteers WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND NOT ready)
                AS volunteers_not_ready";
    /// A run whose job nobody has: it was never begun, or was given back by a worker that stopped.
    CANCEL_QUEUED = "UPDATE runs
        SET state = 'cancelled', stage = 'done', version = version + 1, cancel_asked_at_ms = $2, ended_at_ms = $2
        WHERE id = $1 AND state IN ('queued', 'running')";
    /// Its worker hears of it, one that has taken the job and not begun yet as well.
    ASK_TO_CANCEL = "UPDATE runs
        SET cancel_asked_at_ms = COALESCE(cancel_asked_at_ms, $2), version = version + 1
        WHERE id = $1 AND state IN ('queued', 'running')";
    /// A worker begins, or begins again.
    BEGIN = "UPDATE runs
        SET state = 'running', stage = 'reading', progress = 0, version = version + 1,
            started_at_ms = COALESCE(started_at_ms, $2)
        WHERE id = $1 AND state IN ('queued', 'running')";
    /// How far it has come.
    ADVANCE = "UPDATE runs SET stage = $2, progress = $3 WHERE id = $1 AND state = 'running'";
    /// Everybody who takes part is written down.
    SET_SNAPSHOT = "UPDATE runs SET snapshot_hash = $2 WHERE id = $1 AND state = 'running'";
    /// There is a plan.
    SUCCEED = "UPDATE runs
        SET state = 'succeeded', stage = 'done', progress = 100, version = version + 1, result_hash = $2, metrics = $3,
            ended_at_ms = $4
        WHERE id = $1 AND state = 'running' AND cancel_asked_at_ms IS NULL";
    /// There is none, and why.
    FAIL = "UPDATE runs
        SET state = $2, stage = 'done', version = version + 1, fault = $3, ended_at_ms = $4
        WHERE id = $1 AND state IN ('queued', 'running')";
}

/// A run.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// The division whose people take part, twelve digits.
    pub region_code: String,
    /// The rules.
    pub policy_id: String,
    /// `queued`, `running`, `succeeded`, `failed`, `cancelled`, `published` or `superseded`.
    pub state: String,
    /// `queued`, `reading`, `solving`, `writing` or `done`.
    pub stage: String,
    /// How much of it is done, percent.
    pub progress: i64,
    /// The day it is made for.
    pub today: String,
    /// First day served.
    pub period_first: String,
    /// Last day served.
    pub period_last: String,
    /// The method.
    pub solver: String,
    /// Order among equals.
    pub seed: i64,
    /// Missing papers count as arrived; nothing of it may be offered.
    pub provisional: bool,
    /// Fingerprint of people, dates and policy as understood.
    pub snapshot_hash: Option<String>,
    /// SHA-256 over the files of the plan folder.
    pub result_hash: Option<String>,
    /// Figures, JSON; empty until it has succeeded.
    pub metrics: String,
    /// Why there is no plan: a stable word, and after a colon what it is about.
    pub fault: Option<String>,
    /// How often its plan was changed since.
    pub changes: i64,
    /// When somebody asked for it to be cancelled.
    pub cancel_asked_at_ms: Option<i64>,
    /// Id of the user.
    pub created_by: String,
    /// When it was asked for.
    pub created_at_ms: i64,
    /// When a worker began.
    pub started_at_ms: Option<i64>,
    /// When it ended.
    pub ended_at_ms: Option<i64>,
    /// Who published it.
    pub published_by: Option<String>,
    /// When.
    pub published_at_ms: Option<i64>,
    /// The run that took its place.
    pub superseded_by: Option<String>,
    /// When.
    pub superseded_at_ms: Option<i64>,
}

impl Run {
    /// An audit row about it.
    pub fn event(&self, action: &'static str) -> AuditEvent {
        AuditEvent::new(action, TABLE, &self.id, &self.region_code)
    }
}

/// A run to be made.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// The division, twelve digits.
    pub region_code: String,
    /// The rules.
    pub policy_id: String,
    /// The day it is made for.
    pub today: String,
    /// First day served.
    pub period_first: String,
    /// Last day served.
    pub period_last: String,
    /// The method.
    pub solver: String,
    /// Order among equals.
    pub seed: i64,
    /// Missing papers count as arrived.
    pub provisional: bool,
    /// Id of the user.
    pub created_by: String,
}

/// Who would take part in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct TakingPart {
    /// Children who are ready.
    pub children: i64,
    /// Children who are not.
    pub children_not_ready: i64,
    /// Adults who are ready.
    pub volunteers: i64,
    /// Adults who are not.
    pub volunteers_not_ready: i64,
}

impl View {
    /// Who of a span would take part in a run.
    pub async fn taking_part(&mut self, span: &RegionSpan) -> Result<TakingPart, StoreError> {
        self.one(COUNT_TAKING_PART, bound![&span.first, &span.last]).await
    }

    /// A run of the span.
    pub async fn run(&mut self, span: &RegionSpan, id: &str) -> Result<Run, StoreError> {
        let found = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        found.ok_or(StoreError::not_found("run"))
    }

    /// Runs of the span, oldest first; of one state, or of all.
    pub async fn runs(
        &mut self,
        span: &RegionSpan,
        state: &str,
        page: &PageRequest,
    ) -> Result<Page<Run>, StoreError> {
        let values = bound![&page.after, &span.first, &span.last, state, page.rows()];
        let rows: Vec<Run> = self.all(LIST, values).await?;
        Ok(page.page(rows, |run| run.id.clone()))
    }
}

impl Change {
    /// Stores a run and the job for it.
    pub async fn add_run(&mut self, new: &NewRun) -> Result<Run, StoreError> {
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        let mut values = bound![&id, &new.region_code, &new.policy_id, &new.today];
        values.extend(bound![&new.period_first, &new.period_last, &new.solver, new.seed, new.provisional]);
        values.extend(bound![&new.created_by, now_ms]);
        self.execute(ADD, values).await?;
        self.new_person_key(TABLE, &id).await?;
        self.add_job("run", &id).await?;
        self.add_run_event(&id, "queued", ("queued", 0)).await?;
        let run = self.run(&RegionSpan::everywhere(), &id).await?;
        self.record(run.event("run.created"));
        Ok(run)
    }

    /// Ends a run that is queued, or asks the worker of one that runs to end it.
    ///
    /// # Errors
    /// `run_not_cancellable` once it has ended.
    pub async fn cancel_run(&mut self, span: &RegionSpan, id: &str) -> Result<Run, StoreError> {
        let run = self.run(span, id).await?;
        let now_ms = self.now_ms();
        // The job first, as workers do.
        let queued = self.cancel_queued_job(id).await?;
        if queued && self.execute(CANCEL_QUEUED, bound![id, now_ms]).await? == 1 {
            self.add_run_event(id, "cancelled", ("done", run.progress)).await?;
        } else if self.execute(ASK_TO_CANCEL, bound![id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("run_not_cancellable"));
        }
        self.record(run.event("run.cancel_asked"));
        self.run(span, id).await
    }

    /// A worker begins, or begins again after another was lost.
    pub async fn begin_run(&mut self, job: &Job) -> Result<Run, StoreError> {
        let now_ms = self.now_ms();
        if self.execute(BEGIN, bound![&job.subject_id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("lease_lost"));
        }
        self.add_run_event(&job.subject_id, "running", ("reading", 0)).await?;
        self.run(&RegionSpan::everywhere(), &job.subject_id).await
    }

    /// How far a worker has come.
    pub async fn advance_run(&mut self, job: &Job, stage: &str, progress: i64) -> Result<(), StoreError> {
        self.execute(ADVANCE, bound![&job.subject_id, stage, progress]).await?;
        self.add_run_event(&job.subject_id, "running", (stage, progress)).await
    }

    /// Everybody who takes part is written down.
    pub async fn set_run_snapshot(&mut self, job: &Job, hash: &str) -> Result<(), StoreError> {
        self.execute(SET_SNAPSHOT, bound![&job.subject_id, hash]).await.map(|_| ())
    }

    /// Ends run and job with a plan.
    ///
    /// # Errors
    /// `run_cancelled` where somebody was told that it is cancelled: it has no plan then.
    pub async fn succeed_run(
        &mut self,
        job: &Job,
        result_hash: &str,
        metrics: &str,
    ) -> Result<(), StoreError> {
        let (id, now_ms) = (&job.subject_id, self.now_ms());
        if self.execute(SUCCEED, bound![id, result_hash, metrics, now_ms]).await? == 0 {
            let cancelled = self.run(&RegionSpan::everywhere(), id).await?.cancel_asked_at_ms.is_some();
            return Err(StoreError::conflict(if cancelled { "run_cancelled" } else { "lease_lost" }));
        }
        self.end_job(job, "done").await?;
        self.add_run_event(id, "succeeded", ("done", 100)).await?;
        let run = self.run(&RegionSpan::everywhere(), id).await?;
        self.record(run.event("run.succeeded"));
        Ok(())
    }

    /// Ends run and job without a plan: `failed`, or `cancelled`.
    pub async fn fail_run(&mut self, job: &Job, state: &'static str, fault: &str) -> Result<(), StoreError> {
        let (id, now_ms) = (&job.subject_id, self.now_ms());
        let fault = Some(fault).filter(|fault| !fault.is_empty());
        if self.execute(FAIL, bound![id, state, fault, now_ms]).await? == 0 {
            return Err(StoreError::conflict("lease_lost"));
        }
        self.end_job(job, state).await?;
        let run = self.run(&RegionSpan::everywhere(), id).await?;
        self.add_run_event(id, state, ("done", run.progress)).await?;
        self.record(run.event(if state == "cancelled" { "run.cancelled" } else { "run.failed" }));
        Ok(())
    }
}
