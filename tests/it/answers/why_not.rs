//! Why not this volunteer: forbidden exactly where no admissible pair is, and otherwise at the exact difference of two full
//! solves; who reads it learns of nobody else unless they may.

use std::collections::BTreeMap;

use jiedui::assignment::Objective;
use jiedui::explanation::insisting::Insisting;
use jiedui::explanation::named::Named;
use jiedui::explanation::why_not::Because;
use jiedui::explanation::{Audience, Language, LoadedPlan, WhyNot, render, why_not};
use jiedui::model::pairing::PairState;
use jiedui::model::{Instance, Reply, VolunteerId};
use proptest::prelude::proptest;
use proptest::test_runner::Config;

use super::counties::{
    asked, child, committed, least_total_with, over_all_pairs, snapshot, strangers_in, volunteer,
};
use crate::pairing_oracle::people::county;

/// What the moves come to when they are made: children left alone and brought in, and the change of the parts.
fn made(plan: &LoadedPlan<'_>, insisting: &Insisting) -> (Objective, usize, usize) {
    let problem = over_all_pairs(plan, None);
    let prepared = plan.prepared;
    let group_of: BTreeMap<Named, u32> = (0..)
        .zip(&plan.outline.groups)
        .flat_map(|(group, of)| of.children.iter().map(move |child| (Named::child(prepared, *child), group)))
        .collect();
    let right_of: BTreeMap<Named, u32> = (0..)
        .zip(&plan.outline.places)
        .map(|(right, place)| (Named::volunteer(prepared, place.volunteer), right))
        .collect();
    let mut chosen: Vec<Option<u32>> =
        (0..plan.outline.groups.len() as u32).map(|group| plan.chosen(group)).collect();
    let (mut losing, mut gaining) = (0, 0);
    for step in &insisting.moves {
        let group = group_of[&step.children[0]];
        assert_eq!(plan.outline.groups[group as usize].children.len(), step.children.len());
        assert_eq!(chosen[group as usize], step.from.as_ref().map(|unit| right_of[unit]));
        chosen[group as usize] = step.to.as_ref().map(|unit| right_of[unit]);
        losing += if step.to.is_none() { step.children.len() } else { 0 };
        gaining += if step.from.is_none() { step.children.len() } else { 0 };
    }
    let arcs: Vec<Option<u32>> = (0..)
        .zip(&chosen)
        .map(|(group, right)| {
            let right = (*right)?;
            Some(problem.row(group).find(|arc| problem.arc_right(*arc) == right).expect("it is admissible")
                as u32)
        })
        .collect();
    (Objective::of(&problem, &arcs), losing, gaining)
}

/// Whether the answer agrees with two full solves, and its parts with the moves made.
pub(super) fn assert_exact(plan: &LoadedPlan<'_>, group: u32, right: u32, insisting: &Insisting) {
    let now = plan.solution.objective;
    let least = least_total_with(plan, group, right).expect("anybody may stay alone");
    assert_eq!(insisting.delta_points, least - now.total());
    let (then, losing, gaining) = made(plan, insisting);
    assert_eq!(then.total(), least);
    assert_eq!(i128::from(insisting.other_points), then.arcs + then.load - now.arcs - now.load);
    assert_eq!(insisting.losing.iter().map(|count| count.children).sum::<usize>(), losing);
    assert_eq!(insisting.gaining.iter().map(|count| count.children).sum::<usize>(), gaining);
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn insisting_costs_what_two_full_solves_of_a_county_differ_by(county in county()) {
        asked(&county.instance, &county.policy, |plan, _| {
            let problem = over_all_pairs(plan, None);
            for (group, of) in (0..).zip(&plan.outline.groups) {
                for unit in 0..plan.prepared.instance.volunteers.len() as u32 {
                    let answer = why_not(plan, of.children[0], unit);
                    let right = plan.right_of(unit);
                    let admissible = right.is_some_and(|right| problem.row_rights(group).contains(&right));
                    match &answer.because {
                        Because::Paired => assert!(right.is_some() && plan.chosen(group) == right),
                        Because::Forbidden { rules, .. } => assert!(!admissible && !rules.is_empty()),
                        Because::Price { insisting, .. } => {
                            assert!(admissible);
                            assert_exact(plan, group, right.expect("it is admissible"), insisting);
                        }
                        other => panic!("{other:?}"),
                    }
                }
            }
        });
    }

    #[test]
    fn a_child_whose_pair_stands_is_not_moved(county in county()) {
        asked(&county.instance, &county.policy, |plan, _| {
            for pair in &plan.standing.pairs {
                for unit in 0..plan.prepared.instance.volunteers.len() as u32 {
                    let because = why_not(plan, pair.child, unit).because;
                    let stays = matches!(because, Because::Forbidden { .. } | Because::ChildStands { .. });
                    assert!(if unit == pair.volunteer { because == Because::Paired } else { stays });
                }
            }
        });
    }

    #[test]
    fn the_other_audiences_learn_of_nobody_else(county in county()) {
        asked(&county.instance, &county.policy, |plan, _| {
            for child in 0..plan.prepared.instance.children.len() as u32 {
                for unit in 0..plan.prepared.instance.volunteers.len() as u32 {
                    assert_names_nobody_else(plan, &why_not(plan, child, unit), child, unit);
                }
            }
        });
    }
}

/// For a guardian their own child's volunteer may be named besides the one asked about; for a volunteer nobody.
fn assert_names_nobody_else(plan: &LoadedPlan<'_>, answer: &WhyNot, child: u32, unit: u32) {
    let own = plan.group_of(child).and_then(|group| plan.chosen(group)).map(|right| plan.volunteer_at(right));
    let standing = plan.standing.pairs.iter().find(|pair| pair.child == child).map(|pair| pair.volunteer);
    for (audience, units) in [
        (Audience::Guardian, [Some(unit), own, standing].into_iter().flatten().collect::<Vec<u32>>()),
        (Audience::Volunteer, vec![unit]),
    ] {
        let shown = answer.clone().shown_to(audience);
        let json = serde_json::to_string(&shown).expect("answers serialize");
        for text in
            [render::why_not(&shown, Language::Chinese), render::why_not(&shown, Language::English), json]
        {
            assert_eq!(
                strangers_in(plan, &text, child, &units),
                Vec::<String>::new(),
                "{audience:?}: {text}"
            );
        }
    }
}

#[test]
fn a_volunteer_whose_places_standing_pairs_hold_is_said_to_have_none() {
    let mut loaded = committed("laifeng");
    let held = hold_every_place_of(&mut loaded.instance, "LF-V094");
    assert!(held > 0);
    asked(&loaded.instance, &loaded.policy, |plan, _| {
        let answer = why_not(plan, child(plan, "LF-E003"), volunteer(plan, "LF-V094"));
        let Because::Forbidden { rules, places_held } = &answer.because else { panic!("{answer:?}") };
        assert!(rules.iter().any(|rule| rule.0.is_some_and(|rule| rule.code() == "H12")));
        assert!(places_held);
        snapshot("why_not_places_held", &render::why_not(&answer, Language::Chinese));
    });
}

/// Records that children accepted her until she has no place left; not the child that is asked about.
fn hold_every_place_of(instance: &mut Instance, number: &str) -> usize {
    let unit = instance.volunteers.iter().find(|unit| unit.id.as_str() == number).expect("she is there");
    let (id, places): (VolunteerId, usize) = (unit.id.clone(), unit.capacity as usize);
    let taken = |child: &jiedui::model::ChildId| {
        instance.existing_pairs.iter().any(|row| row.child == *child && row.state != PairState::Ended)
            || instance.replies.iter().any(|reply| reply.child == *child)
    };
    let free = instance
        .children
        .iter()
        .filter(|child| child.household.is_none() && child.id.as_str() != "LF-E003" && !taken(&child.id));
    let children: Vec<_> = free.map(|child| child.id.clone()).take(places).collect();
    let held = children.len();
    let template = instance.replies.first().expect("the county has replies").clone();
    for child in children {
        let (volunteer, template) = (id.clone(), template.clone());
        instance.replies.push(Reply { child, volunteer, accepted: true, ..template });
    }
    held
}

#[test]
fn answers_are_sentences_that_an_officer_reads_at_once() {
    let loaded = committed("laifeng");
    asked(&loaded.instance, &loaded.policy, |plan, _| {
        let forbidden = why_not(plan, child(plan, "LF-E017"), volunteer(plan, "LF-V055"));
        snapshot("why_not_forbidden_zh", &render::why_not(&forbidden, Language::Chinese));
        snapshot("why_not_forbidden_en", &render::why_not(&forbidden, Language::English));
        let guardian = forbidden.shown_to(Audience::Guardian);
        snapshot("why_not_forbidden_guardian_zh", &render::why_not(&guardian, Language::Chinese));
        let dear = most_moving(plan);
        snapshot("why_not_price_zh", &render::why_not(&dear, Language::Chinese));
        snapshot("why_not_price_en", &render::why_not(&dear, Language::English));
        snapshot("why_not_price_json", &serde_json::to_string_pretty(&dear).expect("answers serialize"));
        let guardian = dear.shown_to(Audience::Guardian);
        snapshot("why_not_price_guardian_zh", &render::why_not(&guardian, Language::Chinese));
    });
}

/// Of all questions the one whose answer moves most people and leaves somebody alone.
fn most_moving(plan: &LoadedPlan<'_>) -> WhyNot {
    let mut most: Option<(usize, WhyNot)> = None;
    for group in &plan.outline.groups {
        for unit in 0..plan.prepared.instance.volunteers.len() as u32 {
            let answer = why_not(plan, group.children[0], unit);
            let Because::Price { insisting, .. } = &answer.because else { continue };
            let moved = insisting.moves.len() + 100 * insisting.losing.len();
            if most.as_ref().is_none_or(|(before, _)| moved > *before) {
                most = Some((moved, answer));
            }
        }
    }
    most.expect("some pair is admissible").1
}
