//! Which arcs a thinned problem has to begin with.
//!
//! Of a dense problem, those that are cheap for one of their ends. How cheap is told by a sample: every [`SAMPLED`]th arc of a row,
//! every [`SAMPLED`]th row for the columns; the third least of a sample has some forty below it. That is one look at all arcs in
//! order, which compares and hardly ever does more. Ties are bounded by [`KEPT_MAX`] and scattered by where a row is entered.
//!
//! Of a scarce one, the cheapest few of each right node, exactly.

use std::ops::Range;

use rayon::prelude::{IntoParallelIterator, ParallelIterator, ParallelSliceMut};

use super::coarse::{Coarse, LANES};
use super::entry;
use super::least::Least;
use super::rows::{KeptArc, Rows};
use crate::assignment::problem::Problem;

/// One arc in so many is in a sample.
const SAMPLED: usize = 12;

/// Which of the sample bounds what is cheap.
const RANK: usize = 3;

/// Arcs kept of a node for its own sake, at most; and up to which number those that cost as much as the bound are among them.
const KEPT_MAX: u32 = 96;
const KEPT_TIES: u32 = 12;

/// Blocks of left nodes, each a task with counts of its own for the right nodes.
const BLOCKS: usize = 4;

/// Cheapest arcs kept of each right node where these choose, of either half of the left nodes.
const CHOICE: usize = 4;
const HALVES: usize = 2;

/// The arcs that are cheap for their left or for their right node.
pub(super) fn cheapest(problem: &Problem) -> Rows {
    let bounds = column_bounds(problem);
    let lefts = problem.left_count();
    let blocks: Vec<Vec<KeptArc>> = (0..BLOCKS)
        .into_par_iter()
        .map(|block| {
            let mut columns = Columns::new(problem, &bounds);
            let lefts = lefts * block / BLOCKS..lefts * (block + 1) / BLOCKS;
            let mut kept = Vec::new();
            for left in lefts {
                cheap_of(problem, left as u32, &mut columns, &mut kept);
            }
            kept
        })
        .collect();
    Rows::of(problem, blocks.concat())
}

/// The [`RANK`] least of a sample.
type Sample = Least<RANK>;

/// Up to which cost an arc is cheap for its right node, told by every so manieth row.
fn column_bounds(problem: &Problem) -> Vec<i64> {
    let blocks: Vec<Vec<Sample>> = (0..BLOCKS)
        .into_par_iter()
        .map(|block| {
            let mut samples = vec![Sample::below(i64::MAX); problem.right_count()];
            let rows = (0..problem.left_count() as u32).step_by(SAMPLED);
            for left in rows.skip(block).step_by(BLOCKS) {
                for (&right, &cost) in problem.row_rights(left).iter().zip(problem.row_costs(left)) {
                    samples[right as usize].offer(cost, 0);
                }
            }
            samples
        })
        .collect();
    let bound = |right: usize| {
        let mut sample = Sample::below(i64::MAX);
        for block in &blocks {
            sample.take(&block[right]);
        }
        sample.limit()
    };
    (0..problem.right_count()).map(bound).collect()
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

/// Adds the arcs of a left node that are cheap for one of their ends, in order.
fn cheap_of(problem: &Problem, left: u32, columns: &mut Columns, kept: &mut Vec<KeptArc>) {
    let costs = problem.row_costs(left);
    // Where a row has all right nodes, their places are their numbers.
    let rights = (!problem.is_complete()).then(|| problem.row_rights(left));
    let mut sample = Sample::below(i64::MAX);
    costs.iter().step_by(SAMPLED).for_each(|cost| sample.offer(*cost, 0));
    let mut row = Row { start: problem.row(left).start, bound: sample.limit(), kept: 0, costs, rights };
    let begin = kept.len();
    let middle = (entry(left, costs.len().div_ceil(LANES)) * LANES).min(costs.len());
    row.take(middle..costs.len(), columns, kept);
    let behind_middle = kept.len() - begin;
    row.take(0..middle, columns, kept);
    kept[begin..].rotate_left(behind_middle);
}

/// A row, and what has been found in it.
struct Row<'r> {
    start: usize,
    bound: i64,
    kept: u32,
    costs: &'r [i64],
    rights: Option<&'r [u32]>,
}

impl Row<'_> {
    fn take(&mut self, part: Range<usize>, columns: &mut Columns, kept: &mut Vec<KeptArc>) {
        let mut at = part.start;
        // Where a row has all right nodes, their limits stand side by side.
        while self.rights.is_none() && at + LANES <= part.end {
            let costs = self.costs[at..].first_chunk().expect("so many are left");
            let limits = columns.coarse_bound[at..].first_chunk().expect("as many as costs");
            let mut within = columns.coarse.within(costs, columns.coarse.of(self.bound), limits);
            while within != 0 {
                self.take_one(at + within.trailing_zeros() as usize, columns, kept);
                within &= within - 1;
            }
            at += LANES;
        }
        (at..part.end).for_each(|at| self.take_one(at, columns, kept));
    }

    fn take_one(&mut self, at: usize, columns: &mut Columns, kept: &mut Vec<KeptArc>) {
        let (cost, right) = (self.costs[at], self.rights.map_or(at as u32, |rights| rights[at]));
        let (for_row, for_column) = (cost <= self.bound, cost <= columns.bound[right as usize]);
        if !for_row && !for_column {
            return;
        }
        kept.push(KeptArc { arc: (self.start + at) as u32, right, cost });
        if for_row {
            count(&mut self.kept, &mut self.bound, 1);
        }
        if for_column {
            let right = right as usize;
            count(&mut columns.kept[right], &mut columns.bound[right], BLOCKS as u32);
            columns.coarse_bound[right] = columns.coarse.of(columns.bound[right]);
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
            let mut cheap = Vec::new();
            for left in lefts * half / HALVES..lefts * (half + 1) / HALVES {
                let left = left as u32;
                let stays = problem.unmatched(left).price().unwrap_or(0);
                let (costs, rights) = (problem.row_costs(left), problem.row_rights(left));
                // Which arcs are cheaper than others before them cannot be foretold: they are gathered without branches.
                cheap.resize(costs.len(), 0);
                let mut count = 0;
                for (at, (cost, right)) in costs.iter().zip(rights).enumerate() {
                    cheap[count] = at;
                    count += usize::from(cost - stays < limits[*right as usize]);
                }
                for &at in &cheap[..count] {
                    let right = rights[at] as usize;
                    columns[right].offer(costs[at] - stays, (problem.row(left).start + at) as u32);
                    limits[right] = columns[right].limit();
                }
            }
            columns
        })
        .collect();
    let mut arcs: Vec<u32> = blocks.iter().flatten().flat_map(Least::arcs).collect();
    arcs.par_sort_unstable();
    let kept = arcs.into_par_iter().map(|arc| KeptArc::of(problem, arc));
    Rows::of(problem, kept.collect())
}
