//! The next best volunteer, again and again: profiles with closed places in, the ones to open in order out.
//!
//! 1. **First gains.** With the least prices that prove the plan, a profile gains max(0, maxᵢ(uᵢ − cᵢ)) over the groups i that
//!    she may serve: exactly ([`least_prices`]). That is her own least price as a right node without any unit.
//! 2. **Greedy.** The profile that gains most is taken; ties fall by the order of profiles. Her place is opened, the plan mended
//!    over all admissible pairs, and everybody's gain is worked out anew from the least prices that prove what it is now. One such
//!    computation a recruit costs less than trying even a few profiles, of which many are alike.
//!
//! Each recruit is the best one given those before. The least total as a function of the set of volunteers is an
//! assignment valuation: monotone and submodular, whatever the costs are. For any such function the first k of the greedy
//! order gain at least 1 − (1 − 1/k)ᵏ ≥ 1 − 1/e of what the best k could gain together. This asks for nothing more than
//! that each recruit is a single right node; it holds for the objective in points, in which coverage counts by the prices of
//! children left alone, not for any part of it by itself.
//!
//! References: G. Nemhauser, L. Wolsey, M. Fisher, "An analysis of approximations for maximizing submodular set functions I",
//! 1978; L. Shapley, "Complements and substitutes in the optimal assignment problem", 1962 (why it is submodular).
//!
//! Cost: that of preparing the instance anew, with the trees of [`PairSearch`]; and for each recruit a Dijkstra over the pairs
//! held, a search for each profile, each place whose price fell and each group that nobody must come to, and a few alternating
//! paths.

use std::cmp::Reverse;
use std::ops::ControlFlow;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::effect::Effect;
use super::profiles::Profiles;
use crate::assignment::extreme_prices::LeastPrices;
use crate::assignment::repair::RepairError;
use crate::assignment::{Method, Problem, Solution};
use crate::candidates::Prepared;
use crate::explanation::LoadedPlan;
use crate::explanation::extreme::{hidden_groups, least_prices};
use crate::plan::growth::PairSearch;
use crate::plan::mend::{Held, MendError, Mending};
use crate::plan::{Outline, SolvedPass};

/// Pairs of a profile that are held from the start.
const LIST: usize = 8;
/// Hidden groups that are searched between two updates of what profiles gain.
const BLOCK: usize = 64;

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
    let least = least_prices(&plan.search, problem, solution, &[]).map_err(RepairError::NotProven)?;
    let mut held = Held::over(problem, solution);
    let profiles: Vec<u32> = (closed as u32..outline.places.len() as u32).collect();
    let Gains { gain, pairs } = gains(&search, &least, closed, &profiles);
    for (group, right, cost) in pairs {
        held.rows[group as usize].push((right, cost));
    }
    held.rows.iter_mut().for_each(|row| row.sort_unstable());
    held.price = least.right;
    held.price.extend(&gain);
    let mending = Mending::new(&search, &outline, held)?;
    let mut greedy = Greedy { plan, search: &search, mending, first: closed, taken: vec![0; gain.len()] };
    Ok(greedy.run(gain, count)?)
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

/// What each profile gains, and the pairs that say so.
struct Gains {
    /// By profile.
    gain: Vec<i64>,
    /// Group, right node, cost; each once.
    pairs: Vec<(u32, u32, i64)>,
}

/// What each profile gains as the next recruit: its least price. Of those who are `closed` nothing is known yet; the prices of
/// the others say it already. `first` is the right node of the first profile.
fn gains(search: &PairSearch<'_>, least: &LeastPrices, first: usize, closed: &[u32]) -> Gains {
    let worths = search.worths(&least.left);
    let mut price = least.right.clone();
    price.resize(price.len().max(closed.last().map_or(0, |last| *last as usize + 1)), 0);
    for right in closed {
        price[*right as usize] = 0;
    }
    let of_profile = |right: &u32| search.groups_of(*right, Some(&worths), LIST, 0).items;
    let found: Vec<Vec<(u32, i64)>> = closed.par_iter().map(of_profile).collect();
    let mut pairs = Vec::new();
    for (right, found) in closed.iter().zip(found) {
        for (group, cost) in found {
            pairs.push((group, *right, cost));
            price[*right as usize] = price[*right as usize].max(least.left[group as usize] - cost);
        }
    }
    // Nobody's own search finds these, so they look for profiles themselves; whoever is worth most comes first.
    let mut hidden = hidden_groups(search, least.left.len());
    hidden.sort_by_key(|group| Reverse(least.left[*group as usize]));
    let mut live = search.live_prices(&price, &least.left);
    for block in hidden.chunks(BLOCK) {
        let ask =
            |group: &u32| search.volunteers_at(&live, *group, usize::MAX, least.left[*group as usize]).items;
        let found: Vec<Vec<(u32, i64)>> = block.par_iter().map(ask).collect();
        for (group, found) in block.iter().zip(found) {
            for (right, cost) in found {
                let gain = least.left[*group as usize] - cost;
                if gain > price[right as usize] {
                    pairs.push((*group, right, cost));
                    price[right as usize] = gain;
                    search.set_price(&mut live, right, gain);
                }
            }
        }
    }
    Gains { gain: price.split_off(first), pairs }
}

/// The plan with the recruits so far.
struct Greedy<'g, 'p> {
    plan: &'g LoadedPlan<'p>,
    search: &'g PairSearch<'g>,
    mending: Mending<'g>,
    /// The right node of the first profile.
    first: usize,
    /// By profile: how many are taken.
    taken: Vec<u32>,
}

impl Greedy<'_, '_> {
    fn run(&mut self, first_gains: Vec<i64>, count: usize) -> Result<Vec<Taken>, RepairError> {
        let mut gain = first_gains;
        let mut order = Vec::new();
        while order.len() < count {
            // The greatest gain; of equals the first.
            let best = gain.iter().enumerate().max_by_key(|(profile, gain)| (**gain, Reverse(*profile)));
            let Some((profile, _)) = best.filter(|(_, gain)| **gain > 0) else { break };
            let before = self.mending.objective();
            self.taken[profile] += 1;
            // Each recruit is a volunteer of her own, so none of them has a further household.
            let right = (self.first + profile) as u32;
            let moves = self.mending.set_capacity(right, self.taken[profile], &[])?;
            let after = self.mending.objective();
            let effect = Effect::of(self.plan.prepared, &self.plan.outline.groups, &moves, before, after);
            order.push(Taken { profile, effect });
            if order.len() < count {
                gain = self.next_gains()?;
            }
        }
        Ok(order)
    }

    /// What each profile gains now.
    fn next_gains(&self) -> Result<Vec<i64>, RepairError> {
        let rights = (self.first as u32..).zip(&self.taken);
        let closed: Vec<u32> = rights.filter(|(_, taken)| **taken == 0).map(|(right, _)| right).collect();
        let (problem, solution) = self.mending.solved();
        let least = least_prices(self.search, &problem, &solution, &closed);
        Ok(gains(self.search, &least.map_err(RepairError::NotProven)?, self.first, &closed).gain)
    }
}
