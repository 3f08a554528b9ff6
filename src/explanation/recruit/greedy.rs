//! The next best volunteer, again and again: profiles with closed places in, the ones to open in order out.
//!
//! 1. **First gains.** With the least prices that prove the plan, a profile gains max(0, maxᵢ(uᵢ − cᵢ)) over the groups i that
//!    she may serve: exactly ([`least_prices`]). That is her own least price as a right node without any unit. It is found out of each
//!    profile by itself, unless so many others gain more that it will not matter. Hours do not bound one another: who has more of
//!    them may meet a wish that fewer would leave unmet, by a longer way than missing it costs, and gain less.
//! 2. **Lazily greedy.** What a profile gains only falls as others are taken. So the profile that gains most by what is last known
//!    of it is looked into: its first gain, where only a bound is known; else her place is opened, the plan mended over all
//!    admissible pairs, the totals read, the place closed again. If she still is ahead of all that the others could gain at most,
//!    she is taken for good. The outcome is that of trying everybody each time; ties fall by the order of profiles.
//!
//! Each recruit is the best one given those before. The least total as a function of the set of volunteers is an
//! assignment valuation: monotone and submodular, whatever the costs are. For any such function the first k of the greedy
//! order gain at least 1 − (1 − 1/k)ᵏ ≥ 1 − 1/e of what the best k could gain together. This asks for nothing more than
//! that each recruit is a single right node; it holds for the objective in points, in which coverage counts by the prices of
//! children left alone, not for any part of it by itself.
//!
//! References: G. Nemhauser, L. Wolsey, M. Fisher, "An analysis of approximations for maximizing submodular set functions I",
//! 1978; M. Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978 (the lazy order); L. Shapley,
//! "Complements and substitutes in the optimal assignment problem", 1962 (why it is submodular).
//!
//! Cost: that of copying what the plan holds; trees over the profiles alone, beside those of the plan ([`PairSearch::with_further`]); a
//! search for each profile; then a few alternating paths for each trial. The least prices are found out once for a loaded plan.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::ControlFlow;

use rayon::prelude::{
    IntoParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
};

use super::effect::Effect;
use super::profiles::{FreeHours, Profiles, Township};
use crate::assignment::extreme_prices::LeastPrices;
use crate::assignment::repair::{Moves, RepairError};
use crate::assignment::{Method, Problem, Solution};
use crate::explanation::LoadedPlan;
use crate::plan::growth::{PairAmounts, PairSearch, least_prices};
use crate::plan::mend::{Held, MendError, Mending};
use crate::plan::{Outline, SolvedPass};

/// Pairs of a profile that are held from the start.
const LIST: usize = 4;
/// What so many townships for each recruit can be sure of, is enough to look into a profile: the first gains fall once others are taken.
const TOWNSHIPS: usize = 3;

/// A profile that is taken, and what it does given those before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Position among the profiles.
    pub profile: usize,
    /// What it does.
    pub effect: Effect,
}

/// The first recruits in greedy order: at most `count`, fewer where nobody more gains anything.
///
/// # Errors
/// Amounts that leave 64 bits.
pub fn take(plan: &LoadedPlan<'_>, profiles: &Profiles, count: usize) -> Result<Vec<Taken>, MendError> {
    let further = profiles.rows(plan.prepared.instance, &profiles.all);
    let first = plan.prepared.volunteers.len() as u32;
    let prepared = plan.prepared.with_further(&further);
    // Groups and places of the plan keep their numbers; profiles follow.
    let mut outline = plan.outline.with_further(&prepared, first..first + further.len() as u32)?;
    let base = Base::of(plan, &outline)?;
    let closed = plan.outline.places.len();
    for place in &mut outline.places[closed..] {
        place.offered = 0;
    }
    let search = plan.search.with_further(&prepared, &outline);
    let (problem, solution) = base.solved(plan);
    let least = base.least_prices(plan);
    let mut held = Held::over(problem, solution);
    let first = FirstGains {
        search: &search,
        worths: search.worths(&least.left),
        least: &least,
        closed: closed as u32,
    };
    let enough = first.sure(plan, profiles, TOWNSHIPS * count);
    let bounds = first.bounds(enough, profiles.all.len(), &mut held.rows);
    held.price.clone_from(&least.right);
    held.price.extend(bounds.iter().map(|bound| bound.at_most));
    let mending = Mending::new(&search, &outline, held)?;
    let mut greedy = Greedy { plan, first, mending, taken: vec![0; profiles.all.len()] };
    Ok(greedy.run(&bounds, count)?)
}

/// The plan solved under the prices of the extended outline: as loaded, but where a recruit could come from farther than anybody
/// does now, which raises the price of leaving children alone, solved anew.
enum Base {
    AsLoaded,
    Anew(Box<SolvedPass>),
}

impl Base {
    fn of(plan: &LoadedPlan<'_>, extended: &Outline) -> Result<Self, MendError> {
        if extended.unmatched == plan.outline.unmatched {
            return Ok(Self::AsLoaded);
        }
        let outline = Outline { unmatched: extended.unmatched.clone(), ..plan.outline.clone() };
        let go_on = &mut |_| ControlFlow::Continue(());
        Ok(Self::Anew(Box::new(SolvedPass::of(plan.prepared, outline, Method::Exact, go_on)?)))
    }

    fn least_prices<'s>(&'s self, plan: &'s LoadedPlan<'_>) -> Cow<'s, LeastPrices> {
        match self {
            Self::AsLoaded => Cow::Borrowed(plan.least_prices()),
            Self::Anew(solved) => {
                let found = least_prices(&plan.search, &solved.pass.problem, &solved.solution);
                Cow::Owned(found.expect("the exact method proves what it solves"))
            }
        }
    }

    fn solved<'s>(&'s self, plan: &'s LoadedPlan<'_>) -> (&'s Problem, &'s Solution) {
        match self {
            Self::AsLoaded => (&plan.problem, &plan.solution),
            Self::Anew(solved) => (&solved.pass.problem, &solved.solution),
        }
    }
}

/// What profiles gain before anybody is taken: their least prices as right nodes without units.
struct FirstGains<'f> {
    search: &'f PairSearch<'f>,
    worths: PairAmounts,
    least: &'f LeastPrices,
    /// The right node of the first profile.
    closed: u32,
}

impl FirstGains<'_> {
    /// Some pairs by which a profile gains at least so much, the best first.
    fn pairs(&self, profile: usize, most: usize, gain: i64) -> Vec<(u32, i64)> {
        let right = self.closed + profile as u32;
        self.search.groups_of(right, Some(&self.worths), most, 1 - gain).items
    }

    /// What pairs of a profile, the best first, let it gain; none where there is none.
    fn gain(&self, pairs: &[(u32, i64)]) -> Option<i64> {
        pairs.first().map(|(group, cost)| self.least.left[*group as usize] - cost)
    }

    /// What so many townships, or all where they are fewer, can be sure of: each by some profile with all hours who takes a child of its
    /// own that has nobody, or where everybody is placed, any child of its own.
    fn sure(&self, plan: &LoadedPlan<'_>, profiles: &Profiles, townships: usize) -> i64 {
        let mut of_township: BTreeMap<&Township, Vec<usize>> = BTreeMap::new();
        for (at, profile) in
            profiles.all.iter().enumerate().filter(|(_, profile)| profile.hours == FreeHours::Both)
        {
            of_township.entry(&profile.township).or_default().push(at);
        }
        let groups = 0..plan.outline.groups.len() as u32;
        let alone: Vec<u32> = groups.clone().filter(|group| plan.chosen(*group).is_none()).collect();
        let asked = if alone.is_empty() { groups.collect() } else { alone };
        let gain_at_home = |group: &u32| {
            let home = Township::of(plan.prepared.child_of(plan.outline.groups[*group as usize].children[0]));
            let (home, there) = of_township.get_key_value(&home)?;
            let cost = |profile: &usize| self.search.admissible_cost(*group, self.closed + *profile as u32);
            Some((*home, self.least.left[*group as usize] - there.iter().filter_map(cost).min()?))
        };
        let gains: Vec<(&Township, i64)> = asked.par_iter().filter_map(gain_at_home).collect();
        let mut best_of_township: BTreeMap<&Township, i64> = BTreeMap::new();
        for (home, gain) in gains {
            let best = best_of_township.entry(home).or_insert(gain);
            *best = gain.max(*best);
        }
        let mut bests: Vec<i64> = best_of_township.into_values().collect();
        bests.sort_unstable_by_key(|gain| Reverse(*gain));
        bests.into_iter().take(townships.max(1)).next_back().map_or(1, |gain| gain.max(1))
    }

    /// By profile: what it gains at most. Puts into the rows the pairs by which it gains that. Who gains less than `enough` is not
    /// looked into: that alone is known then.
    fn bounds(&self, enough: i64, profiles: usize, rows: &mut [Vec<(u32, i64)>]) -> Vec<Bound> {
        let found: Vec<Vec<(u32, i64)>> =
            (0..profiles).into_par_iter().map(|profile| self.pairs(profile, LIST, enough)).collect();
        let mut bounds = Vec::with_capacity(profiles);
        for (pairs, right) in found.into_iter().zip(self.closed..) {
            let gain = self.gain(&pairs);
            bounds.push(Bound { at_most: gain.unwrap_or(enough - 1), exactly: gain.is_some() });
            for (group, cost) in pairs {
                rows[group as usize].push((right, cost));
            }
        }
        rows.par_iter_mut().for_each(|row| row.sort_unstable());
        bounds
    }
}

/// What is known of a profile before anybody is taken.
#[derive(Clone, Copy)]
struct Bound {
    /// It gains no more than this.
    at_most: i64,
    /// And no less.
    exactly: bool,
}

/// What is known of a profile that waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    /// It gains no more than this as the first recruit.
    Bound,
    /// It gains this after so many others.
    After(usize),
}

/// The plan with the recruits so far.
struct Greedy<'g, 'p> {
    plan: &'g LoadedPlan<'p>,
    first: FirstGains<'g>,
    mending: Mending<'g>,
    /// By profile: how many are taken.
    taken: Vec<u32>,
}

impl Greedy<'_, '_> {
    fn run(&mut self, bounds: &[Bound], count: usize) -> Result<Vec<Taken>, RepairError> {
        // By gain, then in the order of profiles.
        let mut waiting: BinaryHeap<(i128, Reverse<usize>, Known)> = BinaryHeap::new();
        for (profile, bound) in bounds.iter().enumerate().filter(|(_, bound)| bound.at_most > 0) {
            let known = if bound.exactly { Known::After(0) } else { Known::Bound };
            waiting.push((i128::from(bound.at_most), Reverse(profile), known));
        }
        let mut order = Vec::new();
        while order.len() < count {
            let Some((_, Reverse(profile), known)) = waiting.pop() else { break };
            if known == Known::Bound {
                if let Some(gain) = self.first.gain(&self.first.pairs(profile, 1, 1)) {
                    waiting.push((i128::from(gain), Reverse(profile), Known::After(0)));
                }
                continue;
            }
            let before = self.mending.objective();
            let moves = self.open(profile, 1)?;
            let after = self.mending.objective();
            if known == Known::After(order.len()) {
                let effect = Effect::of(self.plan.prepared, &self.plan.outline.groups, &moves, before, after);
                waiting.push((effect.gain_points, Reverse(profile), Known::After(order.len())));
                order.push(Taken { profile, effect });
                continue;
            }
            self.open(profile, -1)?;
            let gain = before.total() - after.total();
            if gain > 0 {
                waiting.push((gain, Reverse(profile), Known::After(order.len())));
            }
        }
        Ok(order)
    }

    /// Takes one more of a profile, or one less.
    fn open(&mut self, profile: usize, by: i32) -> Result<Moves, RepairError> {
        let taken = &mut self.taken[profile];
        *taken = taken.saturating_add_signed(by);
        // Each recruit is a volunteer of her own, so none of them has a further household.
        self.mending.set_capacity(self.first.closed + profile as u32, *taken, &[])
    }
}
