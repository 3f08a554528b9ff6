//! Small counties, planned and loaded for questions.

use std::ops::ControlFlow;

use jiedui::assignment::Method;
use jiedui::candidates::Prepared;
use jiedui::explanation::LoadedPlan;
use jiedui::model::{Instance, Policy};
use jiedui::pipeline::{Posed, pose};
use jiedui::plan::SolvedPass;
use jiedui::plan::mend::Held;

/// The seed of every plan here.
pub(crate) const SEED: u64 = 7;

/// Plans the leads of a county and asks a question of the plan.
pub(crate) fn asked<Answer>(
    instance: &Instance,
    policy: &Policy,
    question: impl FnOnce(&LoadedPlan<'_>, &Posed) -> Answer,
) -> Answer {
    let prepared = Prepared::new(instance, policy, SEED, false);
    let posed = pose(&prepared).expect("no two rows contradict");
    let go_on = &mut |_| ControlFlow::Continue(());
    let solved = SolvedPass::of(&prepared, posed.lead.clone(), Method::Exact, go_on).expect("it is small");
    let plan = LoadedPlan::new(&prepared, &posed.standing, &posed.lead, Held::of(&solved));
    question(&plan.expect("the exact method proves its plans"), &posed)
}

/// The least total of the leads of a county, solved anew: cost, load and unmatched prices.
pub(crate) fn least_total(instance: &Instance, policy: &Policy) -> i128 {
    asked(instance, policy, |plan, _| plan.solution.objective.total())
}
