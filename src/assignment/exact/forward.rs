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

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::graph::{Amount, NONE};
use super::market::{ALONE, Market, OPEN};
use super::report::Pulse;
use crate::assignment::solution::SolveError;

/// What a round of bids is held at.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    /// ε.
    pub(super) epsilon: i64,
    /// Bids that a node may make.
    pub(super) allowance: u8,
}

/// Who is without an arc after a round.
#[derive(Default)]
pub(super) struct Outcome {
    /// Have spent their allowance, or could only tie.
    pub(super) open: Vec<u32>,
    /// Were outbid, but bid elsewhere.
    pub(super) elsewhere: Vec<u32>,
}

/// Frees every left node that pays more than ε above its best option, and returns all that look for an arc, in order.
pub(super) fn release<C: Amount>(market: &mut Market<'_, C>, epsilon: i64) -> Vec<u32> {
    let looks =
        |left: &u32| market.place(*left) == OPEN || market.worth(*left) > market.least(*left) + epsilon;
    let open: Vec<u32> = (0..market.graph.lefts() as u32).into_par_iter().filter(looks).collect();
    for left in &open {
        market.leave(*left);
    }
    open
}

/// Lets left nodes bid until all are settled or have spent their allowance. Only those of whom `bids_here` is true bid.
pub(super) fn bid<C: Amount, P: Pulse>(
    market: &mut Market<'_, C>,
    bidders: &[u32],
    terms: Terms,
    bids_here: impl Fn(u32) -> bool,
    pulse: &mut P,
) -> Result<Outcome, SolveError> {
    let mut spent = market.tally_of_lefts();
    let mut outcome = Outcome::default();
    for first in bidders {
        let mut bidder = *first;
        while bidder != NONE {
            let left = bidder;
            if !bids_here(left) {
                outcome.elsewhere.push(left);
                break;
            }
            market.set_open(left);
            if !spent.count(left, terms.allowance) {
                stay_open(market, left, &mut outcome);
                break;
            }
            pulse.beat()?;
            let Some(next) = one_bid(market, left, terms.epsilon) else {
                stay_open(market, left, &mut outcome);
                break;
            };
            bidder = next;
        }
    }
    Ok(outcome)
}

fn stay_open<C: Amount>(market: &mut Market<'_, C>, left: u32, outcome: &mut Outcome) {
    let least = market.least(left);
    market.settle(left, OPEN, least);
    outcome.open.push(left);
}

/// One bid. Returns who is outbid, or [`NONE`]; `None` where it could only tie.
fn one_bid<C: Amount>(market: &mut Market<'_, C>, left: u32, epsilon: i64) -> Option<u32> {
    let best = market.best(left);
    if best.right == NONE {
        market.settle(left, ALONE, best.value);
        return Some(NONE);
    }
    let (mut right, mut cost) = (best.right, best.cost);
    let unit = market.graph.first_unit(right);
    if epsilon == 0 && best.next == best.value && market.holder(unit) != NONE {
        match free_among_equals(market, left, best.value) {
            Some(free) => (right, cost) = free,
            None if market.graph.unmatched[left as usize] == best.value => {
                market.settle(left, ALONE, best.value);
                return Some(NONE);
            }
            None => return None,
        }
    }
    let price = market.front(right) + (best.next - best.value) + epsilon;
    Some(market.let_unit(market.graph.first_unit(right), left, cost, price))
}

/// An option at the given value whose cheapest unit nobody holds: its right node and cost.
fn free_among_equals<C: Amount>(market: &Market<'_, C>, left: u32, value: i64) -> Option<(u32, i64)> {
    let row = market.graph.row(left).iter().take_while(|arc| arc.cost() <= value);
    let mut equals = row.filter(|arc| arc.cost() + market.front(arc.end) == value);
    equals
        .find(|arc| market.holder(market.graph.first_unit(arc.end)) == NONE)
        .map(|arc| (arc.end, arc.cost()))
}
