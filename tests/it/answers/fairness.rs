//! Fairness: every point of the exact frontiers is found again by looking at every choice, and proven; points on gaps cost
//! the least of all with no greater gap; a point on travel is the plan that `match` makes under the policy that says it.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use jiedui::assignment::{Progress, certificate};
use jiedui::candidates::Scope;
use jiedui::explanation::fairness::bottleneck::{BottleneckFrontier, solve_points};
use jiedui::explanation::fairness::gaps::GapFrontier;
use jiedui::explanation::fairness::quotas::QuotaFrontier;
use jiedui::explanation::fairness::{FairnessError, GroupBy, Measure};
use jiedui::explanation::{Audience, Language, LoadedPlan, render};
use jiedui::model::Policy;
use jiedui::model::policy::CoverageMode;
use jiedui::scoring::{Term, score_child};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::Config;

use super::choices::{Choice, every_choice};
use super::counties::asked;
use super::difference::{approved, committed};
use crate::pairing_oracle::people::county;

/// Enough points for every level of a tiny county.
const ALL_POINTS: usize = 1_000;

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn coverage_first(policy: &Policy) -> Policy {
    Policy { coverage: CoverageMode::Lexicographic, ..policy.clone() }
}

/// What a pair is by a measure, child by child.
fn level(plan: &LoadedPlan<'_>, measure: Measure, group: usize, right: u32) -> i64 {
    let children = plan.outline.groups[group].children.iter();
    let of_child = |child: &u32| {
        let score = score_child(plan.prepared, *child, plan.volunteer_at(right), Scope::Lead).unwrap();
        match measure {
            Measure::Travel => score.part(Term::Travel),
            Measure::Score => score.total(),
        }
    };
    children.map(of_child).max().unwrap()
}

fn bottleneck(plan: &LoadedPlan<'_>, measure: Measure, choice: &Choice) -> Option<i64> {
    let paired = choice.rights.iter().enumerate().filter_map(|(group, right)| Some((group, (*right)?)));
    paired.map(|(group, right)| level(plan, measure, group, right)).max()
}

/// The frontier of all choices of the greatest coverage: bottleneck and least cost, the cheapest first.
fn frontier_by_looking(plan: &LoadedPlan<'_>, measure: Measure) -> Vec<(Option<i64>, i64)> {
    let choices = every_choice(plan.prepared, plan.outline);
    let least = choices.iter().map(|choice| choice.unmatched).min().unwrap();
    let mut cheapest: BTreeMap<Option<i64>, i64> = BTreeMap::new();
    for choice in choices.iter().filter(|choice| choice.unmatched == least) {
        let at = cheapest.entry(bottleneck(plan, measure, choice)).or_insert(choice.cost);
        *at = (*at).min(choice.cost);
    }
    let mut frontier: Vec<(Option<i64>, i64)> = Vec::new();
    for (bottleneck, cost) in cheapest {
        if frontier.last().is_none_or(|last| cost < last.1) {
            frontier.push((bottleneck, cost));
        }
    }
    frontier.reverse();
    frontier
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn the_frontier_on_travel_is_the_one_that_looking_at_every_choice_finds(county in county()) {
        let (expected, found, proven) = asked(&county.instance, &coverage_first(&county.policy), |plan, _| {
            let points = solve_points(plan, Measure::Travel, ALL_POINTS, &mut go_on).unwrap();
            let proven = points.iter().all(|point| {
                certificate::check(&point.problem, &point.solution.chosen, &point.solution.price).is_ok()
            });
            let found: Vec<(Option<i64>, i64)> =
                points.iter().map(|point| (point.bottleneck, point.cost() as i64)).collect();
            (frontier_by_looking(plan, Measure::Travel), found, proven)
        });
        prop_assert_eq!(expected, found);
        prop_assert!(proven);
    }

    #[test]
    fn points_on_the_score_are_points_of_the_frontier_with_both_its_ends(county in county()) {
        let (expected, found) = asked(&county.instance, &coverage_first(&county.policy), |plan, _| {
            let frontier = BottleneckFrontier::of(plan, Measure::Score, GroupBy::Category, 10, &mut go_on).unwrap();
            let found: Vec<(Option<i64>, i64)> =
                frontier.points.iter().map(|point| (point.bottleneck_points, point.cost_points)).collect();
            (frontier_by_looking(plan, Measure::Score), found)
        });
        prop_assert!(found.len() <= 10 && found.is_sorted_by_key(|point| point.1));
        prop_assert_eq!(expected.first(), found.first());
        prop_assert_eq!(expected.last(), found.last());
        prop_assert!(found.iter().all(|point| expected.contains(point)), "{:?} of {:?}", found, expected);
    }

    #[test]
    fn every_quota_costs_what_looking_at_every_choice_tells_and_what_cannot_be_has_a_witness(county in county()) {
        let policy = coverage_first(&county.policy);
        asked(&county.instance, &policy, |plan, _| {
            let frontier = QuotaFrontier::of(plan, GroupBy::Category, 5, &mut go_on).unwrap();
            let choices = every_choice(plan.prepared, plan.outline);
            let name = |group: usize| GroupBy::Category.name(plan.prepared, plan.outline.groups[group].children[0]);
            let served = |choice: &Choice| {
                let mut served: BTreeMap<String, u32> = BTreeMap::new();
                for (group, right) in choice.rights.iter().enumerate() {
                    *served.entry(name(group)).or_default() += u32::from(right.is_some());
                }
                served
            };
            let counted: Vec<BTreeMap<String, u32>> = choices.iter().map(&served).collect();
            let mut waiting: BTreeMap<String, u32> = BTreeMap::new();
            (0..plan.outline.groups.len()).for_each(|group| *waiting.entry(name(group)).or_default() += 1);
            let most: BTreeMap<&String, u32> = waiting
                .keys()
                .map(|group| (group, counted.iter().map(|served| served[group]).max().unwrap()))
                .collect();
            let quota = |percent: u32, group: &String| most[group].min((waiting[group] * percent).div_ceil(100));
            let least = |percent: u32| {
                let keeps = counted.iter().zip(&choices).filter(|(served, _)| {
                    waiting.keys().all(|group| served[group] >= quota(percent, group))
                });
                keeps.map(|(_, choice)| i128::from(choice.unmatched + choice.cost)).min()
            };
            let mut levels = vec![0, 20, 40, 60, 80, 100].into_iter();
            for point in &frontier.points {
                assert_eq!(Some(point.percent), levels.next());
                assert_eq!(Some(point.total_points), least(point.percent), "at {} %", point.percent);
                for group in &point.groups {
                    assert_eq!(group.most, most[&group.group]);
                    assert_eq!(group.quota, quota(point.percent, &group.group));
                    assert!(group.served >= group.quota);
                }
            }
            if let Some(witness) = &frontier.impossible {
                assert_eq!(Some(witness.percent), levels.next());
                assert_eq!(least(witness.percent), None, "no choice keeps it");
                let households: usize = witness.households.values().sum();
                assert!(households as u64 > witness.places + witness.may_stay_alone);
            } else {
                assert_eq!(levels.next(), None);
            }
        });
    }

    #[test]
    fn a_point_on_gaps_costs_the_least_of_all_choices_with_no_greater_gap(county in county()) {
        let policy = coverage_first(&county.policy);
        asked(&county.instance, &policy, |plan, _| {
            let frontier = GapFrontier::of(plan, Measure::Travel, GroupBy::Category, 8, &mut go_on).unwrap();
            let Some(group) = &frontier.group else { return };
            let served: Vec<bool> =
                (0..plan.outline.groups.len() as u32).map(|group| plan.chosen(group).is_some()).collect();
            let same_served = |choice: &Choice| choice.rights.iter().map(Option::is_some).eq(served.iter().copied());
            let gap = |choice: &Choice| {
                let (mut inside, mut outside) = (Vec::new(), Vec::new());
                for (at, right) in choice.rights.iter().enumerate() {
                    let Some(right) = right else { continue };
                    let name = GroupBy::Category.name(plan.prepared, plan.outline.groups[at].children[0]);
                    let side = if name == *group { &mut inside } else { &mut outside };
                    side.push(level(plan, Measure::Travel, at, *right));
                }
                let mean = |of: &[i64]| of.iter().sum::<i64>() as f64 / of.len() as f64;
                mean(&inside) - mean(&outside)
            };
            let choices: Vec<Choice> =
                every_choice(plan.prepared, plan.outline).into_iter().filter(same_served).collect();
            let least = |most: f64| {
                choices.iter().filter(|choice| gap(choice) <= most + 1e-6).map(|choice| choice.cost).min()
            };
            for point in &frontier.points {
                assert_eq!(Some(point.cost_points), least(point.gap_points), "gap {}", point.gap_points);
                assert!(choices.iter().any(|choice| {
                    choice.cost == point.cost_points && (gap(choice) - point.gap_points).abs() < 1e-6
                }));
            }
            match (least(0.0), frontier.no_gap_costs_at_least_points) {
                (Some(closed), Some(bound)) => assert!(bound <= closed, "{bound} bounds {closed} from below"),
                (Some(closed), None) => panic!("said to be impossible, but {closed} closes the gap"),
                (None, _) => {}
            }
        });
    }
}

#[test]
fn a_policy_that_weighs_coverage_by_price_is_refused_with_the_cure() {
    let (instance, policy) = committed("laifeng");
    let policy = Policy { coverage: CoverageMode::Priced, ..policy };
    asked(&instance, &policy, |plan, _| {
        let refusal = QuotaFrontier::of(plan, GroupBy::Township, 10, &mut go_on).unwrap_err();
        assert!(matches!(refusal, FairnessError::Priced));
        assert!(refusal.to_string().contains("lexicographic"));
    });
}

#[test]
fn whole_frontiers_as_they_are_read() {
    let (mut instance, policy) = committed("lingshi");
    // With few volunteers, townships compete for them.
    let mut number = 0;
    instance.volunteers.retain(|_| {
        number += 1;
        number % 4 == 0
    });
    asked(&instance, &policy, |plan, _| {
        let travel =
            BottleneckFrontier::of(plan, Measure::Travel, GroupBy::Township, 10, &mut go_on).unwrap();
        approved("frontier-zh", &render::bottleneck_frontier(&travel, Language::Chinese));
        approved("frontier-en", &render::bottleneck_frontier(&travel, Language::English));
        approved("frontier-json", &serde_json::to_string_pretty(&travel).unwrap());
        let quotas = QuotaFrontier::of(plan, GroupBy::Township, 5, &mut go_on).unwrap();
        approved("quotas-zh", &render::quota_frontier(&quotas, Language::Chinese));
        approved("quotas-en", &render::quota_frontier(&quotas, Language::English));
        approved("quotas-json", &serde_json::to_string_pretty(&quotas).unwrap());
        let gaps = GapFrontier::of(plan, Measure::Travel, GroupBy::Township, 6, &mut go_on).unwrap();
        approved("gaps-zh", &render::gap_frontier(&gaps, Language::Chinese));
        approved("gaps-en", &render::gap_frontier(&gaps, Language::English));
        approved("gaps-json", &serde_json::to_string_pretty(&gaps).unwrap());
        for audience in [Audience::Guardian, Audience::Volunteer] {
            assert!(travel.clone().shown_to(audience).is_err());
            assert!(quotas.clone().shown_to(audience).is_err());
            assert!(gaps.clone().shown_to(audience).is_err());
        }
    });
}

#[test]
fn a_point_chosen_is_the_plan_that_match_makes_under_its_longest_way() {
    let place = tempfile::tempdir().unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/lingshi");
    for file in fs::read_dir(committed).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        fs::copy(file.path(), place.path().join(file.file_name())).unwrap();
    }
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_jiedui")).args(arguments).output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let sheets = place.path().to_str().unwrap();
    let path = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    assert!(run(&["match", sheets]).0);
    let (plan, chosen, by_hand) = (path("plan"), path("chosen"), path("by-hand"));
    let asked = run(&["frontier", &plan, "--by", "travel", "--choose", "2", "--out", &chosen, "--json"]);
    assert!(asked.0, "{}", asked.2);
    let answer: serde_json::Value = serde_json::from_str(&asked.1).unwrap();
    let longest = answer["answer"]["points"][1]["bottleneck_points"].as_i64().unwrap() / 100;
    let policy = fs::read_to_string(path("policy.toml")).unwrap();
    assert!(!policy.contains("[travel]"), "the key is appended");
    fs::write(path("policy.toml"), format!("{policy}\n[travel]\nmax_travel_min = {longest}\n")).unwrap();
    assert!(run(&["match", sheets, "--out", &by_hand]).0);
    let names = |folder: &str| -> BTreeSet<_> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    };
    assert_eq!(names(&chosen), names(&by_hand));
    for name in names(&chosen) {
        let read = |folder: &str| fs::read_to_string(Path::new(folder).join(&name)).unwrap();
        assert_eq!(read(&chosen), read(&by_hand), "{}", name.to_string_lossy());
    }
    let refused = run(&["frontier", &plan, "--by", "score", "--choose", "2", "--out", &path("no")]);
    assert!(!refused.0 && refused.2.contains("--by travel"), "{}", refused.2);
}
