//! The exact method: successive shortest augmenting paths on the sparse graph, from a start found by bidding.
//!
//! In: a [`Problem`]. Out: a least-cost choice with prices that prove it, or a Hall witness.
//!
//! Method: [`start`] settles most left nodes by exact bids (the augmenting row reduction of Jonker and Volgenant,
//! widened to capacities and load steps); [`search`] then finds for each left node still open a shortest path over
//! reduced costs (Dijkstra, ended as soon as the best way out is known) to a unit to spare or to a left node that had
//! rather stay unmatched, and raises the prices behind it. Both keep the certificate valid for the nodes settled so
//! far, so the last search leaves a proof. Cost: O(n · m log m) at worst, O(n + m) space, n left nodes, m arcs.
//!
//! It differs from its sources in three points: a right node has a uniform price with vⱼ between its last used and its
//! first unused load step instead of one column for each unit; each left node has a private way to stay unmatched;
//! and prices never fall, so a left node once left unmatched stays so.
//!
//! References: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
//! problems", Computing 38, 1987; D. Bertsekas, D. Castañon, "The auction algorithm for the transportation problem",
//! Annals of Operations Research 20, 1989; Ahuja, Magnanti, Orlin, "Network Flows", 1993, section 9.7.

mod search;
mod start;
mod state;

use std::ops::ControlFlow;

use super::hall;
use super::problem::Problem;
use super::solution::{Objective, Progress, Solution, SolveError, Status};
use search::{Outcome, Search};
use state::State;

/// Searches between two words to the callback: often enough to cancel within a moment.
const SEARCHES_BETWEEN_REPORTS: usize = 64;

pub(super) fn solve(
    problem: &Problem,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Solution, SolveError> {
    let total = problem.left_count() as u64;
    let mut state = State::new(problem);
    let mut report = |done: u64| match progress(Progress { done, total }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(SolveError::Cancelled),
    };
    report(0)?;
    let open = start::bid(problem, &mut state, &mut report)?;
    state.statistics.settled_by_start = total - open.len() as u64;
    let mut search = Search::new(problem);
    for (position, &left) in open.iter().enumerate() {
        if position % SEARCHES_BETWEEN_REPORTS == 0 {
            report(total - (open.len() - position) as u64)?;
        }
        state.statistics.searches += 1;
        if let Outcome::NoWayOut = search.settle(problem, &mut state, left) {
            let witness = hall::witness(problem, &state.chosen_arcs(), left)
                .expect("a search without a way out has seen the whole closure");
            return Err(SolveError::Infeasible(witness));
        }
    }
    report(total)?;
    let chosen = state.chosen_arcs();
    let objective = Objective::of(problem, &chosen);
    Ok(Solution {
        chosen,
        price: state.price,
        objective,
        status: Status::Optimal,
        statistics: state.statistics,
    })
}
