//! Many left nodes settled at once: along arcs that are tight, a maximal set of alternating paths that share no right node.
//!
//! After [`way_out::raise`](super::way_out::raise) in steps of 1 every shortest way to a way out is tight, so each round
//! settles at least one left node, and where many ways are equally long, many. This is the fallback where one search a left
//! node would see the same ties over and over. Cost: O(n + m) a round. Reference: J. Hopcroft, R. Karp, "An n^5/2 algorithm
//! for maximum matchings in bipartite graphs", SIAM Journal on Computing 2, 1973 (here with prices and one search depth).

use super::graph::{Amount, NONE};
use super::market::{ALONE, Market};

/// A left node on the path, and how far its row was looked at.
struct Frame {
    left: u32,
    pays: i64,
    arc: usize,
    /// The unit through whose holder the path goes on.
    unit: u32,
}

/// Settles what it can of the open left nodes, at ε = 0; returns the others.
pub(super) fn settle<C: Amount>(market: &mut Market<'_, C>, open: Vec<u32>) -> Vec<u32> {
    let mut seen = vec![false; market.graph.rights()];
    let mut path: Vec<Frame> = Vec::new();
    let mut rest = Vec::new();
    for start in open {
        path.clear();
        path.push(Frame { left: start, pays: market.least(start), arc: 0, unit: NONE });
        if !find_path(market, &mut seen, &mut path) {
            rest.push(start);
        }
    }
    rest
}

/// Depth first along tight arcs; applies the path it finds.
fn find_path<C: Amount>(market: &mut Market<'_, C>, seen: &mut [bool], path: &mut Vec<Frame>) -> bool {
    while let Some(frame) = path.last_mut() {
        if frame.pays == market.graph.unmatched[frame.left as usize]
            && !market.graph.must_be_assigned(frame.left)
        {
            market.settle(frame.left, ALONE, frame.pays);
            path.pop();
            hand_on(market, path);
            return true;
        }
        let row = market.graph.row(frame.left);
        let ahead = row[frame.arc..].iter().take_while(|arc| arc.cost() <= frame.pays);
        let tight = |arc: &super::graph::Arc<C>| {
            !seen[arc.end as usize] && arc.cost() + market.front(arc.end) == frame.pays
        };
        let Some(found) = ahead.enumerate().find(|(_, arc)| tight(arc)).map(|(at, _)| frame.arc + at) else {
            path.pop();
            continue;
        };
        let right = row[found].end;
        seen[right as usize] = true;
        frame.arc = found + 1;
        let cheapest = market.units(right).filter(|unit| market.ask(*unit) == market.front(right));
        let mut held = NONE;
        let mut free = NONE;
        for unit in cheapest {
            if market.holder(unit) == NONE {
                free = unit;
                break;
            }
            held = unit;
        }
        if free != NONE {
            frame.unit = free;
            hand_on(market, path);
            return true;
        }
        // One holder of the cheapest units is tried; the others reach the same right nodes at later rounds.
        frame.unit = held;
        let holder = market.holder(held);
        let pays = market.worth(holder);
        path.push(Frame { left: holder, pays, arc: 0, unit: NONE });
    }
    false
}

/// Every left node on the path takes the unit ahead of it, from the end back to the start.
fn hand_on<C: Amount>(market: &mut Market<'_, C>, path: &mut Vec<Frame>) {
    while let Some(Frame { left, pays, unit, .. }) = path.pop() {
        market.hand_over(unit, left, pays);
    }
}
