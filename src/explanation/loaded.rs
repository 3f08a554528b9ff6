//! A plan's lead pass loaded for questions: who has whom, the prices, and searches among **all** admissible pairs.
//!
//! In: the outline posed from the inputs, and what a plan holds of it ([`Held`], from a folder or from memory). The prices are
//! checked before anything is answered from them. Groups are left nodes, places of volunteers right nodes, as in
//! [`Outline`]; u is the worth of a group, v the price of a place; the reduced cost c + v − u of every admissible pair is at
//! least 0.

use std::sync::{Mutex, OnceLock, PoisonError};

use super::recruit::FreeHours;
use super::typical::Typical;
use crate::assignment::certificate::{self, Violation};
use crate::assignment::extreme_prices::LeastPrices;
use crate::assignment::insist::{Ahead, Arcs, Columns, Residual};
use crate::assignment::{Problem, Solution};
use crate::candidates::{Prepared, StandingPairs};
use crate::plan::growth::{LivePrices, PairSearch, least_prices};
use crate::plan::mend::Held;
use crate::plan::{Outline, PlanError};

/// Why a plan cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The problem could not be built.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The prices do not prove it.
    #[error(
        "方案未证明为最优，无法给出确切答案：请用 exact 重新 match / the plan is not proven optimal, so nothing exact can be \
         said of it: run match with the exact solver"
    )]
    NotProven(Vec<Violation>),
}

/// A plan's lead pass, loaded.
pub struct LoadedPlan<'p> {
    /// The people and the policy.
    pub prepared: &'p Prepared<'p>,
    /// Pairs that are not moved.
    pub standing: &'p StandingPairs,
    /// The question that was solved.
    pub outline: &'p Outline,
    /// All admissible pairs, searched.
    pub search: PairSearch<'p>,
    /// The problem over the pairs held; left and right nodes are those of the outline.
    pub problem: Problem,
    /// Its proven solution.
    pub solution: Solution,
    live: LivePrices,
    worth: Vec<i64>,
    holders: Vec<Vec<u32>>,
    group_of: Vec<Option<u32>>,
    right_of: Vec<Option<u32>>,
    typical: OnceLock<Typical>,
    columns: Columns,
    least: OnceLock<LeastPrices>,
    /// Copies of `live` that no question uses at the moment.
    spare: Mutex<Vec<LivePrices>>,
}

impl<'p> LoadedPlan<'p> {
    /// Loads what a plan holds of an outline.
    ///
    /// # Errors
    /// [`LoadError`]: amounts out of bounds, or prices that prove nothing.
    ///
    /// # Complexity
    /// That of building the trees, O((g + v) log (g + v)), and O(m) for m pairs held.
    pub fn new(
        prepared: &'p Prepared<'p>,
        standing: &'p StandingPairs,
        outline: &'p Outline,
        held: Held,
    ) -> Result<Self, LoadError> {
        let (problem, solution) = held.posed(outline)?;
        let proof = certificate::check(&problem, &solution.chosen, &solution.price);
        let worth = proof.map_err(LoadError::NotProven)?.left_price;
        // Recruits are searched for later, in the same trees.
        let search = PairSearch::expecting(prepared, outline, &FreeHours::weeks());
        let live = search.live_prices(&solution.price, &worth);
        let mut holders = vec![Vec::new(); outline.places.len()];
        for (group, arc) in (0_u32..).zip(&solution.chosen) {
            if let Some(arc) = arc {
                holders[problem.arc_right(*arc as usize) as usize].push(group);
            }
        }
        let mut group_of = vec![None; prepared.instance.children.len()];
        for (group, number) in outline.groups.iter().zip(0_u32..) {
            for child in &group.children {
                group_of[*child as usize] = Some(number);
            }
        }
        let mut right_of = vec![None; prepared.instance.volunteers.len()];
        for (place, number) in outline.places.iter().zip(0_u32..) {
            right_of[place.volunteer as usize] = Some(number);
        }
        let columns = Columns::of(&problem);
        Ok(Self {
            prepared,
            standing,
            outline,
            search,
            problem,
            solution,
            live,
            worth,
            holders,
            group_of,
            right_of,
            typical: OnceLock::new(),
            columns,
            least: OnceLock::new(),
            spare: Mutex::new(Vec::new()),
        })
    }

    /// The proven solution as something to move in; [`insist`](crate::assignment::insist) asks the plan itself for arcs.
    pub fn residual(&self) -> Residual<'_> {
        Residual {
            problem: &self.problem,
            chosen: &self.solution.chosen,
            holders: &self.holders,
            price: &self.solution.price,
            worth: &self.worth,
            columns: &self.columns,
        }
    }

    /// What is usual among the pairs that this run proposes; found out when it is first asked for.
    pub fn typical(&self) -> &Typical {
        self.typical.get_or_init(|| Typical::of(self))
    }

    /// The least prices that prove the plan over all admissible pairs; found out when they are first asked for.
    ///
    /// # Complexity
    /// Then that of [`least_prices`]: up to a search for each place.
    ///
    /// # Panics
    /// Never: a plan is loaded with prices that prove it.
    pub fn least_prices(&self) -> &LeastPrices {
        let found = || least_prices(&self.search, &self.problem, &self.solution);
        self.least.get_or_init(|| found().expect("a plan is loaded with prices that prove it"))
    }

    /// The group of a child; none where a standing pair holds it.
    pub fn group_of(&self, child: u32) -> Option<u32> {
        self.group_of[child as usize]
    }

    /// The right node of a volunteer; none where she has no open place.
    pub fn right_of(&self, volunteer: u32) -> Option<u32> {
        self.right_of[volunteer as usize]
    }

    /// The volunteer of a right node.
    pub fn volunteer_at(&self, right: u32) -> u32 {
        self.outline.places[right as usize].volunteer
    }

    /// The right node that a group has.
    pub fn chosen(&self, group: u32) -> Option<u32> {
        self.solution.chosen[group as usize].map(|arc| self.problem.arc_right(arc as usize))
    }

    /// The groups that have a right node, ascending.
    pub fn holders(&self, right: u32) -> &[u32] {
        &self.holders[right as usize]
    }

    /// v: the price of a place.
    pub fn price(&self, right: u32) -> i64 {
        self.solution.price[right as usize]
    }

    /// u: the least of the unmatched price and of cost + v over all admissible pairs.
    pub fn worth(&self, group: u32) -> i64 {
        self.worth[group as usize]
    }

    /// What leaving a group alone costs.
    pub fn unmatched_price(&self, group: u32) -> i64 {
        self.outline.unmatched_price(group as usize)
    }

    /// What a pair costs; none where it is not admissible.
    pub fn cost(&self, group: u32, right: u32) -> Option<i64> {
        self.search.admissible_cost(group, right)
    }

    /// The right node of least c + v that may serve a group, with its cost c; none where nobody is admissible.
    pub fn cheapest(&self, group: u32) -> Option<(u32, i64)> {
        self.search.volunteers_at(&self.live, group, 1, i64::MAX).items.first().copied()
    }

    /// Every right node that may serve a group at c + v − u below a bound, each with its cost c, the least first.
    pub fn volunteers_below(&self, group: u32, bound: i64) -> Vec<(u32, i64)> {
        let below = self.worth(group).saturating_add(bound);
        self.search.volunteers_at(&self.live, group, usize::MAX, below).items
    }

    /// Every group that a right node may serve at c + v − u below a bound, each with its cost c.
    pub fn groups_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)> {
        let below = bound.saturating_sub(self.price(right));
        self.search.groups_at(&self.live, right, usize::MAX, below).items
    }
}

impl Arcs for LoadedPlan<'_> {
    fn ahead(&self) -> Box<dyn Ahead + '_> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let live = spare.unwrap_or_else(|| self.live.clone());
        Box::new(NotAside { plan: self, live, rights: Vec::new(), lefts: Vec::new() })
    }
}

/// All admissible pairs for one question. Who is set aside has a price, or a worth, at which no search finds them.
struct NotAside<'q> {
    plan: &'q LoadedPlan<'q>,
    live: LivePrices,
    rights: Vec<u32>,
    lefts: Vec<u32>,
}

impl Ahead for NotAside<'_> {
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)> {
        let below = self.plan.worth(left).saturating_add(bound);
        self.plan.search.volunteers_at(&self.live, left, usize::MAX, below).items
    }

    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)> {
        let below = bound.saturating_sub(self.plan.price(right));
        self.plan.search.groups_at(&self.live, right, usize::MAX, below).items
    }

    fn set_right_aside(&mut self, right: u32) {
        self.rights.push(right);
        self.plan.search.set_price(&mut self.live, right, i64::MAX);
    }

    fn set_left_aside(&mut self, left: u32) {
        self.lefts.push(left);
        self.plan.search.set_worth(&mut self.live, left, -i64::MAX);
    }
}

impl Drop for NotAside<'_> {
    fn drop(&mut self) {
        let Self { plan, live, rights, lefts, .. } = self;
        for right in rights.drain(..) {
            plan.search.set_price(live, right, plan.price(right));
        }
        for left in lefts.drain(..) {
            plan.search.set_worth(live, left, plan.worth(left));
        }
        let live = std::mem::take(live);
        plan.spare.lock().unwrap_or_else(PoisonError::into_inner).push(live);
    }
}
