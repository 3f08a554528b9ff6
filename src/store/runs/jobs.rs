//! Jobs: a lease that is renewed, and a fence that grows with every taking.
//!
//! A worker that is gone stops renewing; once its lease is over, another takes the job under the next fence. Whatever the first
//! still writes begins with [`Store::change_for`], which finds the fence changed and does nothing. Workers that find the same
//! job take it by one conditional statement, which one of them wins.

use sqlx::FromRow;

use crate::store::audit::Actor;
use crate::store::statement::{bound, statements};
use crate::store::{Change, Store, StoreError};

statements! {
    /// Adds a job.
    ADD = "INSERT INTO jobs (id, kind, subject_id, state, attempts, fence, created_at_ms)
        VALUES ($1, $2, $3, 'queued', 0, 0, $4)";
    /// The oldest that nobody has.
    FIND_NEXT = "SELECT id, kind, subject_id, attempts, fence FROM jobs
        WHERE kind = $1 AND (state = 'queued' OR (state = 'running' AND leased_until_ms < $2))
        ORDER BY id
        LIMIT 1";
    /// Takes it, where nobody was first.
    TAKE = "UPDATE jobs
        SET state = 'running', attempts = attempts + 1, fence = fence + 1, leased_by = $3, leased_until_ms = $4
        WHERE id = $1 AND fence = $2 AND (state = 'queued' OR (state = 'running' AND leased_until_ms < $5))";
    /// Holds it for a transaction, and renews nothing.
    HOLD = "UPDATE jobs SET fence = fence WHERE id = $1 AND fence = $2 AND state = 'running'";
    /// Renews.
    RENEW = "UPDATE jobs SET leased_until_ms = $3 WHERE id = $1 AND fence = $2 AND state = 'running'";
    /// Whether somebody asked for the run of a job to be cancelled.
    FIND_CANCEL = "SELECT cancel_asked_at_ms FROM runs WHERE id = $1";
    /// Ends it.
    END = "UPDATE jobs
        SET state = $3, leased_by = NULL, leased_until_ms = NULL, ended_at_ms = $4
        WHERE id = $1 AND fence = $2 AND state = 'running'";
    /// Gives it back unharmed, for a worker that stops.
    RELEASE = "UPDATE jobs
        SET state = 'queued', attempts = attempts - 1, leased_by = NULL, leased_until_ms = NULL
        WHERE id = $1 AND fence = $2 AND state = 'running'";
    /// Its run waits for a worker again.
    RELEASE_RUN = "UPDATE runs
        SET state = 'queued', stage = 'queued', progress = 0, version = version + 1
        WHERE id = $1 AND state = 'running'";
    /// Gives it back after a fault that may pass; it is not taken again before a moment.
    PUT_OFF = "UPDATE jobs SET leased_until_ms = $3 WHERE id = $1 AND fence = $2 AND state = 'running'";
    /// Ends one that nobody has taken.
    CANCEL_QUEUED = "UPDATE jobs SET state = 'cancelled', ended_at_ms = $2 WHERE subject_id = $1 AND state = 'queued'";
}

/// A job that was taken.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What is to be done: `run`.
    pub kind: String,
    /// To what.
    pub subject_id: String,
    /// How often it was taken, this time included.
    pub attempts: i64,
    /// The fence it was taken under.
    pub fence: i64,
}

/// What a worker hears when it renews its lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    /// Go on.
    GoOn,
    /// Somebody asked for an end.
    Cancel,
    /// The job is another's now.
    Lost,
}

#[derive(FromRow)]
struct Asked {
    cancel_asked_at_ms: Option<i64>,
}

impl Store {
    /// Takes the oldest job of a kind that nobody has, for so long; `None` where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn take_job(&self, kind: &str, worker: &str, lease_ms: i64) -> Result<Option<Job>, StoreError> {
        loop {
            let mut view = self.view().await?;
            let found: Option<Job> = view.optional(FIND_NEXT, bound![kind, self.now_ms()]).await?;
            drop(view);
            let Some(job) = found else { return Ok(None) };
            let mut change = self.change(Actor::SYSTEM).await?;
            let now_ms = change.now_ms();
            let values = bound![&job.id, job.fence, worker, now_ms + lease_ms, now_ms];
            let taken = change.execute(TAKE, values).await? == 1;
            change.commit(None).await?;
            if taken {
                return Ok(Some(Job { attempts: job.attempts + 1, fence: job.fence + 1, ..job }));
            }
        }
    }

    /// Renews a lease.
    ///
    /// # Errors
    /// Where the database fails; the lease then goes on to run out.
    pub async fn renew_job(&self, job: &Job, lease_ms: i64) -> Result<Beat, StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let until_ms = change.now_ms() + lease_ms;
        if change.execute(RENEW, bound![&job.id, job.fence, until_ms]).await? == 0 {
            return Ok(Beat::Lost);
        }
        let asked: Option<Asked> = change.optional(FIND_CANCEL, bound![&job.subject_id]).await?;
        change.commit(None).await?;
        let cancel = asked.is_some_and(|asked| asked.cancel_asked_at_ms.is_some());
        Ok(if cancel { Beat::Cancel } else { Beat::GoOn })
    }

    /// A transaction of a worker, which holds its job.
    ///
    /// # Errors
    /// The conflict `lease_lost` where the job is another's by now.
    pub async fn change_for(&self, job: &Job) -> Result<Change, StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        if change.execute(HOLD, bound![&job.id, job.fence]).await? == 0 {
            return Err(StoreError::conflict("lease_lost"));
        }
        Ok(change)
    }

    /// Gives a job back, for a worker that stops; its run is queued again.
    ///
    /// # Errors
    /// Where the database fails; the lease then runs out.
    pub async fn release_job(&self, job: &Job) -> Result<(), StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let released = change.execute(RELEASE, bound![&job.id, job.fence]).await? == 1;
        if released && change.execute(RELEASE_RUN, bound![&job.subject_id]).await? == 1 {
            change.add_run_event(&job.subject_id, "queued", ("queued", 0)).await?;
        }
        change.commit(None).await
    }

    /// Puts a job off after a fault that may pass.
    ///
    /// # Errors
    /// Where the database fails; the lease then runs out.
    pub async fn put_off_job(&self, job: &Job, wait_ms: i64) -> Result<(), StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let until_ms = change.now_ms() + wait_ms;
        change.execute(PUT_OFF, bound![&job.id, job.fence, until_ms]).await?;
        change.commit(None).await
    }
}

impl Change {
    pub(super) async fn add_job(&mut self, kind: &str, subject_id: &str) -> Result<(), StoreError> {
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        self.execute(ADD, bound![id, kind, subject_id, now_ms]).await.map(|_| ())
    }

    pub(super) async fn end_job(&mut self, job: &Job, state: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        if self.execute(END, bound![&job.id, job.fence, state, now_ms]).await? == 0 {
            return Err(StoreError::conflict("lease_lost"));
        }
        Ok(())
    }

    /// Ends the job of a subject where nobody has taken it; whether it was so.
    pub(super) async fn cancel_queued_job(&mut self, subject_id: &str) -> Result<bool, StoreError> {
        let now_ms = self.now_ms();
        Ok(self.execute(CANCEL_QUEUED, bound![subject_id, now_ms]).await? > 0)
    }
}
