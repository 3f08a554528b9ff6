//! The exact method: an auction from both sides with ε-scaling, then an exact repair from both sides.
//!
//! In: a [`Problem`]. Out: a least-cost choice with prices that prove it, or a Hall witness.
//!
//! 1. [`graph`]: rows sorted by cost, and columns, of nodes numbered so that neighbours are close ([`numbering`]).
//! 2. [`cover`], where staying unmatched is dear beyond all arcs: as many left nodes on units as can be.
//! 3. [`auction`]: at falling ε, left nodes bid units up ([`forward`]), then free units bid themselves down ([`reverse`]);
//!    wars are ended by raising prices together ([`way_out`]). A last round at ε = 0 bids exact differences and leaves
//!    ties alone. Where units are few, that round alone is held, and prices come down [`from_above`].
//! 4. [`repair`]: each left node still open ([`search`]), and each right node still asking for more than its next unit is
//!    worth ([`draw`]), is settled by one shortest alternating path; where these grow long, many at once ([`blocking`]).
//!    This alone would be exact; the auction makes it rare.
//!
//! Worst case O((n + r) · m log m) time for n left and r right nodes and m arcs, O(n + r + m) space. References: in the files.

mod auction;
mod blocking;
mod cover;
pub(super) mod draw;
mod favourites;
mod forward;
mod from_above;
pub(super) mod graph;
mod market;
pub(super) mod numbering;
pub(super) mod reached;
mod repair;
mod report;
mod reverse;
pub(super) mod search;
pub(super) mod state;
mod thinned;
mod tiles;
mod way_out;

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::problem::Problem;
use super::solution::{Heard, Objective, Phase, Solution, SolveError, Start, Status};
use graph::{Amount, Graph, NONE};
use market::Books;
use report::Report;
use state::State;

/// Up to one open left node in so many is settled by paths alone.
const FEW: usize = 16;

pub(super) fn solve(problem: &Problem, progress: &mut Heard<'_>) -> Result<Solution, SolveError> {
    in_the_pool(problem, || {
        let mut report = Report::new(progress);
        report.begin(Phase::Preparation, 1)?;
        if let Some(solution) = favourites::solve(problem, &mut report)? {
            return Ok(solution);
        }
        if let Some(kept) = thinned::suits(problem)
            && let Some(solution) = thinned::solve(problem, kept, &mut report)?
        {
            return Ok(Solution { statistics: report.statistics, ..solution });
        }
        solve_whole(problem, &mut report)
    })
}

/// Solves a problem from a choice and prices that were optimal before it changed; anew, where it turns out that these are no help.
pub(super) fn solve_from(
    problem: &Problem,
    start: &Start<'_>,
    progress: &mut Heard<'_>,
) -> Result<Solution, SolveError> {
    in_the_pool(problem, || {
        let mut report = Report::new(progress);
        report.begin(Phase::Preparation, 1)?;
        resume(problem, start, &mut report)
    })
}

/// Works on a thread of the pool. One beside it, which hands it piece after piece and waits, has each piece begin milliseconds late
/// on one thread of two: the system wakes both on the processor that the waiting one is about to leave.
fn in_the_pool<R: Send>(problem: &Problem, work: impl FnOnce() -> R + Send) -> R {
    if problem.arc_count() < graph::WORTH_A_THREAD { work() } else { rayon::scope(|_| work()) }
}

fn resume(problem: &Problem, start: &Start<'_>, report: &mut Report<'_>) -> Result<Solution, SolveError> {
    let multiplier = graph::multiplier(problem);
    if problem.cost_max().saturating_mul(multiplier) <= i64::from(u32::MAX) {
        resume_as::<u32>(problem, start, multiplier, report)
    } else {
        resume_as::<i64>(problem, start, multiplier, report)
    }
}

/// Solves a problem with all its arcs.
fn solve_whole(problem: &Problem, report: &mut Report<'_>) -> Result<Solution, SolveError> {
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
    report: &mut Report<'_>,
) -> Result<Solution, SolveError> {
    let graph = Graph::<C>::new(problem, multiplier);
    if from_above::suits(problem) && !auction::is_wide(&graph) {
        let state = from_above::hold(&graph, report)?;
        return finish(problem, &graph, state, Vec::new(), report);
    }
    let (state, open) = graph.while_columns_are_made(|| {
        let mut books = Books::new(&graph);
        let open = auction::hold(&mut books, report)?;
        Ok((State::from_market(&books.whole()), open))
    })?;
    finish(problem, &graph, state, open, report)
}

fn resume_as<C: Amount>(
    problem: &Problem,
    start: &Start<'_>,
    multiplier: i64,
    report: &mut Report<'_>,
) -> Result<Solution, SolveError> {
    let graph = Graph::<C>::new(problem, multiplier);
    let (mut state, mut open) = graph.while_columns_are_made(|| State::from_start(&graph, start));
    // Where much has changed, bids find the way sooner than one path after another.
    if FEW * open.len() > graph.lefts() {
        let mut books = Books::resume(&graph, &state);
        open = auction::go_on(&mut books, report)?;
        state = State::from_market(&books.whole());
    }
    let settled = (graph.lefts() - open.len()) as u64;
    if repair::settle(problem, &graph, &mut state, open, repair::patience(&graph), report)? {
        report.statistics.settled_by_auction += settled;
        return Ok(solution(problem, &graph, &state, report));
    }
    // Most prices come down, one right node's after another's, each over a wide plateau of ties.
    drop((graph, state));
    solve_as::<C>(problem, multiplier, report)
}

fn finish<C: Amount>(
    problem: &Problem,
    graph: &Graph<C>,
    mut state: State,
    open: Vec<u32>,
    report: &mut Report<'_>,
) -> Result<Solution, SolveError> {
    report.statistics.settled_by_auction += (graph.lefts() - open.len()) as u64;
    repair::settle(problem, graph, &mut state, open, u64::MAX, report)?;
    Ok(solution(problem, graph, &state, report))
}

fn solution<C: Amount>(problem: &Problem, graph: &Graph<C>, state: &State, report: &Report<'_>) -> Solution {
    let chosen = chosen_arcs(problem, graph, state);
    let objective = Objective::of(problem, &chosen);
    Solution {
        chosen,
        price: prices(problem, graph, state),
        objective,
        status: Status::Optimal,
        statistics: report.statistics,
    }
}

/// The choice as arcs of the problem, in its own numbers.
fn chosen_arcs<C: Amount>(problem: &Problem, graph: &Graph<C>, state: &State) -> Vec<Option<u32>> {
    // Rows are read in the order in which they stand.
    let mut right_of = vec![NONE; graph.lefts()];
    for left in 0..graph.lefts() as u32 {
        right_of[graph.given_left(left) as usize] = state.right_of(left);
    }
    let arc_of = |(left, right): (usize, u32)| {
        (right != NONE).then(|| {
            let right = graph.given_right(right);
            let at = problem.row_rights(left as u32).iter().position(|end| *end == right);
            (problem.row(left as u32).start + at.expect("a left node has an arc to where it is")) as u32
        })
    };
    right_of.into_par_iter().enumerate().map(arc_of).collect()
}

/// The prices in the problem's own numbers. Right nodes without capacity took no part: each asks what keeps everybody off.
fn prices<C: Amount>(problem: &Problem, graph: &Graph<C>, state: &State) -> Vec<i64> {
    let mut price = vec![0; graph.rights()];
    for (right, value) in (0_u32..).zip(&state.price) {
        price[graph.given_right(right) as usize] = *value / graph.multiplier;
    }
    if (0..problem.right_count() as u32).any(|right| problem.capacity(right) == 0) {
        for left in 0..graph.lefts() as u32 {
            let worth = state.worth(left) / graph.multiplier;
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
