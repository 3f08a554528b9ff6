//! Price wars ended at a stroke: where more left nodes compete than there are units, and nobody has a way out nearby.
//!
//! A way out is a free unit, or a left node that pays nearly its unmatched price already. The left nodes from which no way
//! out can be reached by alternating arcs form closed sets: all their options lie inside, every unit of which is held. All
//! prices of a closed set can be raised together, by as much as lets the first of its left nodes stay unmatched, and no
//! left node's choice changes. Bid by bid the same rise would take (unmatched price ÷ ε) bids a node. Where every left
//! node of a closed set must be assigned, it is a Hall witness.
//!
//! Invariant: ε-complementary slackness at the same ε. Cost: O(n + m).

use super::graph::{Amount, NONE};
use super::market::{ALONE, Market, OPEN};

/// Raises the prices of all closed sets that open left nodes are in. `near` is how far below its unmatched price a left node
/// may pay and still count as a way out. Returns how many right nodes rose.
pub(super) fn raise<C: Amount>(market: &mut Market<'_, C>, open: &[u32], near: i64) -> usize {
    let has_way_out = has_way_out(market, near);
    let mut rise: Vec<i64> = vec![0; market.graph.rights()];
    let mut raised = 0;
    for &start in open {
        if has_way_out[start as usize] {
            continue;
        }
        raised += raise_from(market, start, &mut rise);
    }
    raised
}

/// By left node: whether alternating arcs lead from it to a way out.
fn has_way_out<C: Amount>(market: &Market<'_, C>, near: i64) -> Vec<bool> {
    let graph = market.graph;
    let mut left_has = vec![false; graph.lefts()];
    let mut right_has = vec![false; graph.rights()];
    let mut next: Vec<u32> = Vec::new();
    for right in 0..graph.rights() as u32 {
        let first = graph.first_unit(right) as usize;
        let holders = &market.holder[first..first + graph.capacity(right) as usize];
        let way_out = |holder: &u32| {
            *holder == NONE
                || !graph.must_be_assigned(*holder)
                    && graph.unmatched[*holder as usize] - market.worth[*holder as usize] <= near
        };
        if holders.iter().any(way_out) {
            right_has[right as usize] = true;
            next.push(right);
        }
    }
    while let Some(right) = next.pop() {
        for arc in graph.column(right) {
            let left = arc.end as usize;
            if std::mem::replace(&mut left_has[left], true) {
                continue;
            }
            let place = market.place[left];
            if place < ALONE {
                let own = market.right[place as usize];
                if !std::mem::replace(&mut right_has[own as usize], true) {
                    next.push(own);
                }
            }
        }
    }
    left_has
}

/// Raises what can be reached from one open left node and has not risen yet.
fn raise_from<C: Amount>(market: &mut Market<'_, C>, start: u32, rise: &mut [i64]) -> usize {
    let graph = market.graph;
    let slack = |market: &Market<'_, C>, left: u32, worth: i64| {
        if graph.must_be_assigned(left) { i64::MAX } else { market.graph.unmatched[left as usize] - worth }
    };
    let mut by = slack(market, start, market.least(start));
    let mut reached: Vec<u32> = Vec::new();
    let mut lefts = vec![start];
    while let Some(left) = lefts.pop() {
        for arc in graph.row(left) {
            let right = arc.end;
            match rise[right as usize] {
                // Marks what this very walk has reached.
                -1 => {}
                0 => {
                    rise[right as usize] = -1;
                    reached.push(right);
                    let first = graph.first_unit(right) as usize;
                    for unit in first..first + graph.capacity(right) as usize {
                        let holder = market.holder[unit];
                        by = by.min(slack(market, holder, market.worth[holder as usize]));
                        lefts.push(holder);
                    }
                }
                // No more than what it borders on has risen by: that remains an option just as good.
                risen => by = by.min(risen),
            }
        }
    }
    if by <= 0 || by == i64::MAX {
        for right in reached {
            rise[right as usize] = 0;
        }
        return 0;
    }
    for &right in &reached {
        rise[right as usize] = by;
        market.front[right as usize] += by;
        let first = graph.first_unit(right) as usize;
        for unit in first..first + graph.capacity(right) as usize {
            market.ask[unit] += by;
            let holder = market.holder[unit];
            debug_assert!(holder < OPEN, "every unit of a closed set is held");
            market.worth[holder as usize] += by;
        }
    }
    reached.len()
}
