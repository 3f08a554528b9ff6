//! Forward auction: left nodes without an arc bid for the unit that is cheapest for them.
//!
//! A bid raises the unit's price by what the next best option is dearer, plus ε; whoever held the unit bids again. One
//! bidder after another (Gauss–Seidel), and whoever is outbid goes next, so that a chain stays in one neighbourhood. With
//! ε = 0 a bid that raises nothing is not made: ties are left to the exact repair. An allowance of bids for each left node
//! ends price wars; those who have spent theirs stay open.
//!
//! Invariant: ε-complementary slackness of every left node that holds a unit or stays unmatched.
//! Reference: D. Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment problem", Annals of
//! Operations Research 14, 1988.

use super::graph::{Amount, NONE};
use super::market::{ALONE, Market, OPEN};
use super::report::Report;
use crate::assignment::solution::SolveError;

/// Frees every left node that pays more than ε above its best option, and returns all that look for an arc, in order.
pub(super) fn release<C: Amount>(market: &mut Market<'_, C>, epsilon: i64) -> Vec<u32> {
    let mut open = Vec::new();
    for left in 0..market.graph.lefts() as u32 {
        if market.place[left as usize] != OPEN {
            if market.worth[left as usize] <= market.least(left) + epsilon {
                continue;
            }
            market.leave(left);
        }
        open.push(left);
    }
    open
}

/// Lets left nodes bid until all are settled or have spent their allowance; returns those still open.
pub(super) fn bid<C: Amount>(
    market: &mut Market<'_, C>,
    bidders: Vec<u32>,
    epsilon: i64,
    allowance: u8,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let mut spent = vec![0_u8; market.graph.lefts()];
    let mut open = Vec::new();
    for first in bidders {
        let mut bidder = first;
        while bidder != NONE {
            let left = bidder;
            if spent[left as usize] == allowance {
                open.push(left);
                break;
            }
            spent[left as usize] += 1;
            report.bid()?;
            let best = market.best(left);
            if best.right == NONE {
                market.place[left as usize] = ALONE;
                market.worth[left as usize] = best.value;
                break;
            }
            let mut unit = market.graph.first_unit(best.right);
            let (mut right, mut cost) = (best.right, best.cost);
            if epsilon == 0 && best.next == best.value && market.holder[unit as usize] != NONE {
                match free_among_equals(market, left, best.value) {
                    Some((free_right, free_cost)) => {
                        (right, cost) = (free_right, free_cost);
                        unit = market.graph.first_unit(right);
                    }
                    None => {
                        if market.graph.unmatched[left as usize] == best.value {
                            market.place[left as usize] = ALONE;
                            market.worth[left as usize] = best.value;
                        } else {
                            open.push(left);
                        }
                        break;
                    }
                }
            }
            let price = market.front[right as usize] + (best.next - best.value) + epsilon;
            bidder = market.let_unit(unit, left, cost, price);
            if bidder != NONE {
                market.place[bidder as usize] = OPEN;
            }
        }
    }
    open.sort_unstable();
    Ok(open)
}

/// An option at the given value whose cheapest unit nobody holds.
fn free_among_equals<C: Amount>(market: &Market<'_, C>, left: u32, value: i64) -> Option<(u32, i64)> {
    let row = market.graph.row(left).iter().take_while(|arc| arc.cost() <= value);
    let mut equals = row.filter(|arc| arc.cost() + market.front[arc.end as usize] == value);
    equals
        .find(|arc| market.holder[market.graph.first_unit(arc.end) as usize] == NONE)
        .map(|arc| (arc.end, arc.cost()))
}
