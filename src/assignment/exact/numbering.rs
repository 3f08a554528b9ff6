//! Numbers for the nodes that put neighbours close to each other, so that a bid finds in the cache what the last one read.
//!
//! In: a problem, whose nodes may come in any order. Out: an order of left nodes and one of right nodes, by breadth-first
//! search along each left node's few cheapest arcs; or nothing, where that would not help: nodes are close already, or the
//! graph has no neighbourhoods (two left nodes that share a right node share hardly another). Cost: O(n + r) after one
//! look at every arc.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::graph::NONE;
use crate::assignment::problem::Problem;

/// Cheapest arcs of a left node that the search goes along.
const NEAR: usize = 4;

/// Left nodes looked at to decide whether an order helps.
const SAMPLE: usize = 256;

/// Fewer arcs than this stay in the cache in any order.
const ARCS_MIN: usize = 1 << 19;

/// By new number: the old number.
pub(super) struct Numbering {
    pub(super) lefts: Vec<u32>,
    pub(super) rights: Vec<u32>,
}

impl Numbering {
    /// An order that helps, if there is one.
    pub(super) fn of(problem: &Problem) -> Option<Self> {
        if problem.arc_count() < ARCS_MIN || is_close(problem) {
            return None;
        }
        let near = near_rights(problem);
        let reached_by = Lists::of(&near, problem.right_count());
        has_neighbourhoods(problem, &near, &reached_by).then(|| search(&near, &reached_by))
    }
}

/// The right nodes of each left node's cheapest arcs; [`NONE`] where there are fewer.
fn near_rights(problem: &Problem) -> Vec<[u32; NEAR]> {
    let lefts = 0..problem.left_count() as u32;
    let nearest = |left: u32| {
        let mut near = [(i64::MAX, NONE); NEAR];
        for (&right, &cost) in problem.row_rights(left).iter().zip(problem.row_costs(left)) {
            let mut arc = (cost, right);
            if arc < near[NEAR - 1] {
                for place in &mut near {
                    if arc < *place {
                        std::mem::swap(&mut arc, place);
                    }
                }
            }
        }
        near.map(|arc| arc.1)
    };
    lefts.into_par_iter().map(nearest).collect()
}

/// For each right node, the left nodes that are near to it.
struct Lists {
    start: Vec<u32>,
    lefts: Vec<u32>,
}

impl Lists {
    fn of(near: &[[u32; NEAR]], rights: usize) -> Self {
        let mut start = vec![0_u32; rights + 2];
        let ends = || near.iter().flatten().filter(|right| **right != NONE);
        for &right in ends() {
            start[right as usize + 2] += 1;
        }
        for right in 0..=rights {
            start[right + 1] += start[right];
        }
        let mut lefts = vec![0; start[rights + 1] as usize];
        for (left, row) in (0_u32..).zip(near) {
            for &right in row.iter().filter(|right| **right != NONE) {
                lefts[start[right as usize + 1] as usize] = left;
                start[right as usize + 1] += 1;
            }
        }
        Self { start, lefts }
    }

    fn of_right(&self, right: u32) -> &[u32] {
        &self.lefts[self.start[right as usize] as usize..self.start[right as usize + 1] as usize]
    }
}

/// Every so many left nodes, so that about [`SAMPLE`] are looked at.
fn sample(problem: &Problem) -> impl Iterator<Item = u32> {
    (0..problem.left_count() as u32).step_by(problem.left_count() / SAMPLE + 1)
}

/// Whether the right nodes of most rows are numbered close to each other already, and those of neighbouring rows too.
fn is_close(problem: &Problem) -> bool {
    let window = problem.right_count() as u32 / 16;
    let close = |left: &u32| {
        let next = (*left + 1).min(problem.left_count() as u32 - 1);
        let ends = problem.row_rights(*left).iter().chain(problem.row_rights(next));
        let (low, high) = ends.fold((u32::MAX, 0), |(low, high), &end| (low.min(end), high.max(end)));
        high.saturating_sub(low) <= window
    };
    2 * sample(problem).filter(close).count() > sample(problem).count()
}

/// Whether left nodes that share a near right node mostly share others as well.
fn has_neighbourhoods(problem: &Problem, near: &[[u32; NEAR]], reached_by: &Lists) -> bool {
    let (mut shared, mut looked_at) = (0, 0);
    for left in sample(problem) {
        let first = near[left as usize][0];
        let Some(&other) = (first != NONE)
            .then(|| reached_by.of_right(first))
            .and_then(|lefts| lefts.iter().find(|other| **other != left))
        else {
            continue;
        };
        let row = problem.row_rights(left);
        looked_at += row.len();
        shared += problem.row_rights(other).iter().filter(|right| row.contains(right)).count();
    }
    8 * shared > looked_at
}

/// Breadth first from one right node after another.
fn search(near: &[[u32; NEAR]], reached_by: &Lists) -> Numbering {
    let rights = reached_by.start.len() - 2;
    let mut numbering =
        Numbering { lefts: Vec::with_capacity(near.len()), rights: Vec::with_capacity(rights) };
    let mut left_seen = vec![false; near.len()];
    let mut right_seen = vec![false; rights];
    let mut next = 0;
    for start in 0..rights as u32 {
        if std::mem::replace(&mut right_seen[start as usize], true) {
            continue;
        }
        numbering.rights.push(start);
        while let Some(&right) = numbering.rights.get(next) {
            next += 1;
            for &left in reached_by.of_right(right) {
                if std::mem::replace(&mut left_seen[left as usize], true) {
                    continue;
                }
                numbering.lefts.push(left);
                for &end in near[left as usize].iter().filter(|end| **end != NONE) {
                    if !std::mem::replace(&mut right_seen[end as usize], true) {
                        numbering.rights.push(end);
                    }
                }
            }
        }
    }
    let unseen = (0..near.len() as u32).filter(|left| !left_seen[*left as usize]);
    numbering.lefts.extend(unseen);
    numbering
}
