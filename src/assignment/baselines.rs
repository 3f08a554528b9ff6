//! Methods to compare the exact one with, each in a file of its own. In: a problem; out: a feasible choice without
//! prices. A left node that must be assigned and finds no partner makes them fail with [`SolveError::Incomplete`].

pub(super) mod first_come;
pub(super) mod gale_shapley;
pub(super) mod greedy;
pub(super) mod kuhn_munkres;
pub(super) mod random;

pub use kuhn_munkres::CELLS_MAX;

use super::problem::{Problem, Unmatched};
use super::solution::{Heard, Objective, Phase, Progress, Solution, SolveError, Statistics, Status};

/// Left nodes between two words to the callback.
const LEFTS_BETWEEN_REPORTS: usize = 1 << 12;

/// What the next unit of a right node costs, or `None` if it is full.
fn next_unit(problem: &Problem, used: &[u32], right: u32) -> Option<i64> {
    let used = used[right as usize];
    (used < problem.capacity(right)).then(|| problem.load_step(right, used))
}

/// Whether a left node takes an arc at `value` rather than stay unmatched.
fn worth_it(problem: &Problem, left: u32, value: i64) -> bool {
    problem.unmatched(left).price().is_none_or(|price| value <= price)
}

/// Tells the callback, now and then, that `done` left nodes are settled.
fn report(progress: &mut Heard<'_>, done: usize, total: usize) -> Result<(), SolveError> {
    if done.is_multiple_of(LEFTS_BETWEEN_REPORTS)
        && progress(Progress { phase: Phase::Auction, done: done as u64, total: total as u64 }).is_break()
    {
        return Err(SolveError::Cancelled);
    }
    Ok(())
}

/// A feasible solution, or the left nodes that should have been assigned.
fn finish(problem: &Problem, chosen: Vec<Option<u32>>, arcs_scanned: u64) -> Result<Solution, SolveError> {
    let must_have = |left: &u32| problem.unmatched(*left) == Unmatched::Forbidden;
    let unassigned: Vec<u32> = (0_u32..)
        .zip(&chosen)
        .filter(|(_, arc)| arc.is_none())
        .map(|(left, _)| left)
        .filter(must_have)
        .collect();
    if !unassigned.is_empty() {
        return Err(SolveError::Incomplete { unassigned });
    }
    let objective = Objective::of(problem, &chosen);
    let statistics = Statistics { arcs_scanned, ..Statistics::default() };
    Ok(Solution { chosen, price: Vec::new(), objective, status: Status::Feasible, statistics })
}
