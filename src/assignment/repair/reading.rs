//! What stands now: who has whom, at which prices, of which problem. Nothing here changes anything.

use super::{Moves, Repair};
use crate::assignment::exact::graph::{NONE, Network};
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Objective, Solution, Statistics, Status};

/// The problem and its solution, as they are now.
impl Repair {
    /// How many left nodes there are, those included that are out of the problem.
    pub fn lefts(&self) -> usize {
        self.graph.lefts()
    }

    /// The right node of a left node.
    pub fn right_of(&self, left: u32) -> Option<u32> {
        let known = Some(left).filter(|left| (*left as usize) < self.graph.lefts());
        known.map(|left| self.state.right_of(left)).filter(|right| *right != NONE)
    }

    /// The arcs of a left node, cheapest first: right nodes with costs.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn arcs_of(&self, left: u32) -> impl Iterator<Item = (u32, i64)> {
        self.graph.row(left).iter().map(|arc| (arc.end, arc.cost()))
    }

    /// The right node that a left node was pinned to.
    pub fn pinned_to(&self, left: u32) -> Option<u32> {
        self.pinned.get(&left).copied()
    }

    /// What an amendment says that changes nothing.
    pub fn unchanged(&self) -> Moves {
        Moves { objective: self.totals.total(), ..Moves::default() }
    }

    /// How many units of a right node pins hold.
    pub fn pins_of(&self, right: u32) -> usize {
        self.taken.get(&right).map_or(0, Vec::len)
    }

    /// u of a left node: the cost and price of its arc, or its unmatched price.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn left_price(&self, left: u32) -> i64 {
        self.state.worth(left)
    }

    /// v of a right node.
    ///
    /// # Panics
    /// If there is no such node.
    pub fn right_price(&self, right: u32) -> i64 {
        self.state.price[right as usize]
    }

    /// The totals.
    pub fn objective(&self) -> Objective {
        self.totals
    }

    /// The problem as amended, rows by cost. Removed and pinned left nodes have no arc and price 0, removed right nodes
    /// capacity 0.
    ///
    /// # Complexity
    /// O(n + m).
    pub fn problem(&self) -> Problem {
        self.graph.problem()
    }

    /// The solution of [`problem`](Self::problem).
    ///
    /// # Complexity
    /// O(n + m).
    pub fn solution(&self) -> Solution {
        let statistics = Statistics {
            searches: self.searches,
            arcs_scanned: self.search.arcs_scanned + self.draw.arcs_scanned + self.bridge.arcs_scanned,
            ..Statistics::default()
        };
        Solution {
            chosen: self.chosen(),
            price: self.state.price.clone(),
            objective: self.totals,
            status: Status::Optimal,
            statistics,
        }
    }
}
