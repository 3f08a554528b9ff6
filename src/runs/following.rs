//! Plans in memory that follow the table of their changes: the questions that `promises` asks them.

use super::RunFault;
use super::changes::{Applied, SwapPrice, Wanted};
use super::kept::Plans;
use super::promises::PromiseError;
use crate::store::PlanChange;

impl From<RunFault> for PromiseError {
    fn from(fault: RunFault) -> Self {
        match fault {
            RunFault::Store(error) => Self::Store(error),
            RunFault::NoPlan | RunFault::Erased => Self::Gone,
            other => Self::Unloadable(other.word()),
        }
    }
}

impl Plans {
    /// Loads a plan, unless it is held.
    ///
    /// # Errors
    /// Where it cannot be loaded.
    pub async fn prepare(&self, run_id: &str) -> Result<(), PromiseError> {
        self.confirmed(run_id).await.map(|_| ())
    }

    /// Up to which number a plan has seen the table of its changes.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub async fn confirmed(&self, run_id: &str) -> Result<i64, PromiseError> {
        let asked = self.ask(run_id, |plan| plan.changed().map(|changed| changed.confirmed())).await?;
        asked.map_err(|error| PromiseError::Unloadable(error.to_string()))
    }

    /// Takes up what the table holds after a number.
    ///
    /// # Errors
    /// [`PromiseError::RanAhead`] where the plan is to be forgotten.
    pub async fn take_up(
        &self,
        run_id: &str,
        since: i64,
        table: Vec<PlanChange>,
    ) -> Result<(), PromiseError> {
        self.apply(run_id, since, (table, Vec::new()), Vec::new()).await.map(|_| ())
    }

    /// The same, and applies new changes, which are to be stored and committed at once. Beside the table are those that the same
    /// transaction has applied before.
    ///
    /// # Errors
    /// As [`take_up`](Self::take_up), and `capacity_exhausted`.
    pub async fn apply(
        &self,
        run_id: &str,
        since: i64,
        (table, own): (Vec<PlanChange>, Vec<PlanChange>),
        new: Vec<Wanted>,
    ) -> Result<Applied, PromiseError> {
        let asked = self.ask(run_id, move |plan| match plan.changed() {
            Ok(changed) => changed.apply_after(since, (&table, &own), &new).map_err(PromiseError::from),
            Err(error) => Err(PromiseError::Unloadable(error.to_string())),
        });
        let applied = asked.await?;
        if matches!(applied, Err(PromiseError::Unloadable(_))) {
            self.forget(run_id);
        }
        applied
    }

    /// The exact price of giving a group to a volunteer; none where a rule or a refusal forbids it.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub async fn price(
        &self,
        run_id: &str,
        group: u32,
        volunteer_id: &str,
    ) -> Result<Option<SwapPrice>, PromiseError> {
        let volunteer_id = volunteer_id.to_owned();
        let asked =
            self.ask(run_id, move |plan| plan.changed().map(|changed| changed.price(group, &volunteer_id)));
        asked.await?.map_err(|error| PromiseError::Unloadable(error.to_string()))
    }
}
