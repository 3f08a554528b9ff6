//! The course of the auction: ε falls from phase to phase, each a forward and a reverse auction.
//!
//! The first ε is a few times what an arc costs; it falls by a large factor, since each phase starts from prices that
//! are nearly right. Below the grain of all amounts ε becomes 0 at once: prices are rounded to the grain, and the last
//! phase bids exact differences.

use super::graph::{Amount, Graph};
use super::market::{ALONE, Market, OPEN};
use super::report::Report;
use super::{forward, reverse, way_out};
use crate::assignment::solution::{Phase, SolveError};

/// The first ε over the mean cost of an arc.
const FIRST_EPSILON: i64 = 4;

/// By how much ε falls from phase to phase.
const FALL: i64 = 20;

/// Bids that a left node may make before somebody looks whether there is a war, and at most.
const ALLOWANCE: u8 = 8;
const ALLOWANCE_MAX: u8 = 64;

/// More bids than this to the unmatched price are a war.
const LONG_WAY: i64 = 64;

/// Runs all phases; returns the left nodes still open, in order.
pub(super) fn hold<C: Amount>(
    market: &mut Market<'_, C>,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let cost = typical_cost(market.graph);
    let mut epsilon = cost.saturating_mul(FIRST_EPSILON);
    report.begin(Phase::Auction, u64::from(phases(epsilon, market.graph.grain)))?;
    let mut may_be_at_war = true;
    for phase in 1.. {
        let bidders = forward::release(market, epsilon);
        let mut allowance = ALLOWANCE;
        let mut open = forward::bid(market, bidders, epsilon, allowance, report)?;
        while !open.is_empty() && allowance < ALLOWANCE_MAX {
            may_be_at_war = may_be_at_war && is_war(market, &open, epsilon);
            if may_be_at_war {
                let raised = way_out::raise(market, &open, 2 * cost);
                report.statistics.raised_together += raised as u64;
                // Once few rise, all that is left to do is to bid.
                may_be_at_war = 20 * raised > market.graph.rights();
            }
            if !may_be_at_war {
                allowance *= 2;
            }
            open = forward::bid(market, open, epsilon, allowance, report)?;
        }
        may_be_at_war = false;
        reverse::bid(market, epsilon, ALLOWANCE_MAX, report)?;
        report.done(phase)?;
        if epsilon == 0 {
            return Ok(still_open(market));
        }
        epsilon = next(epsilon, market.graph.grain);
        if epsilon == 0 {
            market.round_to_grain();
        }
    }
    unreachable!("ε becomes 0")
}

/// Left nodes without an arc that do not stay unmatched of their own will.
fn still_open<C: Amount>(market: &Market<'_, C>) -> Vec<u32> {
    let is_open = |left: &u32| match market.place[*left as usize] {
        OPEN => true,
        ALONE => market.graph.must_be_assigned(*left),
        _ => false,
    };
    (0..market.graph.lefts() as u32).filter(is_open).collect()
}

fn next(epsilon: i64, grain: i64) -> i64 {
    let next = epsilon / FALL;
    if 4 * next < grain { 0 } else { next }
}

fn phases(mut epsilon: i64, grain: i64) -> u32 {
    let mut phases = 1;
    while epsilon > 0 {
        epsilon = next(epsilon, grain);
        phases += 1;
    }
    phases
}

/// The mean cost of an arc, over a sample of rows.
fn typical_cost<C: Amount>(graph: &Graph<C>) -> i64 {
    let lefts = graph.lefts();
    let (mut sum, mut count) = (0_i128, 0_i128);
    for left in (0..lefts as u32).step_by(lefts / 1024 + 1) {
        for arc in graph.row(left) {
            sum += i128::from(arc.cost());
            count += 1;
        }
    }
    if count == 0 { 0 } else { (sum / count) as i64 }
}

/// Whether many left nodes are open and pay so much less than being unmatched that bidding up to it would take long.
fn is_war<C: Amount>(market: &Market<'_, C>, open: &[u32], epsilon: i64) -> bool {
    if 64 * open.len() < market.graph.lefts() {
        return false;
    }
    let far =
        |left: &&u32| (market.graph.unmatched[**left as usize] - market.least(**left)) / LONG_WAY > epsilon;
    let looked_at = open.iter().step_by(16);
    2 * looked_at.clone().filter(far).count() > looked_at.count()
}
