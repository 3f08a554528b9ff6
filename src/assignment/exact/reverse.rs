//! Reverse auction: units that nobody holds, yet ask more than their reserve, bid downwards for left nodes.
//!
//! Such a unit offers itself to the left node that would gain most, at the price at which the second keenest would come;
//! if nobody would come above the reserve (by more than ε), it asks the reserve and stays free. A left node that moves
//! leaves its old unit free, which bids next. No left node loses its unit, so that the forward auction's work is kept. With
//! ε = 0 a move that gains nothing is not made, unless it gives an arc to a left node without one.
//!
//! Invariant: as in the forward auction. Reference: D. Bertsekas, D. Castañon, H. Tsaknakis, "Reverse auction and the
//! solution of inequality constrained assignment problems", SIAM Journal on Optimization 3, 1993.

use super::graph::{Amount, NONE};
use super::market::{ALONE, Market, OPEN};
use super::report::Report;
use crate::assignment::solution::SolveError;

/// What came of one unit's bid.
enum Outcome {
    /// Nobody comes above the reserve: it asks that and stays free.
    AtReserve,
    /// It could only tie: it stays free above its reserve.
    Tied,
    /// It is held now. A left node that held another unit has left that right node.
    Held(Option<u32>),
}

/// Lets free units bid until each is held, asks its reserve, or has spent its right node's allowance.
pub(super) fn bid<C: Amount>(
    market: &mut Market<'_, C>,
    epsilon: i64,
    allowance: u8,
    report: &mut Report<'_>,
) -> Result<(), SolveError> {
    let mut spent = vec![0_u8; market.graph.rights()];
    let mut next = Vec::new();
    for first in 0..market.graph.rights() as u32 {
        next.push(first);
        while let Some(right) = next.pop() {
            let Some(unit) = free_above_reserve(market, right) else { continue };
            if spent[right as usize] == allowance {
                continue;
            }
            spent[right as usize] += 1;
            report.bid()?;
            let outcome = offer(market, unit, epsilon);
            if !matches!(outcome, Outcome::Tied) && market.graph.capacity(right) > 1 {
                next.push(right);
            }
            if let Outcome::Held(Some(left_behind)) = outcome {
                next.push(left_behind);
            }
        }
    }
    Ok(())
}

fn free_above_reserve<C: Amount>(market: &Market<'_, C>, right: u32) -> Option<u32> {
    let first = market.graph.first_unit(right);
    (first..first + market.graph.capacity(right)).find(|unit| {
        market.holder[*unit as usize] == NONE && market.ask[*unit as usize] > market.reserve(*unit)
    })
}

/// One unit's bid.
fn offer<C: Amount>(market: &mut Market<'_, C>, unit: u32, epsilon: i64) -> Outcome {
    let right = market.right[unit as usize];
    let reserve = market.reserve(unit);
    let (mut keenest, mut keenest_cost) = (NONE, 0);
    let (mut most, mut second) = (reserve, reserve);
    for arc in market.graph.column(right) {
        let left = arc.end;
        if market.worth[left as usize] - arc.cost() <= second {
            continue;
        }
        let place = market.place[left as usize];
        let worth = if place == OPEN { market.least(left) } else { market.worth[left as usize] };
        let bids = worth - arc.cost();
        let has_none = place == OPEN || place == ALONE;
        if bids > most || (bids == most && has_none) {
            second = most;
            (most, keenest, keenest_cost) = (bids, left, arc.cost());
        } else if bids > second {
            second = bids;
        }
    }
    if keenest == NONE || most <= reserve + epsilon {
        market.set_price(unit, reserve);
        return Outcome::AtReserve;
    }
    let price = (second - epsilon).max(reserve).min(market.ask[unit as usize]);
    let place = market.place[keenest as usize];
    let has_unit = place != OPEN && place != ALONE;
    if has_unit && price >= most {
        market.set_price(unit, most.min(market.ask[unit as usize]));
        return Outcome::Tied;
    }
    let left_behind = has_unit.then(|| market.right[place as usize]);
    market.leave(keenest);
    market.let_unit(unit, keenest, keenest_cost, price);
    Outcome::Held(left_behind)
}
