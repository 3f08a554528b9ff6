//! Greedy: the cheapest arc of all first, load step included, unless it is dearer than staying unmatched.
//!
//! A heap holds every arc; one whose right node has filled up a step since is put back at its new value. Ties fall to the
//! first arc. Cost: O(m log m + m · capacity) at worst, O(m) space.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

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
    let mut arcs = Vec::with_capacity(problem.arc_count());
    for left in 0..lefts as u32 {
        for arc in problem.row(left) {
            if let Some(step) = next_unit(problem, &used, problem.arc_right(arc)) {
                arcs.push(Reverse((problem.arc_cost(arc) + step, arc as u32, left)));
            }
        }
    }
    let mut heap = BinaryHeap::from(arcs);
    let (mut done, mut scanned) = (0, 0);
    while let Some(Reverse((value, arc, left))) = heap.pop() {
        scanned += 1;
        let right = problem.arc_right(arc as usize);
        let Some(step) = next_unit(problem, &used, right) else { continue };
        if chosen[left as usize].is_some() || !worth_it(problem, left, value) {
            continue;
        }
        let value_now = problem.arc_cost(arc as usize) + step;
        if value_now > value {
            heap.push(Reverse((value_now, arc, left)));
            continue;
        }
        report(progress, done, lefts)?;
        done += 1;
        used[right as usize] += 1;
        chosen[left as usize] = Some(arc);
    }
    finish(problem, chosen, scanned)
}
