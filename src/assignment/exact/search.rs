//! One shortest augmenting path: from an open left node to the cheapest way out, raising prices behind it.
//!
//! Distances are those at which a left node's option u stands: a right node j is reached from left node i at
//! base(i) + cᵢⱼ + vⱼ, where base is 0 for the open node and, for a left node that holds a unit of a right node j′
//! reached at d, d − (cᵢⱼ′ + vⱼ′). Ways out: a unit to spare (d + load − v), or a left node that stays unmatched
//! (base + its price). With D the distance of the best way out, each right node left behind at d < D rises by D − d;
//! this keeps all chosen arcs tight and makes the path tight. Dijkstra with a binary heap, keys (distance, right node),
//! so ties fall by index; right nodes reached at the present distance skip the heap.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::state::{NONE, State};
use crate::assignment::problem::Problem;

/// How a search ended.
pub(super) enum Outcome {
    /// The left node has an arc, or it or another one now stays unmatched.
    Settled,
    /// Every node it reaches must be assigned and every right node reached is full.
    NoWayOut,
}

/// The end of a path.
#[derive(Clone, Copy)]
enum WayOut {
    /// A unit of this right node is to spare.
    Unit(u32),
    /// This left node stays unmatched.
    Unmatched(u32),
}

const FAR: i64 = i64::MAX;

/// The distance a search has come to before its first right node: below all others.
const NOWHERE: i64 = i64::MIN;

/// Scratch of the searches, kept between them so that a search costs only what it sees.
pub(super) struct Search {
    distance: Vec<i64>,
    from_left: Vec<u32>,
    from_arc: Vec<u32>,
    touched: Vec<u32>,
    left_behind: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    at_once: Vec<u32>,
    best: i64,
    way_out: Option<WayOut>,
}

impl Search {
    pub(super) fn new(problem: &Problem) -> Self {
        let rights = problem.right_count();
        Self {
            distance: vec![FAR; rights],
            from_left: vec![NONE; rights],
            from_arc: vec![NONE; rights],
            touched: Vec::new(),
            left_behind: Vec::new(),
            heap: BinaryHeap::new(),
            at_once: Vec::new(),
            best: FAR,
            way_out: None,
        }
    }

    /// Settles the open left node `start`.
    pub(super) fn settle(&mut self, problem: &Problem, state: &mut State, start: u32) -> Outcome {
        self.explore(problem, state, start);
        let outcome = match self.way_out {
            Some(way_out) => {
                for &right in &self.left_behind {
                    state.price[right as usize] += self.best - self.distance[right as usize];
                }
                self.augment(problem, state, start, way_out);
                Outcome::Settled
            }
            None => Outcome::NoWayOut,
        };
        self.forget();
        outcome
    }

    fn explore(&mut self, problem: &Problem, state: &mut State, start: u32) {
        self.offer_unmatched(problem, start, 0);
        self.scan(problem, state, start, 0, NOWHERE);
        while let Some((distance, right)) = self.nearest() {
            self.left_behind.push(right);
            let price = state.price[right as usize];
            for position in 0..state.holders(right).len() {
                let left = state.holders(right)[position];
                let base = distance - problem.arc_cost(state.chosen[left as usize] as usize) - price;
                self.offer_unmatched(problem, left, base);
                self.scan(problem, state, left, base, distance);
                if self.best <= distance {
                    return;
                }
            }
        }
    }

    /// The nearest right node not yet left behind, if it is nearer than the best way out.
    fn nearest(&mut self) -> Option<(i64, u32)> {
        if let Some(right) = self.at_once.pop() {
            return Some((self.distance[right as usize], right));
        }
        while let Some(Reverse((distance, right))) = self.heap.pop() {
            if distance >= self.best {
                return None;
            }
            // An entry with another distance was superseded by a nearer one.
            if distance == self.distance[right as usize] {
                return Some((distance, right));
            }
        }
        None
    }

    fn offer_unmatched(&mut self, problem: &Problem, left: u32, base: i64) {
        if let Some(price) = problem.unmatched(left).price()
            && base + price < self.best
        {
            self.best = base + price;
            self.way_out = Some(WayOut::Unmatched(left));
        }
    }

    /// Follows every arc of a left node; `present` is the distance the search has come to.
    fn scan(&mut self, problem: &Problem, state: &mut State, left: u32, base: i64, present: i64) {
        let row = problem.row(left);
        state.statistics.arcs_scanned += row.len() as u64;
        let first = row.start;
        let options = problem.row_rights(left).iter().zip(problem.row_costs(left));
        for (arc, (&right, &cost)) in (first as u32..).zip(options) {
            let price = state.price[right as usize];
            let distance = base + cost + price;
            if distance >= self.best || distance >= self.distance[right as usize] {
                continue;
            }
            if self.distance[right as usize] == FAR {
                self.touched.push(right);
            }
            self.distance[right as usize] = distance;
            self.from_left[right as usize] = left;
            self.from_arc[right as usize] = arc;
            let used = state.used[right as usize];
            if used < problem.capacity(right) {
                let out = distance + problem.load_step(right, used) - price;
                if out < self.best {
                    self.best = out;
                    self.way_out = Some(WayOut::Unit(right));
                    if out <= present {
                        return;
                    }
                }
            }
            if distance == present {
                self.at_once.push(right);
            } else {
                self.heap.push(Reverse((distance, right)));
            }
        }
    }

    /// Moves every left node on the path one arc on, from the way out back to the start.
    fn augment(&self, problem: &Problem, state: &mut State, start: u32, way_out: WayOut) {
        let (mut right, mut place) = match way_out {
            WayOut::Unmatched(left) if left == start => return,
            WayOut::Unmatched(left) => {
                (problem.arc_right(state.chosen[left as usize] as usize), state.leave(left))
            }
            WayOut::Unit(right) => (right, state.open_unit(right)),
        };
        loop {
            let (left, arc) = (self.from_left[right as usize], self.from_arc[right as usize]);
            let old_arc = state.chosen[left as usize];
            let old_place = state.sit(left, arc, place);
            if left == start {
                return;
            }
            (right, place) = (problem.arc_right(old_arc as usize), old_place);
        }
    }

    fn forget(&mut self) {
        for right in self.touched.drain(..) {
            self.distance[right as usize] = FAR;
        }
        self.left_behind.clear();
        self.heap.clear();
        self.at_once.clear();
        self.best = FAR;
        self.way_out = None;
    }
}
