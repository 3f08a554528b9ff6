//! Pairs that came to nothing outside of their plan: whoever ends one notes it in her transaction, and the plan follows in a transaction
//! of its own just after, see `runs::repairs`.
//!
//! A plan must be loaded before it can follow, which nobody may do who holds people's rows; and a note that committed with its cause
//! is followed even where the program was killed in between.

use sqlx::FromRow;

use super::Proposal;
use crate::store::statement::{bound, statements};
use crate::store::{Change, StoreError, View};

statements! {
    /// Notes that a plan is to follow.
    ADD = "INSERT INTO plan_repairs (run_id, group_number, volunteer_id, at_ms)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    /// Plans that are to follow.
    LIST_RUNS = "SELECT DISTINCT run_id AS id FROM plan_repairs ORDER BY run_id LIMIT $1";
    /// What a plan is to follow.
    LIST = "SELECT group_number, volunteer_id FROM plan_repairs
        WHERE run_id = $1
        ORDER BY at_ms, group_number, volunteer_id
        LIMIT $2";
    /// It has.
    DROP = "DELETE FROM plan_repairs WHERE run_id = $1 AND group_number = $2 AND volunteer_id = $3";
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
}

impl View {
    /// Runs whose plans are to follow something.
    pub async fn runs_to_repair(&mut self) -> Result<Vec<String>, StoreError> {
        let found: Vec<Id> = self.all(LIST_RUNS, bound![MOST]).await?;
        Ok(found.into_iter().map(|run| run.id).collect())
    }

    /// What the plan of a run is to follow, the oldest first.
    pub async fn due_repairs(&mut self, run_id: &str) -> Result<Vec<DueRepair>, StoreError> {
        self.all(LIST, bound![run_id, MOST]).await
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

    /// The plan has followed, or is in force no longer.
    pub async fn drop_repair(&mut self, run_id: &str, repair: &DueRepair) -> Result<(), StoreError> {
        self.execute(DROP, bound![run_id, repair.group_number, &repair.volunteer_id]).await.map(|_| ())
    }
}
