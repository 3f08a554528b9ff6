//! Two plans compared: a plan in memory and its folder give the same record; every child is told of once, as a look at both
//! plans tells it; whole answers as they are read.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use jiedui::assignment::Method;
use jiedui::candidates::Prepared;
use jiedui::explanation::difference::{Change, Difference, Outcome, PlanRecord};
use jiedui::explanation::{Audience, Language, render};
use jiedui::files::write_folder;
use jiedui::input::write::canonical::digest;
use jiedui::input::{LoadOptions, load, policy};
use jiedui::model::{Instance, Policy};
use jiedui::pipeline::make_plan;
use jiedui::plan::folder::read::Folder;
use jiedui::plan::folder::write::render as folder_files;
use jiedui::plan::{Plan, PlanOptions};
use jiedui::scoring::Term;
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use proptest::test_runner::Config;

use crate::pairing_oracle::people::{County, county};

/// A plan of people, with everything derived from them.
pub(super) fn planned<Answer>(
    instance: &Instance,
    policy: &Policy,
    provisional: bool,
    ask: impl FnOnce(&Prepared<'_>, &Plan) -> Answer,
) -> Answer {
    let options =
        PlanOptions { seed: 7, method: Method::Exact, provisional, digest: digest(instance, policy) };
    let plan = make_plan(instance, policy, options, &mut |_, _| ControlFlow::Continue(())).unwrap();
    ask(&Prepared::new(instance, policy, options.seed, provisional), &plan)
}

fn record(county: &County) -> PlanRecord {
    planned(&county.instance, &county.policy, county.provisional, |prepared, plan| {
        PlanRecord::of(prepared, plan, &policy::canonical(&county.policy))
    })
}

/// A committed county.
pub(super) fn committed(name: &str) -> (Instance, Policy) {
    let inputs = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    let loaded = load(&inputs, &LoadOptions::default()).unwrap();
    (loaded.instance, loaded.policy)
}

/// Holds a whole answer against the one that was approved.
pub(super) fn approved(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

proptest! {
    #![proptest_config(Config::with_cases(60))]

    #[test]
    fn a_plan_in_memory_and_its_folder_give_the_same_record(county in county()) {
        let (in_memory, files) = planned(&county.instance, &county.policy, county.provisional, |prepared, plan| {
            let text = policy::canonical(&county.policy);
            (PlanRecord::of(prepared, plan, &text), folder_files(prepared, plan, &text))
        });
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("plan");
        write_folder(&folder, &files).unwrap();
        prop_assert_eq!(in_memory, PlanRecord::read(&Folder::read(&folder).unwrap()).unwrap());
    }
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn a_plan_differs_from_itself_in_nothing(county in county()) {
        let record = record(&county);
        let difference = Difference::between(&record, &record);
        prop_assert!(difference.children.is_empty() && difference.services.is_empty());
        prop_assert!(difference.policy.is_empty());
        prop_assert!(difference.terms.iter().all(|term| term.sum_points.difference == Some(0)));
    }

    #[test]
    fn every_child_of_either_county_is_told_of_once_as_a_look_at_both_plans_tells_it(
        before in county(),
        after in county(),
    ) {
        let leads = |county: &County| -> BTreeMap<String, Option<String>> {
            planned(&county.instance, &county.policy, county.provisional, |prepared, plan| {
                let children = 0..prepared.instance.children.len() as u32;
                let lead = |child| plan.pair_of(child).map(|pair| prepared.volunteer_of(pair.volunteer).id.to_string());
                children.map(|child| (prepared.child_of(child).id.to_string(), lead(child))).collect()
            })
        };
        let (one, other) = (leads(&before), leads(&after));
        let difference = Difference::between(&record(&before), &record(&after));
        let counted: usize = difference.child_counts.iter().map(|counted| counted.count).sum();
        let known: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        prop_assert_eq!(counted, known.len());
        let told: BTreeMap<&str, Change> =
            difference.children.iter().map(|entry| (entry.child.number().unwrap(), entry.change)).collect();
        prop_assert_eq!(told.len(), difference.children.len());
        for child in known {
            let told = told.get(child.as_str()).copied();
            let expected = match (one.get(child), other.get(child)) {
                (None, _) => Some(Change::New),
                (_, None) => Some(Change::Absent),
                (Some(None), Some(None)) => {
                    prop_assert!(matches!(told, None | Some(Change::ReasonChanged)));
                    continue;
                }
                (Some(None), Some(Some(_))) => Some(Change::NewlyPaired),
                (Some(Some(_)), Some(None)) => Some(Change::NoLongerPaired),
                (Some(one), Some(other)) => (one != other).then_some(Change::Moved),
            };
            prop_assert_eq!(told, expected, "child {}", child);
        }
    }

    #[test]
    fn terms_sum_to_what_the_lead_pass_cost(county in county()) {
        let record = record(&county);
        let difference = Difference::between(&record, &record);
        let sums: Vec<i64> = difference.terms.iter().map(|term| term.sum_points.before.unwrap()).collect();
        let (parts, all) = sums.split_at(Term::ALL.len() + 1);
        prop_assert_eq!(parts.iter().sum::<i64>(), all[0]);
        let (cost, standing) = planned(&county.instance, &county.policy, county.provisional, |prepared, plan| {
            let objective = plan.passes[0].solution.objective;
            let grouped: BTreeSet<u32> =
                plan.passes[0].pass.graph.groups.iter().flat_map(|group| group.children.clone()).collect();
            let standing = plan.pairs.iter().filter(|pair| !grouped.contains(&pair.child));
            let _ = prepared;
            (objective.arcs + objective.load, standing.filter_map(|pair| pair.score).map(|score| score.total()).sum::<i64>())
        });
        prop_assert_eq!(i128::from(all[0]), cost + i128::from(standing));
    }
}

/// Laifeng before and after: a volunteer with a pair left, so did a child; travel became shorter, losing a wished need dearer.
fn laifeng_before_and_after() -> Difference {
    let (instance, policy) = committed("laifeng");
    let before = County { instance: instance.clone(), policy: policy.clone(), provisional: false };
    let mut after = County { instance, policy, provisional: false };
    let record_before = record(&before);
    let leads = record_before.children.values().filter_map(|outcome| match outcome {
        Outcome::Paired { volunteer, origin } if origin == "proposed" => Some(volunteer.clone()),
        _ => None,
    });
    let leaving = leads.min().unwrap();
    after.instance.volunteers.retain(|unit| unit.id.as_str() != leaving);
    after.instance.children.remove(3);
    after.policy.exchange.wished_need_missed_min = 30;
    after.policy.travel.max_travel_min = 60;
    Difference::between(&record_before, &record(&after))
}

#[test]
fn whole_differences_as_they_are_read() {
    let difference = laifeng_before_and_after();
    approved("difference-zh", &render::difference(&difference, Language::Chinese));
    approved("difference-en", &render::difference(&difference, Language::English));
    approved("difference-json", &serde_json::to_string_pretty(&difference).unwrap());
}

#[test]
fn a_table_about_everybody_is_for_coordinators_and_supervisors_only() {
    let difference = laifeng_before_and_after();
    for audience in Audience::ALL {
        let shown = difference.clone().shown_to(audience);
        match audience {
            Audience::Coordinator | Audience::Supervisor => assert_eq!(shown, Ok(difference.clone())),
            Audience::Guardian | Audience::Volunteer => {
                let refusal = shown.unwrap_err().to_string();
                assert!(refusal.contains("--audience coordinator"), "the cure is named: {refusal}");
            }
        }
    }
}
