//! Instance and policy in, plan out: the one way that the command line, a server and the benches share.

use std::ops::ControlFlow;

use crate::assignment::Progress;
use crate::candidates::graph::candidate_graph;
use crate::candidates::groups::{lead_groups, service_groups};
use crate::candidates::standing::standing_pairs;
use crate::candidates::{Group, Prepared, StandingPairs};
use crate::model::{Instance, Policy};
use crate::plan::compose::{Solved, compose};
use crate::plan::pass::{Pass, PassKind, lead_places, service_places};
use crate::plan::{Plan, PlanError, PlanOptions};

/// The problems of a run, before anything is solved.
pub struct Posed {
    /// Pairs that are not moved.
    pub standing: StandingPairs,
    /// Children and their leads.
    pub lead: Pass,
    /// Needs and specialists.
    pub service: Pass,
    /// Needs put off by the limit on concurrent volunteers (S19).
    pub deferred: Vec<Group>,
}

/// Derives the problems of a run: takes the standing pairs out, finds and scores the admissible pairs.
///
/// # Errors
/// [`PlanError`]: rows that cannot both stand, or amounts out of bounds.
pub fn pose(prepared: &Prepared<'_>) -> Result<Posed, PlanError> {
    let standing = standing_pairs(prepared)?;
    let leads = candidate_graph(prepared, lead_groups(prepared, &standing)).keep(|group, volunteer| {
        !group.children.iter().any(|child| standing.could_not_join(*child, volunteer))
    });
    let lead = Pass::build(prepared, PassKind::Lead, leads, lead_places(prepared, &standing))?;
    let (needs, deferred) = service_groups(prepared);
    let specialists = candidate_graph(prepared, needs);
    let service = Pass::build(prepared, PassKind::Service, specialists, service_places(prepared))?;
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
    progress: &mut dyn FnMut(PassKind, Progress) -> ControlFlow<()>,
) -> Result<Plan, PlanError> {
    let prepared = Prepared::new(instance, policy, options.seed, options.provisional);
    let Posed { standing, lead, service, deferred } = pose(&prepared)?;
    let lead = lead.solve(options.method, &mut |step| progress(PassKind::Lead, step))?;
    let service = service.solve(options.method, &mut |step| progress(PassKind::Service, step))?;
    compose(&prepared, options, Solved { standing, lead, service, deferred })
}
