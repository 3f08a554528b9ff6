//! A solved pass mended after declines: the pairs held, the choice and its prices in; out comes the pass without the
//! declined pairs, of least cost over **all** admissible pairs again.
//!
//! 1. The declined pairs are forbidden; a few alternating paths settle whom that leaves without a volunteer ([`Repair`]).
//! 2. Pairs left out are searched for among the groups whose u rose and the volunteers whose v fell in the round before, and
//!    among those whose search hit its cap, and added, until none with cost + v < u is found.
//! 3. Every group is asked once more, as [`growth`](super::growth) does: the proof that stands.
//!
//! [`Mending`] goes on like that from one change to the next: a group that is promised to a volunteer is pinned and taken out
//! with its place, and comes back when nothing comes of it.
//!
//! Cost: that of reading the pass; a few searches a decline; one a group at the end.

mod declined;
mod insist;
mod shift;

use std::collections::BTreeSet;

use super::PlanError;
use super::growth::{Lists, LivePrices, PairCounts, PairSearch, count_pairs};
use super::outline::Outline;
use super::pass::{Pass, SolvedPass};
use crate::assignment::repair::{Moves, NewArc, Repair, RepairError};
use crate::assignment::{Objective, Problem, Solution, Statistics, Status, Unmatched};
use crate::candidates::Prepared;
use declined::Declined;
use shift::Wholly;

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
        Self::over(&solved.pass.problem, &solved.solution)
    }

    /// What a solution over some pairs holds.
    pub fn over(problem: &Problem, solution: &Solution) -> Self {
        Self {
            rows: (0..problem.left_count() as u32).map(|group| row(problem, group)).collect(),
            chosen: problem.rights_of(&solution.chosen),
            price: solution.price.clone(),
        }
    }

    /// The problem over the pairs held, and the solution that is said to be proven; whoever goes on from it checks that.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn posed(self, outline: &Outline) -> Result<(Problem, Solution), PlanError> {
        let problem = outline.problem(&self.rows)?;
        let chosen = problem.arcs_to(&self.chosen);
        let solution = Solution {
            objective: Objective::of(&problem, &chosen),
            chosen,
            price: self.price,
            status: Status::Optimal,
            statistics: Statistics::default(),
        };
        Ok((problem, solution))
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
    mending.hold_one_each()?;
    let Mending { repair, mut counts, .. } = mending;
    count_pairs(&search, outline.groups.len(), &mut counts);
    drop(search);
    let mut solution = repair.solution();
    let held = repair.problem();
    let rows: Vec<Vec<(u32, i64)>> =
        (0..outline.groups.len() as u32).map(|group| row(&held, group)).collect();
    let pass = Pass::over(outline, &rows)?;
    let chosen: Vec<Option<u32>> = (0..rows.len() as u32).map(|group| repair.right_of(group)).collect();
    solution.chosen = pass.problem.arcs_to(&chosen);
    counts.kept = pass.problem.arc_count() as u64;
    Ok(SolvedPass { pass, solution, counts })
}

/// A pass kept the best over all admissible pairs from one change to the next.
pub struct Mending<'s> {
    search: &'s PairSearch<'s>,
    repair: Repair,
    prices: LivePrices,
    /// By group and by right node: the worths and prices at which pairs left out were last looked at.
    worth: Vec<i64>,
    price: Vec<i64>,
    counts: PairCounts,
    /// By group: what leaving it alone costs.
    unmatched: Vec<i64>,
    declined: Declined,
    gone: BTreeSet<u32>,
    closed: BTreeSet<u32>,
    /// By right node: how many places it has open, and what each costs.
    places: Vec<(u32, Vec<i64>)>,
}

/// Stands for a worth at which no search finds a group.
const OUT_OF_REACH: i64 = -i64::MAX;

impl<'s> Mending<'s> {
    /// Takes over what is held of an outline.
    ///
    /// # Errors
    /// What is held proves nothing, or amounts leave 64 bits.
    pub fn new(search: &'s PairSearch<'s>, outline: &Outline, held: Held) -> Result<Self, MendError> {
        let (problem, solution) = held.posed(outline)?;
        let repair = Repair::new(&problem, &solution)?;
        let groups = outline.groups.len();
        let worth: Vec<i64> = (0..groups as u32).map(|group| repair.left_price(group)).collect();
        let prices = search.live_prices(&solution.price, &worth);
        let unmatched = (0..groups).map(|group| outline.unmatched_price(group)).collect();
        let places = outline.places.iter().map(|place| (place.open(), outline.steps(place))).collect();
        let (counts, declined) = (PairCounts::default(), Declined::default());
        let (gone, closed) = (BTreeSet::new(), BTreeSet::new());
        let price = solution.price;
        Ok(Self { search, repair, prices, worth, price, counts, unmatched, declined, gone, closed, places })
    }

    /// The right node of a group that is not pinned.
    pub fn right_of(&self, group: u32) -> Option<u32> {
        self.repair.right_of(group)
    }

    /// The right node that a group is pinned to.
    pub fn pinned_to(&self, group: u32) -> Option<u32> {
        self.repair.pinned_to(group)
    }

    /// What a pair costs; none where it is not admissible, or was declined.
    pub fn cost_of(&self, group: u32, right: u32) -> Option<i64> {
        if self.is_declined(group, right) { None } else { self.search.admissible_cost(group, right) }
    }

    /// Whether a pair was declined.
    pub fn is_declined(&self, group: u32, right: u32) -> bool {
        self.declined.holds(group, right)
    }

    /// The problem over the pairs held, and its solution.
    pub fn solved(&self) -> (Problem, Solution) {
        (self.repair.problem(), self.repair.solution())
    }

    /// Takes a group out together with one place of a right node; says what that changed for the others, all pairs that came in
    /// for it included.
    ///
    /// # Errors
    /// As [`Repair::pin`].
    pub fn pin(&mut self, group: u32, right: u32) -> Result<Moves, RepairError> {
        let moves = self.repair.pin(group, right)?;
        self.tell_worth(group, OUT_OF_REACH);
        self.certify(moves)
    }

    /// Brings a pinned group back with its place, as one of those who look for somebody.
    ///
    /// # Errors
    /// As [`Repair::unpin`].
    ///
    /// # Panics
    /// If there is no such group.
    pub fn unpin(&mut self, group: u32) -> Result<Moves, RepairError> {
        let (terms, arcs) = self.row_of(group);
        let right = self.repair.pinned_to(group);
        let mut moves = self.repair.unpin(group, terms, &arcs)?;
        if let Some(right) = right.filter(|right| self.closed.contains(right)) {
            // The place that comes back is closed like the others.
            moves = moves.then(self.repair.set_capacity(right, 0, &[])?);
        }
        self.certify(moves)
    }

    /// With what a group comes back: what leaving it alone costs, and its cheapest pairs.
    fn row_of(&mut self, group: u32) -> (Unmatched, Vec<(u32, i64)>) {
        let most = Lists::SMALL.cap;
        let found = self.declined.volunteers_at(self.search, &self.prices, group, most, i64::MAX);
        self.counts.looked_at += found.looked_at;
        (Unmatched::Price(self.unmatched[group as usize]), found.items)
    }

    /// What a change says that changes nothing.
    pub fn unchanged(&self) -> Moves {
        self.repair.unchanged()
    }

    /// Brings a group back that was taken out. One that takes part stays as it is.
    ///
    /// # Errors
    /// As [`Repair::restore_left`].
    pub fn come_back(&mut self, group: u32) -> Result<Moves, RepairError> {
        if !self.gone.remove(&group) {
            return Ok(self.unchanged());
        }
        let (terms, arcs) = self.row_of(group);
        let moves = self.repair.restore_left(group, terms, &arcs)?;
        self.certify(moves)
    }

    /// Takes a declined pair out for good; a group that was pinned to it comes back. Says what that changed, all pairs that came
    /// in for it included.
    ///
    /// # Errors
    /// As [`Repair::forbid`] and [`Repair::unpin`].
    pub fn decline(&mut self, group: u32, right: u32) -> Result<Moves, RepairError> {
        self.declined.add(group, right);
        if self.is_gone(group) {
            return Ok(self.unchanged());
        }
        match self.repair.pinned_to(group) {
            Some(pinned) if pinned == right => return self.unpin(group),
            // Pinned to somebody else, it asks for nobody until it comes back.
            Some(_) => return Ok(self.unchanged()),
            None => {}
        }
        let mut moves = self.repair.forbid(group, right)?;
        // A group holds a pair exactly if it has one: without any, nobody could tell competition from a lack of candidates.
        if self.repair.arcs_of(group).next().is_none() {
            let cheapest = self.declined.volunteers_at(self.search, &self.prices, group, 1, i64::MAX);
            self.counts.looked_at += cheapest.looked_at;
            let arcs: Vec<NewArc> =
                cheapest.items.iter().map(|(right, cost)| (group, *right, *cost)).collect();
            moves = moves.then(self.repair.add_arcs(&arcs)?);
        }
        self.certify(moves)
    }

    /// Takes a group out: it asks for nobody any more. One that is pinned, or was taken out before, stays as it is.
    ///
    /// # Errors
    /// As [`Repair::remove_left`].
    pub fn leave(&mut self, group: u32) -> Result<Moves, RepairError> {
        if self.repair.pinned_to(group).is_some() || !self.gone.insert(group) {
            return Ok(self.unchanged());
        }
        let moves = self.repair.remove_left(group)?;
        self.tell_worth(group, OUT_OF_REACH);
        self.certify(moves)
    }

    /// Whether a group was taken out.
    pub fn is_gone(&self, group: u32) -> bool {
        self.gone.contains(&group)
    }

    /// Right nodes whose places are closed, ascending.
    pub fn closed(&self) -> impl Iterator<Item = u32> {
        self.closed.iter().copied()
    }

    /// Closes what places of a right node are not promised, until [`open`](Self::open).
    ///
    /// # Errors
    /// As [`Repair::set_capacity`].
    pub fn close(&mut self, right: u32) -> Result<Moves, RepairError> {
        self.closed.insert(right);
        self.set_capacity(right, 0, &[])
    }

    /// Opens again what places of a right node are not promised. One that was not closed stays as it is.
    ///
    /// # Errors
    /// As [`Repair::set_capacity`].
    ///
    /// # Panics
    /// If there is no such right node.
    pub fn open(&mut self, right: u32) -> Result<Moves, RepairError> {
        if !self.closed.remove(&right) {
            return Ok(self.unchanged());
        }
        let pinned = self.repair.pins_of(right);
        let (places, steps) = &self.places[right as usize];
        let steps = steps.get(pinned..).unwrap_or_default().to_vec();
        self.set_capacity(right, places.saturating_sub(pinned as u32), &steps)
    }

    /// Opens or closes places of a right node, each further one at its load step; says what that changed, all pairs that
    /// came in for it included.
    ///
    /// # Errors
    /// As [`Repair::set_capacity`].
    pub fn set_capacity(&mut self, right: u32, capacity: u32, load: &[i64]) -> Result<Moves, RepairError> {
        let moves = self.repair.set_capacity(right, capacity, load)?;
        // While it was closed, pairs of it were none; so all of them are asked for, whether its price fell or not.
        self.certify_wholly(moves, Wholly { rights: [right].into(), ..Wholly::default() })
    }

    /// The totals as they are now.
    pub fn objective(&self) -> Objective {
        self.repair.objective()
    }

    /// Asks every group whether a pair left out could improve on the choice.
    fn ask_everybody(&mut self) -> Result<Moves, RepairError> {
        let groups = 0..self.repair.lefts() as u32;
        self.certify_wholly(self.unchanged(), Wholly { groups: groups.collect(), ..Wholly::default() })
    }

    /// A group holds a pair exactly if it has one: without any, nobody could tell competition from a lack of candidates.
    fn hold_one_each(&mut self) -> Result<(), RepairError> {
        for group in 0..self.repair.lefts() as u32 {
            if self.repair.arcs_of(group).next().is_none() && self.repair.pinned_to(group).is_none() {
                let cheapest = self.declined.volunteers_at(self.search, &self.prices, group, 1, i64::MAX);
                let arcs: Vec<NewArc> =
                    cheapest.items.iter().map(|(right, cost)| (group, *right, *cost)).collect();
                self.repair.add_arcs(&arcs)?;
            }
        }
        Ok(())
    }

    /// Adds pairs left out that could improve on the choice, until there are none. Each round asks about what the one before
    /// changed, and again whoever's search hit its cap: every other pair was ruled out by the prices of an earlier
    /// round, and its u has not risen by more than its v since.
    fn certify(&mut self, moves: Moves) -> Result<Moves, RepairError> {
        self.certify_wholly(moves, Wholly::default())
    }

    /// [`certify`](Self::certify), and some nodes are asked about all their pairs.
    fn certify_wholly(&mut self, moves: Moves, mut wholly: Wholly) -> Result<Moves, RepairError> {
        let (mut all, mut since) = (moves.clone(), moves);
        loop {
            self.counts.rounds += 1;
            let found = self.improving(&since, &mut wholly);
            if found.is_empty() {
                return Ok(all);
            }
            since = self.repair.add_arcs(&found)?;
            all = all.then(since.clone());
        }
    }
}

/// The arcs of a group, ascending by right node.
fn row(problem: &Problem, group: u32) -> Vec<(u32, i64)> {
    let arcs = problem.row_rights(group).iter().copied().zip(problem.row_costs(group).iter().copied());
    let mut row: Vec<(u32, i64)> = arcs.collect();
    row.sort_unstable();
    row
}
