//! A problem that can be amended between two searches: rows, columns and units keep their places in one vector each, with
//! room to grow.
//!
//! The lists of neighbours stand close to each other ([`Numbering`]), whatever their numbers: a search finds the next
//! in the cache. A list that outgrows its room moves to the end with twice the room, so a scan still reads one contiguous piece, and what
//! is left unused is at most what is used. Rows are sorted by cost, columns by left node. A right node of some capacity has
//! as many units, but at most one more than arcs that reach it; without capacity it keeps its arcs, and a price that keeps
//! everybody off. Costs: O(degree) an arc put in or taken out. Space: up to 64 bytes an arc, 28 a left node, 60 a right node.

use crate::assignment::exact::graph::{self, Network};
use crate::assignment::exact::numbering::Numbering;
use crate::assignment::problem::{Problem, ProblemBuilder, ProblemError, Unmatched};

pub(super) type Arc = graph::Arc<i64>;

/// A piece of a vector and the room it may take.
#[derive(Clone, Copy, Default)]
struct Piece {
    start: usize,
    length: u32,
    room: u32,
}

/// A list of arcs for each node.
#[derive(Default)]
struct Lists {
    arcs: Vec<Arc>,
    pieces: Vec<Piece>,
}

impl Lists {
    fn of(&self, node: u32) -> &[Arc] {
        let piece = self.pieces[node as usize];
        &self.arcs[piece.start..piece.start + piece.length as usize]
    }

    /// So many nodes without an arc.
    fn for_nodes(nodes: usize) -> Self {
        Self { arcs: Vec::new(), pieces: vec![Piece::default(); nodes] }
    }

    /// Gives a node without arcs its list, behind all others.
    fn lay(&mut self, node: u32, list: &[Arc]) {
        let length = list.len() as u32;
        self.pieces[node as usize] = Piece { start: self.arcs.len(), length, room: length };
        self.arcs.extend_from_slice(list);
    }

    fn push(&mut self) {
        self.pieces.push(Piece::default());
    }

    fn insert(&mut self, node: u32, at: usize, arc: Arc) {
        let piece = &mut self.pieces[node as usize];
        if piece.length == piece.room {
            let (start, length) = (piece.start, piece.length as usize);
            piece.room = (2 * piece.room).max(4);
            piece.start = self.arcs.len();
            self.arcs.extend_from_within(start..start + length);
            self.arcs.resize(piece.start + piece.room as usize, Arc::default());
        }
        piece.length += 1;
        let list = &mut self.arcs[piece.start..piece.start + piece.length as usize];
        list.copy_within(at..list.len() - 1, at + 1);
        list[at] = arc;
    }

    fn remove(&mut self, node: u32, at: usize) -> Arc {
        let piece = &mut self.pieces[node as usize];
        let list = &mut self.arcs[piece.start..piece.start + piece.length as usize];
        let arc = list[at];
        list.copy_within(at + 1.., at);
        piece.length -= 1;
        arc
    }
}

/// Units that have moved from one place to another.
#[derive(Clone, Copy)]
pub(super) struct Relocated {
    pub(super) right: u32,
    pub(super) from: u32,
    pub(super) to: u32,
}

/// What may be taken of a right node.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) capacity: u32,
    /// Empty, or a step for each unit.
    pub(super) load: Box<[i64]>,
}

impl Offer {
    /// Checks a capacity and its load steps.
    pub(super) fn new(right: u32, capacity: u32, load: &[i64]) -> Result<Self, ProblemError> {
        if !load.is_empty() && load.len() != capacity as usize {
            return Err(ProblemError::LoadLength { right, capacity, steps: load.len() });
        }
        if let Some(&value) = load.iter().find(|step| **step < 0) {
            return Err(ProblemError::Negative { place: format!("right node {right}, load"), value });
        }
        if let Some(position) = load.windows(2).position(|pair| pair[1] < pair[0]) {
            return Err(ProblemError::LoadDecreases { right, step: position + 2 });
        }
        Ok(Self { capacity, load: load.into() })
    }

    /// The load step of a unit.
    pub(super) fn step(&self, unit: u32) -> i64 {
        self.load.get(unit as usize).copied().unwrap_or(0)
    }

    /// The greatest step.
    pub(super) fn dearest(&self) -> i64 {
        self.load.last().copied().unwrap_or(0)
    }
}

/// Stands for "must be assigned".
const MUST: i64 = i64::MAX;

#[derive(Default)]
pub(super) struct Amendable {
    rows: Lists,
    columns: Lists,
    unmatched: Vec<i64>,
    offers: Vec<Offer>,
    units: Vec<Piece>,
    reserve: Vec<i64>,
    // Σᵢ(cmaxᵢ − cminᵢ), and the greatest amounts there ever were: together they bound every price.
    spread: i128,
    cost_max: i64,
    end_max: i64,
}

impl Network for Amendable {
    type Cost = i64;
    fn row(&self, left: u32) -> &[Arc] {
        self.rows.of(left)
    }
    fn column(&self, right: u32) -> &[Arc] {
        self.columns.of(right)
    }
    fn unmatched(&self, left: u32) -> i64 {
        self.unmatched[left as usize]
    }
    fn must_be_assigned(&self, left: u32) -> bool {
        self.unmatched[left as usize] == MUST
    }
    fn first_unit(&self, right: u32) -> u32 {
        self.units[right as usize].start as u32
    }
    fn capacity(&self, right: u32) -> u32 {
        self.units[right as usize].length
    }
    fn reserve(&self, unit: u32) -> i64 {
        self.reserve[unit as usize]
    }
}

fn spread(row: &[Arc]) -> i128 {
    match (row.first(), row.last()) {
        (Some(first), Some(last)) => i128::from(last.cost()) - i128::from(first.cost()),
        _ => 0,
    }
}

impl Amendable {
    pub(super) fn new(problem: &Problem) -> Self {
        let (lefts, rights) = (problem.left_count() as u32, problem.right_count() as u32);
        let mut graph = Self {
            rows: Lists::for_nodes(lefts as usize),
            columns: Lists::for_nodes(rights as usize),
            ..Self::default()
        };
        let order = Numbering::of(problem);
        let order = order.as_ref();
        let mut row: Vec<(i64, u32)> = Vec::new();
        let mut arcs: Vec<Arc> = Vec::new();
        for at in 0..lefts {
            let left = order.map_or(at, |order| order.lefts[at as usize]);
            row.clear();
            row.extend(problem.row_costs(left).iter().copied().zip(problem.row_rights(left).iter().copied()));
            row.sort_unstable();
            arcs.clear();
            arcs.extend(row.iter().map(|(cost, right)| Arc::new(*cost, *right)));
            graph.rows.lay(left, &arcs);
            graph.spread += spread(&arcs);
        }
        let mut columns: Vec<Vec<Arc>> = vec![Vec::new(); rights as usize];
        for left in 0..lefts {
            for arc in graph.rows.of(left) {
                columns[arc.end as usize].push(Arc::new(arc.cost(), left));
            }
            graph.unmatched.push(problem.unmatched(left).price().unwrap_or(MUST));
            graph.end_max = graph.end_max.max(problem.unmatched(left).price().unwrap_or(0));
        }
        for at in 0..rights {
            let right = order.map_or(at, |order| order.rights[at as usize]);
            graph.columns.lay(right, &columns[right as usize]);
        }
        graph.cost_max = problem.cost_max();
        for right in 0..rights {
            let offer = Offer { capacity: problem.capacity(right), load: problem.load(right).into() };
            graph.end_max = graph.end_max.max(offer.dearest());
            graph.offers.push(offer);
            graph.units.push(Piece::default());
            graph.fit_units(right);
        }
        graph
    }

    pub(super) fn lefts(&self) -> usize {
        self.unmatched.len()
    }

    pub(super) fn rights(&self) -> usize {
        self.offers.len()
    }

    /// How many places for units there are, used or not.
    pub(super) fn units(&self) -> usize {
        self.reserve.len()
    }

    pub(super) fn offer(&self, right: u32) -> &Offer {
        &self.offers[right as usize]
    }

    /// What happens to a left node without an arc.
    pub(super) fn terms(&self, left: u32) -> Unmatched {
        match self.unmatched[left as usize] {
            MUST => Unmatched::Forbidden,
            price => Unmatched::Price(price),
        }
    }

    pub(super) fn set_terms(&mut self, left: u32, terms: Unmatched) {
        self.unmatched[left as usize] = terms.price().unwrap_or(MUST);
    }

    /// The cost of an arc, if there is one.
    pub(super) fn cost_of(&self, left: u32, right: u32) -> Option<i64> {
        let column = self.columns.of(right);
        column.binary_search_by_key(&left, |arc| arc.end).ok().map(|at| column[at].cost())
    }

    pub(super) fn push_left(&mut self, terms: Unmatched) {
        self.rows.push();
        self.unmatched.push(terms.price().unwrap_or(MUST));
    }

    /// Drops the last left node.
    pub(super) fn pop_left(&mut self) {
        self.clear_left(self.lefts() as u32 - 1);
        self.rows.pieces.pop();
        self.unmatched.pop();
    }

    pub(super) fn push_right(&mut self, offer: Offer) {
        self.columns.push();
        self.offers.push(offer);
        self.units.push(Piece::default());
    }

    /// Puts an arc in; there must be none between the two.
    pub(super) fn insert(&mut self, left: u32, right: u32, cost: i64) -> Option<Relocated> {
        let row = self.rows.of(left);
        let before = spread(row);
        let at = row.partition_point(|arc| (arc.cost(), arc.end) < (cost, right));
        self.rows.insert(left, at, Arc::new(cost, right));
        self.spread += spread(self.rows.of(left)) - before;
        self.cost_max = self.cost_max.max(cost);
        let at = self.columns.of(right).partition_point(|arc| arc.end < left);
        self.columns.insert(right, at, Arc::new(cost, left));
        self.fit_units(right)
    }

    /// Takes an arc out; returns its cost.
    pub(super) fn remove(&mut self, left: u32, right: u32) -> Option<i64> {
        let cost = self.cost_of(left, right)?;
        let at = self.columns.of(right).partition_point(|arc| arc.end < left);
        self.columns.remove(right, at);
        let row = self.rows.of(left);
        let before = spread(row);
        let at = row.partition_point(|arc| (arc.cost(), arc.end) < (cost, right));
        self.rows.remove(left, at);
        self.spread += spread(self.rows.of(left)) - before;
        Some(cost)
    }

    /// Takes out all arcs of a left node.
    pub(super) fn clear_left(&mut self, left: u32) {
        while let Some(arc) = self.rows.of(left).last() {
            let right = arc.end;
            self.remove(left, right);
        }
    }

    /// Takes out all arcs of a right node.
    pub(super) fn clear_right(&mut self, right: u32) {
        while let Some(arc) = self.columns.of(right).last() {
            let left = arc.end;
            self.remove(left, right);
        }
    }

    /// Replaces what may be taken of a right node, of which no more may be used than the new capacity.
    pub(super) fn set_offer(&mut self, right: u32, offer: Offer) -> Option<Relocated> {
        self.offers[right as usize] = offer;
        self.units[right as usize].length = 0;
        self.fit_units(right)
    }

    /// Sees to it that a right node has as many units as it needs, each with its step.
    fn fit_units(&mut self, right: u32) -> Option<Relocated> {
        let offer = &self.offers[right as usize];
        let needed = offer.capacity.min(self.columns.of(right).len() as u32 + 1);
        let piece = &mut self.units[right as usize];
        if needed <= piece.length {
            return None;
        }
        let mut relocated = None;
        if needed > piece.room {
            // A first piece takes what it needs, a later one leaves room for more.
            let room = if piece.room == 0 { needed } else { offer.capacity.min(needed.saturating_mul(2)) };
            let (from, to) = (piece.start, self.reserve.len());
            self.reserve.resize(to + room as usize, 0);
            (piece.start, piece.room, piece.length) = (to, room, 0);
            relocated = Some(Relocated { right, from: from as u32, to: to as u32 });
        }
        for unit in piece.length..needed {
            self.reserve[piece.start + unit as usize] = offer.step(unit);
        }
        piece.length = needed;
        relocated
    }

    /// Whether arcs `(left, right, cost)`, sorted by left node, and an amount that ends a path would keep every price
    /// within 64 bits.
    pub(super) fn admits(&self, arcs: &[(u32, u32, i64)], end: i64) -> Result<(), ProblemError> {
        let mut wider = self.spread;
        let mut cost_max = self.cost_max;
        for group in arcs.chunk_by(|one, other| one.0 == other.0) {
            let row = self.rows.pieces.get(group[0].0 as usize).map_or(&[][..], |_| self.rows.of(group[0].0));
            let costs = || group.iter().map(|arc| arc.2).chain(row.first().map(|arc| arc.cost()));
            let least = costs().min().unwrap_or(0);
            let most = costs().chain(row.last().map(|arc| arc.cost())).max().unwrap_or(0);
            wider += i128::from(most) - i128::from(least) - spread(row);
            cost_max = cost_max.max(most);
        }
        let bound = wider + i128::from(cost_max) + i128::from(self.end_max.max(end));
        if bound > i128::from(i64::MAX / 8) { Err(ProblemError::Overflow { bound }) } else { Ok(()) }
    }

    /// Whether units could still be named by 32 bits after arcs to these right nodes, or one of them anew with a capacity.
    pub(super) fn has_room(
        &self,
        arcs_to: impl Iterator<Item = u32>,
        capacity: u32,
    ) -> Result<(), ProblemError> {
        // A right node that k arcs come to takes four times its need at most, all moves together.
        let need = |right: u32| {
            let pieces = self.columns.pieces.get(right as usize);
            4 * (pieces.map_or(0, |piece| piece.length as usize) + 2)
        };
        let units =
            self.reserve.len() + arcs_to.map(need).sum::<usize>() + 2 * capacity.min(1 << 30) as usize;
        if units < u32::MAX as usize { Ok(()) } else { Err(ProblemError::TooMany { what: "units" }) }
    }

    /// Notes an amount that ends a path.
    pub(super) fn note_end(&mut self, end: i64) {
        self.end_max = self.end_max.max(end);
    }

    /// As a problem of its own; rows by cost.
    pub(super) fn problem(&self) -> Problem {
        let mut builder = ProblemBuilder::new();
        for offer in &self.offers {
            builder.push_right(offer.capacity, &offer.load).expect("an offer is checked when it is made");
        }
        for left in 0..self.lefts() as u32 {
            let row: Vec<(u32, i64)> = self.rows.of(left).iter().map(|arc| (arc.end, arc.cost())).collect();
            builder.push_left(self.terms(left), &row).expect("arcs are checked before they are put in");
        }
        builder.finish().expect("amounts are bounded before they are put in")
    }
}
