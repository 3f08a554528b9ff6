//! Prices that come down from above: where units are few, it is for them to choose.
//!
//! Where left nodes are twice as many as units or more, most stay unmatched. Bids of left nodes would raise every price by the
//! same struggle; here each unit begins at the price that keeps everybody off, and bids down ([`reverse`](super::reverse)). There are few
//! bidders with much to choose from, so that ε can be 0 from the start: nearly every unit is let once, and what could only tie is
//! left to the exact repair. The same holds where left nodes are only a few more than units, but arcs lead anywhere: rivals for one
//! left node share hardly another. Where arcs stay in a neighbourhood, rivals are the same all over again, and the whole
//! [`auction`] is quicker. So it is where unmatched prices are many and dear ([`auction::is_wide`]): units would stop far above
//! what they are worth to the next, and be brought down one search each.
//!
//! Invariant: ε-complementary slackness at ε = 0 from the start, as everybody stays unmatched and nobody has a cheaper option.
//! Cost: O(m) and a few bids a unit.

use super::auction;
use super::graph::{Amount, Graph};
use super::market::Books;
use super::numbering;
use super::report::Report;
use super::state::State;
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Phase, SolveError};

/// So many times as many left nodes as units leave these a choice even within a neighbourhood.
const FEW_UNITS: usize = 2;

/// Whether prices are to come down from above: every left node may stay unmatched, and many have to.
pub(super) fn suits(problem: &Problem) -> bool {
    let (lefts, units) = (problem.left_count(), problem.unit_count());
    lefts > units
        && (lefts >= FEW_UNITS * units || numbering::is_scattered(problem))
        && problem.all_may_stay_unmatched()
}

/// Lets units bid from above until each is held, asks its reserve, or could only tie.
pub(super) fn hold<C: Amount>(graph: &Graph<C>, report: &mut Report<'_>) -> Result<State, SolveError> {
    report.begin(Phase::Auction, 1)?;
    let mut books = Books::new(graph);
    books.price_out();
    auction::bid_down_exactly(&mut books, report)?;
    report.done(1)?;
    Ok(State::from_market(&books.whole()))
}
