//! What a plan is worth, counted from the people, and the best of all plans, found by trying every one.

use jiedui::candidates::{Prepared, Scope};
use jiedui::model::Instance;
use jiedui::model::child::RiskLevel;
use jiedui::model::pairing::PairState;
use jiedui::plan::SolvedPass;
use jiff::ToSpan;

use super::people::County;
use super::{POINTS_PER_MINUTE, members};

/// Children left alone by tier, the highest first; then points.
pub(super) type Objective = (Vec<u32>, i128);

/// The tier of a child: its class under the balanced rules, and ahead within it whoever has just lost a volunteer.
fn tier(instance: &Instance, child: usize) -> usize {
    let child = &instance.children[child];
    let just_ended = instance.existing_pairs.iter().any(|row| {
        let ended = row.child == child.id && row.state == PairState::Ended;
        ended && row.ended_on.is_some_and(|day| instance.dates.today <= day + 90.days())
    });
    let class = if child.risk.level == RiskLevel::High || just_ended {
        0
    } else if child.living_alone || child.nobody_home_for_festival || child.risk.level == RiskLevel::Medium {
        1
    } else {
        2
    };
    class * 2 + usize::from(!just_ended)
}

fn count_alone(county: &County, children: &[usize], alone: &mut [u32]) {
    for child in children {
        alone[tier(&county.instance, *child)] += 1;
    }
}

/// What the solver reached.
pub(super) fn reached(county: &County, solved: &SolvedPass) -> Objective {
    let mut alone = vec![0; 6];
    for (group, chosen) in solved.pass.graph.groups.iter().zip(&solved.solution.chosen) {
        if chosen.is_none() {
            count_alone(county, &members(group), &mut alone);
        }
    }
    (alone, solved.solution.objective.arcs + solved.solution.objective.load)
}

/// The best of every assignment of admissible pairs within the places offered, each of them tried.
pub(super) fn best_of_all(
    county: &County,
    (prepared, solved): (&Prepared<'_>, &SolvedPass),
    group: usize,
    served: &mut [u32],
    spent: Objective,
) -> Objective {
    let pass = &solved.pass;
    let Some(waiting) = pass.graph.groups.get(group) else { return spent };
    let (alone, cost) = spent;
    let mut without = alone.clone();
    count_alone(county, &members(waiting), &mut without);
    let mut best = best_of_all(county, (prepared, solved), group + 1, served, (without, cost));
    for (position, unit) in pass.graph.row(group).iter().enumerate() {
        let right = pass.places.iter().position(|place| place.volunteer == *unit).expect("she has places");
        let place = &pass.places[right];
        if place.standing + served[right] >= place.offered {
            continue;
        }
        let further = i64::from(place.standing + served[right]);
        let step = match waiting.scope {
            Scope::Lead => i64::from(county.policy.exchange.further_household_min) * POINTS_PER_MINUTE,
            Scope::Service(_) => 0,
        };
        let score = pass.score(prepared, group, pass.graph.row_start[group] + position);
        let with = (alone.clone(), cost + i128::from(score.total() + further * step));
        served[right] += 1;
        best = best.min(best_of_all(county, (prepared, solved), group + 1, served, with));
        served[right] -= 1;
    }
    best
}
