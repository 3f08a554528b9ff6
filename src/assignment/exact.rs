//! The exact method: an auction from both sides with ε-scaling, then an exact repair from both sides.
//!
//! In: a [`Problem`]. Out: a least-cost choice with prices that prove it, or a Hall witness.
//!
//! 1. [`graph`]: rows sorted by cost, and columns.
//! 2. [`forward`] and [`reverse`]: at falling ε, left nodes bid units up, then free units bid themselves down; wars without
//!    a way out are ended by [`way_out`]. A last round at ε = 0 bids exact differences and leaves ties alone.
//! 3. [`search`] and [`draw`]: each left node still open, and each right node still asking for more than its next unit
//!    is worth, is settled by one shortest alternating path. This alone would be exact; the auction makes it rare.
//!
//! Worst case O((n + r) · m log m) time for n left and r right nodes and m arcs, O(n + r + m) space. References: in the files.

mod blocking;
mod draw;
mod forward;
mod graph;
mod market;
mod numbering;
mod report;
mod reverse;
mod search;
mod state;
mod way_out;

use std::ops::ControlFlow;

use super::hall;
use super::problem::Problem;
use super::solution::{Objective, Phase, Progress, Solution, SolveError, Status};
use draw::Draw;
use graph::{Amount, Graph, NONE};
use market::Market;
use report::Report;
use search::{Outcome, Search};
use state::State;

pub(super) fn solve(
    problem: &Problem,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Solution, SolveError> {
    let mut report = Report::new(progress);
    report.begin(Phase::Preparation, 1)?;
    let narrow = problem.cost_max() <= i64::from(u32::MAX);
    if narrow { solve_as::<u32>(problem, report) } else { solve_as::<i64>(problem, report) }
}

fn solve_as<C: Amount>(problem: &Problem, mut report: Report<'_>) -> Result<Solution, SolveError> {
    let t = Cpu::now();
    let graph = Graph::<C>::new(problem);
    let t1 = t.elapsed();
    let mut market = Market::new(&graph);
    if std::env::var_os("TRACE").is_some() { eprintln!("graph {:?} market {:?}", t1, t.elapsed()); }
    let open = auction(&mut market, &mut report)?;
    report.statistics.settled_by_auction = (graph.lefts() - open.len()) as u64;
    let mut state = State::from_market(&market);
    drop(market);
    repair(problem, &graph, &mut state, &open, &mut report)?;
    let chosen = chosen_arcs(problem, &graph, &state);
    let objective = Objective::of(problem, &chosen);
    Ok(Solution {
        chosen,
        price: prices(&graph, &state),
        objective,
        status: Status::Optimal,
        statistics: report.statistics,
    })
}

/// Bids at falling ε; returns the left nodes still open.
fn auction<C: Amount>(market: &mut Market<'_, C>, report: &mut Report<'_>) -> Result<Vec<u32>, SolveError> {
    let scale = typical_cost(market.graph);
    let env = |n: &str, d: i64| std::env::var(n).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let mut epsilon = scale * env("EPS", 400) / 100;
    let factor = env("FACTOR", 20);
    let few = market.graph.lefts() / 64;
    let trace = std::env::var_os("TRACE").is_some();
    report.begin(Phase::Auction, 1)?;
    loop {
        let t = Cpu::now();
        let mut open = forward::release(market, epsilon);
        let released = open.len();
        let t1 = t.elapsed();
        let mut allowance = env("ALLOW", 8) as u8;
        let most = env("MOST", 64) as u8;
        open = forward::bid(market, open, epsilon, allowance, report)?;
        let t2 = t.elapsed();
        let b = report.statistics.bids;
        while open.len() > few || allowance < most {
            if open.is_empty() { break; }
            if open.len() > few && epsilon > 0 {
            let raised = way_out::raise(market, &open, 2 * scale);
            if trace {
                eprintln!("   raise {raised} open {} {:?}", open.len(), t.elapsed());
            }
            report.statistics.raised_in_closed_sets += raised as u64;
            if raised == 0 {
                if allowance >= most { break; }
                allowance *= 2;
            }
            } else {
                if allowance >= most { break; }
                allowance *= 2;
            }
            open = forward::bid(market, open, epsilon, allowance, report)?;
        }
        if epsilon == 0 {
            let mut rounds = 0;
            while open.len() > few && rounds < env("ROUNDS", 40) {
                rounds += 1;
                let before = open.len();
                way_out::raise(market, &open, 1);
                open = blocking::settle(market, open);
                if trace { eprintln!("   blocking {before} -> {} {:?}", open.len(), t.elapsed()); }
            }
        }
        let t3 = t.elapsed();
        reverse::bid(market, epsilon, 64, report)?;
        if trace {
            eprintln!("eps {epsilon} released {released} {t1:?} fwd {t2:?} bids {b} raise {t3:?} rev {:?} bids {} open {}", t.elapsed(), report.statistics.bids, open.len());
        }
        if epsilon == 0 {
            open.retain(|left| market.place[*left as usize] == market::OPEN);
            return Ok(open);
        }
        epsilon /= factor;
        if 4 * epsilon < market.graph.grain { epsilon = 0; market.round_to_grain(); }
    }
}

/// The mean cost of an arc.
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

/// Settles what the auction has left open, one shortest path each.
fn repair<C: Amount>(
    problem: &Problem,
    graph: &Graph<C>,
    state: &mut State,
    open: &[u32],
    report: &mut Report<'_>,
) -> Result<(), SolveError> {
    let t = Cpu::now();
    report.begin(Phase::Repair, open.len() as u64)?;
    let mut search = Search::new(graph.rights());
    for (position, &left) in open.iter().enumerate() {
        report.statistics.searches += 1;
        if let Outcome::NoWayOut = search.settle(graph, state, left) {
            let witness = hall::witness(problem, &chosen_arcs(problem, graph, state), graph.given_left(left))
                .expect("a search without a way out has seen the whole closure");
            return Err(SolveError::Infeasible(witness));
        }
        report.done(position as u64)?;
    }
    let t1 = t.elapsed();
    let mut draw = Draw::new(graph.rights());
    for right in 0..graph.rights() as u32 {
        while state.next_step(graph, right).is_some_and(|step| step < state.price[right as usize]) {
            report.statistics.searches += 1;
            draw.settle(graph, state, right);
            report.done(open.len() as u64)?;
        }
    }
    if std::env::var_os("TRACE").is_some() {
        eprintln!("repair open {} {t1:?} {:?} arcs {} {}", open.len(), t.elapsed(), search.arcs_scanned, draw.arcs_scanned);
    }
    report.statistics.arcs_scanned += search.arcs_scanned + draw.arcs_scanned;
    Ok(())
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

/// The prices in the problem's own numbers.
fn prices<C: Amount>(graph: &Graph<C>, state: &State) -> Vec<i64> {
    let mut price = vec![0; graph.rights()];
    for (right, value) in (0_u32..).zip(&state.price) {
        price[graph.given_right(right) as usize] = *value / graph.multiplier;
    }
    price
}

struct Cpu(u64);
impl Cpu {
    fn ns() -> u64 { std::fs::read_to_string("/proc/thread-self/schedstat").expect("x").split_whitespace().next().expect("x").parse().expect("x") }
    fn now() -> Self { Cpu(Self::ns()) }
    fn elapsed(&self) -> std::time::Duration { std::time::Duration::from_nanos(Self::ns() - self.0) }
}
