//! Some of the arcs of a problem, by left node, in order.

use crate::assignment::problem::Problem;

/// One of the arcs that are kept, with what else there is to know of it: looked up once, since it is anywhere in a large problem.
#[derive(Clone, Copy)]
pub(super) struct KeptArc {
    pub(super) arc: u32,
    pub(super) right: u32,
    pub(super) cost: i64,
}

impl KeptArc {
    pub(super) fn of(problem: &Problem, arc: u32) -> Self {
        Self { arc, right: problem.arc_right(arc as usize), cost: problem.arc_cost(arc as usize) }
    }
}

/// Arcs one row after the other.
pub(super) struct Rows {
    /// By left node: where its row begins; at the end, where the last ends.
    start: Vec<u32>,
    arcs: Vec<KeptArc>,
}

impl Rows {
    /// The rows of arcs that stand in order.
    pub(super) fn of(problem: &Problem, arcs: Vec<KeptArc>) -> Self {
        let mut start = Vec::with_capacity(problem.left_count() + 1);
        let mut end = 0;
        start.push(end);
        for left in 0..problem.left_count() as u32 {
            let behind = problem.row(left).end as u32;
            end += arcs[end as usize..].iter().take_while(|kept| kept.arc < behind).count() as u32;
            start.push(end);
        }
        Self { start, arcs }
    }

    /// The arcs of a left node.
    pub(super) fn row(&self, left: u32) -> &[KeptArc] {
        &self.arcs[self.start[left as usize] as usize..self.start[left as usize + 1] as usize]
    }

    /// These and, of some left nodes in order, others, which are none of them.
    pub(super) fn with(&self, problem: &Problem, added: &[(u32, Vec<u32>)]) -> Self {
        let more: usize = added.iter().map(|(_, arcs)| arcs.len()).sum();
        let mut start = Vec::with_capacity(self.start.len());
        let mut arcs = Vec::with_capacity(self.arcs.len() + more);
        let mut added = added.iter().peekable();
        start.push(0);
        for left in 0..self.start.len() as u32 - 1 {
            let begin = arcs.len();
            arcs.extend_from_slice(self.row(left));
            if let Some((_, added)) = added.next_if(|(of, _)| *of == left) {
                arcs.extend(added.iter().map(|arc| KeptArc::of(problem, *arc)));
                arcs[begin..].sort_unstable_by_key(|kept: &KeptArc| kept.arc);
            }
            start.push(arcs.len() as u32);
        }
        Self { start, arcs }
    }

    /// The problem of some left nodes with these arcs alone.
    pub(super) fn problem_of(&self, problem: &Problem, lefts: &[u32]) -> Problem {
        let mut row_start = Vec::with_capacity(lefts.len() + 1);
        let (mut right, mut cost) =
            (Vec::with_capacity(self.arcs.len()), Vec::with_capacity(self.arcs.len()));
        row_start.push(0);
        for left in lefts {
            right.extend(self.row(*left).iter().map(|kept| kept.right));
            cost.extend(self.row(*left).iter().map(|kept| kept.cost));
            row_start.push(right.len() as u32);
        }
        problem.with_rows(lefts, row_start, right, cost)
    }
}
