//! Dense problems, and those with few right nodes, solved on a few of their arcs, and proven on all.
//!
//! In a dense problem hardly any arc matters. The cheapest few of each left node and of each right node are kept and solved;
//! where left nodes are many times as many as units, those of each right node alone, since most left nodes get none ([`kept`]);
//! one of which no arc is kept takes no part.
//! Its prices are then held against every arc: where cost + price is below what the left node pays, the arc is added, and
//! the solve repeated, until nothing is left ([`undercut`]). Prices that no arc undercuts prove the choice optimal among all
//! ([`certificate`](crate::assignment::certificate)).
//!
//! Cost: O(m) a round for m arcs, and a solve of O(n) arcs for n nodes; a handful of rounds, the later of which look at few arcs.
//! Reference: R. Jonker, A. Volgenant, in "A shortest augmenting path algorithm for dense and sparse linear assignment
//! problems", Computing 38, 1987, solve on a core and check the rest.

mod coarse;
mod kept;
mod least;
mod rows;
mod undercut;

use super::report::Report;
use super::{resume, solve_whole};
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Objective, Solution, SolveError, Start};
use rows::Rows;
use undercut::Check;

/// Fewer arcs a left node than this are no reason to leave any out.
const DEGREE_MIN: usize = 128;

/// So many times as many left nodes as units are reason to leave it to the units to choose.
const SCARCE: usize = 4;

/// After so many rounds all arcs are taken at once, and already after the second in which most left nodes ask for more: there the
/// cheapest arcs are not those that matter.
const ROUNDS_MAX: usize = 48;

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
    if problem.arc_count() < DEGREE_MIN * problem.right_count().max(1) {
        None
    } else if problem.arc_count() >= DEGREE_MIN * problem.left_count() {
        Some(Kept::OfBoth)
    } else {
        let few_units = problem.left_count() >= SCARCE * problem.unit_count();
        (few_units && problem.all_may_stay_unmatched()).then_some(Kept::OfRights)
    }
}

/// Solves a problem by solving thinned ones. `None` where thinning did not help.
pub(super) fn solve(
    problem: &Problem,
    of: Kept,
    report: &mut Report<'_>,
) -> Result<Option<Solution>, SolveError> {
    let mut kept = match of {
        Kept::OfBoth => kept::cheapest(problem),
        Kept::OfRights => kept::cheapest_of_rights(problem),
    };
    report.tell()?;
    let mut check = Check::new(problem);
    let mut thin = Thin::of(problem, &kept);
    let mut solved = solve_whole(&thin.problem, report);
    let mut most_asked_before = false;
    for _ in 0..ROUNDS_MAX {
        let solution = match solved {
            Ok(solution) => solution,
            // Whether all arcs together suffice is not known from a few.
            Err(SolveError::Infeasible(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        report.tell()?;
        let added = check.undercut(&thin.pays(problem, &solution), &solution.price);
        report.statistics.arcs_scanned += check.take_arcs_scanned();
        if added.is_empty() {
            return Ok(Some(thin.widened(problem, &kept, solution)));
        }
        let most_ask = 2 * added.len() > problem.left_count();
        if most_ask && most_asked_before {
            break;
        }
        most_asked_before |= most_ask;
        kept = kept.with(problem, &added);
        let mut chosen_right = vec![None; problem.left_count()];
        for (left, right) in thin.lefts.iter().zip(thin.problem.rights_of(&solution.chosen)) {
            chosen_right[*left as usize] = right;
        }
        thin = Thin::of(problem, &kept);
        let chosen_right: Vec<Option<u32>> =
            thin.lefts.iter().map(|left| chosen_right[*left as usize]).collect();
        let start = Start { price: &solution.price, chosen_right: &chosen_right };
        solved = resume(&thin.problem, &start, report);
    }
    Ok(None)
}

/// A thinned problem. Left nodes of which no arc is kept stay unmatched, where they may.
struct Thin {
    /// By left node of it: the left node of the whole.
    lefts: Vec<u32>,
    problem: Problem,
}

impl Thin {
    fn of(problem: &Problem, kept: &Rows) -> Self {
        let takes_part =
            |left: &u32| !kept.row(*left).is_empty() || problem.unmatched(*left).price().is_none();
        let lefts: Vec<u32> = (0..problem.left_count() as u32).filter(takes_part).collect();
        Self { problem: kept.problem_of(problem, &lefts), lefts }
    }

    /// What each left node of the whole pays.
    fn pays(&self, problem: &Problem, solution: &Solution) -> Vec<i64> {
        let alone = |left: u32| problem.unmatched(left).price().unwrap_or(i64::MAX);
        let mut pays: Vec<i64> = (0..problem.left_count() as u32).map(alone).collect();
        for (left, arc) in self.lefts.iter().zip(&solution.chosen) {
            if let Some(arc) = arc.map(|arc| arc as usize) {
                let price = solution.price[self.problem.arc_right(arc) as usize];
                pays[*left as usize] = self.problem.arc_cost(arc) + price;
            }
        }
        pays
    }

    /// Its solution as one of the whole.
    fn widened(&self, problem: &Problem, kept: &Rows, solution: Solution) -> Solution {
        let mut chosen = vec![None; problem.left_count()];
        for (at, (left, arc)) in (0_u32..).zip(self.lefts.iter().zip(&solution.chosen)) {
            let place = arc.map(|arc| arc as usize - self.problem.row(at).start);
            chosen[*left as usize] = place.map(|place| kept.row(*left)[place].arc);
        }
        let objective = Objective::of(problem, &chosen);
        Solution { chosen, objective, ..solution }
    }
}

/// Where a row is entered: equal costs would otherwise make all left nodes keep the same arcs.
fn entry(left: u32, length: usize) -> usize {
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    ((u128::from(u64::from(left + 1).wrapping_mul(GOLDEN)) * length as u128) >> 64) as usize
}
