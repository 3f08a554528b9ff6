//! The course of the auction: ε falls from phase to phase, each a forward and a reverse auction.
//!
//! The first ε is a few times what being assigned costs, more where so many left nodes are still open after all their bids that
//! these must carry them to their unmatched prices; it falls by a large factor, since each phase starts from prices that
//! are nearly right. Where too many find no arc then, ε rises again and falls more slowly; what was bid is kept, because
//! ε-complementary slackness at an ε holds at every larger one. Where staying unmatched is dear beyond all arcs, prices start
//! from a [`cover`](super::cover). Below the grain of all amounts ε becomes 0 at once: prices are rounded to the grain, and the
//! last phase bids exact differences.

use std::collections::BTreeSet;

use super::cover::Cover;
use super::forward::Terms;
use super::graph::{Amount, Graph};
use super::market::{ALONE, Books, Market, OPEN};
use super::report::Report;
use super::tiles::Tiles;
use super::{forward, reverse, way_out};
use crate::assignment::solution::{Phase, SolveError};

/// How ε falls.
#[derive(Clone, Copy)]
struct Schedule {
    /// The first ε.
    first: i64,
    /// By how much it falls from phase to phase.
    fall: i64,
    /// What all amounts are multiples of.
    grain: i64,
}

impl Schedule {
    /// Where some must stay unmatched, prices have far to rise. The first ε is so large that hardly any unit is let twice: prices
    /// come down from above, by bids of free units, in one phase whose ε is a fraction of a cost. Where a cover has raised them
    /// already, the first ε is smaller. Where all can be assigned, more phases leave less to repair.
    fn of<C: Amount>(graph: &Graph<C>, cost: i64, covered: bool) -> Self {
        let (first, fall) = match graph.lefts() > graph.units() {
            true if covered => (4, 50),
            true => (40, 500),
            false => (1, 10),
        };
        Self { first: cost.saturating_mul(first), fall, grain: graph.grain }
    }

    /// Once ε is well below the grain, it becomes 0: what is left of it is rounded away.
    fn next(self, epsilon: i64) -> i64 {
        let next = epsilon / self.fall;
        if 64 * next < self.grain { 0 } else { next }
    }

    fn phases(self) -> u64 {
        1 + self.phases_after(self.first)
    }

    fn phases_after(self, mut epsilon: i64) -> u64 {
        let mut phases = 0;
        while epsilon > 0 {
            epsilon = self.next(epsilon);
            phases += 1;
        }
        phases
    }
}

/// Bids that a left node may make before somebody looks whether there is a war, and at most.
const ALLOWANCE: u8 = 8;
const ALLOWANCE_MAX: u8 = 64;

/// Where more than one left node in so many is open after a first round, ε has fallen too far at once.
const HARD: usize = 16;

/// By how much it falls from there on.
const SLOW: i64 = 7;

/// More bids than this to the unmatched price are a war.
const LONG_WAY: i64 = 64;

/// More than one left node in so many are most, or some.
const MOST: usize = 2;
const SOME: usize = 8;

/// More unmatched prices than this are many.
const MANY: usize = 16;

/// Runs all phases; returns the left nodes still open, in order.
pub(super) fn hold<C: Amount>(
    books: &mut Books<'_, C>,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let cost = typical_cost(books.graph);
    let covered = is_dear(books.graph, MOST) || is_wide(books.graph);
    let schedule = Schedule::of(books.graph, cost, covered);
    report.begin(Phase::Auction, schedule.phases())?;
    if covered {
        begin_with_cover(books, cost, report)?;
    }
    run(books, schedule, report)
}

/// Runs what phases it takes from prices that are nearly right.
pub(super) fn go_on<C: Amount>(
    books: &mut Books<'_, C>,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let schedule = Schedule::of(books.graph, typical_cost(books.graph) / 16, false);
    report.begin(Phase::Auction, schedule.phases())?;
    run(books, schedule, report)
}

/// Who competes for what is told by a cover, and prices are raised to where they must be for that.
fn begin_with_cover<C: Amount>(
    books: &mut Books<'_, C>,
    cost: i64,
    report: &mut Report<'_>,
) -> Result<(), SolveError> {
    let cover = Cover::of(books.graph, report)?;
    books.take_cover(&cover);
    let raised = way_out::raise(&mut books.whole(), &cover.left_out(), 2 * cost);
    report.statistics.raised_together += raised as u64;
    report.tell()
}

/// One reverse round at ε = 0.
pub(super) fn bid_down_exactly<C: Amount>(
    books: &mut Books<'_, C>,
    report: &mut Report<'_>,
) -> Result<(), SolveError> {
    let tiles = Tiles::of(books.graph);
    bid_down(books, tiles.as_ref(), Terms { epsilon: 0, allowance: ALLOWANCE_MAX }, report)
}

fn run<C: Amount>(
    books: &mut Books<'_, C>,
    mut schedule: Schedule,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let (tiles, cost) = (Tiles::of(books.graph), typical_cost(books.graph));
    let tiles = tiles.as_ref();
    let mut terms = Terms { epsilon: schedule.first, allowance: ALLOWANCE };
    let mut before = 0;
    let mut may_be_at_war = true;
    for phase in 1.. {
        terms.allowance = ALLOWANCE;
        let bidders = forward::release(&mut books.whole(), terms.epsilon);
        let mut open = bid_up(books, tiles, &bidders, terms, report)?;
        if HARD * open.len() > books.graph.lefts() && SLOW * terms.epsilon < before {
            schedule.fall = SLOW;
            terms.epsilon = before / SLOW;
            report.expect(phase + schedule.phases_after(terms.epsilon));
        }
        before = terms.epsilon;
        while !open.is_empty() && terms.allowance < ALLOWANCE_MAX {
            may_be_at_war = may_be_at_war && is_war(&books.whole(), &open, terms.epsilon);
            if may_be_at_war {
                let raised = way_out::raise(&mut books.whole(), &open, 2 * cost);
                report.statistics.raised_together += raised as u64;
                // Once few rise, all that is left to do is to bid.
                may_be_at_war = 20 * raised > books.graph.units();
            }
            if !may_be_at_war {
                terms.allowance *= 2;
            }
            open = bid_up(books, tiles, &open, terms, report)?;
            if phase == 1
                && terms.allowance == ALLOWANCE_MAX
                && let Some(epsilon) = wider(&books.whole(), &open, terms.epsilon)
            {
                terms = Terms { epsilon, allowance: ALLOWANCE };
                report.expect(phase + schedule.phases_after(epsilon));
            }
        }
        may_be_at_war = false;
        bid_down(books, tiles, Terms { allowance: ALLOWANCE_MAX, ..terms }, report)?;
        report.done(phase)?;
        if terms.epsilon == 0 {
            return Ok(still_open(&books.whole()));
        }
        terms.epsilon = schedule.next(terms.epsilon);
        if terms.epsilon == 0 {
            books.round_to_grain();
        }
    }
    unreachable!("ε becomes 0")
}

/// A forward round, first within all tiles, then everywhere; returns who is still open, in order.
fn bid_up<C: Amount>(
    books: &mut Books<'_, C>,
    tiles: Option<&Tiles>,
    bidders: &[u32],
    terms: Terms,
    report: &mut Report<'_>,
) -> Result<Vec<u32>, SolveError> {
    let Some(tiles) = tiles else {
        let mut open = forward::bid(&mut books.whole(), bidders, terms, |_| true, report)?.open;
        open.sort_unstable();
        return Ok(open);
    };
    let (inside, mut others) = tiles.divide(bidders);
    let outcomes = tiles.run(books, report, |tile, mut market, pulse| {
        forward::bid(&mut market, &inside[tile], terms, |left| tiles.has_left(tile, left), pulse)
    })?;
    let mut open = Vec::new();
    for mut outcome in outcomes {
        open.append(&mut outcome.open);
        others.append(&mut outcome.elsewhere);
    }
    books.tell_holders();
    let mut market = books.whole();
    others.sort_unstable();
    open.append(&mut forward::bid(&mut market, &others, terms, |_| true, report)?.open);
    open.sort_unstable();
    Ok(open)
}

/// A reverse round, likewise.
fn bid_down<C: Amount>(
    books: &mut Books<'_, C>,
    tiles: Option<&Tiles>,
    terms: Terms,
    report: &mut Report<'_>,
) -> Result<(), SolveError> {
    let rights = 0..books.graph.rights() as u32;
    let Some(tiles) = tiles else {
        reverse::bid(&mut books.whole(), rights, terms, |_| true, report)?;
        return Ok(());
    };
    let elsewhere = tiles.run(books, report, |tile, mut market, pulse| {
        let inside = tiles.spans[tile].rights.clone().filter(|right| tiles.has_right(tile, *right));
        reverse::bid(&mut market, inside, terms, |right| tiles.has_right(tile, right), pulse)
    })?;
    let others = rights.filter(|right| tiles.is_between(*right)).chain(elsewhere.into_iter().flatten());
    reverse::bid(&mut books.whole(), others, terms, |_| true, report)?;
    Ok(())
}

/// Left nodes without an arc that do not stay unmatched of their own will.
fn still_open<C: Amount>(market: &Market<'_, C>) -> Vec<u32> {
    let is_open = |left: &u32| match market.place(*left) {
        OPEN => true,
        ALONE => market.graph.must_be_assigned(*left),
        _ => false,
    };
    (0..market.graph.lefts() as u32).filter(is_open).collect()
}

/// What being assigned costs about: the mean cost of an arc or, where that is more, a quarter of the mean load step, as the first
/// units of right nodes are taken rather than the last. Over a sample of rows and units.
fn typical_cost<C: Amount>(graph: &Graph<C>) -> i64 {
    let units = graph.units();
    let rows = sample(graph).map(|left| graph.row(left));
    let units = (0..units as u32).step_by(units / 1024 + 1);
    let arc = mean(rows.flatten().map(|arc| arc.cost()));
    arc.max(mean(units.map(|unit| graph.reserve(unit))) / 4)
}

/// Some of the left nodes, evenly spread.
fn sample<C: Amount>(graph: &Graph<C>) -> impl Iterator<Item = u32> {
    (0..graph.lefts() as u32).step_by(graph.lefts() / 1024 + 1)
}

/// The mean of amounts, rounded down; of none 0.
fn mean(amounts: impl Iterator<Item = i64>) -> i64 {
    let (mut sum, mut count) = (0_i128, 0_i128);
    for amount in amounts {
        sum += i128::from(amount);
        count += 1;
    }
    if count == 0 { 0 } else { (sum / count) as i64 }
}

/// Whether for more than one left node in so many staying unmatched is so much dearer than being assigned that bids would take long
/// to come there.
fn is_dear<C: Amount>(graph: &Graph<C>, one_in: usize) -> bool {
    let cost = typical_cost(graph);
    let dear =
        |left: &u32| !graph.must_be_assigned(*left) && graph.unmatched[*left as usize] / LONG_WAY > cost;
    one_in * sample(graph).filter(dear).count() > sample(graph).count()
}

/// Whether staying unmatched is dear for some, and hardly two agree how much: who is to stay unmatched would be found out step by step.
pub(super) fn is_wide<C: Amount>(graph: &Graph<C>) -> bool {
    let prices = || sample(graph).map(|left| graph.unmatched[left as usize]).collect::<BTreeSet<i64>>();
    is_dear(graph, SOME) && prices().len() > MANY
}

/// The ε at which half of the left nodes still open may bid up to their unmatched prices, where many are open and that is far more.
fn wider<C: Amount>(market: &Market<'_, C>, open: &[u32], epsilon: i64) -> Option<i64> {
    if HARD * open.len() <= market.graph.lefts() {
        return None;
    }
    let way = |left: &u32| {
        let way = market.graph.unmatched[*left as usize] - market.least(*left);
        if market.graph.must_be_assigned(*left) { 0 } else { way }
    };
    let mut ways: Vec<i64> = open.iter().step_by(16).map(way).collect();
    let middle = ways.len() / 2;
    let median = *ways.select_nth_unstable(middle).1;
    Some(median / i64::from(ALLOWANCE_MAX)).filter(|wider| *wider / SLOW > epsilon)
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
