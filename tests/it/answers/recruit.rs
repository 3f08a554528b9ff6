//! Whom to recruit, against counties solved cold with these volunteers in them, over all pairs.

mod shown;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiedui::assignment::{Method, solve};
use jiedui::candidates::Prepared;
use jiedui::candidates::groups::lead_groups;
use jiedui::candidates::standing::standing_pairs;
use jiedui::explanation::recruit::{Effect, FreeHours, profiles_of};
use jiedui::explanation::{LoadedPlan, loss_of, recruit};
use jiedui::input::load::Loaded;
use jiedui::model::availability::{AvailabilityRow, Site};
use jiedui::model::need::{Mode, Strength};
use jiedui::model::policy::CoverageMode;
use jiedui::model::volunteer::Language;
use jiedui::model::{Availability, Child, Instance, Location, Need, NeedKind, Place, Policy, WeekMask};
use jiedui::plan::{Outline, Pass};
use proptest::prelude::{prop_assert, proptest};
use proptest::test_runner::Config;

use super::counties::{SEED, asked, committed};
use crate::pairing_oracle::people::county;

/// Recruits that are asked for.
const COUNT: u32 = 4;

/// What a plan comes to: children with a lead by class, cost of all pairs, whole objective.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    covered: Vec<i64>,
    cost: i128,
    total: i128,
}

fn outcome(plan: &LoadedPlan<'_>) -> Outcome {
    let mut covered = vec![0; plan.prepared.policy.classes.len()];
    for (group, number) in plan.outline.groups.iter().zip(0_u32..) {
        let count = i64::from(plan.chosen(number).is_some());
        group
            .children
            .iter()
            .for_each(|child| covered[plan.prepared.children[*child as usize].class] += count);
    }
    let objective = plan.solution.objective;
    Outcome { covered, cost: objective.arcs + objective.load, total: objective.total() }
}

fn cold(instance: &Instance, policy: &Policy) -> Outcome {
    asked(instance, policy, |plan, _| outcome(plan))
}

/// That an effect is the difference of two plans that were each solved by themselves. Where coverage is first, children by
/// class and cost are both unique; where it has a price, only their sum is.
fn is_difference(effect: &Effect, before: &Outcome, after: &Outcome, policy: &Policy) -> bool {
    let classes = effect.children.iter().map(|count| count.children);
    match policy.coverage {
        CoverageMode::Lexicographic => {
            classes.eq(after.covered.iter().zip(&before.covered).map(|(after, before)| after - before))
                && effect.saved_points == before.cost - after.cost
        }
        CoverageMode::Priced => effect.gain_points == before.total - after.total,
    }
}

/// The least total with so many of each profile, and nobody else of them: over every admissible pair, from nothing.
fn total_with(prepared: &Prepared<'_>, outline: &Outline, first: usize, taken: &[u32]) -> i128 {
    let mut outline = outline.clone();
    // No load: each is a volunteer of her own.
    let load_step = std::mem::replace(&mut outline.load_step, 0);
    let pass = Pass::over_all_pairs(prepared, outline.clone()).expect("it is small");
    outline.load_step = load_step;
    let mut builder = jiedui::assignment::ProblemBuilder::new();
    for (place, right) in outline.places.iter().zip(0..) {
        let (open, steps) = if right < first {
            (place.open(), (place.standing..place.offered).map(|n| i64::from(n) * load_step).collect())
        } else {
            (taken[right - first], vec![0; taken[right - first] as usize])
        };
        builder.push_right(open, &steps).expect("steps rise");
    }
    for left in 0..pass.problem.left_count() as u32 {
        let row =
            pass.problem.row_rights(left).iter().copied().zip(pass.problem.row_costs(left).iter().copied());
        builder
            .push_left(pass.problem.unmatched(left), &row.collect::<Vec<_>>())
            .expect("the rows are sound");
    }
    let problem = builder.finish().expect("it is small");
    let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()));
    solution.expect("nobody must be assigned").objective.total()
}

/// That the recruits are those whom trying every profile each time finds, and of equals the first.
fn is_what_trying_everybody_finds(instance: &Instance, policy: &Policy) {
    asked(instance, policy, |plan, _| {
        let recruits =
            recruit(plan, COUNT).expect("amounts are small").recruits.expect("nothing is hidden yet");
        let profiles = profiles_of(plan);
        let position: BTreeMap<_, usize> = profiles.all.iter().zip(0..).collect();
        let extended = profiles.extend(instance, &profiles.all);
        let prepared = Prepared::new(&extended, policy, SEED, false);
        let standing = standing_pairs(&prepared).expect("no two rows contradict");
        // Profiles come last, as in the answer, so that positions agree.
        let mut outline =
            Outline::of_leads(&prepared, &standing, lead_groups(&prepared, &standing)).expect("it is small");
        let first_invented = instance.volunteers.len() as u32;
        outline.places.sort_by_key(|place| (place.volunteer >= first_invented, place.volunteer));
        let first = outline.places.iter().filter(|place| place.volunteer < first_invented).count();
        let mut taken = vec![0; profiles.all.len()];
        let mut total = total_with(&prepared, &outline, first, &taken);
        for number in 0..COUNT as usize {
            let with = |profile: usize| {
                let mut taken = taken.clone();
                taken[profile] += 1;
                total_with(&prepared, &outline, first, &taken)
            };
            let best = (0..taken.len()).map(|profile| (with(profile), profile)).min();
            let best = best.filter(|(after, _)| *after < total);
            let named = recruits
                .get(number)
                .map(|recruit| (total - recruit.effect.gain_points, position[&recruit.wanted]));
            assert_eq!(best, named, "recruit {number}");
            let Some((after, profile)) = best else { break };
            total = after;
            taken[profile] += 1;
        }
    });
}

/// A wish that is only met by a long way costs more than one that is missed, so that a volunteer with all hours gains less for
/// that child than one who is free on weekday evenings, of her township or, from afar, of the next.
#[test]
fn a_volunteer_with_fewer_hours_may_gain_more_and_is_named_then() {
    let Loaded { mut instance, mut policy, .. } = committed("laifeng");
    policy.exchange.half_hour_short_min = 0;
    instance.volunteers.clear();
    instance.existing_pairs.clear();
    instance.replies.clear();
    let need = |kind, strength, mode, minutes_per_week, weight_percent| Need {
        kind,
        subject: None,
        grade: None,
        strength,
        mode,
        minutes_per_week,
        weight_percent,
    };
    let company = need(NeedKind::Companionship, Strength::Required, Mode::Remote, 60, 100);
    let activities = need(NeedKind::Activities, Strength::Wished, Mode::InPerson, 120, 10);
    let free = |site, day, from_h: u32, hours: u32| {
        let mut week = WeekMask::EMPTY;
        week.insert_stretch(day, from_h * 60, (from_h + hours) * 60);
        AvailabilityRow { season: None, site, week }
    };
    let hours = [free(Site::Home, 2, 19, 1), free(Site::School, 5, 9, 2)];
    let mut leads = asked(&instance, &policy, |_, posed| {
        posed.lead.groups.iter().map(|group| group.children[0] as usize).collect::<Vec<_>>()
    });
    leads.sort_by_key(|child| instance.children[*child].place.region);
    let township = |child: &usize| instance.children[*child].place.region.township();
    leads.dedup_by_key(|child| township(child));
    let mut children: Vec<Child> = leads[..2].iter().map(|child| instance.children[*child].clone()).collect();
    for child in &mut children {
        child.household = None;
        child.languages = [Language(Language::MANDARIN.into())].into();
        child.needs = [company.clone(), activities.clone()].into();
        child.availability = Availability { rows: hours.clone().into(), assumed: false };
        let home = child.place.location;
        let away =
            Location::new(home.latitude_deg() + 0.15, home.longitude_deg()).expect("it is on the earth");
        child.school = Some(Place { location: away, ..child.place.clone() });
    }
    instance.children = children;
    let first = asked(&instance, &policy, |plan, _| {
        let recruits = recruit(plan, 1).expect("amounts are small").recruits.expect("nothing is hidden yet");
        recruits[0].wanted.clone()
    });
    assert_eq!(first.hours, FreeHours::WeekdayEvenings);
    is_what_trying_everybody_finds(&instance, &policy);
}

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn every_gain_is_that_of_the_county_solved_anew_with_these_volunteers(county in county()) {
        let (answer, profiles, mut before) = asked(&county.instance, &county.policy, |plan, _| {
            (recruit(plan, COUNT).expect("amounts are small"), profiles_of(plan), outcome(plan))
        });
        let recruits = answer.recruits.expect("nothing is hidden yet");
        prop_assert!(recruits.len() <= COUNT as usize);
        let wanted: Vec<_> = recruits.iter().map(|recruit| recruit.wanted.clone()).collect();
        for (recruit, number) in recruits.iter().zip(1..) {
            let with = profiles.extend(&county.instance, &wanted[..number]);
            let after = cold(&with, &county.policy);
            prop_assert!(
                is_difference(&recruit.effect, &before, &after, &county.policy),
                "recruit {number}: {:?} is not {before:?} -> {after:?}", recruit.effect
            );
            prop_assert!(recruit.effect.gain_points > 0);
            before = after;
        }
    }

    #[test]
    fn nobody_else_would_gain_more_and_of_equals_the_first_is_named(county in county()) {
        is_what_trying_everybody_finds(&county.instance, &county.policy);
    }

    #[test]
    fn a_loss_is_that_of_the_county_solved_anew_without_her(county in county()) {
        let answers = asked(&county.instance, &county.policy, |plan, _| {
            let units = 0..county.instance.volunteers.len() as u32;
            let losses: Vec<_> = units.map(|unit| loss_of(plan, unit).expect("amounts are small")).collect();
            (losses, outcome(plan))
        });
        let (losses, before) = answers;
        for (loss, unit) in losses.iter().zip(0..) {
            let mut without = county.instance.clone();
            without.volunteers[unit].capacity = loss.standing_households;
            let after = cold(&without, &county.policy);
            prop_assert!(
                is_difference(&loss.effect, &before, &after, &county.policy),
                "unit {unit}: {:?} is not {before:?} -> {after:?}", loss.effect
            );
        }
    }
}
