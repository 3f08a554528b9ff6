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
const NEAR: usize = 6;

/// Left nodes looked at to decide whether an order helps.
const SAMPLE: usize = 256;

/// Fewer arcs than this stay in the cache in any order.
const ARCS_MIN: usize = 1 << 19;

/// By new number: the old number.
pub(in crate::assignment) struct Numbering {
    pub(in crate::assignment) lefts: Vec<u32>,
    pub(in crate::assignment) rights: Vec<u32>,
    /// Where each region ends: first left and first right node behind it.
    pub(super) regions: Vec<(u32, u32)>,
}

impl Numbering {
    /// An order that helps, if there is one.
    pub(in crate::assignment) fn of(problem: &Problem) -> Option<Self> {
        if problem.arc_count() < ARCS_MIN || is_close(problem) || !has_neighbourhoods(problem) {
            return None;
        }
        let near = near_rights(problem);
        let reached_by = Lists::of(&near, problem.right_count());
        Some(search(&near, &reached_by, regions(problem.arc_count())))
    }
}

/// Whether arcs lead anywhere, in a problem that is large enough to tell.
pub(super) fn is_scattered(problem: &Problem) -> bool {
    problem.arc_count() >= ARCS_MIN && !is_close(problem) && !has_neighbourhoods(problem)
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

/// Whether left nodes that share a right node share others as well, more often than not by chance.
fn has_neighbourhoods(problem: &Problem) -> bool {
    // Pairs of left nodes that share a right node, from the first rows: enough of them see each right node of the sample.
    let every = problem.right_count() / SAMPLE + 1;
    let mut first_seen_by = vec![NONE; SAMPLE + 1];
    let (mut shared, mut looked_at) = (0, 0);
    for left in 0..problem.left_count() as u32 {
        let row = problem.row_rights(left);
        for &right in row.iter().filter(|right| (**right as usize).is_multiple_of(every)) {
            let other = std::mem::replace(&mut first_seen_by[right as usize / every], left);
            if other != NONE {
                looked_at += row.len();
                shared += problem.row_rights(other).iter().filter(|right| row.contains(right)).count();
            }
        }
        if looked_at > SAMPLE * NEAR * NEAR {
            break;
        }
    }
    8 * shared > looked_at
}

/// How many regions a graph of so many arcs is divided into: one of four times as many arcs has twice as many, since the
/// border of a region grows with the square root of what is in it.
pub(super) fn regions(arcs: usize) -> usize {
    const ARCS: usize = 1 << 19;
    (arcs / ARCS).checked_ilog2().map_or(1, |doublings| 2 << (doublings / 2).min(5))
}

/// A breadth-first search that grows one region.
struct Front {
    lefts: Vec<u32>,
    rights: Vec<u32>,
    next: usize,
}

/// What has been numbered.
struct Seen {
    lefts: Vec<bool>,
    rights: Vec<bool>,
    /// Right nodes before this one are all numbered.
    first_unseen: usize,
}

impl Seen {
    fn none(near: &[[u32; NEAR]], reached_by: &Lists) -> Self {
        let rights = reached_by.start.len() - 2;
        Self { lefts: vec![false; near.len()], rights: vec![false; rights], first_unseen: 0 }
    }

    /// Takes a right node that nobody has reached.
    fn take_unseen(&mut self) -> Option<u32> {
        let at = self.first_unseen + self.rights[self.first_unseen..].iter().position(|seen| !seen)?;
        self.rights[at] = true;
        self.first_unseen = at + 1;
        Some(at as u32)
    }
}

impl Front {
    /// Goes on until the region has so many left nodes; `false` once there is nothing left to take.
    fn grow(&mut self, near: &[[u32; NEAR]], reached_by: &Lists, seen: &mut Seen, lefts: usize) -> bool {
        while self.lefts.len() < lefts {
            let Some(&right) = self.rights.get(self.next) else {
                let Some(start) = seen.take_unseen() else { return false };
                self.rights.push(start);
                continue;
            };
            self.next += 1;
            for &left in reached_by.of_right(right) {
                if std::mem::replace(&mut seen.lefts[left as usize], true) {
                    continue;
                }
                self.lefts.push(left);
                for &end in near[left as usize].iter().filter(|end| **end != NONE) {
                    if !std::mem::replace(&mut seen.rights[end as usize], true) {
                        self.rights.push(end);
                    }
                }
            }
        }
        true
    }
}

/// Left nodes that one region takes before the next has its turn: regions grow evenly and meet halfway.
const TURN: usize = 256;

/// Breadth first from right nodes spread evenly over the given numbers: where these say nothing of places, any will do.
fn search(near: &[[u32; NEAR]], reached_by: &Lists, regions: usize) -> Numbering {
    let mut seen = Seen::none(near, reached_by);
    let rights = seen.rights.len();
    let begun = (0..regions).map(|region| {
        let start = rights * (2 * region + 1) / (2 * regions);
        let is_new = !std::mem::replace(&mut seen.rights[start], true);
        Front { lefts: Vec::new(), rights: is_new.then_some(start as u32).into_iter().collect(), next: 0 }
    });
    let mut fronts: Vec<Front> = begun.collect();
    let mut target = TURN;
    while fronts.iter_mut().fold(false, |any, front| front.grow(near, reached_by, &mut seen, target) | any) {
        target += TURN;
    }
    let unseen = (0..near.len() as u32).filter(|left| !seen.lefts[*left as usize]);
    let mut numbering = Numbering { lefts: Vec::new(), rights: Vec::new(), regions: Vec::new() };
    for front in fronts {
        numbering.lefts.extend(front.lefts);
        numbering.rights.extend(front.rights);
        numbering.regions.push((numbering.lefts.len() as u32, numbering.rights.len() as u32));
    }
    numbering.lefts.extend(unseen);
    if let Some(last) = numbering.regions.last_mut() {
        last.0 = numbering.lefts.len() as u32;
    }
    numbering
}
