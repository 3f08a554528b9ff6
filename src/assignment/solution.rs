//! What a solver hands back: the chosen arcs, the prices that prove them, totals and status; or why there is none.

use std::ops::ControlFlow;

use rayon::prelude::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

use super::problem::Problem;

/// The three parts of a total, each exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Objective {
    /// Σ cost of the chosen arcs.
    pub arcs: i128,
    /// Σ load steps of the units used.
    pub load: i128,
    /// Σ price of the left nodes that stay unmatched.
    pub unmatched: i128,
}

impl Objective {
    /// The sum that is minimised.
    pub fn total(&self) -> i128 {
        self.arcs + self.load + self.unmatched
    }

    /// The objective of a choice. A left node that must be assigned and is not counts nothing here.
    ///
    /// # Panics
    /// If a chosen arc does not exist; it may where a right node holds more than its capacity.
    pub fn of(problem: &Problem, chosen: &[Option<u32>]) -> Self {
        let of_left = |(left, arc): (usize, &Option<u32>)| match arc {
            Some(arc) => (i128::from(problem.arc_cost(*arc as usize)), 0),
            None => (0, i128::from(problem.unmatched(left as u32).price().unwrap_or(0))),
        };
        let sum = |one: (i128, i128), other: (i128, i128)| (one.0 + other.0, one.1 + other.1);
        let (arcs, unmatched) = chosen.par_iter().enumerate().map(of_left).reduce(|| (0, 0), sum);
        if !problem.has_load_steps() {
            return Self { arcs, load: 0, unmatched };
        }
        let mut used = vec![0_u32; problem.right_count()];
        let load = chosen.iter().flatten().map(|arc| {
            let right = problem.arc_right(*arc as usize);
            let step = problem.load_step(right, used[right as usize]);
            used[right as usize] += 1;
            i128::from(step)
        });
        Self { arcs, load: load.sum(), unmatched }
    }
}

/// How much is known about a solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Proven: the prices are a certificate.
    Optimal,
    /// Keeps every rule; nothing is claimed about its cost.
    Feasible,
}

/// What the work amounted to. Counts only, so that the same problem gives the same numbers on any machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Bids made, of both sides.
    pub bids: u64,
    /// Units whose prices were raised together to end a price war.
    pub raised_together: u64,
    /// Left nodes that the auction settled for good.
    pub settled_by_auction: u64,
    /// Shortest-path searches made.
    pub searches: u64,
    /// Arcs looked at, all phases together.
    pub arcs_scanned: u64,
}

/// An answer to a [`Problem`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// The arc that each left node takes, as an index into the arcs of the problem.
    pub chosen: Vec<Option<u32>>,
    /// The price v of each right node; empty for methods that find none.
    pub price: Vec<i64>,
    /// The totals.
    pub objective: Objective,
    /// What is known about it.
    pub status: Status,
    /// What the work amounted to.
    pub statistics: Statistics,
}

/// Where to go on from: a choice and prices that belonged together before a problem changed. Nodes keep their numbers; new
/// ones may follow.
#[derive(Debug, Clone, Copy)]
pub struct Start<'a> {
    /// The price of each right node, ≥ 0.
    pub price: &'a [i64],
    /// The right node of each left node.
    pub chosen_right: &'a [Option<u32>],
}

/// Proof that no complete assignment exists: the `left` nodes all must be assigned, `right` are all their neighbours,
/// and there are more of them than `capacity`, what these neighbours can take together (Hall's condition fails).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HallWitness {
    /// The left nodes, in order.
    pub left: Vec<u32>,
    /// All their neighbours, in order.
    pub right: Vec<u32>,
    /// Σ capacity of `right`.
    pub capacity: u64,
}

/// What a solver is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// The problem is brought into working form.
    Preparation,
    /// Prices are sought by bidding.
    Auction,
    /// What bidding has left open is settled by shortest paths.
    Repair,
}

/// How far a solver has come in its present phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The phase.
    pub phase: Phase,
    /// How much of it is done.
    pub done: u64,
    /// Of how much.
    pub total: u64,
}

/// Hears now and then how far a solver has come, from whichever thread is at work; ends the work with [`ControlFlow::Break`].
pub type Heard<'f> = dyn FnMut(Progress) -> ControlFlow<()> + Send + 'f;

/// Why there is no solution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SolveError {
    /// Some left nodes that must be assigned have too few neighbours.
    #[error(
        "不存在完整的指派：{} 个左点合起来只有容量为 {} 的邻点 / no complete assignment exists: {} left nodes have \
         neighbours of capacity {} in all", .0.left.len(), .0.capacity, .0.left.len(), .0.capacity
    )]
    Infeasible(HallWitness),
    /// A baseline left nodes unassigned that must be assigned; whether a complete assignment exists, it cannot tell.
    #[error(
        "此方法漏下 {} 个必须指派的左点；请用 exact / this method left {} nodes unassigned that must be assigned; use the \
         exact solver", .unassigned.len(), .unassigned.len()
    )]
    Incomplete {
        /// The left nodes without an arc, in order.
        unassigned: Vec<u32>,
    },
    /// The method is dense and the problem too large for it.
    #[error(
        "此方法需要 {cells} 格的稠密表，上限为 {limit}；请用 exact / this method needs a dense table of {cells} cells, the \
         limit is {limit}; use the exact solver"
    )]
    TooLarge {
        /// Cells of the table.
        cells: u128,
        /// Cells allowed.
        limit: u128,
    },
    /// The progress callback asked to stop.
    #[error("已取消 / cancelled")]
    Cancelled,
}
