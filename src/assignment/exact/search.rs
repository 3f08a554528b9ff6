//! The child's side of the exact repair: a shortest alternating path for a left node without an arc.
//!
//! Distances are those at which a left node's option u stands: a right node j is reached from left node i at
//! base(i) + cᵢⱼ + vⱼ, where base is 0 for the open node and, for a left node that holds a unit of a right node j′
//! reached at d, d − (cᵢⱼ′ + vⱼ′). Ways out: a unit to spare (d, and what its step is above v), or a left node that stays
//! unmatched (base + its price). With D the distance of the best way out, each right node left behind at d < D rises by
//! D − d; this keeps all arcs of assigned left nodes tight and makes the path tight. Dijkstra, the nearest right node from
//! [`Reached`].
//!
//! References: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment
//! problems", Computing 38, 1987; Ahuja, Magnanti, Orlin, "Network Flows", 1993, section 9.7.

use super::graph::{NONE, Network};
use super::reached::{FAR, NOWHERE, Reached, Ties};
use super::state::State;

/// How a search ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::assignment) enum Outcome {
    /// The left node has an arc, or it or another one now stays unmatched.
    Settled,
    /// Every node it reaches must be assigned and every right node reached is full.
    NoWayOut,
}

/// The end of a path.
#[derive(Clone, Copy)]
enum WayOut {
    /// A unit of this right node is to spare.
    Unit(u32),
    /// This left node stays unmatched.
    Unmatched(u32),
}

/// Scratch of the searches, kept between them so that a search costs only what it sees.
pub(in crate::assignment) struct Search {
    reached: Reached,
    from: Vec<(u32, i64)>,
    left_behind: Vec<u32>,
    best: i64,
    way_out: Option<WayOut>,
    /// Arcs looked at so far.
    pub(in crate::assignment) arcs_scanned: u64,
}

impl Search {
    pub(in crate::assignment) fn new(rights: usize, ties: Ties) -> Self {
        Self {
            reached: Reached::none(rights, ties),
            from: vec![(NONE, 0); rights],
            left_behind: Vec::new(),
            best: FAR,
            way_out: None,
            arcs_scanned: 0,
        }
    }

    /// Makes room for right nodes that came since.
    pub(in crate::assignment) fn grow(&mut self, rights: usize) {
        self.reached.grow(rights);
        self.from.resize(rights, (NONE, 0));
    }

    /// Settles the open left node `start`.
    pub(in crate::assignment) fn settle<N: Network>(
        &mut self,
        graph: &N,
        state: &mut State,
        start: u32,
    ) -> Outcome {
        self.explore(graph, state, start);
        let outcome = match self.way_out {
            Some(way_out) => {
                for &right in &self.left_behind {
                    state.add_to_price(graph, right, self.best - self.reached.distance(right));
                }
                self.augment(graph, state, start, way_out);
                Outcome::Settled
            }
            None => Outcome::NoWayOut,
        };
        self.forget();
        outcome
    }

    fn explore<N: Network>(&mut self, graph: &N, state: &State, start: u32) {
        self.offer_unmatched(graph, start, 0);
        self.scan(graph, state, (start, 0, 0), NOWHERE);
        while let Some((distance, right)) = self.reached.nearest(self.best) {
            self.left_behind.push(right);
            let moves = self.reached.moves(right);
            for &left in state.holders(graph, right) {
                let base = distance - state.worth(left);
                self.offer_unmatched(graph, left, base);
                self.scan(graph, state, (left, base, moves), distance);
                if self.best <= distance {
                    return;
                }
            }
        }
    }

    fn offer_unmatched<N: Network>(&mut self, graph: &N, left: u32, base: i64) {
        let price = graph.unmatched(left);
        if !graph.must_be_assigned(left) && base + price < self.best {
            self.best = base + price;
            self.way_out = Some(WayOut::Unmatched(left));
        }
    }

    /// Follows the arcs of a left node, which is reached at `base` by so many moves; `present` is the distance the search has come to.
    fn scan<N: Network>(
        &mut self,
        graph: &N,
        state: &State,
        (left, base, moves): (u32, i64, u32),
        present: i64,
    ) {
        let moves = self.reached.after(moves);
        for arc in graph.row(left) {
            self.arcs_scanned += 1;
            let (right, cost) = (arc.end, arc.cost());
            if base + cost >= self.best {
                return;
            }
            let price = state.price[right as usize];
            let distance = base + cost + price;
            if distance >= self.best || !self.reached.improves(right, (distance, moves)) {
                continue;
            }
            self.reached.reach(right, (distance, moves), present);
            self.from[right as usize] = (left, cost);
            if let Some(step) = state.next_step(graph, right) {
                let out = distance + (step - price).max(0);
                if out < self.best {
                    self.best = out;
                    self.way_out = Some(WayOut::Unit(right));
                    if out <= present {
                        return;
                    }
                }
            }
        }
    }

    /// Moves every left node on the path one arc on, from the way out back to the start.
    fn augment<N: Network>(&self, graph: &N, state: &mut State, start: u32, way_out: WayOut) {
        let (mut right, mut place) = match way_out {
            WayOut::Unmatched(left) if left == start => return,
            WayOut::Unmatched(left) => (state.right_of(left), state.leave(graph, left)),
            WayOut::Unit(right) => {
                let (left, cost) = self.from[right as usize];
                let old = state.right_of(left);
                let place = state.take_unit(graph, left, right, cost);
                if left == start {
                    return;
                }
                (old, place)
            }
        };
        loop {
            let (left, cost) = self.from[right as usize];
            let old = state.right_of(left);
            place = state.sit(left, right, cost, place);
            if left == start {
                return;
            }
            right = old;
        }
    }

    fn forget(&mut self) {
        self.reached.forget();
        self.left_behind.clear();
        self.best = FAR;
        self.way_out = None;
    }
}
