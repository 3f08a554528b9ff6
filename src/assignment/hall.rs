//! The Hall witness: from an assignment that cannot be extended to a given left node, the set of left nodes that
//! together have too few neighbours.
//!
//! Method: the closure of the node under alternating paths (any arc out, a chosen arc back). Cost: O(n + m), n nodes,
//! m arcs. Reference: P. Hall, "On representatives of subsets", 1935.

use super::problem::{Problem, Unmatched};
use super::solution::HallWitness;

/// The witness for `start`, an unassigned left node that must be assigned. `None` if a way out exists: a right node with
/// capacity to spare, or a left node that may stay unmatched.
pub(super) fn witness(problem: &Problem, chosen: &[Option<u32>], start: u32) -> Option<HallWitness> {
    let mut holders = vec![Vec::new(); problem.right_count()];
    for (left, arc) in (0_u32..).zip(chosen) {
        if let Some(arc) = arc {
            holders[problem.arc_right(*arc as usize) as usize].push(left);
        }
    }
    let mut reached = vec![false; problem.right_count()];
    let mut left = vec![start];
    let mut right = Vec::new();
    let mut next = 0;
    while let Some(&node) = left.get(next) {
        next += 1;
        if problem.unmatched(node) != Unmatched::Forbidden {
            return None;
        }
        for &neighbour in problem.row_rights(node) {
            let at = neighbour as usize;
            if reached[at] {
                continue;
            }
            if holders[at].len() < problem.capacity(neighbour) as usize {
                return None;
            }
            reached[at] = true;
            right.push(neighbour);
            left.append(&mut holders[at]);
        }
    }
    left.sort_unstable();
    right.sort_unstable();
    let capacity = right.iter().map(|&node| u64::from(problem.capacity(node))).sum();
    Some(HallWitness { left, right, capacity })
}
