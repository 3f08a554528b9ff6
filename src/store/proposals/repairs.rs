//! Pairs that came to nothing outside of their plan: whoever ends one notes it in her transaction, and the plan follows in a transaction
//! of its own just after, see `runs::repairs`.
//!
//! A plan must be loaded before it can follow, which nobody may do who holds people's rows; and a note that committed with its cause
//! is followed even where the program was killed in between.

use sqlx::FromRow;

use super::Proposal;
use crate::store::statement::{bound, statements};
use crate::store::{Actor, Change, Store, StoreError, View};

statements! {
    /// Notes that a plan is to follow. What is noted already waits for whoever follows it just now, and is noted again.
    ADD = "INSERT INTO plan_repairs (run_id, group_number, volunteer_id, at_ms, times)
        VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (run_id, group_number, volunteer_id) DO UPDATE SET times = plan_repairs.times + 1";
    /// Notes that the drafts of a plan are to be compared with it.
    ADD_SETTLING = "INSERT INTO plans_to_settle (run_id, times)
        VALUES ($1, 1)
        ON CONFLICT (run_id) DO UPDATE SET times = plans_to_settle.times + 1";
    /// As above, of every plan in force.
    ADD_SETTLING_OF_ALL = "INSERT INTO plans_to_settle (run_id, times)
        SELECT r.id, 1
        FROM runs r
        WHERE r.state = 'published'
        ON CONFLICT (run_id) DO UPDATE SET times = plans_to_settle.times + 1";
    /// Plans in force of which somebody is part.
    LIST_RUNS_OF_SUBJECT = "SELECT DISTINCT r.id
        FROM run_people p
        JOIN runs r ON r.id = p.run_id
        WHERE p.subject_id = $1 AND r.state = 'published'
        ORDER BY r.id";
    /// Plans that are to follow. What ends before a run is published waits until it is.
    LIST_RUNS = "SELECT r.id
        FROM runs r
        WHERE r.state IN ('published', 'superseded')
            AND (EXISTS (SELECT n.run_id FROM plan_repairs n WHERE n.run_id = r.id)
                OR EXISTS (SELECT t.run_id FROM plans_to_settle t WHERE t.run_id = r.id))
        ORDER BY r.id
        LIMIT $1";
    /// What a plan is to follow.
    LIST = "SELECT group_number, volunteer_id, times FROM plan_repairs
        WHERE run_id = $1
        ORDER BY at_ms, group_number, volunteer_id
        LIMIT $2";
    /// Whether its drafts are to be compared with it.
    FIND_SETTLING = "SELECT times FROM plans_to_settle WHERE run_id = $1";
    /// It has followed.
    DROP = "DELETE FROM plan_repairs
        WHERE run_id = $1 AND group_number = $2 AND volunteer_id = $3 AND times = $4";
    /// They were.
    DROP_SETTLING = "DELETE FROM plans_to_settle WHERE run_id = $1 AND times = $2";
}

/// Plans, and pairs of a plan, that one call looks at.
const MOST: i64 = 200;

#[derive(FromRow)]
struct Id {
    id: String,
}

/// A pair of a plan that came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct DueRepair {
    /// The group.
    pub group_number: i64,
    /// The volunteer.
    pub volunteer_id: String,
    /// How often it was noted.
    times: i64,
}

/// What a plan is to follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRepairs {
    /// Pairs that came to nothing, the oldest first.
    pub pairs: Vec<DueRepair>,
    /// Where its drafts are to be compared with it: how often that was noted.
    settling: Option<i64>,
}

impl DueRepairs {
    /// Whether every draft of the plan is to be compared with it.
    pub fn is_to_be_settled(&self) -> bool {
        self.settling.is_some()
    }

    /// Whether there is nothing to follow.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.settling.is_none()
    }
}

#[derive(FromRow)]
struct Settling {
    times: i64,
}

impl View {
    /// Runs whose plans are to follow something.
    pub async fn runs_to_repair(&mut self) -> Result<Vec<String>, StoreError> {
        let found: Vec<Id> = self.all(LIST_RUNS, bound![MOST]).await?;
        Ok(found.into_iter().map(|run| run.id).collect())
    }

    /// What the plan of a run is to follow.
    pub async fn due_repairs(&mut self, run_id: &str) -> Result<DueRepairs, StoreError> {
        let pairs = self.all(LIST, bound![run_id, MOST]).await?;
        let settling: Option<Settling> = self.optional(FIND_SETTLING, bound![run_id]).await?;
        Ok(DueRepairs { pairs, settling: settling.map(|found| found.times) })
    }
}

impl Store {
    /// Notes that the drafts of every plan in force are to be compared with it: what stood against somebody may have passed.
    pub(in crate::store) async fn note_settling_of_all(&self) -> Result<(), StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        change.execute(ADD_SETTLING_OF_ALL, bound![]).await?;
        change.commit(None).await
    }
}

impl Change {
    /// Notes that a pair of its plan came to nothing.
    pub(in crate::store) async fn note_repair(&mut self, proposal: &Proposal) -> Result<(), StoreError> {
        let values = bound![&proposal.run_id, proposal.group_number, &proposal.volunteer_id, self.now_ms()];
        self.execute(ADD, values).await?;
        self.note_plan(&proposal.run_id);
        Ok(())
    }

    /// Notes that the drafts of a plan are to be compared with it.
    pub(in crate::store) async fn note_settling(&mut self, run_id: &str) -> Result<(), StoreError> {
        self.execute(ADD_SETTLING, bound![run_id]).await?;
        self.note_plan(run_id);
        Ok(())
    }

    /// As above, of every plan in force of which somebody is part.
    pub(in crate::store) async fn note_settling_with(&mut self, subject_id: &str) -> Result<(), StoreError> {
        let runs: Vec<Id> = self.all(LIST_RUNS_OF_SUBJECT, bound![subject_id]).await?;
        for run in runs {
            self.note_settling(&run.id).await?;
        }
        Ok(())
    }

    /// The plan has followed, or is in force no longer. To be called last: whoever notes something meanwhile waits from here on. What was
    /// noted again since it was read stays.
    pub async fn drop_repairs(&mut self, run_id: &str, due: &DueRepairs) -> Result<(), StoreError> {
        for pair in &due.pairs {
            let values = bound![run_id, pair.group_number, &pair.volunteer_id, pair.times];
            self.execute(DROP, values).await?;
        }
        if let Some(times) = due.settling {
            self.execute(DROP_SETTLING, bound![run_id, times]).await?;
        }
        Ok(())
    }
}
