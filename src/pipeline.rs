//! Instance and policy in, plan out: the one way that the command line, a server and the benches share.

use std::ops::ControlFlow;

use crate::assignment::Progress;
use crate::candidates::Prepared;
use crate::candidates::graph::candidate_graph;
use crate::candidates::groups::{lead_groups, service_groups};
use crate::candidates::standing::standing_pairs;
use crate::model::{Instance, Policy};
use crate::plan::compose::{Solved, compose};
use crate::plan::pass::{Pass, PassKind, lead_places, service_places};
use crate::plan::{Plan, PlanError, PlanOptions};

/// Makes a plan: takes the standing pairs out, solves the leads, then the separate services.
///
/// # Errors
/// [`PlanError`]: rows that cannot both stand, amounts out of bounds, or a solver that was stopped.
pub fn make_plan(
    instance: &Instance,
    policy: &Policy,
    options: PlanOptions,
    progress: &mut dyn FnMut(PassKind, Progress) -> ControlFlow<()>,
) -> Result<Plan, PlanError> {
    let prepared = Prepared::new(instance, policy, options.seed, options.provisional);
    let standing = standing_pairs(&prepared)?;
    let groups = lead_groups(&prepared, &standing);
    let lead = Pass::solve(
        &prepared,
        PassKind::Lead,
        candidate_graph(&prepared, groups),
        lead_places(&prepared, &standing),
        options.method,
        &mut |step| progress(PassKind::Lead, step),
    )?;
    let (groups, deferred) = service_groups(&prepared);
    let service = Pass::solve(
        &prepared,
        PassKind::Service,
        candidate_graph(&prepared, groups),
        service_places(&prepared),
        options.method,
        &mut |step| progress(PassKind::Service, step),
    )?;
    compose(&prepared, options, Solved { standing, lead, service, deferred })
}
