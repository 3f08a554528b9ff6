//! The exact repair: every left node still open, then every right node that asks too much, by shortest alternating paths.
//!
//! Open left nodes come first: their paths may end at units that ask too much, which mends both. One path at a time is
//! cheapest where paths are short; once the paths have looked at all arcs several times over, many are settled at once.

use super::blocking;
use super::draw::Draw;
use super::graph::{Amount, Graph};
use super::market::Books;
use super::reached::Ties;
use super::report::Report;
use super::search::{Outcome, Search};
use super::state::State;
use super::{chosen_arcs, way_out};
use crate::assignment::hall;
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Phase, SolveError};

/// Rounds of blocking paths before single searches are tried again.
const ROUNDS: usize = 24;

/// How often single searches may look at all arcs before many are settled at once.
const LOOKS: u64 = 16;

/// How often draws may look at all arcs before a solution that was gone on from is no help, and arcs that they may look at in any
/// case.
const DRAWN: u64 = 8;
const FEW_DRAWN: u64 = 1 << 22;

/// Arcs that draws may look at before it is quicker to solve anew.
pub(super) fn patience<C: Amount>(graph: &Graph<C>) -> u64 {
    FEW_DRAWN.max(DRAWN * graph.arcs() as u64)
}

/// Settles what the auction has left open, one shortest path each; where these grow long, many at once. Whether all is settled:
/// right nodes that ask too much may be left where draws have looked at more than `patience` arcs.
pub(super) fn settle<C: Amount>(
    problem: &Problem,
    graph: &Graph<C>,
    state: &mut State,
    mut open: Vec<u32>,
    patience: u64,
    report: &mut Report<'_>,
) -> Result<bool, SolveError> {
    let total = open.len() as u64;
    report.begin(Phase::Repair, total)?;
    let mut search = Search::new(graph.rights(), Ties::Any);
    let mut budget = LOOKS * graph.arcs() as u64;
    loop {
        let mut settled = 0;
        for &left in &open {
            if search.arcs_scanned > budget {
                break;
            }
            report.statistics.searches += 1;
            if let Outcome::NoWayOut = search.settle(graph, state, left) {
                let witness =
                    hall::witness(problem, &chosen_arcs(problem, graph, state), graph.given_left(left))
                        .expect("a search without a way out has seen the whole closure");
                return Err(SolveError::Infeasible(witness));
            }
            settled += 1;
            report.done(total - (open.len() - settled) as u64)?;
        }
        open.drain(..settled);
        if open.is_empty() {
            break;
        }
        open = settle_together(graph, state, open, report)?;
        budget += LOOKS * graph.arcs() as u64;
    }
    let mut draw = Draw::new(graph.rights(), Ties::Any);
    let mut all = true;
    'rights: for right in 0..graph.rights() as u32 {
        while state.next_step(graph, right).is_some_and(|step| step < state.price[right as usize]) {
            if draw.arcs_scanned > patience {
                all = false;
                break 'rights;
            }
            report.statistics.searches += 1;
            draw.settle(graph, state, right);
            report.tell()?;
        }
    }
    report.done(total)?;
    report.statistics.arcs_scanned += search.arcs_scanned + draw.arcs_scanned;
    Ok(all)
}

/// Rounds of blocking paths while they settle many.
fn settle_together<C: Amount>(
    graph: &Graph<C>,
    state: &mut State,
    mut open: Vec<u32>,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let mut books = Books::resume(graph, state);
    let mut market = books.whole();
    for _ in 0..ROUNDS {
        if open.is_empty() {
            break;
        }
        way_out::raise(&mut market, &open, 1);
        open = blocking::settle(&mut market, open);
        report.tell()?;
    }
    *state = State::from_market(&market);
    Ok(open)
}
