//! The start: left nodes bid for right nodes at exact prices until most are settled.
//!
//! A left node goes for its cheapest option. At a right node that is full (or whose next unit costs more than its
//! price), the price rises to the level at which the first of holders and newcomer has another option just as good;
//! that one leaves and bids again. Prices rise only to such levels, so every holder stays tight: no ε is left to repair.
//! Where a bid cannot raise a price (a tie), the one that leaves is put aside for the searches. An allowance of bids for
//! each left node ends price wars that would rise by one point a time.
//!
//! Cost: O(allowance · m + bids · capacity). References: see the parent module.

use super::state::{NONE, State};
use crate::assignment::problem::{Problem, Unmatched};
use crate::assignment::solution::SolveError;

/// Bids a left node may make. It only has to end price wars: few left nodes bid more than twice on graphs of the kinds in
/// `benches/solver.rs`.
const ALLOWANCE: u8 = 24;

/// Right nodes with more holders than this take no bids once full: each bid looks at every holder.
const HOLDERS_MAX: usize = 64;

/// Bids between two words to the callback.
const BIDS_BETWEEN_REPORTS: u64 = 1 << 14;

/// Another option just as good may not exist: a left node with one arc that must be assigned can be asked any price.
const NO_LIMIT: i64 = i64::MAX;

/// The cheapest option of a left node and the next cheapest.
struct Bid {
    /// The arc, or [`NONE`] if staying unmatched is cheapest.
    arc: u32,
    /// The value of the next cheapest option, or [`NO_LIMIT`].
    next: i64,
}

/// Settles what it can and returns the left nodes still open, in order.
pub(super) fn bid(
    problem: &Problem,
    state: &mut State,
    report: &mut dyn FnMut(u64) -> Result<(), SolveError>,
) -> Result<Vec<u32>, SolveError> {
    let lefts = problem.left_count() as u32;
    let mut next_option = vec![0_i64; lefts as usize];
    let mut allowance = vec![ALLOWANCE; lefts as usize];
    let mut open = Vec::new();
    for first in 0..lefts {
        let mut bidder = Some(first);
        while let Some(left) = bidder {
            if allowance[left as usize] == 0 {
                open.push(left);
                break;
            }
            allowance[left as usize] -= 1;
            state.statistics.bids += 1;
            if state.statistics.bids.is_multiple_of(BIDS_BETWEEN_REPORTS) {
                report(u64::from(first).saturating_sub(open.len() as u64))?;
            }
            let bid = cheapest(problem, state, left);
            next_option[left as usize] = bid.next;
            if bid.arc == NONE {
                // Without any option at all it is left to a search, which proves that nothing can be done.
                if problem.unmatched(left) == Unmatched::Forbidden {
                    open.push(left);
                }
                break;
            }
            bidder = place(problem, state, left, bid.arc, &next_option, &mut open);
        }
    }
    open.sort_unstable();
    Ok(open)
}

/// Looks at every option of a left node. Among equals an arc with a unit to spare wins, then the first arc.
fn cheapest(problem: &Problem, state: &mut State, left: u32) -> Bid {
    let row = problem.row(left);
    state.statistics.arcs_scanned += row.len() as u64;
    let mut bid = Bid { arc: NONE, next: NO_LIMIT };
    let mut best = problem.unmatched(left).price().unwrap_or(NO_LIMIT);
    let mut best_is_spare = true;
    for arc in row {
        let right = problem.arc_right(arc);
        let value = problem.arc_cost(arc) + state.price[right as usize];
        if value > best || (value == best && best_is_spare) {
            bid.next = bid.next.min(value);
            continue;
        }
        let spare = has_unit_at_price(problem, state, right);
        if value == best && !spare {
            bid.next = value;
            continue;
        }
        bid = Bid { arc: arc as u32, next: best };
        (best, best_is_spare) = (value, spare);
    }
    bid
}

fn has_unit_at_price(problem: &Problem, state: &State, right: u32) -> bool {
    let used = state.used[right as usize];
    used < problem.capacity(right) && problem.load_step(right, used) == state.price[right as usize]
}

/// Puts a newcomer to a right node. Returns whoever has to bid again because of it.
fn place(
    problem: &Problem,
    state: &mut State,
    newcomer: u32,
    arc: u32,
    next_option: &[i64],
    open: &mut Vec<u32>,
) -> Option<u32> {
    let right = problem.arc_right(arc as usize);
    let limit_of = |left: u32, arc: u32| match next_option[left as usize] {
        NO_LIMIT => NO_LIMIT,
        next => next - problem.arc_cost(arc as usize),
    };
    let used = state.used[right as usize];
    if has_unit_at_price(problem, state, right) {
        let place = state.open_unit(right);
        state.sit(newcomer, arc, place);
        return None;
    }
    if state.holders(right).len() > HOLDERS_MAX {
        open.push(newcomer);
        return None;
    }
    let (mut leaver, mut level) = (newcomer, limit_of(newcomer, arc));
    for &holder in state.holders(right) {
        let limit = limit_of(holder, state.chosen[holder as usize]);
        if limit < level {
            (leaver, level) = (holder, limit);
        }
    }
    if used < problem.capacity(right) && problem.load_step(right, used) <= level {
        state.price[right as usize] = problem.load_step(right, used);
        let place = state.open_unit(right);
        state.sit(newcomer, arc, place);
        return None;
    }
    // A price above the bound can only come from nodes that compete without a way out: a search will prove it.
    let rises = level > state.price[right as usize] && level <= problem.price_bound();
    if rises {
        state.price[right as usize] = level;
    } else if level > problem.price_bound() {
        leaver = newcomer;
    }
    if leaver != newcomer {
        let place = state.leave(leaver);
        state.sit(newcomer, arc, place);
    }
    if rises {
        return Some(leaver);
    }
    open.push(leaver);
    None
}
