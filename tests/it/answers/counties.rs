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

/// A committed county, with the folder's own policy.
pub(crate) fn committed(name: &str) -> Loaded {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    load(&inputs, &LoadOptions::default()).expect("the committed county loads")
}

/// The child of a county's number.
pub(crate) fn child(plan: &LoadedPlan<'_>, number: &str) -> u32 {
    let found = plan.prepared.instance.children.iter().position(|child| child.id.as_str() == number);
    found.expect("the county has this child") as u32
}

/// The volunteer of a county's number.
pub(crate) fn volunteer(plan: &LoadedPlan<'_>, number: &str) -> u32 {
    let found = plan.prepared.instance.volunteers.iter().position(|unit| unit.id.as_str() == number);
    found.expect("the county has this volunteer") as u32
}

/// The problem of the leads over all admissible pairs, where wanted with one group forced onto a right node.
pub(crate) fn over_all_pairs(plan: &LoadedPlan<'_>, forced: Option<(u32, u32)>) -> Problem {
    let mut builder = ProblemBuilder::new();
    for right in 0..plan.outline.places.len() as u32 {
        builder
            .push_right(plan.problem.capacity(right), plan.problem.load(right))
            .expect("it was pushed before");
    }
    for (group, row) in (0..).zip(all_pairs(plan.prepared, plan.outline)) {
        let only = forced.and_then(|(left, right)| (left == group).then_some(right));
        let kept: Vec<(u32, i64)> =
            row.into_iter().filter(|(right, _)| only.is_none_or(|only| only == *right)).collect();
        let unmatched = match only {
            Some(_) => Unmatched::Forbidden,
            None => Unmatched::Price(plan.unmatched_price(group)),
        };
        builder.push_left(unmatched, &kept).expect("it was pushed before");
    }
    builder.finish().expect("the plan was solved")
}

/// The least total with a group on a right node, solved anew; none where there is no such choice.
pub(crate) fn least_total_with(plan: &LoadedPlan<'_>, group: u32, right: u32) -> Option<i128> {
    let problem = over_all_pairs(plan, Some((group, right)));
    let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()));
    solution.ok().map(|solution| solution.objective.total())
}

/// The snapshots of answers have the same names whichever binary the tests are built into.
pub(crate) fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The numbers of people in a text who are neither the child with those placed together with it, nor one of the units.
pub(crate) fn strangers_in(plan: &LoadedPlan<'_>, text: &str, child: u32, units: &[u32]) -> Vec<String> {
    let group = plan.group_of(child).map(|group| plan.outline.groups[group as usize].children.as_slice());
    let together = group.unwrap_or(&[]);
    let instance = plan.prepared.instance;
    let known: BTreeSet<&str> =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').collect();
    let children =
        (0..).zip(&instance.children).filter(|(other, _)| *other != child && !together.contains(other));
    let others = (0..).zip(&instance.volunteers).filter(|(other, _)| !units.contains(other));
    let numbers = children.map(|(_, who)| who.id.as_str()).chain(others.map(|(_, who)| who.id.as_str()));
    numbers.filter(|number| known.contains(number)).map(str::to_owned).collect()
}
