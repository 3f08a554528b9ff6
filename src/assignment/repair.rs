//! Repair: a proven solution is kept proven while its problem changes, a node or an arc at a time.
//!
//! In: a [`Problem`] with a [`Solution`] whose prices prove it. Out, after each amendment: who moved, and choice and prices
//! that prove the amended problem's least total, the same total as solving it anew.
//!
//! Method: complementary slackness is kept. An amendment leaves some left nodes without an arc, and some right nodes with
//! a unit to spare that is cheaper than their price. Each of the former is settled by a shortest alternating path
//! (`exact/search.rs`), then each of the latter by one that lowers prices (`exact/draw.rs`), of equally short ones by one of fewest
//! moves, because each of them is news to somebody. Where a left node gave up a unit, one path that leads from it back to that
//! unit settles both, and is looked for first (`repair/bridge.rs`):
//!
//! | amendment | then without an arc | then asking too much |
//! |---|---|---|
//! | left node removed | | its right node |
//! | left node added | itself | |
//! | right node removed, capacity lowered | the holders of what is gone | |
//! | right node added, at a price that keeps everybody off; capacity raised | | itself |
//! | pair forbidden | the left node | the right node |
//! | pair pinned | who held the unit | the former right node of the left one |
//! | pair unpinned | the left node | the right node |
//! | arcs added | those for whom one is cheaper than u | their right nodes |
//!
//! Invariants between amendments: those of `exact/state.rs`, with nobody left to settle. Nodes keep their
//! numbers; those that are removed or pinned stay as nodes without arcs, at no cost.
//!
//! Cost: a search looks at the arcs of nodes nearer than its way out, O(m log m) at worst and few in practice; apart from
//! that an amendment costs what it touches. Only [`Repair::new`], [`Repair::problem`], [`Repair::solution`] and the witness of
//! a refusal cost O(n + m). Space: that of `repair/amendable.rs`, and 108 bytes a right node.
//!
//! References: R. Ahuja, T. Magnanti, J. Orlin, "Network Flows", 1993, section 9.11 (sensitivity analysis); G. A.
//! Mills-Tettey, A. Stentz, M. B. Dias, "The dynamic Hungarian algorithm for the assignment problem with changing costs", 2007.

mod amendable;
mod bridge;
mod error;
mod moves;
mod pins;
mod reading;
mod steps;

use std::collections::BTreeMap;

use super::certificate;
use super::exact::draw::Draw;
use super::exact::graph::{NONE, Network};
use super::exact::reached::Ties;
use super::exact::search::Search;
use super::exact::state::State;
use super::problem::{Problem, ProblemError, Unmatched};
use super::solution::{Objective, Solution};
use amendable::{Amendable, Offer};
use bridge::Bridge;

pub use error::RepairError;
pub use moves::{Move, Moves};

/// A problem and its proven solution, amended together.
///
/// # Example
/// ```
/// use std::ops::ControlFlow;
/// use jiedui::assignment::repair::Repair;
/// use jiedui::assignment::{Method, ProblemBuilder, Unmatched, certificate, solve};
/// let mut builder = ProblemBuilder::new();
/// let near = builder.push_right(1, &[])?;
/// let far = builder.push_right(1, &[])?;
/// let first = builder.push_left(Unmatched::Price(100), &[(near, 10), (far, 12)])?;
/// let second = builder.push_left(Unmatched::Price(100), &[(near, 10), (far, 40)])?;
/// let problem = builder.finish()?;
/// let solution = solve(&problem, Method::Exact, &mut |_| ControlFlow::Continue(()))?;
///
/// let mut repair = Repair::new(&problem, &solution)?;
/// let moves = repair.forbid(second, near)?; // second must go far, so first comes near
/// assert_eq!((moves.objective, moves.moved.len()), (50, 2));
/// assert_eq!((repair.right_of(first), repair.right_of(second)), (Some(near), Some(far)));
/// let (problem, solution) = (repair.problem(), repair.solution());
/// assert!(certificate::check(&problem, &solution.chosen, &solution.price).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Repair {
    graph: Amendable,
    state: State,
    search: Search,
    draw: Draw,
    bridge: Bridge,
    totals: Objective,
    gone_left: Vec<bool>,
    gone_right: Vec<bool>,
    pinned: BTreeMap<u32, u32>,
    /// By right node: the load steps that pins took, in the order in which they took them.
    taken: BTreeMap<u32, Vec<i64>>,
    searches: u64,
}

/// An arc to be: left node, right node, cost.
pub type NewArc = (u32, u32, i64);

/// The greatest price that leaves room for the sums of a search; the exact method stays below it.
const PRICE_MAX: i64 = 3 * (i64::MAX / 8);

impl Repair {
    /// Takes over a solution whose prices prove it.
    ///
    /// # Errors
    /// [`RepairError::NotProven`] with what is wrong; [`RepairError::PriceTooLarge`].
    ///
    /// # Complexity
    /// O(m log d) for m arcs, d a left node at most.
    pub fn new(problem: &Problem, solution: &Solution) -> Result<Self, RepairError> {
        let proof =
            certificate::check(problem, &solution.chosen, &solution.price).map_err(RepairError::NotProven)?;
        let graph = Amendable::new(problem);
        let mut price = solution.price.clone();
        for (right, price) in (0_u32..).zip(&mut price) {
            if problem.capacity(right) == 0 {
                // Any price that keeps everybody off proves as much; the least is the safest.
                let column = graph.column(right).iter();
                let keeps_off = column.map(|arc| proof.left_price[arc.end as usize] - arc.cost()).max();
                *price = keeps_off.unwrap_or(0).max(0);
            }
            if *price > PRICE_MAX {
                return Err(RepairError::PriceTooLarge { right, price: *price });
            }
        }
        let rights = problem.right_count();
        let mut state = State::unassigned(&graph, price, problem.left_count(), graph.units());
        for (left, arc) in (0_u32..).zip(&solution.chosen) {
            if let Some(arc) = arc.map(|arc| arc as usize) {
                state.take_unit(&graph, left, problem.arc_right(arc), problem.arc_cost(arc));
            }
        }
        Ok(Self {
            graph,
            state,
            search: Search::new(rights, Ties::FewestMoves),
            draw: Draw::new(rights, Ties::FewestMoves),
            bridge: Bridge::new(rights),
            totals: Objective::of(problem, &solution.chosen),
            gone_left: vec![false; problem.left_count()],
            gone_right: vec![false; rights],
            pinned: BTreeMap::new(),
            taken: BTreeMap::new(),
            searches: 0,
        })
    }

    /// Removes a left node.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`].
    pub fn remove_left(&mut self, left: u32) -> Result<Moves, RepairError> {
        self.check_left(left)?;
        self.begin();
        let held = self.release(left);
        self.retire(left, held);
        self.draw_all(held.as_slice());
        Ok(self.finish(None))
    }

    /// Adds a left node with arcs `(right, cost)`; returns its number.
    ///
    /// # Errors
    /// [`RepairError::NoRight`], [`RepairError::Problem`], [`RepairError::Infeasible`].
    pub fn add_left(
        &mut self,
        unmatched: Unmatched,
        arcs: &[(u32, i64)],
    ) -> Result<(u32, Moves), RepairError> {
        let left = self.graph.lefts() as u32;
        if left + 1 == NONE {
            return Err(ProblemError::TooMany { what: "left nodes" }.into());
        }
        let arcs: Vec<NewArc> = arcs.iter().map(|&(right, cost)| (left, right, cost)).collect();
        let end = price_at(unmatched, left)?;
        let arcs = self.check_arcs(arcs, end, Some(left), None)?;
        let before = self.begin();
        self.graph.note_end(end);
        self.graph.push_left(unmatched);
        self.state.push_left(&self.graph);
        self.gone_left.push(false);
        self.insert(&arcs);
        self.totals.unmatched += i128::from(end);
        if let Err(witness) = self.search_all(&[left]) {
            self.graph.pop_left();
            self.gone_left.pop();
            self.undo(before);
            self.state.pop_left();
            return Err(RepairError::Infeasible(witness));
        }
        Ok((left, self.finish(Some((left, i64::MIN)))))
    }

    /// Removes a right node; whoever held it is settled anew.
    ///
    /// # Errors
    /// [`RepairError::NoRight`], [`RepairError::Infeasible`].
    pub fn remove_right(&mut self, right: u32) -> Result<Moves, RepairError> {
        self.check_right(right)?;
        let before = self.begin();
        let former = self.graph.offer(right).clone();
        let open = self.reshape(right, Offer::default());
        if let Err(mut witness) = self.search_all(&open) {
            // Its arcs would be gone too; without capacity it counts for nothing either way.
            witness.right.retain(|other| *other != right);
            self.replace_offer(right, former);
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        self.graph.clear_right(right);
        self.gone_right[right as usize] = true;
        self.state.add_to_price(&self.graph, right, -self.state.price[right as usize]);
        Ok(self.finish(None))
    }

    /// Adds a right node with arcs `(left, cost)`; `load` as in [`ProblemBuilder::push_right`](super::ProblemBuilder::push_right).
    /// Returns its number.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`], [`RepairError::Problem`].
    pub fn add_right(
        &mut self,
        capacity: u32,
        load: &[i64],
        arcs: &[(u32, i64)],
    ) -> Result<(u32, Moves), RepairError> {
        let right = self.graph.rights() as u32;
        if right + 1 == NONE {
            return Err(ProblemError::TooMany { what: "right nodes" }.into());
        }
        let offer = Offer::new(right, capacity, load)?;
        let arcs: Vec<NewArc> = arcs.iter().map(|&(left, cost)| (left, right, cost)).collect();
        let arcs = self.check_arcs(arcs, offer.dearest(), None, Some(right))?;
        self.begin();
        self.graph.note_end(offer.dearest());
        let keeps_off = arcs.iter().map(|&(left, _, cost)| self.state.worth(left) - cost);
        let price = keeps_off.max().unwrap_or(0).max(0);
        self.graph.push_right(Offer::default());
        self.state.push_right(price);
        self.gone_right.push(false);
        self.search.grow(self.graph.rights());
        self.draw.grow(self.graph.rights());
        self.bridge.grow(self.graph.rights());
        self.insert(&arcs);
        self.replace_offer(right, offer);
        self.draw_all(&[right]);
        let mut moves = self.finish(None);
        if moves.fallen.last() != Some(&right) {
            moves.fallen.push(right);
        }
        Ok((right, moves))
    }

    /// Sets the capacity and load steps of a right node.
    ///
    /// # Errors
    /// [`RepairError::NoRight`], [`RepairError::Problem`], [`RepairError::Infeasible`].
    pub fn set_capacity(&mut self, right: u32, capacity: u32, load: &[i64]) -> Result<Moves, RepairError> {
        self.check_right(right)?;
        let offer = Offer::new(right, capacity, load)?;
        self.graph.admits(&[], offer.dearest())?;
        self.graph.has_room(std::iter::once(right), 0)?;
        let before = self.begin();
        self.graph.note_end(offer.dearest());
        let former = self.graph.offer(right).clone();
        let open = self.reshape(right, offer);
        if let Err(witness) = self.search_all(&open) {
            self.replace_offer(right, former);
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        self.draw_all(&[right]);
        Ok(self.finish(None))
    }

    /// Sets what it costs to leave a left node unmatched, or forbids it.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`], [`RepairError::Problem`], [`RepairError::Infeasible`].
    pub fn set_unmatched(&mut self, left: u32, unmatched: Unmatched) -> Result<Moves, RepairError> {
        self.check_left(left)?;
        let end = price_at(unmatched, left)?;
        self.graph.admits(&[], end)?;
        let before = self.begin();
        self.graph.note_end(end);
        let (worth, former) = (self.state.worth(left), self.graph.terms(left));
        self.set_terms(left, unmatched);
        if self.state.right_of(left) != NONE {
            let stays = unmatched.price().is_some_and(|price| price < worth);
            let asking = if stays { self.release(left) } else { None };
            self.draw_all(asking.as_slice());
            return Ok(self.finish(Some((left, worth))));
        }
        self.totals.unmatched += i128::from(end) - i128::from(former.price().unwrap_or(0));
        if unmatched.price().is_none_or(|price| price > worth)
            && let Err(witness) = self.search_all(&[left])
        {
            self.set_terms(left, former);
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        Ok(self.finish(Some((left, worth))))
    }

    /// Takes out the arc between two nodes. Where there is none, nothing changes.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`], [`RepairError::NoRight`], [`RepairError::Infeasible`].
    pub fn forbid(&mut self, left: u32, right: u32) -> Result<Moves, RepairError> {
        self.check_left(left)?;
        self.check_right(right)?;
        let before = self.begin();
        let Some(cost) = self.graph.cost_of(left, right) else { return Ok(self.finish(None)) };
        let held = self.state.right_of(left) == right;
        let worth = self.state.worth(left);
        if held {
            self.release(left);
        }
        self.graph.remove(left, right);
        if held && let Err(witness) = self.settle_both(left, worth, right) {
            self.insert(&[(left, right, cost)]);
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        Ok(self.finish(None))
    }

    /// Adds arcs `(left, right, cost)` between nodes that have none. Whoever has a cheaper option by it is settled anew.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`], [`RepairError::NoRight`], [`RepairError::Problem`].
    ///
    /// # Panics
    /// Never: what was possible before the arcs still is.
    pub fn add_arcs(&mut self, arcs: &[NewArc]) -> Result<Moves, RepairError> {
        let arcs = self.check_arcs(arcs.to_vec(), 0, None, None)?;
        self.begin();
        // One left node after the other, so that nobody else has an arc that is cheaper than what it has.
        for group in arcs.chunk_by(|one, other| one.0 == other.0) {
            self.insert(group);
            let left = group[0].0;
            let best = group.iter().map(|&(_, right, cost)| cost + self.state.price[right as usize]).min();
            if let Some(best) = best.filter(|best| *best < self.state.worth(left)) {
                let settled = match self.release(left) {
                    Some(right) => self.settle_both(left, best, right),
                    None => self.search_all(&[left]),
                };
                settled.expect("what was possible before the arcs still is");
            }
        }
        Ok(self.finish(None))
    }

    /// Adds arcs until nothing is left to find: `find` is shown what moved, rose and fell since the choice was last the best
    /// over all the pairs it knows, and names pairs without an arc for which c + v < u; these are added, and it is asked
    /// again about the same nodes and what rose and fell in between. So it need not name all at once, but where it names
    /// none, there must be none; then the choice is the best over all pairs again.
    ///
    /// # Errors
    /// As [`add_arcs`](Self::add_arcs).
    pub fn certify(
        &mut self,
        since: Moves,
        find: &mut dyn FnMut(&Self, &Moves) -> Vec<NewArc>,
    ) -> Result<Moves, RepairError> {
        let mut all = since;
        loop {
            let found = find(self, &all);
            if found.is_empty() {
                return Ok(all);
            }
            all = all.then(self.add_arcs(&found)?);
        }
    }
}

/// The price of staying unmatched, checked; 0 where that is not allowed.
fn price_at(unmatched: Unmatched, left: u32) -> Result<i64, ProblemError> {
    match unmatched {
        Unmatched::Price(value @ ..0) => {
            Err(ProblemError::Negative { place: format!("left node {left}, unmatched"), value })
        }
        _ => Ok(unmatched.price().unwrap_or(0)),
    }
}
