//! Plans follow what ended outside of them: a guardian's or a child's no, a withdrawn consent, a bar, a conflict. Whoever is free then
//! gets the best there is, as a new draft for the coordinator.
//!
//! In: what such transactions noted (`store::proposals::repairs`), an erasure and a publication too, after which every draft is compared
//! with the plan. Out: plans and drafts as after a volunteer's no. Called as soon
//! as a request that noted something has committed, and by `serve` each minute for whatever is left.

use super::changes::Wanted;
use super::following::Following;
use super::kept::Plans;
use super::promises::PromiseError;
use crate::store::proposals::DueRepair;
use crate::store::{Actor, Change, PlanChangeKind, RegionSpan, Store, StoreError};

/// How often a plan is begun with.
const ATTEMPTS: usize = 4;

/// Lets every plan follow that is to; how many notes it was about.
///
/// # Errors
/// Where the database fails, or a plan cannot be loaded; the others have followed all the same.
pub async fn repair_due(store: &Store, plans: &Plans) -> Result<usize, PromiseError> {
    let (mut followed, mut failed) = (0, None);
    let runs = store.view().await?.runs_to_repair().await?;
    for run_id in runs {
        match repair_run(store, plans, &run_id).await {
            Ok(notes) => followed += notes,
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(followed), Err)
}

/// Lets the plan of a run follow; how many notes it was about. What was noted before the run is published waits until it is.
///
/// # Errors
/// As [`repair_due`]; it is followed by a later call.
pub async fn repair_run(store: &Store, plans: &Plans, run_id: &str) -> Result<usize, PromiseError> {
    let mut view = store.view().await?;
    let state = view.run(&RegionSpan::everywhere(), run_id).await?.state;
    let nothing = view.due_repairs(run_id).await?.is_empty();
    drop(view);
    if nothing || !["published", "superseded"].contains(&state.as_str()) {
        return Ok(0);
    }
    for _ in 0..ATTEMPTS {
        if state == "published" {
            match plans.prepare(run_id).await {
                // Nothing can follow any more; what was noted goes.
                Ok(()) | Err(PromiseError::Gone) => {}
                Err(error) => return Err(error),
            }
        }
        let mut change = store.change(Actor::SYSTEM).await?;
        match repair(&mut change, plans, run_id).await {
            Ok(notes) => {
                change.commit(None).await?;
                return Ok(notes);
            }
            Err(error) => {
                // Nothing of it is stored, and the plan may have run ahead.
                drop(change);
                plans.forget(run_id);
                if !error.is_to_be_begun_again() {
                    return Err(error);
                }
            }
        }
    }
    Err(PromiseError::RanAhead)
}

async fn repair(change: &mut Change, plans: &Plans, run_id: &str) -> Result<usize, PromiseError> {
    // None where another run has taken over: it knows of what ended.
    let run = change.hold_plan(run_id).await?;
    let due = change.due_repairs(run_id).await?;
    let mut pairs = Vec::new();
    for pair in &due.pairs {
        pairs.push(wanted(change, run_id, pair).await?);
    }
    if let Some(mut run) = run
        && let Some(mut following) = Following::begin(change, plans, &mut run).await?
    {
        following.take(pairs).await?;
        if due.is_to_be_settled() {
            following.take_everybody().await?;
        }
        following.draft().await?;
    }
    change.drop_repairs(run_id, &due).await?;
    Ok(due.pairs.len() + usize::from(due.is_to_be_settled()))
}

/// What a plan is told of a pair that came to nothing: that the two are kept apart, or that nothing is promised any more. What else stood
/// against them may pass.
async fn wanted(change: &mut Change, run_id: &str, repair: &DueRepair) -> Result<Wanted, StoreError> {
    let group = u32::try_from(repair.group_number).map_err(|error| StoreError::Broken {
        table: "plan_repairs",
        column: "group_number",
        row: repair.volunteer_id.clone(),
        cause: error.to_string(),
    })?;
    let apart = change.is_kept_apart(run_id, repair.group_number, &repair.volunteer_id).await?;
    let kind = if apart { PlanChangeKind::Decline } else { PlanChangeKind::Unpin };
    Ok(Wanted { kind, group, volunteer_id: repair.volunteer_id.clone() })
}
