//! First come, first served: left nodes in their order take the arc that is cheapest for them just then, load step
//! included, unless staying unmatched is cheaper. Ties fall to the first arc. Cost: O(m) time, O(n) space.

use super::{finish, next_unit, report, worth_it};
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Heard, Solution, SolveError};

pub(in crate::assignment) fn solve(
    problem: &Problem,
    progress: &mut Heard<'_>,
) -> Result<Solution, SolveError> {
    let lefts = problem.left_count();
    let mut chosen = vec![None; lefts];
    let mut used = vec![0_u32; problem.right_count()];
    for left in 0..lefts as u32 {
        report(progress, left as usize, lefts)?;
        let value_of = |arc: usize| {
            next_unit(problem, &used, problem.arc_right(arc)).map(|step| (problem.arc_cost(arc) + step, arc))
        };
        if let Some((value, arc)) = problem.row(left).filter_map(value_of).min()
            && worth_it(problem, left, value)
        {
            used[problem.arc_right(arc) as usize] += 1;
            chosen[left as usize] = Some(arc as u32);
        }
    }
    finish(problem, chosen, problem.arc_count() as u64)
}
