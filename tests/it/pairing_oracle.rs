//! What every plan of every small county keeps, held against answers found another way: the rules read by hand
//! ([`rules`]), every assignment tried, the plan with one volunteer fewer.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use jiedui::assignment::{Method, Status};
use jiedui::candidates::rules::verdict;
use jiedui::candidates::{Group, Origin, Prepared, Scope};
use jiedui::explanation::why_not::forbidding_rules;
use jiedui::files::write_folder;
use jiedui::input::policy::canonical;
use jiedui::input::write::canonical::digest;
use jiedui::model::Rule;
use jiedui::model::pairing::PairState;
use jiedui::model::policy::{CoverageMode, SiblingPolicy};
use jiedui::pipeline::{make_plan, pose};
use jiedui::plan::folder::read::Folder;
use jiedui::plan::folder::write::render;
use jiedui::plan::{Pair, Pass, Plan, PlanOptions, ServiceOutcome, SolvedPass, verify};
use jiedui::scoring::{Term, score_child};
use proptest::prelude::{prop_assert, prop_assert_eq, prop_assert_ne, prop_assume, proptest};
use proptest::test_runner::Config;

use objective::{best_of_all, reached};
use people::{County, county};
use rules::{Duty, broken, is_barred};

mod census;
mod objective;
pub(crate) mod people;
mod rules;
mod units;

const POINTS_PER_MINUTE: i64 = 100;

fn options(county: &County) -> PlanOptions {
    PlanOptions {
        seed: 7,
        method: Method::Exact,
        provisional: county.provisional,
        digest: digest(&county.instance, &county.policy),
    }
}

fn prepare(county: &County) -> Prepared<'_> {
    Prepared::new(&county.instance, &county.policy, 7, county.provisional)
}

fn plan(county: &County) -> Plan {
    let go_on = &mut |_, _| ControlFlow::Continue(());
    make_plan(&county.instance, &county.policy, options(county), go_on).expect("no two rows contradict")
}

/// What makes children count as one: the household where brothers and sisters share a volunteer.
fn household(county: &County, child: u32) -> String {
    let child = &county.instance.children[child as usize];
    let together = county.policy.siblings == SiblingPolicy::SameVolunteer;
    let shared = child.household.as_ref().filter(|_| together);
    shared.map_or_else(|| format!("alone {}", child.id), |household| format!("home {household}"))
}

/// Children by volunteer and household, of the pairs that are wanted.
fn households(
    county: &County,
    plan: &Plan,
    wanted: impl Fn(&Pair) -> bool,
) -> BTreeMap<(u32, String), Vec<usize>> {
    let mut households: BTreeMap<(u32, String), Vec<usize>> = BTreeMap::new();
    for pair in plan.pairs.iter().filter(|pair| wanted(pair)) {
        let key = (pair.volunteer, household(county, pair.child));
        households.entry(key).or_default().push(pair.child as usize);
    }
    households
}

fn duty(scope: Scope) -> Duty {
    match scope {
        Scope::Lead => Duty::Lead,
        Scope::Service(need) => Duty::Need(need),
    }
}

fn members(group: &Group) -> Vec<usize> {
    group.children.iter().map(|child| *child as usize).collect()
}

/// The same people without their newest volunteer, and with her as somebody of whom nothing was ever written.
fn before_and_after(mut after: County) -> Option<(County, County)> {
    let newest = after.instance.volunteers.last()?.id.clone();
    after.instance.existing_pairs.retain(|row| row.volunteer != newest);
    after.instance.replies.retain(|reply| reply.volunteer != newest);
    for child in &mut after.instance.children {
        child.previous_volunteers.retain(|known| *known != newest);
    }
    let mut before = after.clone();
    before.instance.volunteers.pop();
    Some((before, after))
}

proptest! {
    #![proptest_config(Config::with_cases(3000))]

    #[test]
    fn no_proposed_pair_breaks_a_rule(county in county()) {
        let plan = plan(&county);
        let nothing = BTreeSet::new();
        for ((unit, home), children) in households(&county, &plan, |pair| pair.origin == Origin::Proposed) {
            prop_assert_eq!(&broken(&county, &children, unit as usize, Duty::Lead), &nothing, "{}", home);
        }
        for pair in plan.pairs.iter().filter(|pair| pair.origin == Origin::Pinned) {
            let found = broken(&county, &[pair.child as usize], pair.volunteer as usize, Duty::Lead);
            prop_assert_eq!(found, nothing.clone());
        }
        for pair in plan.pairs.iter().filter(|pair| pair.origin == Origin::JoinedSibling) {
            let mut found = broken(&county, &[pair.child as usize], pair.volunteer as usize, Duty::Lead);
            found.remove(&Rule::Capacity);
            prop_assert_eq!(found, nothing.clone());
        }
        for service in &plan.services {
            if let ServiceOutcome::Assigned(unit) = service.outcome {
                let duty = Duty::Need(service.need);
                prop_assert_eq!(broken(&county, &[service.child as usize], unit as usize, duty), nothing.clone());
            }
        }
    }

    #[test]
    fn nobody_gets_more_children_than_she_offers(county in county()) {
        let plan = plan(&county);
        let unlimited = !county.policy.enforces(Rule::Capacity);
        let firm = |pair: &Pair| matches!(pair.origin, Origin::Kept | Origin::Accepted);
        let stands = |pair: &Pair| firm(pair) || (unlimited && pair.origin == Origin::Pinned);
        let (all, standing) = (households(&county, &plan, |_| true), households(&county, &plan, stands));
        for (number, unit) in county.instance.volunteers.iter().enumerate() {
            let served = |households: &BTreeMap<(u32, String), Vec<usize>>| {
                households.keys().filter(|(volunteer, _)| *volunteer as usize == number).count()
            };
            prop_assert!(served(&all) <= (unit.capacity as usize).max(served(&standing)));
            let services = |service: &&jiedui::plan::Service| {
                service.outcome == ServiceOutcome::Assigned(number as u32)
            };
            prop_assert!(plan.services.iter().filter(services).count() <= unit.service_capacity as usize);
        }
        let standing = households(&county, &plan, firm);
        for (key, children) in &all {
            let most = county.instance.volunteers[key.0 as usize].limits.max_siblings;
            let enforced = county.policy.enforces(Rule::Siblings);
            let (Some(most), true) = (most, enforced) else { continue };
            let stood = standing.get(key).map_or(0, Vec::len);
            prop_assert!(children.len() <= usize::from(most).max(stood), "{key:?} has {children:?}");
        }
    }

    #[test]
    fn a_pin_is_refused_only_where_a_rule_forbids_it_or_those_who_stand_leave_no_room(county in county()) {
        let plan = plan(&county);
        let firm = |pair: &Pair| matches!(pair.origin, Origin::Kept | Origin::Accepted | Origin::Pinned);
        let standing = households(&county, &plan, firm);
        for pin in &plan.refused_pins {
            let mut expected = broken(&county, &[pin.child as usize], pin.volunteer as usize, Duty::Lead);
            if expected.is_empty() {
                let unit = &county.instance.volunteers[pin.volunteer as usize];
                let taken = standing.keys().filter(|(volunteer, _)| *volunteer == pin.volunteer).count();
                let with_siblings = standing.get(&(pin.volunteer, household(&county, pin.child)));
                if let Some(siblings) = with_siblings {
                    let most = unit.limits.max_siblings.map(usize::from);
                    prop_assert!(most.is_some_and(|most| siblings.len() >= most));
                    expected.insert(Rule::Siblings);
                } else {
                    prop_assert!(taken >= unit.capacity as usize);
                    expected.insert(Rule::Capacity);
                }
            }
            prop_assert_eq!(pin.verdict.broken.iter().copied().collect::<BTreeSet<_>>(), expected);
        }
    }

    #[test]
    fn a_pair_is_in_the_graph_exactly_if_no_rule_forbids_it(county in county()) {
        let prepared = prepare(&county);
        let posed = pose(&prepared).expect("no two rows contradict");
        let standing: BTreeSet<(u32, String)> =
            posed.standing.pairs.iter().map(|pair| (pair.volunteer, household(&county, pair.child))).collect();
        let whole = |outline| Pass::over_all_pairs(&prepared, outline).expect("small amounts");
        for pass in [&whole(posed.lead), &whole(posed.service)] {
            for (position, group) in pass.graph.groups.iter().enumerate() {
                let (children, duty) = (members(group), duty(group.scope));
                let row: BTreeSet<u32> = pass.graph.row(position).iter().copied().collect();
                let home = household(&county, group.children[0]);
                for (number, unit) in (0_u32..).zip(&county.instance.volunteers) {
                    let forbids = broken(&county, &children, number as usize, duty);
                    let told: BTreeSet<Rule> =
                        verdict(&prepared, &group.children, number, group.scope).broken.into_iter().collect();
                    prop_assert_eq!(&told, &forbids, "{} and {}", home, unit.id);
                    let taken = standing.iter().filter(|(volunteer, _)| *volunteer == number).count();
                    let open = match duty {
                        Duty::Lead => unit.capacity as usize > taken,
                        Duty::Need(_) => unit.service_capacity > 0,
                    };
                    let served_already = duty == Duty::Lead && standing.contains(&(number, home.clone()));
                    let allowed = forbids.is_empty() && open && !served_already;
                    prop_assert_eq!(row.contains(&number), allowed, "{} and {}", home, unit.id);
                }
            }
        }
    }

    #[test]
    fn an_explanation_allows_a_waiting_child_exactly_those_whom_no_rule_forbids(county in county()) {
        let prepared = prepare(&county);
        let posed = pose(&prepared).expect("no two rows contradict");
        let served: BTreeSet<(u32, String)> =
            posed.standing.pairs.iter().map(|pair| (pair.volunteer, household(&county, pair.child))).collect();
        for group in &posed.lead.groups {
            for (number, unit) in (0_u32..).zip(&county.instance.volunteers) {
                let mut forbids = broken(&county, &members(group), number as usize, Duty::Lead);
                if served.contains(&(number, household(&county, group.children[0]))) {
                    // A brother or sister stands with her, and these could not join.
                    forbids.insert(Rule::Siblings);
                }
                let taken = served.iter().filter(|(volunteer, _)| *volunteer == number).count();
                if taken >= unit.capacity as usize {
                    forbids.insert(Rule::Capacity);
                }
                let rules = forbidding_rules(&prepared, &posed.standing, &group.children, number);
                let said: BTreeSet<Rule> = rules.into_iter().collect();
                prop_assert_eq!(said, forbids, "{:?} and {}", group.children, unit.id);
            }
        }
    }

    #[test]
    fn lexicographic_coverage_equals_brute_force(county in county()) {
        let mut county = county;
        county.policy.coverage = CoverageMode::Lexicographic;
        let prepared = prepare(&county);
        for solved in &plan(&county).passes {
            let mut served = vec![0; solved.pass.places.len()];
            let best = best_of_all(&county, (&prepared, solved), 0, &mut served, (vec![0; 6], 0));
            prop_assert_eq!(reached(&county, solved), best);
        }
    }

    #[test]
    fn adding_a_volunteer_never_raises_the_objective(county in county()) {
        let mut county = county;
        county.policy.coverage = CoverageMode::Lexicographic;
        let pair = before_and_after(county);
        prop_assume!(pair.is_some());
        let (before, after) = pair.expect("somebody is left");
        let (fewer, more) = (plan(&before), plan(&after));
        for (fewer, more) in fewer.passes.iter().zip(&more.passes) {
            prop_assert!(reached(&after, more) <= reached(&before, fewer));
        }
    }

    #[test]
    fn kept_and_accepted_pairs_never_move_and_refused_ones_never_return(county in county()) {
        let plan = plan(&county);
        let instance = &county.instance;
        let kept = instance.existing_pairs.iter().filter(|row| row.state == PairState::Kept);
        let kept = kept.map(|row| (&row.child, &row.volunteer));
        let accepted = instance.replies.iter().filter(|reply| reply.accepted);
        for (child, unit) in kept.chain(accepted.map(|reply| (&reply.child, &reply.volunteer))) {
            let child = instance.children.iter().position(|known| known.id == *child).expect("known");
            let pair = plan.pair_of(child as u32).expect("what stands is in the plan");
            prop_assert_eq!(&instance.volunteers[pair.volunteer as usize].id, unit);
            prop_assert!(matches!(pair.origin, Origin::Kept | Origin::Accepted));
        }
        let refused = |child: u32, unit: u32| {
            let (child, unit) = (&instance.children[child as usize].id, &instance.volunteers[unit as usize].id);
            instance.replies.iter().any(|reply| {
                !reply.accepted && reply.child == *child && reply.volunteer == *unit
            })
        };
        if county.policy.enforces(Rule::NoConflict) {
            prop_assert!(!plan.pairs.iter().any(|pair| refused(pair.child, pair.volunteer)));
            prop_assert!(!plan.pairs.iter().any(|pair| pair.backup.is_some_and(|unit| refused(pair.child, unit))));
            let offered = |service: &jiedui::plan::Service| match service.outcome {
                ServiceOutcome::Assigned(unit) => refused(service.child, unit),
                _ => false,
            };
            prop_assert!(!plan.services.iter().any(offered));
        }
    }

    #[test]
    fn parts_sum_to_the_cost(county in county()) {
        let (plan, prepared) = (plan(&county), prepare(&county));
        for SolvedPass { pass, solution, .. } in &plan.passes {
            let mut spent = 0_i128;
            for (position, group) in pass.graph.groups.iter().enumerate() {
                for arc in pass.graph.row_start[position]..pass.graph.row_start[position + 1] {
                    let (unit, score) = (pass.graph.volunteers[arc], pass.score(&prepared, position, arc));
                    prop_assert_eq!(pass.problem.arc_cost(arc), score.parts.iter().sum::<i64>());
                    prop_assert!(score.parts.iter().all(|part| *part >= 0));
                    let each = |term: Term| {
                        let of = |child: &u32| score_child(&prepared, *child, unit, group.scope).map(|one| one.part(term));
                        group.children.iter().map(of).collect::<Option<Vec<i64>>>().expect("an admissible pair meets")
                    };
                    for term in Term::ALL {
                        let parts = each(term);
                        let whole = if term == Term::Travel { parts.iter().copied().max() } else { Some(parts.iter().sum()) };
                        prop_assert_eq!(Some(score.part(term)), whole);
                    }
                    for child in &group.children {
                        let one = score_child(&prepared, *child, unit, group.scope).expect("an admissible pair meets");
                        prop_assert_eq!(one.part(Term::HomeLanguage), home_language(&county, *child, unit));
                        let lead = group.scope == Scope::Lead;
                        let lost = if lead { continuity(&county, *child, unit) } else { 0 };
                        prop_assert_eq!(one.part(Term::Continuity), lost);
                    }
                    if solution.chosen[position] == Some(arc as u32) {
                        spent += i128::from(score.total());
                    }
                }
            }
            prop_assert_eq!(solution.objective.arcs, spent);
        }
    }

    #[test]
    fn a_backup_is_admissible_another_and_within_the_places_that_are_left(county in county()) {
        let plan = plan(&county);
        let mut steps_in: BTreeSet<(u32, String)> = BTreeSet::new();
        for ((lead, home), children) in households(&county, &plan, |pair| pair.origin == Origin::Proposed) {
            let backup = plan.pair_of(children[0] as u32).and_then(|pair| pair.backup);
            for child in &children {
                prop_assert_eq!(plan.pair_of(*child as u32).and_then(|pair| pair.backup), backup);
            }
            let Some(backup) = backup else { continue };
            prop_assert_ne!(backup, lead);
            prop_assert_eq!(broken(&county, &children, backup as usize, Duty::Lead), BTreeSet::new());
            steps_in.insert((backup, home));
        }
        let leads = households(&county, &plan, |_| true);
        for (number, unit) in (0_u32..).zip(&county.instance.volunteers) {
            let serves = leads.keys().filter(|(volunteer, _)| *volunteer == number).count();
            let backs = steps_in.iter().filter(|(volunteer, _)| *volunteer == number).count();
            prop_assert!(backs == 0 || serves + backs <= unit.capacity as usize);
        }
    }
}

proptest! {
    #![proptest_config(Config::with_cases(500))]

    #[test]
    fn the_folder_of_any_plan_verifies_alone_and_against_its_inputs(county in county()) {
        let (plan, prepared) = (plan(&county), prepare(&county));
        let place = tempfile::tempdir().expect("a temporary folder");
        let path = place.path().join("plan");
        write_folder(&path, &render(&prepared, &plan, &canonical(&county.policy))).expect("written");
        let folder = Folder::read(&path).expect("what was written can be read");
        let said = |found: Vec<verify::Finding>| found.iter().map(ToString::to_string).collect::<Vec<_>>();
        let proof = verify::folder(&folder).map_err(said);
        prop_assert!(proof.as_ref().is_ok_and(verify::Proof::optimal), "{proof:?}");
        prop_assert_eq!(plan.status, Status::Optimal);
        let posed = pose(&prepared).expect("no two rows contradict");
        let passes = [&posed.lead, &posed.service];
        let anew = verify::against_inputs(&folder, &prepared, &options(&county), &passes).map_err(said);
        prop_assert_eq!(anew, Ok(()));
    }
}

/// The points for a home language that the unit does not speak.
fn home_language(county: &County, child: u32, unit: u32) -> i64 {
    let (child, unit) =
        (&county.instance.children[child as usize], &county.instance.volunteers[unit as usize]);
    let spoken = unit.languages.contains(&child.languages[0]);
    if spoken { 0 } else { i64::from(county.policy.exchange.home_language_missing_min) * POINTS_PER_MINUTE }
}

/// The points for passing over somebody who was good for the child and could come back.
fn continuity(county: &County, child: u32, unit: u32) -> i64 {
    let child = &county.instance.children[child as usize];
    let was_good = |number: usize| {
        let unit = &county.instance.volunteers[number];
        let well = county.instance.existing_pairs.iter().any(|row| {
            row.state == PairState::Ended
                && row.went_well == Some(true)
                && row.child == child.id
                && row.volunteer == unit.id
        });
        well || child.previous_volunteers.contains(&unit.id)
    };
    let could_return = (0..county.instance.volunteers.len())
        .any(|number| was_good(number) && !is_barred(county, child, &county.instance.volunteers[number]));
    let lost = could_return && !was_good(unit as usize);
    if lost { i64::from(county.policy.exchange.continuity_lost_min) * POINTS_PER_MINUTE } else { 0 }
}
