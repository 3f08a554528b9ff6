//! Why this pair: the parts, what is usual, the rules, the next in line; each against what a reader would work out by hand.

use jiedui::candidates::rules::verdict;
use jiedui::candidates::{Group, Scope};
use jiedui::explanation::why_pair::WhyElsewhere;
use jiedui::explanation::{Audience, Language, LoadedPlan, WhyPair, render, why_pair};
use jiedui::model::Rule;
use jiedui::plan::growth::all_pairs;
use jiedui::scoring::{Term, score};
use proptest::prelude::proptest;
use proptest::test_runner::Config;

use super::counties::{asked, child, committed, least_total_with, snapshot, strangers_in};
use super::why_not::assert_exact;
use crate::pairing_oracle::people::county;

fn every_pair(plan: &LoadedPlan<'_>) -> Vec<(u32, WhyPair)> {
    let children = 0..plan.prepared.instance.children.len() as u32;
    children.filter_map(|child| Some((child, why_pair(plan, child, None)?))).collect()
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn the_next_in_line_are_the_cheapest_others_and_went_elsewhere_for_the_reason_given(county in county()) {
        asked(&county.instance, &county.policy, |plan, _| {
            let rows = all_pairs(plan.prepared, plan.outline);
            let total = plan.solution.objective.total();
            for (child, answer) in every_pair(plan) {
                let Some(group) = plan.group_of(child) else {
                    assert!(answer.next.is_empty() && answer.origin != "proposed");
                    continue;
                };
                let own = plan.chosen(group).expect("it is paired");
                let others = rows[group as usize].iter().filter(|(right, _)| *right != own);
                let mut costs: Vec<i64> = others.map(|(_, cost)| *cost).collect();
                costs.sort_unstable();
                costs.truncate(3);
                let said: Vec<i64> = answer.next.iter().map(|next| next.cost_points).collect();
                assert_eq!(said, costs);
                for next in &answer.next {
                    let unit = plan.prepared.instance.volunteers.iter().position(|unit| Some(unit.id.as_str()) == next.volunteer.number());
                    let right = plan.right_of(unit.expect("she is there") as u32).expect("she has a place");
                    match &next.why {
                        WhyElsewhere::Insisting(insisting) => assert_exact(plan, group, right, insisting),
                        WhyElsewhere::FreeButDearer { more_points } => {
                            assert!(*more_points > 0 && plan.holders(right).len() < plan.problem.capacity(right) as usize);
                            assert_eq!(least_total_with(plan, group, right), Some(total + i128::from(*more_points)));
                        }
                        WhyElsewhere::NoChoice => panic!("anybody may stay alone"),
                    }
                }
            }
        });
    }

    #[test]
    fn the_parts_are_those_of_the_pair_and_the_rules_are_all_there(county in county()) {
        asked(&county.instance, &county.policy, |plan, _| {
            let mut totals = Vec::new();
            for group in 0..plan.outline.groups.len() as u32 {
                let Some(right) = plan.chosen(group) else { continue };
                let of = &plan.outline.groups[group as usize];
                totals.push(score(plan.prepared, of, plan.volunteer_at(right)).expect("they meet").total());
            }
            totals.sort_unstable();
            for (child, answer) in every_pair(plan) {
                let position = plan.prepared.instance.volunteers.iter().position(|unit| Some(unit.id.as_str()) == answer.volunteer.number());
                let unit = position.expect("she is there") as u32;
                let children = plan.group_of(child).map_or_else(|| vec![child], |group| plan.outline.groups[group as usize].children.clone());
                let expected = score(plan.prepared, &Group { children: children.clone(), scope: Scope::Lead }, unit);
                assert_eq!(answer.total_points, expected.map(|score| score.total()));
                let sum: i64 = answer.parts.iter().map(|part| part.points).sum();
                assert_eq!(answer.total_points.unwrap_or(0), sum);
                assert_eq!(answer.parts.len(), if expected.is_some() { Term::ALL.len() } else { 0 });
                assert_eq!(answer.typical_total_points, totals.get(totals.len().saturating_sub(1) / 2).copied());
                let mut rules: Vec<Rule> = answer.passed.iter().map(|passed| &passed.rule).chain(&answer.broken).filter_map(|rule| rule.0).collect();
                rules.sort_unstable();
                let broken = verdict(plan.prepared, &children, unit, Scope::Lead).broken;
                let said_kept = answer.passed.iter().filter_map(|passed| passed.rule.0);
                // A place that the pair itself holds is no rule broken.
                assert!(said_kept.filter(|rule| *rule != Rule::Capacity).all(|rule| !broken.contains(&rule)));
                let enforced: Vec<Rule> = Rule::ALL.into_iter().filter(|rule| plan.prepared.policy.enforces(*rule) || answer.broken.iter().any(|broken| broken.0 == Some(*rule))).collect();
                assert_eq!(rules, enforced);
            }
        });
    }

    #[test]
    fn the_other_audiences_learn_of_nobody_else(county in county()) {
        asked(&county.instance, &county.policy, |plan, _| assert_nobody_else_is_named(plan));
    }
}

/// The child, its volunteer and the brothers and sisters who come along are all that a guardian or volunteer reads of.
fn assert_nobody_else_is_named(plan: &LoadedPlan<'_>) {
    for (child, answer) in every_pair(plan) {
        let position = plan
            .prepared
            .instance
            .volunteers
            .iter()
            .position(|unit| Some(unit.id.as_str()) == answer.volunteer.number());
        let own = position.expect("she is there") as u32;
        for audience in [Audience::Guardian, Audience::Volunteer] {
            let shown = answer.clone().shown_to(audience);
            let json = serde_json::to_string(&shown).expect("answers serialize");
            for text in [
                render::why_pair(&shown, Language::Chinese),
                render::why_pair(&shown, Language::English),
                json,
            ] {
                assert_eq!(
                    strangers_in(plan, &text, child, &[own]),
                    Vec::<String>::new(),
                    "{audience:?}: {text}"
                );
                for code in ["H01", "H04", "H07", "H08", "H12", "H14"] {
                    assert!(!text.contains(code), "{audience:?}: {text}");
                }
            }
        }
    }
}

#[test]
fn a_coordinator_reads_of_others_where_a_guardian_does_not() {
    let loaded = committed("laifeng");
    asked(&loaded.instance, &loaded.policy, |plan, _| {
        let strangers = |audience: Audience| -> usize {
            let answers = every_pair(plan).into_iter();
            let found = answers.map(|(child, answer)| {
                let text = render::why_pair(&answer.shown_to(audience), Language::Chinese);
                strangers_in(plan, &text, child, &[]).len()
            });
            found.sum()
        };
        let pairs = every_pair(plan).len();
        assert!(strangers(Audience::Coordinator) > pairs);
        assert_eq!(strangers(Audience::Guardian), pairs, "her own volunteer alone");
    });
}

#[test]
fn answers_are_sentences_that_an_officer_reads_at_once() {
    let loaded = committed("laifeng");
    asked(&loaded.instance, &loaded.policy, |plan, _| {
        let proposed = why_pair(plan, child(plan, "LF-E003"), Some(0)).expect("it is paired");
        snapshot("why_pair_zh", &render::why_pair(&proposed, Language::Chinese));
        snapshot("why_pair_en", &render::why_pair(&proposed, Language::English));
        snapshot("why_pair_json", &serde_json::to_string_pretty(&proposed).expect("answers serialize"));
        let guardian = proposed.shown_to(Audience::Guardian);
        snapshot("why_pair_guardian_zh", &render::why_pair(&guardian, Language::Chinese));
        let standing = plan.standing.pairs.first().expect("the county has a pair that stands");
        let standing = why_pair(plan, standing.child, None).expect("it is paired");
        snapshot("why_pair_standing_zh", &render::why_pair(&standing, Language::Chinese));
    });
}
