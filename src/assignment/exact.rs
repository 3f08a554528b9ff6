//! The exact method: an auction from both sides with ε-scaling, then an exact repair from both sides.
//!
//! In: a [`Problem`]. Out: a least-cost choice with prices that prove it, or a Hall witness.
//!
//! 1. [`graph`]: rows sorted by cost, and columns, of nodes numbered so that neighbours are close ([`numbering`]).
//! 2. [`auction`]: at falling ε, left nodes bid units up ([`forward`]), then free units bid themselves down ([`reverse`]);
//!    wars are ended by raising prices together ([`way_out`]). A last round at ε = 0 bids exact differences and leaves
//!    ties alone.
//! 3. [`repair`]: each left node still open ([`search`]), and each right node still asking for more than its next unit is
//!    worth ([`draw`]), is settled by one shortest alternating path; where these grow long, many at once ([`blocking`]).
//!    This alone would be exact; the auction makes it rare.
//!
//! Worst case O((n + r) · m log m) time for n left and r right nodes and m arcs, O(n + r + m) space. References: in the files.

mod auction;
mod blocking;
mod draw;
mod forward;
mod graph;
mod market;
mod numbering;
mod repair;
mod report;
mod reverse;
mod search;
mod state;
mod way_out;

use std::ops::ControlFlow;

use super::problem::Problem;
use super::solution::{Objective, Phase, Progress, Solution, SolveError, Status};
use graph::{Amount, Graph, NONE};
use market::Market;
use report::Report;
use state::State;

pub(super) fn solve(
    problem: &Problem,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Solution, SolveError> {
    let mut report = Report::new(progress);
    report.begin(Phase::Preparation, 1)?;
    let multiplier = graph::multiplier(problem);
    if problem.cost_max().saturating_mul(multiplier) <= i64::from(u32::MAX) {
        solve_as::<u32>(problem, multiplier, report)
    } else {
        solve_as::<i64>(problem, multiplier, report)
    }
}

fn solve_as<C: Amount>(
    problem: &Problem,
    multiplier: i64,
    mut report: Report<'_>,
) -> Result<Solution, SolveError> {
    let graph = Graph::<C>::new(problem, multiplier);
    let mut market = Market::new(&graph);
    let open = auction::hold(&mut market, &mut report)?;
    report.statistics.settled_by_auction = (graph.lefts() - open.len()) as u64;
    let mut state = State::from_market(&market);
    drop(market);
    repair::settle(problem, &graph, &mut state, open, &mut report)?;
    let chosen = chosen_arcs(problem, &graph, &state);
    let objective = Objective::of(problem, &chosen);
    Ok(Solution {
        chosen,
        price: prices(problem, &graph, &state),
        objective,
        status: Status::Optimal,
        statistics: report.statistics,
    })
}

/// The choice as arcs of the problem, in its own numbers.
fn chosen_arcs<C: Amount>(problem: &Problem, graph: &Graph<C>, state: &State) -> Vec<Option<u32>> {
    let mut chosen = vec![None; graph.lefts()];
    for (left, &right) in (0_u32..).zip(&state.right) {
        if right != NONE {
            let (left, right) = (graph.given_left(left), graph.given_right(right));
            let at = problem.row_rights(left).iter().position(|end| *end == right);
            chosen[left as usize] = at.map(|at| (problem.row(left).start + at) as u32);
        }
    }
    chosen
}

/// The prices in the problem's own numbers. Right nodes without capacity took no part: each asks what keeps everybody off.
fn prices<C: Amount>(problem: &Problem, graph: &Graph<C>, state: &State) -> Vec<i64> {
    let mut price = vec![0; graph.rights()];
    for (right, value) in (0_u32..).zip(&state.price) {
        price[graph.given_right(right) as usize] = *value / graph.multiplier;
    }
    if (0..problem.right_count() as u32).any(|right| problem.capacity(right) == 0) {
        for left in 0..graph.lefts() as u32 {
            let worth = state.worth(graph, left) / graph.multiplier;
            for arc in problem.row(graph.given_left(left)) {
                let right = problem.arc_right(arc);
                if problem.capacity(right) == 0 {
                    let keeps_off = worth - problem.arc_cost(arc);
                    price[right as usize] = price[right as usize].max(keeps_off);
                }
            }
        }
    }
    price
}
