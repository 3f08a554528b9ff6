//! Reverse auction: units that nobody holds, yet ask more than their reserve, bid downwards for left nodes.
//!
//! Such a unit offers itself to the left node that would gain most, at the price at which the second keenest would come;
//! if nobody would come above the reserve (by more than ε), it asks the reserve and stays free. A left node that moves
//! leaves its old unit free, which bids next. No left node loses its unit, so that the forward auction's work is kept. With
//! ε = 0 a move that gains nothing is not made, unless it gives an arc to a left node without one. Where a right node has many units,
//! those that are free bid together ([`many_units`]).
//!
//! Invariant: as in the forward auction. Reference: D. Bertsekas, D. Castañon, H. Tsaknakis, "Reverse auction and the
//! solution of inequality constrained assignment problems", SIAM Journal on Optimization 3, 1993.

mod many_units;

use super::forward::Terms;
use super::graph::{Amount, Arc, NONE};
use super::market::{ALONE, Market, OPEN};
use super::report::Pulse;
use crate::assignment::solution::SolveError;

/// What came of one unit's bid.
enum Outcome {
    /// Nobody comes above the reserve: it asks that and stays free.
    AtReserve,
    /// It could only tie: it stays free above its reserve.
    Tied,
    /// The keenest left node has its unit, or options, outside this part of the state: the bid is left to the whole.
    Elsewhere,
    /// It is held now. A left node that held another unit has left that right node.
    Held(Option<u32>),
}

/// Lets free units bid until each is held, asks its reserve, or has spent its right node's allowance. Only those right nodes
/// of which `bids_here` is true bid; returns those that have a unit to bid with and bid elsewhere.
pub(super) fn bid<C: Amount, P: Pulse>(
    market: &mut Market<'_, C>,
    rights: impl Iterator<Item = u32>,
    terms: Terms,
    bids_here: impl Fn(u32) -> bool,
    pulse: &mut P,
) -> Result<Vec<u32>, SolveError> {
    let mut spent = market.tally_of_rights();
    let mut next = Vec::new();
    let mut elsewhere = Vec::new();
    for first in rights {
        next.push(first);
        while let Some(right) = next.pop() {
            if !bids_here(right) {
                elsewhere.push(right);
                continue;
            }
            let Some(unit) = free_above_reserve(market, right) else { continue };
            if !spent.count(right, terms.allowance) {
                continue;
            }
            pulse.beat()?;
            if many_units::has_many_alike(market, right) {
                match many_units::offer_all(market, right, terms.epsilon) {
                    Some(left_behind) => next.extend(left_behind),
                    None => elsewhere.push(right),
                }
                continue;
            }
            let outcome = offer(market, unit, terms.epsilon);
            if matches!(outcome, Outcome::AtReserve | Outcome::Held(_)) && market.graph.capacity(right) > 1 {
                next.push(right);
            }
            match outcome {
                Outcome::Held(Some(left_behind)) => next.push(left_behind),
                Outcome::Elsewhere => elsewhere.push(right),
                _ => {}
            }
        }
    }
    Ok(elsewhere)
}

fn free_above_reserve<C: Amount>(market: &Market<'_, C>, right: u32) -> Option<u32> {
    market.units(right).find(|unit| market.holder(*unit) == NONE && market.ask(*unit) > market.reserve(*unit))
}

/// One unit's bid.
fn offer<C: Amount>(market: &mut Market<'_, C>, unit: u32, epsilon: i64) -> Outcome {
    let reserve = market.reserve(unit);
    let Some((mut keenest, most, second)) = keenest(market, unit) else { return Outcome::Elsewhere };
    if most <= reserve + epsilon {
        market.set_price(unit, reserve);
        return Outcome::AtReserve;
    }
    let price = (second - epsilon).max(reserve).min(market.ask(unit));
    if market.place(keenest.end) < ALONE && price >= most {
        let Some(arc) = without_unit_at(market, unit, most) else {
            market.set_price(unit, most.min(market.ask(unit)));
            return Outcome::Tied;
        };
        keenest = arc;
    }
    let place = market.place(keenest.end);
    if place < ALONE && !market.has_unit(place) {
        return Outcome::Elsewhere;
    }
    let left_behind = (place < ALONE).then(|| market.right_of(place));
    market.leave(keenest.end);
    market.let_unit(unit, keenest.end, keenest.cost(), price);
    Outcome::Held(left_behind)
}

/// The left node that would come at the highest price, that price, and the next highest; never below the reserve. `None`
/// where what an open left node would pay cannot be told here.
fn keenest<C: Amount>(market: &mut Market<'_, C>, unit: u32) -> Option<(Arc<C>, i64, i64)> {
    let (right, reserve) = (market.right_of(unit), market.reserve(unit));
    loop {
        let (mut most, mut second, mut at) = (reserve, reserve, usize::MAX);
        let column = market.graph.column(right);
        // The two highest without branches: which left node is keener cannot be foretold.
        for (place, arc) in column.iter().enumerate() {
            let comes_at = market.worth(arc.end) - arc.cost();
            second = second.max(comes_at.min(most));
            at = if comes_at > most { place } else { at };
            most = most.max(comes_at);
        }
        let keenest = column.get(at).copied().unwrap_or_default();
        // Prices may have fallen since an open left node last looked at them.
        if most > reserve && market.place(keenest.end) == OPEN {
            if !market.has_row(keenest.end) {
                return None;
            }
            let least = market.least(keenest.end);
            if least < market.worth(keenest.end) {
                market.settle(keenest.end, OPEN, least);
                continue;
            }
        }
        return Some((keenest, most, second));
    }
}

/// A left node without a unit that would come at just this price.
fn without_unit_at<C: Amount>(market: &Market<'_, C>, unit: u32, price: i64) -> Option<Arc<C>> {
    let mut column = market.graph.column(market.right_of(unit)).iter();
    let comes = |arc: &&Arc<C>| market.worth(arc.end) - arc.cost() == price && market.place(arc.end) >= ALONE;
    column.find(comes).copied()
}
