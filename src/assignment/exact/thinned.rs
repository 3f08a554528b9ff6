//! Dense problems, and those with few right nodes, solved on a few of their arcs, and proven on all.
//!
//! In a dense problem hardly any arc matters. The cheapest few of each left node and of each right node are kept and solved;
//! where left nodes are many times as many as units, those of each right node alone, since most left nodes get none. Its prices are then held against every arc: where cost + price is below what the left node pays, the arc is added, and
//! the solve repeated, until nothing is left. Prices that no arc undercuts prove the choice optimal among all
//! ([`certificate`](crate::assignment::certificate)). Both looks at all arcs read the costs once, in order.
//!
//! Cost: O(m) a round for m arcs, and a solve of O(n) arcs for n nodes; a handful of rounds.
//! Reference: R. Jonker, A. Volgenant, in "A shortest augmenting path algorithm for dense and sparse linear assignment
//! problems", Computing 38, 1987, solve on a core and check the rest.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::graph::NONE;
use super::report::Report;
use super::{resume, solve_whole};
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Objective, Solution, SolveError, Start};

/// Fewer arcs a left node than this are no reason to leave any out.
const DEGREE_MIN: usize = 128;

/// So many times as many left nodes as units are reason to leave it to the units to choose.
const SCARCE: usize = 4;

/// Cheapest arcs kept of each node.
const KEPT: usize = 12;

/// Cheapest arcs kept of each right node where these choose, of either half of the left nodes.
const CHOICE: usize = 4;
const HALVES: usize = 2;

/// Arcs added to a left node in one round.
const ADDED: usize = 16;

/// After so many rounds all arcs are taken at once.
const ROUNDS_MAX: usize = 48;

/// Costs looked at together: enough for the widest registers.
const LANES: usize = 16;

/// Blocks of left nodes, each a task with lists of its own for the right nodes.
const BLOCKS: usize = 4;

/// Whose cheapest arcs are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Those of every node: the problem is dense.
    OfBoth,
    /// Those of right nodes alone: they are so few that each can choose, and most left nodes stay unmatched.
    OfRights,
}

/// How a problem is to be thinned, if at all.
pub(super) fn suits(problem: &Problem) -> Option<Kept> {
    let units: usize = (0..problem.right_count() as u32).map(|right| problem.capacity(right) as usize).sum();
    if problem.arc_count() < DEGREE_MIN * problem.right_count().max(1) {
        None
    } else if problem.arc_count() >= DEGREE_MIN * problem.left_count() {
        Some(Kept::OfBoth)
    } else {
        let all_may =
            || (0..problem.left_count() as u32).all(|left| problem.unmatched(left).price().is_some());
        (problem.left_count() >= SCARCE * units && all_may()).then_some(Kept::OfRights)
    }
}

/// Solves a problem by solving thinned ones. `None` where thinning did not help.
pub(super) fn solve(
    problem: &Problem,
    of: Kept,
    report: &mut Report<'_>,
) -> Result<Option<Solution>, SolveError> {
    let mut kept = match of {
        Kept::OfBoth => cheapest(problem),
        Kept::OfRights => cheapest_of_rights(problem),
    };
    let mut thin = problem.with_arcs(&kept);
    let mut solved = solve_whole(&thin, report);
    for _ in 0..ROUNDS_MAX {
        let solution = match solved {
            Ok(solution) => solution,
            // Whether all arcs together suffice is not known from a few.
            Err(SolveError::Infeasible(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        report.tell()?;
        let added = undercut(problem, &thin, &solution);
        report.statistics.arcs_scanned += problem.arc_count() as u64;
        if added.iter().all(Vec::is_empty) {
            return Ok(Some(widened(problem, &kept, solution)));
        }
        for (row, mut more) in kept.iter_mut().zip(added) {
            row.append(&mut more);
            row.sort_unstable();
            row.dedup();
        }
        let chosen_right: Vec<Option<u32>> = thin.rights_of(&solution.chosen);
        thin = problem.with_arcs(&kept);
        solved = resume(&thin, &Start { price: &solution.price, chosen_right: &chosen_right }, report);
    }
    Ok(None)
}

/// The solution of a thinned problem as one of the whole.
fn widened(problem: &Problem, kept: &[Vec<u32>], solution: Solution) -> Solution {
    let all: Vec<u32> = kept.iter().flatten().copied().collect();
    let chosen: Vec<Option<u32>> =
        solution.chosen.iter().map(|arc| arc.map(|arc| all[arc as usize])).collect();
    let objective = Objective::of(problem, &chosen);
    Solution { chosen, objective, ..solution }
}

/// The least few of what was offered, in order.
#[derive(Clone, Copy)]
struct Least<const N: usize> {
    best: [(i64, u32); N],
}

impl<const N: usize> Least<N> {
    /// Only values below this are of interest.
    fn below(value: i64) -> Self {
        Self { best: [(value, NONE); N] }
    }

    fn limit(&self) -> i64 {
        self.best[N - 1].0
    }

    fn offer(&mut self, value: i64, arc: u32) {
        if value >= self.limit() {
            return;
        }
        let mut at = N - 1;
        while at > 0 && value < self.best[at - 1].0 {
            self.best[at] = self.best[at - 1];
            at -= 1;
        }
        self.best[at] = (value, arc);
    }

    fn arcs(&self) -> impl Iterator<Item = u32> {
        self.best.iter().map(|(_, arc)| *arc).take_while(|arc| *arc != NONE)
    }
}

/// Where a row is entered: equal costs would otherwise make all left nodes keep the same arcs.
fn entry(left: u32, length: usize) -> usize {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    ((u128::from(u64::from(left + 1).wrapping_mul(GOLDEN)) * length as u128) >> 64) as usize
}

/// The cheapest arcs of every left and of every right node, by left node, in order.
fn cheapest(problem: &Problem) -> Vec<Vec<u32>> {
    let lefts = problem.left_count();
    let blocks: Vec<(Vec<Vec<u32>>, Vec<Least<KEPT>>)> = (0..BLOCKS)
        .into_par_iter()
        .map(|block| {
            let mut columns = vec![Least::<KEPT>::below(i64::MAX); problem.right_count()];
            let mut limits = vec![i64::MAX; problem.right_count()];
            let lefts = lefts * block / BLOCKS..lefts * (block + 1) / BLOCKS;
            let rows =
                lefts.map(|left| cheapest_of(problem, left as u32, &mut columns, &mut limits)).collect();
            (rows, columns)
        })
        .collect();
    let mut kept = Vec::with_capacity(lefts);
    let mut columns = vec![Least::<KEPT>::below(i64::MAX); problem.right_count()];
    for (rows, of_block) in blocks {
        kept.extend(rows);
        for (column, least) in columns.iter_mut().zip(of_block) {
            for (cost, arc) in least.best {
                column.offer(cost, arc);
            }
        }
    }
    for arc in columns.iter().flat_map(Least::arcs) {
        kept[problem.left_of(arc) as usize].push(arc);
    }
    for row in &mut kept {
        row.sort_unstable();
        row.dedup();
    }
    kept
}

/// The cheapest arcs of every right node, by left node, in order. An arc counts by what it saves: one to somebody who is dear to
/// leave out is cheap.
fn cheapest_of_rights(problem: &Problem) -> Vec<Vec<u32>> {
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
    arcs.sort_unstable();
    let mut rest = arcs.as_slice();
    (0..lefts as u32)
        .map(|left| {
            let end = problem.row(left).end as u32;
            let row = rest.iter().take_while(|arc| **arc < end).count();
            let (row, behind) = rest.split_at(row);
            rest = behind;
            row.to_vec()
        })
        .collect()
}

fn cheapest_of(problem: &Problem, left: u32, columns: &mut [Least<KEPT>], limits: &mut [i64]) -> Vec<u32> {
    let (start, costs, rights) = (problem.row(left).start, problem.row_costs(left), problem.row_rights(left));
    let mut least = Least::<KEPT>::below(i64::MAX);
    let mut limit = i64::MAX;
    let middle = entry(left, costs.len().div_ceil(LANES)) * LANES;
    for part in [middle.min(costs.len())..costs.len(), 0..middle.min(costs.len())] {
        for first in part.clone().step_by(LANES) {
            let lanes = first..(first + LANES).min(part.end);
            let of_interest = if problem.is_complete() {
                let pairs = costs[lanes.clone()].iter().zip(&limits[lanes.clone()]);
                // How many rather than whether: without branches, all lanes are compared at once.
                pairs.map(|(cost, column)| u8::from(*cost < limit.max(*column))).sum::<u8>() > 0
            } else {
                true
            };
            if !of_interest {
                continue;
            }
            for at in lanes {
                let (cost, right) = (costs[at], rights[at] as usize);
                if cost < limit {
                    least.offer(cost, (start + at) as u32);
                    limit = least.limit();
                }
                if cost < limits[right] {
                    columns[right].offer(cost, (start + at) as u32);
                    limits[right] = columns[right].limit();
                }
            }
        }
    }
    least.arcs().collect()
}

/// The arcs of each left node that undercut most what it pays.
fn undercut(problem: &Problem, thin: &Problem, solution: &Solution) -> Vec<Vec<u32>> {
    let undercut_of = |left: u32| {
        let pays = match solution.chosen[left as usize] {
            Some(arc) => {
                let arc = arc as usize;
                thin.arc_cost(arc) + solution.price[thin.arc_right(arc) as usize]
            }
            None => problem.unmatched(left).price().unwrap_or(i64::MAX),
        };
        let (start, costs, rights) =
            (problem.row(left).start, problem.row_costs(left), problem.row_rights(left));
        let value = |at: usize| costs[at] + solution.price[rights[at] as usize];
        let lowest = if problem.is_complete() {
            costs.iter().zip(&solution.price).map(|(cost, price)| cost + price).fold(i64::MAX, i64::min)
        } else {
            (0..costs.len()).map(value).fold(i64::MAX, i64::min)
        };
        if lowest >= pays {
            return Vec::new();
        }
        let mut least = Least::<ADDED>::below(pays);
        let middle = entry(left, costs.len());
        for at in (middle..costs.len()).chain(0..middle) {
            least.offer(value(at), (start + at) as u32);
        }
        least.arcs().collect()
    };
    (0..problem.left_count() as u32).into_par_iter().map(undercut_of).collect()
}
