//! Plans follow what ended outside of them: a guardian's or a child's no, a withdrawn consent, a bar, a conflict. Whoever is free then
//! gets the best there is, as a new draft for the coordinator.
//!
//! In: what such transactions noted (`store::proposals::repairs`). Out: plans and drafts as after a volunteer's no. Called as soon
//! as a request that noted something has committed, and by `serve` each minute for whatever is left.

use super::changes::Wanted;
use super::following::follow_all;
use super::kept::Plans;
use super::promises::PromiseError;
use crate::store::proposals::DueRepair;
use crate::store::{Actor, Change, PlanChangeKind, Store, StoreError};

/// How often a plan is begun with.
const ATTEMPTS: usize = 4;

/// Lets every plan follow that is to; how many pairs it was about.
///
/// # Errors
/// Where the database fails, or a plan cannot be loaded; the others have followed all the same.
pub async fn repair_due(store: &Store, plans: &Plans) -> Result<usize, PromiseError> {
    let (mut followed, mut failed) = (0, None);
    let runs = store.view().await?.runs_to_repair().await?;
    for run_id in runs {
        match repair_run(store, plans, &run_id).await {
            Ok(pairs) => followed += pairs,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(followed), Err)
}

/// Lets the plan of a run follow; how many pairs it was about.
///
/// # Errors
/// As [`repair_due`]; it is followed by a later call.
pub async fn repair_run(store: &Store, plans: &Plans, run_id: &str) -> Result<usize, PromiseError> {
    for _ in 0..ATTEMPTS {
        match plans.prepare(run_id).await {
            // Nothing can follow any more; what was noted goes.
            Ok(()) | Err(PromiseError::Gone) => {}
            Err(error) => return Err(error),
        }
        let mut change = store.change(Actor::SYSTEM).await?;
        match repair(&mut change, plans, run_id).await {
            Ok(pairs) => {
                change.commit(None).await?;
                return Ok(pairs);
            }
            Err(PromiseError::RanAhead) => {
                drop(change);
                plans.forget(run_id);
            }
            Err(error) => {
                // Nothing of it is stored, and the plan may have run ahead.
                drop(change);
                plans.forget(run_id);
                return Err(error);
            }
        }
    }
    Err(PromiseError::RanAhead)
}

async fn repair(change: &mut Change, plans: &Plans, run_id: &str) -> Result<usize, PromiseError> {
    let run = change.hold_plan(run_id).await?;
    let due = change.due_repairs(run_id).await?;
    for repair in &due {
        change.drop_repair(run_id, repair).await?;
    }
    if let Some(mut run) = run {
        let wanted = due.iter().map(wanted).collect::<Result<_, StoreError>>()?;
        follow_all(change, plans, &mut run, wanted).await?;
    }
    Ok(due.len())
}

fn wanted(repair: &DueRepair) -> Result<Wanted, StoreError> {
    let group = u32::try_from(repair.group_number).map_err(|error| StoreError::Broken {
        table: "plan_repairs",
        column: "group_number",
        row: repair.volunteer_id.clone(),
        cause: error.to_string(),
    })?;
    Ok(Wanted { kind: PlanChangeKind::Decline, group, volunteer_id: repair.volunteer_id.clone() })
}
