//! Kuhn and Munkres' dense Hungarian method, from the crate `pathfinding`: a second opinion on the least total.
//!
//! Each unit of a right node becomes a column, and each left node gets a column of its own for staying unmatched; pairs
//! without an arc get a cost above any total. Its total is least, but the crate keeps its prices to itself, so the status
//! is only [`Status::Feasible`](crate::assignment::Status::Feasible): nothing here could prove it.
//!
//! Cost: O(n² · columns) time and O(n · columns) space, in 128 bits; refused above [`CELLS_MAX`] cells.
//! Reference: H. Kuhn, "The Hungarian method for the assignment problem", 1955; J. Munkres, 1957.

use pathfinding::prelude::{Matrix, kuhn_munkres_min};

use super::finish;
use crate::assignment::hall;
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Solution, SolveError};

/// The largest table that is solved: about 1,000 left nodes and 1,000 units, some seconds of work.
pub const CELLS_MAX: u128 = 2_000_000;

pub(in crate::assignment) fn solve(problem: &Problem) -> Result<Solution, SolveError> {
    let lefts = problem.left_count();
    if lefts == 0 {
        return finish(problem, Vec::new(), 0);
    }
    // More units than left nodes can reach are never used.
    let units_of = |right: u32| (problem.capacity(right) as usize).min(lefts);
    let units: usize = (0..problem.right_count() as u32).map(units_of).sum();
    let cells = lefts as u128 * (units + lefts) as u128;
    if cells > CELLS_MAX {
        return Err(SolveError::TooLarge { cells, limit: CELLS_MAX });
    }
    let mut first_column = Vec::with_capacity(problem.right_count());
    let mut column = 0;
    for right in 0..problem.right_count() as u32 {
        first_column.push(column);
        column += units_of(right);
    }
    let never = (i128::from(problem.price_bound()) + 1) * 2 * (lefts as i128 + 1);
    let mut table = Matrix::new(lefts, units + lefts, never);
    for left in 0..lefts as u32 {
        for arc in problem.row(left) {
            let right = problem.arc_right(arc);
            for unit in 0..units_of(right) {
                table[(left as usize, first_column[right as usize] + unit)] =
                    i128::from(problem.arc_cost(arc)) + i128::from(problem.load_step(right, unit as u32));
            }
        }
        if let Some(price) = problem.unmatched(left).price() {
            table[(left as usize, units + left as usize)] = i128::from(price);
        }
    }
    let (_, columns) = kuhn_munkres_min(&table);
    let arc_at = |(left, &column): (usize, &usize)| {
        if table[(left, column)] == never || column >= units {
            return None;
        }
        let right = first_column.partition_point(|&first| first <= column) - 1;
        problem.row(left as u32).find(|&arc| problem.arc_right(arc) as usize == right).map(|arc| arc as u32)
    };
    let chosen: Vec<Option<u32>> = columns.iter().enumerate().map(arc_at).collect();
    match finish(problem, chosen.clone(), cells as u64) {
        Err(SolveError::Incomplete { unassigned }) => {
            let witness = unassigned.iter().find_map(|&left| hall::witness(problem, &chosen, left));
            Err(witness.map_or(SolveError::Incomplete { unassigned }, SolveError::Infeasible))
        }
        done => done,
    }
}
