//! The free units of a right node that has many bid together, at one price.
//!
//! One after the other, each would look at all arcs of the right node. Together they look once: of those who would come, as many as
//! there are free units, the keenest first, get one, at the price at which the next would come, less ε. Alike units have one price,
//! so whoever held one at more pays no more than that either.
//!
//! Invariant: as in [`reverse`](super). Nobody who stays away would come at more than the price and ε; who comes, and who held a unit
//! there, pays no more than before. Cost: O(d log d) for d arcs of the right node, where f free units would take O(f d).

use std::cmp::Reverse;

use super::super::graph::{Amount, Arc, NONE};
use super::super::market::{ALONE, Market, OPEN};

/// Up to so many units bid one by one.
const FEW: u32 = 64;

/// Whether a right node has many units, all with one reserve.
pub(super) fn has_many_alike<C: Amount>(market: &Market<'_, C>, right: u32) -> bool {
    let reserve = market.reserve(market.graph.first_unit(right));
    market.graph.capacity(right) > FEW && market.units(right).all(|unit| market.reserve(unit) == reserve)
}

/// A left node that would come to a right node.
struct Taker<C> {
    /// The price up to which it would.
    at: i64,
    /// It has no unit, or leaves one that may stay free.
    leaves_nothing: bool,
    arc: Arc<C>,
}

/// The bid of all free units of a right node with one reserve, at one price: that at which one more left node would come than there
/// are units. Who holds a unit there pays no more than that from now on. Returns the right nodes of which a unit was left behind;
/// `None` where the bid is left to the whole.
///
/// With ε = 0 a move that gains nothing is made only by who leaves nothing, so that there are fewer units to bid with after it.
pub(super) fn offer_all<C: Amount>(market: &mut Market<'_, C>, right: u32, epsilon: i64) -> Option<Vec<u32>> {
    let free: Vec<u32> = market.units(right).filter(|unit| market.holder(*unit) == NONE).collect();
    let reserve = market.reserve(market.graph.first_unit(right));
    let mut takers = takers(market, right, reserve + epsilon)?;
    takers.sort_unstable_by_key(|taker| (Reverse((taker.at, taker.leaves_nothing)), taker.arc.end));
    let next = takers.get(free.len()).map(|next| next.at - epsilon);
    let price = next.unwrap_or(reserve).max(reserve);
    takers.truncate(free.len());
    takers.retain(|taker| taker.at > price || taker.leaves_nothing);
    market.lower(right, price);
    let mut left_behind = Vec::new();
    for (unit, Taker { arc, .. }) in free.into_iter().zip(takers) {
        let place = market.place(arc.end);
        left_behind.extend((place < ALONE).then(|| market.right_of(place)));
        market.leave(arc.end);
        market.hand_over(unit, arc.end, arc.cost() + market.ask(unit));
    }
    Some(left_behind)
}

/// Who would come to a right node above a price and has no unit there; `None` where that cannot be told here, or somebody has a unit
/// elsewhere.
fn takers<C: Amount>(market: &mut Market<'_, C>, right: u32, above: i64) -> Option<Vec<Taker<C>>> {
    let mut takers = Vec::new();
    for arc in market.graph.column(right) {
        // Prices may have fallen since an open left node last looked at them.
        if market.place(arc.end) == OPEN {
            if !market.has_row(arc.end) {
                return None;
            }
            let least = market.least(arc.end);
            market.settle(arc.end, OPEN, least);
        }
        let (place, at) = (market.place(arc.end), market.worth(arc.end) - arc.cost());
        if at <= above || (place < ALONE && market.right_of(place) == right) {
            continue;
        }
        if place < ALONE && !market.has_unit(place) {
            return None;
        }
        let leaves_nothing = place >= ALONE || market.ask(place) == market.reserve(place);
        takers.push(Taker { at, leaves_nothing, arc: *arc });
    }
    Some(takers)
}
