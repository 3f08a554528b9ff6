//! Why nobody: the funnel against the rules read whole, every relaxation against all smaller ones tried, the closed set against a
//! plain search over all admissible pairs.

mod relaxed;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use jiedui::candidates::Scope;
use jiedui::candidates::rules::verdict;
use jiedui::explanation::why_nobody::{Count, NobodyIndex, TownshipShare, Why};
use jiedui::explanation::{LoadedPlan, why_nobody};
use jiedui::model::child::{Answer, Sex};
use jiedui::model::policy::{Assignment, CoverageMode};
use jiedui::model::volunteer::{Limits, Reach};
use jiedui::model::{NeedKind, Rule};
use jiedui::plan::growth::all_pairs;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use super::counties::asked;
use crate::pairing_oracle::people::{County, county};

/// Small counties of which some are short of everything that makes a pair: the policy lets nobody go far, two units have one place
/// each, or nobody has a skill.
pub(crate) fn short_of_volunteers() -> impl Strategy<Value = County> {
    (county(), 0..4_u8).prop_map(|(mut county, short_of)| {
        match short_of {
            1 => county.policy.travel.max_travel_min = 8,
            2 => {
                for child in &mut county.instance.children {
                    child.consent.answer = Answer::Yes(None);
                    child.wish = Answer::Yes(None);
                    child.needs = child
                        .needs
                        .iter()
                        .filter(|need| need.kind == NeedKind::Companionship)
                        .cloned()
                        .collect();
                    child.sex = Sex::Male;
                    child.household = None;
                }
                for unit in county.instance.volunteers.iter_mut().skip(2) {
                    unit.capacity = 0;
                }
                for unit in county.instance.volunteers.iter_mut().take(2) {
                    unit.capacity = 1;
                    unit.limits = Limits::default();
                    unit.reach = Reach::Minutes(90);
                }
            }
            3 => {
                county.policy.needs[NeedKind::Tutoring.index()].assignment = Assignment::Lead;
                county.instance.volunteers.iter_mut().for_each(|unit| unit.skills = [].into());
            }
            _ => {}
        }
        county
    })
}

/// S and N(S) by a plain search over all admissible pairs.
fn closed_set(plan: &LoadedPlan<'_>, group: u32) -> (Vec<u32>, Vec<u32>) {
    let rows = all_pairs(plan.prepared, plan.outline);
    let (mut groups, mut rights) = (BTreeSet::from([group]), BTreeSet::new());
    let mut open = vec![group];
    while let Some(group) = open.pop() {
        for (right, _) in &rows[group as usize] {
            if rights.insert(*right) {
                open.extend(plan.holders(*right).iter().filter(|holder| groups.insert(**holder)));
            }
        }
    }
    (groups.into_iter().collect(), rights.into_iter().collect())
}

fn number(count: Count) -> u32 {
    count.number().expect("a coordinator reads every number")
}

/// Volunteers left after each stage, by all the rules that each breaks.
fn left_by_stage(plan: &LoadedPlan<'_>, children: &[u32]) -> Vec<u32> {
    let stages: [&[&str]; 6] = [
        &["H20"],
        &["H04", "H05", "H06", "H07", "H08", "H09", "H10", "H11", "H12"],
        &["H13", "H14", "H15", "H16", "H17", "H18"],
        &["H21"],
        &["H19"],
        &[],
    ];
    let mut left: Vec<u32> = (0..plan.prepared.instance.volunteers.len() as u32).collect();
    let mut counts = Vec::new();
    for (at, codes) in stages.iter().enumerate() {
        left.retain(|volunteer| {
            let broken = verdict(plan.prepared, children, *volunteer, Scope::Lead).broken;
            let lost = broken.iter().any(|rule: &Rule| codes.contains(&rule.code()));
            let joined = children.iter().any(|child| plan.standing.could_not_join(*child, *volunteer));
            let place = plan.right_of(*volunteer).is_some() && !joined;
            !lost && (at < 5 || place)
        });
        counts.push(left.len() as u32);
    }
    counts
}

proptest! {
    #![proptest_config(Config::with_cases(400))]

    #[test]
    fn the_closed_set_is_what_alternating_paths_over_all_admissible_pairs_reach(county in short_of_volunteers()) {
        asked(&county.instance, &county.policy, |plan, _| {
            let index = NobodyIndex::of(plan);
            for (group, at) in plan.outline.groups.iter().zip(0_u32..) {
                let answer = index.why_nobody(group.children[0]);
                let Why::Competition(witness) = answer.why else { continue };
                let (groups, rights) = index.closure_of(at);
                prop_assert_eq!(&(groups.clone(), rights.clone()), &closed_set(plan, at));
                prop_assert!(groups.contains(&at));
                let places: u32 = rights.iter().map(|right| plan.outline.places[*right as usize].open()).sum();
                prop_assert!(groups.len() as u32 > places);
                let children = groups.iter().map(|group| plan.outline.groups[*group as usize].children.len());
                let children = children.sum::<usize>() as u32;
                prop_assert_eq!(number(witness.groups), groups.len() as u32);
                prop_assert_eq!(number(witness.children), children);
                prop_assert_eq!(number(witness.volunteers), rights.len() as u32);
                prop_assert_eq!(number(witness.places), places);
                let of_townships = |of: fn(&TownshipShare) -> Count| {
                    witness.townships.iter().map(|share| number(of(share))).sum::<u32>()
                };
                prop_assert_eq!(of_townships(|share| share.children), children);
                prop_assert_eq!(of_townships(|share| share.volunteers), rights.len() as u32);
                prop_assert_eq!(of_townships(|share| share.places), places);
                prop_assert_eq!(witness.classes.iter().map(|class| number(class.children)).sum::<u32>(), children);
                // Nobody of a lower rank holds a place that this group could come by.
                let rank = |group: &u32| plan.outline.unmatched.ranks[*group as usize];
                prop_assert!(groups.iter().all(|other| rank(other) >= rank(&at)));
            }
            Ok(())
        })?;
    }

    #[test]
    fn every_child_without_anybody_has_the_reason_that_holds(county in short_of_volunteers()) {
        asked(&county.instance, &county.policy, |plan, _| {
            let rows = all_pairs(plan.prepared, plan.outline);
            for child in 0..county.instance.children.len() as u32 {
                let why = why_nobody(plan, child).why;
                let Some(group) = plan.group_of(child) else {
                    let paired = matches!(why, Why::Paired { .. });
                    prop_assert!(paired);
                    continue;
                };
                let ready = plan.search.is_ready(group as usize);
                let row = &rows[group as usize];
                match why {
                    Why::Paired { volunteer } => {
                        let right = plan.chosen(group).expect("somebody is with the child");
                        let unit = &county.instance.volunteers[plan.volunteer_at(right) as usize];
                        prop_assert_eq!(volunteer.number(), Some(unit.id.as_str()));
                    }
                    Why::OwnSide { .. } | Why::SiblingsSide { .. } => prop_assert!(!ready),
                    Why::NobodyAdmissible { funnel, .. } => {
                        prop_assert!(ready && row.is_empty());
                        let left: Vec<u32> = funnel.stages.iter().map(|stage| number(stage.left)).collect();
                        let children = &plan.outline.groups[group as usize].children;
                        prop_assert_eq!(&left, &left_by_stage(plan, children));
                        prop_assert_eq!(left.last(), Some(&0));
                        let mut before = number(funnel.registered);
                        for stage in &funnel.stages {
                            let lost: u32 = stage.lost.iter().map(|lost| number(lost.volunteers)).sum();
                            prop_assert_eq!(before - lost, number(stage.left));
                            before = number(stage.left);
                        }
                    }
                    Why::Competition(_) => {
                        prop_assert!(ready && !row.is_empty() && plan.chosen(group).is_none());
                        prop_assert_eq!(county.policy.coverage, CoverageMode::Lexicographic);
                    }
                    Why::Price(reason) => {
                        prop_assert!(ready && plan.chosen(group).is_none());
                        let least = row.iter().map(|(right, cost)| cost + plan.price(*right)).min();
                        prop_assert_eq!(Some(reason.at_least_points), least);
                        prop_assert!(reason.at_least_points >= reason.unmatched_points);
                        prop_assert_eq!(county.policy.coverage, CoverageMode::Priced);
                    }
                }
            }
            Ok(())
        })?;
    }
}

/// The properties say nothing of counties in which nobody is alone for the reason at hand.
#[test]
fn small_counties_leave_children_alone_for_every_reason() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..1500 {
        let county = short_of_volunteers().new_tree(&mut runner).expect("a county").current();
        asked(&county.instance, &county.policy, |plan, _| {
            let index = NobodyIndex::of(plan);
            for child in 0..county.instance.children.len() as u32 {
                let answer = index.why_nobody(child);
                if let Why::Competition(witness) = &answer.why {
                    let groups = if number(witness.groups) > 2 { "many" } else { "two" };
                    *seen.entry(format!("competition of {groups}")).or_default() += 1;
                }
                let json = serde_json::to_value(&answer).expect("an answer is plain data");
                let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
                *seen.entry(text(&json["reason"])).or_default() += 1;
                for relaxation in json["relaxations"].as_array().into_iter().flatten() {
                    *seen.entry(text(&relaxation["change"])).or_default() += 1;
                    *seen.entry(format!("used {}", text(&relaxation["pair"]["used"]))).or_default() += 1;
                }
            }
        });
    }
    let wanted = [
        "paired",
        "own_side",
        "siblings_side",
        "nobody_admissible",
        "competition",
        "price",
        "competition of many",
        "farther_reach",
        "longer_maximum",
        "volunteer_hours",
        "child_hours",
        "skills",
        "papers",
        "languages",
        "own_limits",
        "used yes",
        "used no",
    ];
    for what in wanted {
        assert!(seen.get(what).is_some_and(|often| *often >= 10), "{what} is rare: {seen:?}");
    }
}
