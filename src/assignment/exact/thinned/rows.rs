//! Some of the arcs of a problem, by left node, in order.

use crate::assignment::problem::Problem;

/// Arcs one row after the other.
pub(super) struct Rows {
    /// By left node: where its row begins; at the end, where the last ends.
    start: Vec<u32>,
    arcs: Vec<u32>,
}

impl Rows {
    /// The rows of arcs that stand in order.
    pub(super) fn of(problem: &Problem, arcs: Vec<u32>) -> Self {
        let mut start = Vec::with_capacity(problem.left_count() + 1);
        let mut end = 0;
        start.push(end);
        for left in 0..problem.left_count() as u32 {
            let behind = problem.row(left).end as u32;
            end += arcs[end as usize..].iter().take_while(|arc| **arc < behind).count() as u32;
            start.push(end);
        }
        Self { start, arcs }
    }

    /// The arcs of a left node.
    pub(super) fn row(&self, left: u32) -> &[u32] {
        &self.arcs[self.start[left as usize] as usize..self.start[left as usize + 1] as usize]
    }

    /// These and others, which are none of them.
    pub(super) fn with(&self, added: &[Vec<u32>]) -> Self {
        let mut start = Vec::with_capacity(self.start.len());
        let mut arcs = Vec::with_capacity(self.arcs.len() + added.iter().map(Vec::len).sum::<usize>());
        start.push(0);
        for (left, added) in (0_u32..).zip(added) {
            let begin = arcs.len();
            arcs.extend(self.row(left).iter().chain(added));
            arcs[begin..].sort_unstable();
            start.push(arcs.len() as u32);
        }
        Self { start, arcs }
    }
}
