//! Small counties, planned and loaded for questions.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

use jiedui::assignment::{Method, Problem, ProblemBuilder, Unmatched, solve};
use jiedui::candidates::Prepared;
use jiedui::explanation::LoadedPlan;
use jiedui::input::load::{LoadOptions, Loaded, load};
use jiedui::model::{Instance, Policy};
use jiedui::pipeline::{Posed, pose};
use jiedui::plan::SolvedPass;
use jiedui::plan::growth::all_pairs;
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
