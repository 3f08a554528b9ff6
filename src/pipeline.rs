//! Instance and policy in, plan out: the one way that the command line, a server and the benches share.

use std::ops::ControlFlow;

use crate::assignment::Progress;
use crate::candidates::groups::{lead_groups, service_groups};
use crate::candidates::standing::standing_pairs;
use crate::candidates::{Group, Prepared, StandingPairs};
use crate::model::{Instance, Policy};
use crate::plan::compose::{Solved, compose};
use crate::plan::pass::PassKind;
use crate::plan::{Outline, Plan, PlanError, PlanOptions, SolvedPass};

/// The questions of a run, before any pair is looked at.
pub struct Posed {
    /// Pairs that are not moved.
    pub standing: StandingPairs,
    /// Children and their leads.
    pub lead: Outline,
    /// Needs and specialists.
    pub service: Outline,
    /// Needs put off by the limit on concurrent volunteers (S19).
    pub deferred: Vec<Group>,
}

/// Derives the questions of a run: takes the standing pairs out, says who waits and whose places are open.
///
/// # Errors
/// [`PlanError`]: rows that cannot both stand, or amounts out of bounds.
pub fn pose(prepared: &Prepared<'_>) -> Result<Posed, PlanError> {
    let standing = standing_pairs(prepared)?;
    let lead = Outline::of_leads(prepared, &standing, lead_groups(prepared, &standing))?;
    let (needs, deferred) = service_groups(prepared);
    let service = Outline::of_services(prepared, needs)?;
    Ok(Posed { standing, lead, service, deferred })
}

/// Makes a plan: leads first, then separate services, backups and reasons.
///
/// # Errors
/// As [`pose`], and a solver that was stopped or refused the size.
pub fn make_plan(
    instance: &Instance,
    policy: &Policy,
    options: PlanOptions,
    progress: &mut (dyn FnMut(PassKind, Progress) -> ControlFlow<()> + Send),
) -> Result<Plan, PlanError> {
    let prepared = Prepared::new(instance, policy, options.seed, options.provisional);
    let Posed { standing, lead, service, deferred } = pose(&prepared)?;
    let lead = SolvedPass::of(&prepared, lead, options.method, &mut |step| progress(PassKind::Lead, step))?;
    let service =
        SolvedPass::of(&prepared, service, options.method, &mut |step| progress(PassKind::Service, step))?;
    compose(&prepared, options, Solved { standing, lead, service, deferred })
}
