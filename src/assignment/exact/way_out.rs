//! Price wars ended at a stroke: where more left nodes compete than there are units, prices must rise until somebody has
//! rather another way; bid by bid that takes (price of the way out ÷ ε) bids a node.
//!
//! A way out is a free unit, or for each left node to stay unmatched. The distance of a node is the least sum of reduced
//! costs along alternating arcs to a way out. Raising each right node by its distance keeps every arc's reduced cost from
//! falling below what it was below zero, and makes a shortest way to a way out tight (Hungarian potentials). Distances are
//! taken in whole steps, each length rounded down: that keeps the promise, and makes most lengths zero, so that the search
//! is hardly dearer than breadth first. Only what open left nodes can reach, and only as far as it has to rise, is raised.
//!
//! Invariant: ε-complementary slackness at the same ε. Cost: O(n + m) and a sort of the left nodes. Reference: A. Goldberg,
//! R. Kennedy, "An efficient cost scaling algorithm for the assignment problem", Mathematical Programming 71, 1995 (global
//! price updates).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::ParallelSliceMut;

use super::graph::{Amount, NONE};
use super::market::{ALONE, Market};

const FAR: i64 = i64::MAX;

/// Raises prices around the open left nodes; `step` is the unit in which distances are taken. Returns how many units
/// rose.
pub(super) fn raise<C: Amount>(market: &mut Market<'_, C>, open: &[u32], step: i64) -> usize {
    let mut distances = Distances::to_way_out(market, step.max(1));
    let mut lefts: Vec<u32> = Vec::new();
    let mut raised = 0;
    for &start in open {
        if rises(distances.left[start as usize]) {
            lefts.push(start);
        }
        while let Some(left) = lefts.pop() {
            for arc in market.graph.row(left) {
                let right = arc.end;
                let distance = distances.right[right as usize];
                if !rises(distance) {
                    continue;
                }
                distances.right[right as usize] = 0;
                raised += market.graph.capacity(right) as usize;
                market.raise(right, distance * step.max(1));
                lefts.extend(market.units(right).map(|unit| market.holder(unit)));
            }
        }
    }
    raised
}

/// Without any way out prices could rise for ever: the repair will prove that nothing can be done.
fn rises(distance: i64) -> bool {
    distance > 0 && distance != FAR
}

/// In whole steps, by node.
struct Distances {
    left: Vec<i64>,
    right: Vec<i64>,
}

impl Distances {
    fn to_way_out<C: Amount>(market: &Market<'_, C>, step: i64) -> Self {
        let graph = market.graph;
        let mut distances = Self { left: vec![FAR; graph.lefts()], right: vec![FAR; graph.rights()] };
        // Once for all: what an open left node pays is told by its whole row.
        let worth: Vec<i64> = (0..graph.lefts() as u32).map(|left| market.worth_now(left)).collect();
        let mut heap = BinaryHeap::new();
        // The ways out of those who hold a unit, all known from the beginning; the nearest last.
        let mut own_ways: Vec<Reverse<(i64, u32)>> = Vec::new();
        let mut at_once: Vec<u32> = Vec::new();
        for right in 0..graph.rights() as u32 {
            if market.units(right).any(|unit| market.holder(unit) == NONE) {
                distances.right[right as usize] = 0;
                at_once.push(right);
            }
        }
        for left in 0..graph.lefts() as u32 {
            if graph.must_be_assigned(left) {
                continue;
            }
            let place = market.place(left);
            let distance = (graph.unmatched[left as usize] - worth[left as usize]).max(0) / step;
            distances.left[left as usize] = distance;
            if place < ALONE {
                let own = market.right_of(place);
                if distance < distances.right[own as usize] {
                    distances.right[own as usize] = distance;
                    own_ways.push(Reverse((distance, own)));
                }
            }
        }
        own_ways.par_sort_unstable();
        loop {
            let (present, right) = if let Some(right) = at_once.pop() {
                (distances.right[right as usize], right)
            } else {
                // The nearer of the two comes last in their order.
                let next = if heap.peek() > own_ways.last() { heap.pop() } else { own_ways.pop() };
                match next {
                    Some(Reverse((distance, right))) if distance == distances.right[right as usize] => {
                        (distance, right)
                    }
                    Some(_) => continue,
                    None => return distances,
                }
            };
            for arc in graph.column(right) {
                let left = arc.end as usize;
                if distances.left[left] <= present {
                    continue;
                }
                let place = market.place(arc.end);
                let length = (arc.cost() + market.front(right) - worth[left]).max(0) / step;
                if present + length >= distances.left[left] {
                    continue;
                }
                distances.left[left] = present + length;
                if place < ALONE {
                    let own = market.right_of(place);
                    if present + length < distances.right[own as usize] {
                        distances.right[own as usize] = present + length;
                        if length == 0 {
                            at_once.push(own);
                        } else {
                            heap.push(Reverse((present + length, own)));
                        }
                    }
                }
            }
        }
    }
}
