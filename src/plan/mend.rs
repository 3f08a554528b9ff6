//! A solved pass mended after declines: the pairs held, the choice and its prices in; out comes the pass without the
//! declined pairs, of least cost over **all** admissible pairs again.
//!
//! 1. The declined pairs are forbidden; a few alternating paths settle whom that leaves without a volunteer ([`Repair`]).
//! 2. Pairs left out are searched for among the groups whose u rose and the volunteers whose v fell, and added, until none
//!    with cost + v < u is found.
//! 3. Every group is asked once more, as [`growth`](super::growth) does: the proof that stands.
//!
//! Cost: that of reading the pass; a few searches a decline; one a group at the end.

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::PlanError;
use super::growth::{Lists, LivePrices, PairCounts, PairSearch, count_pairs};
use super::outline::Outline;
use super::pass::{Pass, SolvedPass};
use crate::assignment::repair::{Moves, NewArc, Repair, RepairError};
use crate::assignment::{Objective, Problem, Solution, Statistics, Status};
use crate::candidates::Prepared;

/// From so many groups on, they are asked on all threads.
const AT_ONCE: usize = 256;

/// What a plan folder holds of a pass, in the numbers of an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// By group, ascending by right node: right node and cost.
    pub rows: Vec<Vec<(u32, i64)>>,
    /// By group: the right node it has.
    pub chosen: Vec<Option<u32>>,
    /// By right node: v.
    pub price: Vec<i64>,
}

impl Held {
    /// What a solved pass holds.
    pub fn of(solved: &SolvedPass) -> Self {
        let problem = &solved.pass.problem;
        let right_of = |arc: &Option<u32>| arc.map(|arc| problem.arc_right(arc as usize));
        Self {
            rows: (0..problem.left_count() as u32).map(|group| row(problem, group)).collect(),
            chosen: solved.solution.chosen.iter().map(right_of).collect(),
            price: solved.solution.price.clone(),
        }
    }

    /// What a solution over some pairs holds.
    pub fn over(problem: &Problem, solution: &Solution) -> Self {
        let right_of = |arc: &Option<u32>| arc.map(|arc| problem.arc_right(arc as usize));
        Self {
            rows: (0..problem.left_count() as u32).map(|group| row(problem, group)).collect(),
            chosen: solution.chosen.iter().map(right_of).collect(),
            price: solution.price.clone(),
        }
    }
}

/// Why a pass cannot be mended.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The problem could not be built.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The solution is not proven, or an amendment was refused.
    #[error(transparent)]
    Repair(#[from] RepairError),
}

/// Mends a pass. `prepared` and `outline` are those of inputs in which the declined pairs (group, right node) are
/// recorded, so that no search finds them again.
///
/// # Errors
/// [`MendError`]: what is held proves nothing, or amounts leave 64 bits.
pub fn mend(
    prepared: &Prepared<'_>,
    outline: Outline,
    held: Held,
    declined: &[(u32, u32)],
) -> Result<SolvedPass, MendError> {
    let search = PairSearch::new(prepared, &outline);
    let mut mending = Mending::new(&search, &outline, held)?;
    for (group, right) in declined {
        mending.decline(*group, *right)?;
    }
    mending.ask_everybody()?;
    let Mending { repair, mut counts, .. } = mending;
    count_pairs(&search, outline.groups.len(), &mut counts);
    drop(search);
    let mut solution = repair.solution();
    let held = repair.problem();
    let rows: Vec<Vec<(u32, i64)>> =
        (0..outline.groups.len() as u32).map(|group| row(&held, group)).collect();
    let pass = Pass::over(prepared, outline, &rows)?;
    solution.chosen =
        (0..rows.len() as u32).map(|group| arc_of(&pass.problem, group, repair.right_of(group))).collect();
    counts.kept = pass.problem.arc_count() as u64;
    Ok(SolvedPass { pass, solution, counts })
}

/// A pass kept the best over all admissible pairs from one decline to the next.
pub struct Mending<'s> {
    search: &'s PairSearch<'s>,
    repair: Repair,
    prices: LivePrices,
    counts: PairCounts,
}

impl<'s> Mending<'s> {
    /// Takes over what is held of an outline.
    ///
    /// # Errors
    /// What is held proves nothing, or amounts leave 64 bits.
    pub fn new(search: &'s PairSearch<'s>, outline: &Outline, held: Held) -> Result<Self, MendError> {
        let problem = outline.problem(&held.rows)?;
        let arcs = (0_u32..).zip(&held.chosen).map(|(group, right)| arc_of(&problem, group, *right));
        let solution = Solution {
            chosen: arcs.collect(),
            price: held.price,
            objective: Objective::default(),
            status: Status::Optimal,
            statistics: Statistics::default(),
        };
        let repair = Repair::new(&problem, &solution)?;
        let groups = outline.groups.len() as u32;
        let worth: Vec<i64> = (0..groups).map(|group| repair.left_price(group)).collect();
        let prices = search.live_prices(&solution.price, &worth);
        Ok(Self { search, repair, prices, counts: PairCounts::default() })
    }

    /// The right node of a group.
    pub fn right_of(&self, group: u32) -> Option<u32> {
        self.repair.right_of(group)
    }

    /// The problem over the pairs held, and its solution.
    pub fn solved(&self) -> (Problem, Solution) {
        (self.repair.problem(), self.repair.solution())
    }

    /// Takes a declined pair out for good; says what that changed, all pairs that came in for it included.
    ///
    /// # Errors
    /// As [`Repair::forbid`].
    pub fn decline(&mut self, group: u32, right: u32) -> Result<Moves, RepairError> {
        let mut moves = self.repair.forbid(group, right)?;
        // A group holds a pair exactly if it has one: without any, nobody could tell competition from a lack of candidates.
        if self.repair.arcs_of(group).next().is_none() {
            let cheapest = self.search.volunteers_of(group, None, 1, i64::MAX);
            self.counts.looked_at += cheapest.looked_at;
            let arcs: Vec<NewArc> =
                cheapest.items.iter().map(|(right, cost)| (group, *right, *cost)).collect();
            moves = moves.then(self.repair.add_arcs(&arcs)?);
        }
        self.certify(moves)
    }

    /// Opens or closes places of a right node, each further one at its load step; says what that changed, all pairs that
    /// came in for it included.
    ///
    /// # Errors
    /// As [`Repair::set_capacity`].
    pub fn set_capacity(&mut self, right: u32, capacity: u32, load: &[i64]) -> Result<Moves, RepairError> {
        let moves = self.repair.set_capacity(right, capacity, load)?;
        // While it was closed, pairs of it were none; so all of them are asked for, whether its price fell or not.
        let opened = Moves { fallen: vec![right], objective: moves.objective, ..Moves::default() };
        self.certify(moves.then(opened))
    }

    /// The totals as they are now.
    pub fn objective(&self) -> Objective {
        self.repair.objective()
    }

    /// Asks every group whether a pair left out could improve on the choice.
    fn ask_everybody(&mut self) -> Result<Moves, RepairError> {
        let groups = 0..self.repair.lefts() as u32;
        self.certify(Moves { risen: groups.collect(), ..Moves::default() })
    }

    fn certify(&mut self, moves: Moves) -> Result<Moves, RepairError> {
        let Self { search, repair, prices, counts } = self;
        repair.certify(moves, &mut |repair, since| {
            for right in since.fallen.iter().chain(&since.raised) {
                search.set_price(prices, *right, repair.right_price(*right));
            }
            for group in since.risen.iter().chain(&since.sunk) {
                search.set_worth(prices, *group, repair.left_price(*group));
            }
            counts.rounds += 1;
            left_out(search, repair, prices, since, &mut counts.looked_at)
        })
    }
}

/// The arc of a group to a right node.
fn arc_of(problem: &Problem, group: u32, right: Option<u32>) -> Option<u32> {
    let at = problem.row_rights(group).iter().position(|end| Some(*end) == right)?;
    Some((problem.row(group).start + at) as u32)
}

/// The arcs of a group, ascending by right node.
fn row(problem: &Problem, group: u32) -> Vec<(u32, i64)> {
    let arcs = problem.row_rights(group).iter().copied().zip(problem.row_costs(group).iter().copied());
    let mut row: Vec<(u32, i64)> = arcs.collect();
    row.sort_unstable();
    row
}

/// Pairs left out that could improve on the choice, of the nodes named.
fn left_out(
    search: &PairSearch<'_>,
    repair: &Repair,
    prices: &LivePrices,
    since: &Moves,
    looked_at: &mut u64,
) -> Vec<NewArc> {
    let cap = Lists::default().cap;
    let asked = &since.risen;
    let ask = |group: &u32| (*group, search.volunteers_at(prices, *group, cap, repair.left_price(*group)));
    // A few are answered sooner than other threads would wake.
    let of_groups: Vec<_> = if asked.len() < AT_ONCE {
        asked.iter().map(ask).collect()
    } else {
        asked.par_iter().map(ask).collect()
    };
    let mut found = Vec::new();
    for (group, of_group) in of_groups {
        *looked_at += of_group.looked_at;
        found.extend(of_group.items.into_iter().map(|(right, cost)| (group, right, cost)));
    }
    for right in since.fallen.iter().copied() {
        let of_right = search.groups_at(prices, right, cap, -repair.right_price(right));
        *looked_at += of_right.looked_at;
        found.extend(of_right.items.into_iter().map(|(group, cost)| (group, right, cost)));
    }
    found.sort_unstable();
    found.dedup();
    found
}
