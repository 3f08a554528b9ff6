//! The next best volunteer, again and again: profiles with closed places in, the ones to open in order out.
//!
//! 1. **First gains.** With the least prices that prove the plan, a profile gains max(0, maxᵢ(uᵢ − cᵢ)) over the groups i that
//!    she may serve: exactly ([`least_prices`]). That is her own least price as a right node without any unit. Of those who
//!    gain less than the best of as many townships as there are to be recruits, only that is found out.
//! 2. **Lazily greedy.** What a profile gains only falls as others are taken. So the profile whose last known gain is greatest is
//!    tried: her place is opened, the plan mended over all admissible pairs, the totals read, the place closed again. If she
//!    still is ahead of all that the others could gain at most, she is taken for good. The outcome is that of trying everybody
//!    each time; ties fall by the order of profiles.
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
//! Cost: that of preparing the instance anew, with the trees of [`PairSearch`]; one Dijkstra over the pairs held; a search for each
//! profile; then a few alternating paths for each trial.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::ControlFlow;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::effect::Effect;
use super::profiles::{Profiles, Township};
use crate::assignment::extreme_prices::LeastPrices;
use crate::assignment::repair::{Moves, RepairError};
use crate::assignment::{Method, Problem, Solution};
use crate::candidates::Prepared;
use crate::explanation::LoadedPlan;
use crate::explanation::extreme::least_prices;
use crate::plan::growth::PairSearch;
use crate::plan::mend::{Held, MendError, Mending};
use crate::plan::{Outline, SolvedPass};

/// Pairs of a profile that are held from the start.
const LIST: usize = 8;
/// Profiles that are looked into between two looks at what is enough.
const BLOCK: usize = 64;
/// Stands for a gain that was never found out.
const NEVER: usize = usize::MAX;

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
    let extended = profiles.extend(plan.prepared.instance, &profiles.all);
    // Orders come from the plan, so that groups and places keep their numbers; profiles follow.
    let mut prepared = Prepared::new(&extended, plan.prepared.policy, 0, plan.prepared.provisional);
    prepared.child_order.clone_from(&plan.prepared.child_order);
    let first = plan.prepared.instance.volunteers.len() as u32;
    prepared.volunteer_order.clone_from(&plan.prepared.volunteer_order);
    prepared.volunteer_order.extend(first..extended.volunteers.len() as u32);
    let mut outline = Outline::of_leads(&prepared, plan.standing, plan.outline.groups.clone())?;
    let base = Base::of(plan, &outline)?;
    let closed = plan.outline.places.len();
    for place in &mut outline.places[closed..] {
        place.offered = 0;
    }
    let search = PairSearch::new(&prepared, &outline);
    let (problem, solution) = base.solved(plan);
    let least = least_prices(&plan.search, problem, solution).map_err(RepairError::NotProven)?;
    let mut held = Held::over(problem, solution);
    let gains = first_gains(&search, &least, profiles, closed, count, &mut held.rows);
    held.price = least.right;
    held.price.extend(gains.iter().map(|gain| gain.at_most));
    let mending = Mending::new(&search, &outline, held)?;
    let mut greedy = Greedy { plan, mending, closed: closed as u32, taken: vec![0; gains.len()] };
    Ok(greedy.run(&gains, count)?)
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

    fn solved<'s>(&'s self, plan: &'s LoadedPlan<'_>) -> (&'s Problem, &'s Solution) {
        match self {
            Self::AsLoaded => (&plan.problem, &plan.solution),
            Self::Anew(solved) => (&solved.pass.problem, &solved.solution),
        }
    }
}

/// What is known of a profile before anybody is taken.
#[derive(Clone, Copy)]
struct FirstGain {
    /// It gains no more than this.
    at_most: i64,
    /// And no less.
    exactly: bool,
}

/// What each profile gains as the first recruit: its least price as a right node without units. Puts the pairs that say so into
/// the rows. As soon as so many townships as there are to be recruits have somebody, who gains less than the least of these
/// is not looked into: only that is known of them.
fn first_gains(
    search: &PairSearch<'_>,
    least: &LeastPrices,
    profiles: &Profiles,
    closed: usize,
    count: usize,
    rows: &mut [Vec<(u32, i64)>],
) -> Vec<FirstGain> {
    let worths = search.worths(&least.left);
    let mut gains: Vec<FirstGain> = Vec::with_capacity(profiles.all.len());
    let mut best_of_township: BTreeMap<&Township, i64> = BTreeMap::new();
    for block in profiles.all.chunks(BLOCK) {
        let mut bests: Vec<i64> = best_of_township.values().copied().collect();
        bests.sort_unstable_by_key(|gain| Reverse(*gain));
        let enough = count.checked_sub(1).and_then(|last| bests.get(last)).copied().unwrap_or(1).max(1);
        let first = (closed + gains.len()) as u32;
        let rights: Vec<u32> = (first..first + block.len() as u32).collect();
        let of_profile = |right: &u32| search.groups_of(*right, Some(&worths), LIST, 1 - enough).items;
        let found: Vec<Vec<(u32, i64)>> = rights.par_iter().map(of_profile).collect();
        for ((profile, right), found) in block.iter().zip(rights).zip(found) {
            let gain_of = |(group, cost): &(u32, i64)| least.left[*group as usize] - cost;
            let gain = found.iter().map(gain_of).max();
            gains.push(FirstGain { at_most: gain.unwrap_or(enough - 1), exactly: gain.is_some() });
            if let Some(gain) = gain {
                let best = best_of_township.entry(&profile.township).or_insert(gain);
                *best = gain.max(*best);
            }
            for (group, cost) in found {
                rows[group as usize].push((right, cost));
            }
        }
    }
    for row in rows.iter_mut() {
        row.sort_unstable();
    }
    gains
}

/// The plan with the recruits so far.
struct Greedy<'g, 'p> {
    plan: &'g LoadedPlan<'p>,
    mending: Mending<'g>,
    /// The right node of the first profile.
    closed: u32,
    /// By profile: how many are taken.
    taken: Vec<u32>,
}

impl Greedy<'_, '_> {
    fn run(&mut self, gains: &[FirstGain], count: usize) -> Result<Vec<Taken>, RepairError> {
        // By gain, then in the order of profiles; with the number of recruits when it was found out.
        let entries = gains.iter().enumerate().filter(|(_, gain)| gain.at_most > 0);
        let mut waiting: BinaryHeap<(i128, Reverse<usize>, usize)> = entries
            .map(|(profile, gain)| {
                (i128::from(gain.at_most), Reverse(profile), if gain.exactly { 0 } else { NEVER })
            })
            .collect();
        let mut order = Vec::new();
        while order.len() < count {
            let Some((_, Reverse(profile), known_at)) = waiting.pop() else { break };
            if known_at != order.len() {
                let before = self.mending.objective();
                self.open(profile, 1)?;
                let gain = before.total() - self.mending.objective().total();
                self.open(profile, -1)?;
                if gain > 0 {
                    waiting.push((gain, Reverse(profile), order.len()));
                }
                continue;
            }
            let before = self.mending.objective();
            let moves = self.open(profile, 1)?;
            let after = self.mending.objective();
            let effect = Effect::of(self.plan.prepared, &self.plan.outline.groups, &moves, before, after);
            waiting.push((effect.gain_points, Reverse(profile), order.len()));
            order.push(Taken { profile, effect });
        }
        Ok(order)
    }

    /// Takes one more of a profile, or one less.
    fn open(&mut self, profile: usize, by: i32) -> Result<Moves, RepairError> {
        let taken = &mut self.taken[profile];
        *taken = taken.saturating_add_signed(by);
        // Each recruit is a volunteer of her own, so none of them has a further household.
        self.mending.set_capacity(self.closed + profile as u32, *taken, &[])
    }
}
