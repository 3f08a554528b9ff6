//! The admissible pairs of a plan as arcs with levels: all of them where they are few enough to be held, else those that the
//! plan holds, and the others found when prices ask for them.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::{FairnessError, Measure};
use crate::assignment::frontier::{LevelledArc, Pool, Tried};
use crate::candidates::Scope;
use crate::explanation::LoadedPlan;
use crate::scoring::{Score, Term, score_child};

/// Up to so many pairs within reach, every admissible one is held.
const HELD_UP_TO: u64 = 12_000_000;

/// The pairs of a plan.
pub(super) struct Pairs<'l, 'p> {
    plan: &'l LoadedPlan<'p>,
    measure: Measure,
    all_held: bool,
}

impl<'l, 'p> Pairs<'l, 'p> {
    /// The pairs, and those to begin with.
    pub(super) fn new(plan: &'l LoadedPlan<'p>, measure: Measure) -> (Self, Pool) {
        let all_held = within_reach(plan) <= HELD_UP_TO;
        let pairs = Self { plan, measure, all_held };
        let groups = plan.outline.groups.len() as u32;
        let rows = (0..groups).into_par_iter().map(|group| pairs.row(group)).collect();
        let step = plan.outline.load_step;
        let load = |standing: u32, offered: u32| (standing..offered).map(|k| i64::from(k) * step).collect();
        let rights = plan.outline.places.iter().map(|place| {
            let load = if step == 0 { Vec::new() } else { load(place.standing, place.offered) };
            (place.open(), load)
        });
        let unmatched = (0..groups).map(|group| plan.unmatched_price(group)).collect();
        (pairs, Pool::new(rights.collect(), unmatched, rows))
    }

    /// As [`new`](Self::new), for questions that need every pair.
    ///
    /// # Errors
    /// [`FairnessError::TooManyPairs`].
    pub(super) fn all(plan: &'l LoadedPlan<'p>, measure: Measure) -> Result<Pool, FairnessError> {
        let within_reach = within_reach(plan);
        if within_reach > HELD_UP_TO {
            return Err(FairnessError::TooManyPairs { within_reach });
        }
        Ok(Self::new(plan, measure).1)
    }

    fn row(&self, group: u32) -> Vec<LevelledArc> {
        if self.all_held {
            let scored = self.plan.search.all_scored(group).into_iter();
            return scored.map(|(right, score)| self.arc(group, right, &score)).collect();
        }
        let problem = &self.plan.problem;
        let held = problem.row_rights(group).iter().zip(problem.row_costs(group));
        let mut row: Vec<LevelledArc> =
            held.map(|(right, cost)| self.unscored(group, *right, *cost)).collect();
        row.sort_unstable();
        row
    }

    /// Every pair not ruled out by prices, within a limit; none where all are held.
    pub(super) fn beyond(&self, tried: &Tried<'_>) -> Vec<(u32, LevelledArc)> {
        if self.all_held {
            return Vec::new();
        }
        let search = &self.plan.search;
        let prices = search.prices(tried.price);
        let of_group = |group: u32| {
            let worth = tried.worth[group as usize];
            let found = search.volunteers_of(group, Some(&prices), usize::MAX, worth).items.into_iter();
            let arcs = found.map(|(right, cost)| (group, self.unscored(group, right, cost)));
            arcs.filter(|(_, arc)| arc.level <= tried.limit).collect::<Vec<_>>()
        };
        let found: Vec<Vec<_>> = (0..tried.worth.len() as u32).into_par_iter().map(of_group).collect();
        found.into_iter().flatten().collect()
    }

    fn arc(&self, group: u32, right: u32, score: &Score) -> LevelledArc {
        let cost = score.total();
        let single = self.plan.outline.groups[group as usize].children.len() == 1;
        let level = match self.measure {
            Measure::Travel => score.part(Term::Travel),
            Measure::Score if single => cost,
            Measure::Score => self.greatest_child(group, right),
        };
        LevelledArc { right, cost, level }
    }

    fn unscored(&self, group: u32, right: u32, cost: i64) -> LevelledArc {
        let children = self.plan.outline.groups[group as usize].children.iter();
        let volunteer = self.plan.volunteer_at(right);
        let level = match self.measure {
            Measure::Travel => {
                let of_child = |child: &u32| score_child(self.plan.prepared, *child, volunteer, Scope::Lead);
                children.filter_map(of_child).map(|score| score.part(Term::Travel)).max().unwrap_or(0)
            }
            Measure::Score => self.greatest_child(group, right),
        };
        LevelledArc { right, cost, level }
    }

    fn greatest_child(&self, group: u32, right: u32) -> i64 {
        let volunteer = self.plan.volunteer_at(right);
        let children = self.plan.outline.groups[group as usize].children.iter();
        let of_child = |child: &u32| score_child(self.plan.prepared, *child, volunteer, Scope::Lead);
        children.filter_map(of_child).map(|score| score.total()).max().unwrap_or(0)
    }
}

fn within_reach(plan: &LoadedPlan<'_>) -> u64 {
    let groups = 0..plan.outline.groups.len();
    groups.into_par_iter().map(|group| plan.search.count_within_reach(group)).sum()
}
