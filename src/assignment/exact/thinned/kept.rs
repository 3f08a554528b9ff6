//! Which arcs a thinned problem has to begin with.
//!
//! Of a dense problem, those that are cheap for one of their ends. How cheap is told by a sample: every [`SAMPLED`]th arc of a row,
//! every [`SAMPLED`]th row for the columns; the third least of a sample has some forty below it. That is one look at all arcs in
//! order, which compares and hardly ever does more. Ties are bounded by [`KEPT_MAX`] and scattered by where a row is entered.
//!
//! Of a scarce one, the cheapest few of each right node, exactly.

use std::ops::Range;

use rayon::prelude::{IntoParallelIterator, ParallelIterator, ParallelSliceMut};

use super::coarse::Coarse;
use super::entry;
use super::least::Least;
use super::rows::Rows;
use crate::assignment::problem::Problem;

/// One arc in so many is in a sample.
const SAMPLED: usize = 12;

/// Which of the sample bounds what is cheap.
const RANK: usize = 3;

/// Arcs kept of a node for its own sake, at most; and up to which number those that cost as much as the bound are among them.
const KEPT_MAX: u32 = 96;
const KEPT_TIES: u32 = 12;

/// Costs looked at together: enough for the widest registers.
const LANES: usize = 16;

/// Blocks of left nodes, each a task with counts of its own for the right nodes.
const BLOCKS: usize = 4;

/// Cheapest arcs kept of each right node where these choose, of either half of the left nodes.
const CHOICE: usize = 4;
const HALVES: usize = 2;

/// The arcs that are cheap for their left or for their right node.
pub(super) fn cheapest(problem: &Problem) -> Rows {
    let bounds = column_bounds(problem);
    let lefts = problem.left_count();
    let blocks: Vec<Vec<u32>> = (0..BLOCKS)
        .into_par_iter()
        .map(|block| {
            let mut columns = Columns::new(problem, &bounds);
            let mut sample = Vec::new();
            let lefts = lefts * block / BLOCKS..lefts * (block + 1) / BLOCKS;
            lefts.flat_map(|left| cheap_of(problem, left as u32, &mut columns, &mut sample)).collect()
        })
        .collect();
    Rows::of(problem, blocks.concat())
}

/// Up to which cost an arc is cheap for its right node, told by every so manieth row.
fn column_bounds(problem: &Problem) -> Vec<i64> {
    let rights = problem.right_count();
    let sampled = || (0..problem.left_count() as u32).step_by(SAMPLED);
    let mut start = vec![0_usize; rights + 1];
    for &right in sampled().flat_map(|left| problem.row_rights(left)) {
        start[right as usize + 1] += 1;
    }
    for right in 0..rights {
        start[right + 1] += start[right];
    }
    let mut next = start.clone();
    let mut costs = vec![0; start[rights]];
    for left in sampled() {
        for (&right, &cost) in problem.row_rights(left).iter().zip(problem.row_costs(left)) {
            costs[next[right as usize]] = cost;
            next[right as usize] += 1;
        }
    }
    start.windows(2).map(|ends| bound(&mut costs[ends[0]..ends[1]])).collect()
}

/// Up to which cost an arc is cheap, by a sample.
fn bound(sample: &mut [i64]) -> i64 {
    if sample.len() < RANK { i64::MAX } else { *sample.select_nth_unstable(RANK - 1).1 }
}

/// What a block of rows has found for each right node.
struct Columns {
    /// Up to which cost an arc is cheap; below all costs once there are enough.
    bound: Vec<i64>,
    coarse: Coarse,
    /// The same, rounded down.
    coarse_bound: Vec<i32>,
    kept: Vec<u32>,
}

impl Columns {
    fn new(problem: &Problem, bounds: &[i64]) -> Self {
        let coarse = Coarse::for_amounts_to(problem.cost_max());
        let coarse_bound = bounds.iter().map(|bound| coarse.of(*bound)).collect();
        Self { bound: bounds.to_vec(), coarse, coarse_bound, kept: vec![0; problem.right_count()] }
    }
}

/// The arcs of a left node that are cheap for one of their ends, in order.
fn cheap_of(problem: &Problem, left: u32, columns: &mut Columns, sample: &mut Vec<i64>) -> Vec<u32> {
    let (costs, rights) = (problem.row_costs(left), problem.row_rights(left));
    sample.clear();
    sample.extend(costs.iter().step_by(SAMPLED));
    let mut row = Row {
        start: problem.row(left).start,
        bound: bound(sample),
        kept: 0,
        arcs: Vec::with_capacity(KEPT_MAX as usize),
    };
    let middle = entry(left, costs.len().div_ceil(LANES)) * LANES;
    for part in [middle.min(costs.len())..costs.len(), 0..middle.min(costs.len())] {
        for first in part.clone().step_by(LANES) {
            let lanes = first..(first + LANES).min(part.end);
            let has_cheap = || {
                let limits = &columns.coarse_bound[lanes.clone()];
                columns.coarse.any_within(&costs[lanes.clone()], columns.coarse.of(row.bound), limits)
            };
            if !problem.is_complete() || has_cheap() {
                row.take(lanes, costs, rights, columns);
            }
        }
    }
    row.arcs.sort_unstable();
    row.arcs
}

/// What has been found for a left node.
struct Row {
    start: usize,
    bound: i64,
    kept: u32,
    arcs: Vec<u32>,
}

impl Row {
    fn take(&mut self, lanes: Range<usize>, costs: &[i64], rights: &[u32], columns: &mut Columns) {
        for at in lanes {
            let (cost, right) = (costs[at], rights[at] as usize);
            let (for_row, for_column) = (cost <= self.bound, cost <= columns.bound[right]);
            if !for_row && !for_column {
                continue;
            }
            self.arcs.push((self.start + at) as u32);
            if for_row {
                count(&mut self.kept, &mut self.bound, 1);
            }
            if for_column {
                count(&mut columns.kept[right], &mut columns.bound[right], BLOCKS as u32);
                columns.coarse_bound[right] = columns.coarse.of(columns.bound[right]);
            }
        }
    }
}

/// Counts one more arc kept by one of so many that keep some for the same node, and lowers the bound once there are enough.
fn count(kept: &mut u32, bound: &mut i64, among: u32) {
    *kept += 1;
    if *kept == KEPT_TIES / among {
        *bound -= 1;
    } else if *kept == KEPT_MAX / among {
        *bound = -1;
    }
}

/// The cheapest arcs of every right node. An arc counts by what it saves: one to somebody who is dear to
/// leave out is cheap.
pub(super) fn cheapest_of_rights(problem: &Problem) -> Rows {
    let lefts = problem.left_count();
    let blocks: Vec<Vec<Least<CHOICE>>> = (0..HALVES)
        .into_par_iter()
        .map(|half| {
            let mut columns = vec![Least::<CHOICE>::below(i64::MAX); problem.right_count()];
            let mut limits = vec![i64::MAX; problem.right_count()];
            for left in lefts * half / HALVES..lefts * (half + 1) / HALVES {
                let left = left as u32;
                let stays = problem.unmatched(left).price().unwrap_or(0);
                let arcs = problem.row(left).zip(problem.row_costs(left)).zip(problem.row_rights(left));
                for ((arc, cost), &right) in arcs {
                    let right = right as usize;
                    if cost - stays < limits[right] {
                        columns[right].offer(cost - stays, arc as u32);
                        limits[right] = columns[right].limit();
                    }
                }
            }
            columns
        })
        .collect();
    let mut arcs: Vec<u32> = blocks.iter().flatten().flat_map(Least::arcs).collect();
    arcs.par_sort_unstable();
    Rows::of(problem, arcs)
}
