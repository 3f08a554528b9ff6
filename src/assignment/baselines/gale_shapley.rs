//! Gale and Shapley's deferred acceptance: left nodes propose in the order of their costs, as long as an arc costs no
//! more than staying unmatched; a right node keeps the cheapest proposals up to its capacity. The result is stable: no
//! two nodes would both rather have each other. Load steps count in the total, not in the wishes.
//!
//! Ties: a left node prefers the earlier arc, a right node the earlier left node. Cost: O(m log m) time, O(m) space.
//! Reference: D. Gale, L. Shapley, "College admissions and the stability of marriage", 1962.

use std::collections::BinaryHeap;

use super::{finish, report, worth_it};
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Heard, Solution, SolveError};

pub(in crate::assignment) fn solve(
    problem: &Problem,
    progress: &mut Heard<'_>,
) -> Result<Solution, SolveError> {
    let lefts = problem.left_count();
    // The wishes of each left node in reverse, so that the next one is popped.
    let wishes_of = |left: u32| {
        let mut wishes: Vec<u32> = problem
            .row(left)
            .filter(|&arc| worth_it(problem, left, problem.arc_cost(arc)))
            .map(|arc| arc as u32)
            .collect();
        wishes.sort_by_key(|&arc| std::cmp::Reverse((problem.arc_cost(arc as usize), arc)));
        wishes
    };
    let mut wishes: Vec<Vec<u32>> = (0..lefts as u32).map(wishes_of).collect();
    let mut kept: Vec<BinaryHeap<(i64, u32, u32)>> = vec![BinaryHeap::new(); problem.right_count()];
    let mut scanned = 0;
    for first in 0..lefts as u32 {
        report(progress, first as usize, lefts)?;
        let mut proposer = Some(first);
        while let Some(left) = proposer {
            let Some(arc) = wishes[left as usize].pop() else { break };
            scanned += 1;
            let right = problem.arc_right(arc as usize);
            let proposals = &mut kept[right as usize];
            proposals.push((problem.arc_cost(arc as usize), left, arc));
            if proposals.len() > problem.capacity(right) as usize {
                proposer = proposals.pop().map(|(_, refused, _)| refused);
            } else {
                proposer = None;
            }
        }
    }
    let mut chosen = vec![None; lefts];
    for (_, left, arc) in kept.into_iter().flatten() {
        chosen[left as usize] = Some(arc);
    }
    finish(problem, chosen, scanned)
}
