//! The properties, each a sentence.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiedui::assignment::Method;
use jiedui::candidates::graph::candidate_graph;
use jiedui::candidates::groups::lead_groups;
use jiedui::candidates::standing::standing_pairs;
use jiedui::candidates::{Group, Origin, Prepared};
use jiedui::files::write_folder;
use jiedui::model::instance::SourceRow;
use jiedui::model::pairing::{ExistingPair, PairState, Reply};
use jiedui::model::policy::POINTS_PER_MINUTE;
use jiedui::model::{Child, Instance, Policy};
use jiedui::pipeline::{make_plan, pose};
use jiedui::plan::folder::read::Folder;
use jiedui::plan::folder::write::render;
use jiedui::plan::{Plan, PlanOptions, UnmatchedReason, verify};
use jiedui::scoring::score;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::county::{Dice, county, policy, with_another_volunteer};
use super::oracle::may_lead;

const OPTIONS: PlanOptions =
    PlanOptions { seed: 0, method: Method::Exact, provisional: false, digest: [7; 32] };

fn plan(instance: &Instance, policy: &Policy) -> Plan {
    make_plan(instance, policy, OPTIONS, &mut |_, _| ControlFlow::Continue(())).unwrap()
}

/// Children by tier (class, then whether a pair just ended), the highest first, and the cost with load.
type Objective = (Vec<i64>, i64);

fn children_by_tier(prepared: &Prepared<'_>, children: impl Iterator<Item = u32>) -> Vec<i64> {
    let mut counts = vec![0; prepared.policy.classes.len() * 2];
    for child in children {
        let child = &prepared.children[child as usize];
        counts[child.class * 2 + usize::from(!child.just_ended)] += 1;
    }
    counts
}

fn objective_of(prepared: &Prepared<'_>, plan: &Plan) -> Objective {
    let lead = &plan.passes[0].solution.objective;
    (children_by_tier(prepared, plan.pairs.iter().map(|pair| pair.child)), (lead.arcs + lead.load) as i64)
}

/// The best objective by trying every way to place the groups one after another.
fn brute_force(
    prepared: &Prepared<'_>,
    groups: &[Group],
    used: &mut BTreeMap<u32, i64>,
    allowed: &dyn Fn(&Group, u32) -> bool,
) -> Objective {
    let Some((group, rest)) = groups.split_first() else {
        return (children_by_tier(prepared, std::iter::empty()), 0);
    };
    let mut best = brute_force(prepared, rest, used, allowed);
    for unit in 0..prepared.instance.volunteers.len() as u32 {
        let taken = used.get(&unit).copied().unwrap_or(0);
        if taken >= i64::from(prepared.volunteer_of(unit).capacity) || !allowed(group, unit) {
            continue;
        }
        let further = i64::from(prepared.policy.exchange.further_household_min) * POINTS_PER_MINUTE * taken;
        let cost = score(prepared, group, unit).unwrap().total() + further;
        used.insert(unit, taken + 1);
        let (counts, below) = brute_force(prepared, rest, used, allowed);
        used.insert(unit, taken);
        let own = children_by_tier(prepared, group.children.iter().copied());
        let placed = (counts.iter().zip(own).map(|(a, b)| a + b).collect::<Vec<_>>(), below + cost);
        if placed.0 > best.0 || (placed.0 == best.0 && placed.1 < best.1) {
            best = placed;
        }
    }
    best
}

fn members<'a>(instance: &'a Instance, group: &Group) -> Vec<&'a Child> {
    group.children.iter().map(|child| &instance.children[*child as usize]).collect()
}

/// The other properties mean nothing where nobody competes.
#[test]
fn many_counties_have_pairs_and_many_have_children_who_lose_out() {
    let policy = policy();
    let (mut paired, mut lost) = (0, 0);
    for seed in 0..400 {
        let plan = plan(&county(seed), &policy);
        paired += usize::from(plan.pairs.len() > 1);
        lost += usize::from(
            plan.unmatched.iter().any(|child| matches!(child.reason, UnmatchedReason::Competition(_))),
        );
    }
    assert!(paired > 100 && lost > 40, "{paired} counties with pairs, {lost} with competition, of 400");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn the_graph_holds_exactly_the_pairs_that_the_rules_allow(seed in any::<u64>()) {
        let (instance, policy) = (county(seed), policy());
        let prepared = Prepared::new(&instance, &policy, 0, false);
        let groups = lead_groups(&prepared, &standing_pairs(&prepared).unwrap());
        let graph = candidate_graph(&prepared, groups);
        for (position, group) in graph.groups.iter().enumerate() {
            for unit in 0..instance.volunteers.len() as u32 {
                let said = may_lead(&instance, &policy, &members(&instance, group), prepared.volunteer_of(unit));
                prop_assert_eq!(graph.row(position).contains(&unit), said, "{:?} and V{}", group, unit);
            }
        }
    }

    #[test]
    fn coverage_is_lexicographic_and_then_cost_is_least(seed in any::<u64>()) {
        let (instance, policy) = (county(seed), policy());
        let prepared = Prepared::new(&instance, &policy, 0, false);
        let groups = lead_groups(&prepared, &standing_pairs(&prepared).unwrap());
        let allowed = |group: &Group, unit: u32| {
            may_lead(&instance, &policy, &members(&instance, group), prepared.volunteer_of(unit))
        };
        let best = brute_force(&prepared, &groups, &mut BTreeMap::new(), &allowed);
        prop_assert_eq!(objective_of(&prepared, &plan(&instance, &policy)), best);
    }

    #[test]
    fn adding_a_volunteer_never_raises_the_objective(seed in any::<u64>(), another in any::<u64>()) {
        let (instance, policy) = (county(seed), policy());
        let more = with_another_volunteer(instance.clone(), another);
        let before = objective_of(&Prepared::new(&instance, &policy, 0, false), &plan(&instance, &policy));
        let after = objective_of(&Prepared::new(&more, &policy, 0, false), &plan(&more, &policy));
        // A child whom the new volunteer was good for before may now lose continuity, which is a cost of its own.
        let comes_back = instance.children.iter().any(|child| {
            child.previous_volunteers.iter().any(|id| id.as_str() == more.volunteers.last().unwrap().id.as_str())
        });
        prop_assert!(comes_back || after.0 > before.0 || (after.0 == before.0 && after.1 <= before.1));
    }

    #[test]
    fn standing_pairs_never_move_and_refused_ones_never_return(seed in any::<u64>()) {
        let (mut instance, policy) = (county(seed), policy());
        let mut dice = Dice::new(seed ^ 0x5eed);
        for child in instance.children.clone() {
            let volunteer = instance.volunteers[dice.below(instance.volunteers.len())].id.clone();
            let (child, source) = (child.id, SourceRow(0));
            match dice.below(5) {
                0 => instance.existing_pairs.push(ExistingPair {
                    child, volunteer, state: PairState::Kept, began_on: None, ended_on: None, went_well: None, source,
                }),
                answer @ (1 | 2) => instance.replies.push(Reply {
                    child, volunteer, accepted: answer == 1, reason: String::new(), answered_on: None, source,
                }),
                _ => {}
            }
        }
        let plan = plan(&instance, &policy);
        let paired = |child: &str| plan.pairs.iter().find(|pair| instance.children[pair.child as usize].id.as_str() == child);
        for row in &instance.existing_pairs {
            let pair = paired(row.child.as_str()).unwrap();
            prop_assert_eq!(&instance.volunteers[pair.volunteer as usize].id, &row.volunteer);
            prop_assert_eq!(pair.origin, Origin::Kept);
        }
        for reply in &instance.replies {
            let pair = paired(reply.child.as_str()).map(|pair| &instance.volunteers[pair.volunteer as usize].id);
            prop_assert_eq!(pair == Some(&reply.volunteer), reply.accepted);
        }
        for pair in plan.pairs.iter().filter(|pair| pair.origin == Origin::Proposed) {
            let unit = &instance.volunteers[pair.volunteer as usize];
            prop_assert!(may_lead(&instance, &policy, &[&instance.children[pair.child as usize]], unit));
        }
    }

    #[test]
    fn backups_are_admissible_somebody_else_and_within_the_places_left(seed in any::<u64>()) {
        let (instance, policy) = (county(seed), policy());
        let plan = plan(&instance, &policy);
        let lead = &plan.passes[0];
        let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
        for (position, group) in lead.pass.graph.groups.iter().enumerate() {
            let Some(own) = lead.volunteer_of(position) else { continue };
            *taken.entry(own).or_default() += 1;
            let Some(backup) = plan.pair_of(group.children[0]).unwrap().backup else { continue };
            *taken.entry(backup).or_default() += 1;
            prop_assert!(backup != own);
            prop_assert!(may_lead(&instance, &policy, &members(&instance, group), &instance.volunteers[backup as usize]));
        }
        for (unit, places) in taken {
            prop_assert!(places <= instance.volunteers[unit as usize].capacity);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_plan_folder_proves_itself_and_agrees_with_its_inputs(seed in any::<u64>(), provisional in any::<bool>()) {
        let (instance, policy) = (county(seed), policy());
        let options = PlanOptions { provisional, ..OPTIONS };
        let plan = make_plan(&instance, &policy, options, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let prepared = Prepared::new(&instance, &policy, 0, provisional);
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("plan");
        write_folder(&path, &render(&prepared, &plan, "")).unwrap();
        let folder = Folder::read(&path).unwrap();
        prop_assert!(verify::folder(&folder).unwrap().optimal());
        let posed = pose(&prepared).unwrap();
        prop_assert_eq!(verify::against_inputs(&folder, &prepared, &options, &[&posed.lead, &posed.service]), Ok(()));
        for solved in &plan.passes {
            for (arc, score) in solved.pass.scores.iter().enumerate() {
                prop_assert_eq!(score.parts.iter().sum::<i64>(), solved.pass.problem.arc_cost(arc));
            }
        }
    }
}
