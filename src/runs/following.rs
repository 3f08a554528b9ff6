//! Plans in memory that follow the table of their changes: the questions that `promises` asks them, and the drafts that are another
//! when a plan has followed.

use std::collections::BTreeMap;

use super::RunFault;
use super::changes::{Applied, Left, Settled, SwapPrice, Wanted};
use super::kept::Plans;
use super::promises::PromiseError;
use crate::store::proposals::{DRAFT, NewProposal, Proposal, ProposalStep, PublishedRun};
use crate::store::{Change, PlanChange, PlanChangeKind, StoreError};

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

    /// Who takes no part at present, as the plan was told; it takes up what the table holds as [`apply`](Self::apply) does.
    ///
    /// # Errors
    /// As [`take_up`](Self::take_up).
    pub async fn left(
        &self,
        run_id: &str,
        since: i64,
        (table, own): (Vec<PlanChange>, Vec<PlanChange>),
    ) -> Result<Vec<Left>, PromiseError> {
        let asked = self.ask(run_id, move |plan| match plan.changed() {
            Ok(changed) => {
                changed.apply_after(since, (&table, &own), &[])?;
                Ok(changed.left())
            }
            Err(error) => Err(PromiseError::Unloadable(error.to_string())),
        });
        asked.await?
    }

    /// Groups that are not promised, and have somebody else in the plan than these say, by number; it takes up what the table holds as
    /// [`apply`](Self::apply) does.
    ///
    /// # Errors
    /// As [`take_up`](Self::take_up).
    pub async fn others_than(
        &self,
        run_id: &str,
        since: i64,
        (table, own): (Vec<PlanChange>, Vec<PlanChange>),
        open: BTreeMap<u32, String>,
    ) -> Result<Vec<Settled>, PromiseError> {
        let asked = self.ask(run_id, move |plan| match plan.changed() {
            Ok(changed) => {
                changed.apply_after(since, (&table, &own), &[])?;
                Ok(changed.others_than(&open))
            }
            Err(error) => Err(PromiseError::Unloadable(error.to_string())),
        });
        asked.await?
    }

    /// The exact price of giving a group to a volunteer, in the plan as the table has it: what it holds after the number `since` is taken
    /// up by the same question, so that a plan which was loaded just now is not asked about pairs that were declined long ago. None
    /// where a rule or a refusal forbids the pair.
    ///
    /// # Errors
    /// As [`take_up`](Self::take_up).
    pub async fn price(
        &self,
        run_id: &str,
        (since, table): (i64, Vec<PlanChange>),
        group: u32,
        volunteer_id: &str,
    ) -> Result<Option<SwapPrice>, PromiseError> {
        let volunteer_id = volunteer_id.to_owned();
        let asked = self.ask(run_id, move |plan| match plan.changed() {
            Ok(changed) => {
                changed.take_up(since, &table)?;
                Ok(changed.price(group, &volunteer_id))
            }
            Err(error) => Err(PromiseError::Unloadable(error.to_string())),
        });
        asked.await?
    }
}

/// The group of a proposal.
pub(super) fn group_of(proposal: &Proposal) -> u32 {
    u32::try_from(proposal.group_number).unwrap_or(u32::MAX)
}

/// Changes the plan, and drafts anew what is another now.
pub(super) async fn follow(
    change: &mut Change,
    plans: &Plans,
    run: &mut PublishedRun,
    kind: PlanChangeKind,
    proposal: &Proposal,
) -> Result<(), PromiseError> {
    let volunteer_id = proposal.volunteer_id.clone();
    // What people decide holds all the same where no plan is left; a new run is to be made.
    let Some(mut following) = Following::begin(change, plans, run).await? else { return Ok(()) };
    following.take(vec![Wanted { kind, group: group_of(proposal), volunteer_id }]).await?;
    following.draft().await
}

/// A plan that follows in a transaction.
pub(super) struct Following<'f> {
    change: &'f mut Change,
    plans: &'f Plans,
    run: &'f mut PublishedRun,
    since: i64,
    table: Vec<PlanChange>,
    /// What this transaction has applied.
    own: Vec<PlanChange>,
    /// Groups that are not promised, and whom the plan has for them now.
    settled: BTreeMap<u32, Settled>,
}

impl<'f> Following<'f> {
    /// Of a run that is held; none where there is no plan any more.
    pub(super) async fn begin(
        change: &'f mut Change,
        plans: &'f Plans,
        run: &'f mut PublishedRun,
    ) -> Result<Option<Self>, PromiseError> {
        let since = match plans.confirmed(&run.id).await {
            Err(PromiseError::Gone) => return Ok(None),
            since => since?,
        };
        let mut table = change.plan_changes(&run.id, since).await?;
        // What this transaction stored before counts as stored only once it commits.
        let committed = usize::try_from(run.committed - since).map_err(|_| PromiseError::RanAhead)?;
        let own = table.split_off(committed.min(table.len()));
        Ok(Some(Self { change, plans, run, since, table, own, settled: BTreeMap::new() }))
    }

    /// Changes the plan. It knows people as they were when the run was made: where it has a pair that cannot be today, it is told so,
    /// until it has none.
    pub(super) async fn take(&mut self, mut wanted: Vec<Wanted>) -> Result<(), PromiseError> {
        while !wanted.is_empty() {
            let known = (self.table.clone(), self.own.clone());
            let applied = self.plans.apply(&self.run.id, self.since, known, wanted).await?;
            self.change.add_plan_changes(self.run, &applied.changes).await?;
            self.own.extend(applied.changes);
            wanted = self.settle(applied.settled).await?;
        }
        Ok(())
    }

    /// Lets whoever takes part again come back, and compares every draft with the plan.
    pub(super) async fn take_everybody(&mut self) -> Result<(), PromiseError> {
        let known = (self.table.clone(), self.own.clone());
        let mut back = Vec::new();
        for left in self.plans.left(&self.run.id, self.since, known).await? {
            back.extend(self.returns(left).await?);
        }
        self.take(back).await?;
        let open = self.change.open_proposals(&self.run.id).await?.into_iter();
        let open = open.filter_map(|open| Some((u32::try_from(open.group_number).ok()?, open.volunteer_id)));
        let known = (self.table.clone(), self.own.clone());
        let others = self.plans.others_than(&self.run.id, self.since, known, open.collect()).await?;
        let wanted = self.settle(others).await?;
        self.take(wanted).await
    }

    /// By which change somebody who left takes part again; none where she still does not.
    async fn returns(&mut self, left: Left) -> Result<Option<Wanted>, StoreError> {
        Ok(match left {
            Left::Group { group, child_ids } if !self.change.is_child_out(&child_ids).await? => {
                let kind = PlanChangeKind::GroupReturns;
                Some(Wanted { kind, group, volunteer_id: String::new() })
            }
            Left::Volunteer(volunteer_id) if !self.change.is_volunteer_out(&volunteer_id).await? => {
                Some(Wanted { kind: PlanChangeKind::VolunteerReturns, group: 0, volunteer_id })
            }
            Left::Group { .. } | Left::Volunteer(_) => None,
        })
    }

    /// Takes note of whom groups have; what the plan is to be told of pairs that cannot be today.
    async fn settle(&mut self, settled: Vec<Settled>) -> Result<Vec<Wanted>, StoreError> {
        let mut wanted = Vec::new();
        for group in settled {
            let open = self.change.open_proposal(&self.run.id, i64::from(group.group)).await?;
            if open.is_some_and(|open| open.state != DRAFT) {
                // It is promised, whatever the plan remembers of it.
                continue;
            }
            if let Some(has) = &group.has
                && let Some(kind) =
                    self.change.stands_against_draft(&has.volunteer_id, &group.child_ids).await?
            {
                wanted.push(Wanted { kind, group: group.group, volunteer_id: has.volunteer_id.clone() });
            }
            self.settled.insert(group.group, group);
        }
        Ok(wanted)
    }

    /// Drafts anew what is another now. Whoever is to be drafted is held and asked about once more: on PostgreSQL a no that was not committed
    /// when she was asked about would not find the draft, nor the draft the no.
    pub(super) async fn draft(mut self) -> Result<(), PromiseError> {
        loop {
            let drafted: Vec<Settled> =
                self.settled.values().filter(|group| group.has.is_some()).cloned().collect();
            let child_ids = drafted.iter().flat_map(|group| group.child_ids.iter().cloned()).collect();
            let has = drafted.iter().flat_map(|group| &group.has);
            let volunteer_ids = has.map(|has| has.volunteer_id.clone()).collect();
            self.change.hold_for_drafts(&child_ids, &volunteer_ids).await?;
            let wanted = self.settle(drafted).await?;
            if wanted.is_empty() {
                break;
            }
            self.take(wanted).await?;
        }
        for group in self.settled.into_values() {
            draft(self.change, self.run, group).await?;
        }
        Ok(())
    }
}

/// Brings the draft of a group that is not promised into line with the plan.
async fn draft(change: &mut Change, run: &PublishedRun, settled: Settled) -> Result<(), PromiseError> {
    let group_number = i64::from(settled.group);
    if let Some(open) = change.open_proposal(&run.id, group_number).await? {
        if settled.has.as_ref().is_some_and(|has| has.volunteer_id == open.volunteer_id) {
            return Ok(());
        }
        change.step_proposal(&open, ProposalStep::Withdraw, "plan_changed").await?;
    }
    let Some(has) = settled.has else { return Ok(()) };
    let region_code = match settled.child_ids.first() {
        Some(child_id) => change.region_of_child(child_id).await?,
        None => return Ok(()),
    };
    let new = NewProposal {
        run_id: run.id.clone(),
        group_number,
        volunteer_id: has.volunteer_id,
        kind: has.kind.names().1.to_owned(),
        origin: "repaired".to_owned(),
        cost: has.cost,
        backup_volunteer_id: None,
        region_code,
        child_ids: settled.child_ids,
    };
    change.add_proposal(&new).await?;
    Ok(())
}
