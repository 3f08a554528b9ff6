//! Parts of a large neighbourly graph that threads can work on alone.
//!
//! Nodes are numbered so that neighbours are close, hence a range of left nodes and one of right nodes make a tile. A left
//! node is inside a tile if all its arcs end there, a right node likewise. Inside nodes of several
//! tiles bid at the same time, each within its tile; all others bid afterwards, one after another. How many tiles there are
//! depends on the graph alone, so that the answer does not depend on the number of threads.

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::graph::{Amount, Graph};
use super::market::{Books, Market, Span};
use super::numbering;
use super::report::{Counter, Report, Shared};
use crate::assignment::solution::SolveError;

/// Inside no tile.
const BETWEEN: u8 = u8::MAX;

/// A division of a graph.
pub(super) struct Tiles {
    pub(super) spans: Vec<Span>,
    left: Vec<u8>,
    right: Vec<u8>,
}

impl Tiles {
    /// The tiles of a graph; none where it is small or most nodes would be inside none.
    pub(super) fn of<C: Amount>(graph: &Graph<C>) -> Option<Self> {
        let count = numbering::regions(graph.arcs());
        if count < 2 {
            return None;
        }
        let spans = spans(graph, count);
        let left_tile = |left: u32| {
            let tile = spans.iter().position(|span| span.lefts.contains(&left));
            let tile = tile.expect("spans cover all left nodes");
            let rights = &spans[tile].rights;
            if graph.row(left).iter().all(|arc| rights.contains(&arc.end)) { tile as u8 } else { BETWEEN }
        };
        let left: Vec<u8> = (0..graph.lefts() as u32).into_par_iter().map(left_tile).collect();
        let between = (0..graph.lefts()).filter(|at| left[*at] == BETWEEN).count();
        if 2 * between > graph.lefts() {
            return None;
        }
        let right = right_tiles(graph, &spans, &left);
        Some(Self { spans, left, right })
    }

    /// Whether a left node is inside a tile.
    pub(super) fn has_left(&self, tile: usize, left: u32) -> bool {
        self.left[left as usize] as usize == tile
    }

    /// Whether a right node is inside a tile.
    pub(super) fn has_right(&self, tile: usize, right: u32) -> bool {
        self.right[right as usize] as usize == tile
    }

    /// Whether a right node is inside no tile.
    pub(super) fn is_between(&self, right: u32) -> bool {
        self.right[right as usize] == BETWEEN
    }

    /// The left nodes inside each tile, and those inside none.
    pub(super) fn divide(&self, lefts: &[u32]) -> (Vec<Vec<u32>>, Vec<u32>) {
        let mut inside = vec![Vec::new(); self.spans.len()];
        let mut between = Vec::new();
        for left in lefts {
            match self.left[*left as usize] {
                BETWEEN => between.push(*left),
                tile => inside[tile as usize].push(*left),
            }
        }
        (inside, between)
    }

    /// Runs a task on every tile; the caller is kept informed meanwhile and may stop them all.
    pub(super) fn run<C: Amount, R: Send>(
        &self,
        books: &mut Books<'_, C>,
        report: &mut Report<'_>,
        task: impl Fn(usize, Market<'_, C>, &mut Counter<'_, '_, '_>) -> Result<R, SolveError> + Sync,
    ) -> Result<Vec<R>, SolveError> {
        let parts = books.parts(&self.spans);
        let shared = Shared::new(report);
        let run = |(tile, part): (usize, Market<'_, C>)| {
            let mut counter = Counter { bids: 0, shared: &shared };
            let outcome = task(tile, part, &mut counter)?;
            Ok((outcome, counter.bids))
        };
        let outcomes: Result<Vec<(R, u64)>, SolveError> =
            parts.into_par_iter().with_max_len(1).enumerate().map(run).collect();
        let (outcomes, bids): (Vec<R>, Vec<u64>) = outcomes?.into_iter().unzip();
        report.statistics.bids += bids.iter().sum::<u64>();
        Ok(outcomes)
    }
}

/// The tile of each right node. Only left nodes inside none have arcs across a border.
fn right_tiles<C: Amount>(graph: &Graph<C>, spans: &[Span], left_tile: &[u8]) -> Vec<u8> {
    let mut tiles = vec![BETWEEN; graph.rights()];
    for (tile, span) in (0_u8..).zip(spans) {
        tiles[span.rights.start as usize..span.rights.end as usize].fill(tile);
    }
    for span in spans {
        for left in span.lefts.clone().filter(|left| left_tile[*left as usize] == BETWEEN) {
            for arc in graph.row(left).iter().filter(|arc| !span.rights.contains(&arc.end)) {
                tiles[arc.end as usize] = BETWEEN;
            }
        }
    }
    tiles
}

/// The regions of the numbering; else equal ranges of left nodes, each with the range of right nodes that goes with it.
fn spans<C: Amount>(graph: &Graph<C>, count: usize) -> Vec<Span> {
    let mut spans = Vec::with_capacity(count);
    let (mut left, mut right) = (0, 0);
    for tile in 1..=count {
        let (left_end, right_end) = if let Some(regions) = graph.regions() {
            regions[tile - 1]
        } else if tile == count {
            (graph.lefts() as u32, graph.rights() as u32)
        } else {
            let cut = (graph.lefts() * tile / count) as u32;
            (cut, right_at(graph, cut).clamp(right, graph.rights() as u32))
        };
        spans.push(Span { lefts: left..left_end, rights: right..right_end });
        (left, right) = (left_end, right_end);
    }
    spans
}

/// About where the right nodes of a left node and the next few are: the median of their cheapest ends.
fn right_at<C: Amount>(graph: &Graph<C>, left: u32) -> u32 {
    const LOOKED_AT: u32 = 64;
    let lefts = left..(left + LOOKED_AT).min(graph.lefts() as u32);
    let mut ends: Vec<u32> = lefts.filter_map(|left| graph.row(left).first()).map(|arc| arc.end).collect();
    ends.sort_unstable();
    ends.get(ends.len() / 2).copied().unwrap_or(0)
}
