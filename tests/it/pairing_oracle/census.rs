//! What the small counties hold, counted: a property is worth little where nothing happens.

use std::collections::{BTreeMap, BTreeSet};

use jiedui::model::Rule;
use jiedui::plan::UnmatchedReason;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::people::county;
use super::plan;
use super::rules::{Duty, broken};

/// The properties say nothing of counties in which nothing happens: most must have something to get wrong.
#[test]
fn small_counties_have_everything_that_can_go_wrong() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..1500 {
        let county = county().new_tree(&mut runner).expect("a county").current();
        let plan = plan(&county);
        let mut happened: BTreeSet<String> =
            plan.pairs.iter().map(|pair| pair.origin.names().1.to_owned()).collect();
        let mut note = |what: &str, holds: bool| holds.then(|| happened.insert(what.to_owned()));
        note("backup", plan.pairs.iter().any(|pair| pair.backup.is_some()));
        note("awaited", plan.pairs.iter().any(|pair| !pair.awaited.is_empty()));
        note("service", plan.passes[1].solution.chosen.iter().any(Option::is_some));
        note("refused pin", !plan.refused_pins.is_empty());
        note(
            "pin without room",
            plan.refused_pins.iter().any(|pin| {
                let unit = &county.instance.volunteers[pin.volunteer as usize];
                unit.capacity > 0 && pin.verdict.broken == [Rule::Capacity]
            }),
        );
        note(
            "competition",
            plan.unmatched.iter().any(|child| matches!(child.reason, UnmatchedReason::Competition(_))),
        );
        note("load", plan.passes[0].solution.objective.load > 0);
        note("siblings", plan.passes[0].pass.graph.groups.iter().any(|group| group.children.len() > 1));
        for child in 0..county.instance.children.len() {
            for unit in 0..county.instance.volunteers.len() {
                happened.extend(
                    broken(&county, &[child], unit, Duty::Lead).iter().map(|rule| rule.code().to_owned()),
                );
            }
        }
        for what in happened {
            *seen.entry(what).or_default() += 1;
        }
    }
    let wanted = Rule::ALL.iter().map(|rule| rule.code()).chain([
        "proposed",
        "kept",
        "accepted",
        "pinned",
        "joined_sibling",
        "backup",
        "awaited",
        "service",
        "refused pin",
        "pin without room",
        "competition",
        "load",
        "siblings",
    ]);
    // H17 is the one rule that a child alone hardly meets; brothers and sisters are counted on their own.
    for what in wanted.filter(|what| *what != Rule::Siblings.code()) {
        assert!(seen.get(what).is_some_and(|counties| *counties >= 10), "{what} is rare: {seen:?}");
    }
    assert!(seen["proposed"] >= 375, "too few counties have a pair to propose: {seen:?}");
}
