//! The volunteer's side of the exact repair: a right node whose next unit is cheaper than its price gives it away or lowers
//! the price.
//!
//! The mirror image of the search for a left node. Lowering vⱼ by δ lets in the left nodes with cᵢⱼ + vⱼ − uᵢ ≤ δ, and one
//! that comes leaves a unit of its own right node free, which then goes on at the same distance. Ways to end: a left node
//! that stays unmatched is drawn in; or the price of a right node on the way (the first included) comes down to the step of
//! the unit that is free there, so that it may stay free. With D the distance of the nearest end, each right node passed
//! at d < D falls by D − d. No left node loses an arc.
//!
//! Dijkstra over columns, the nearest right node from [`Reached`].

use super::graph::{NONE, Network};
use super::reached::{FAR, NOWHERE, Reached, Ties};
use super::state::State;

/// The end of a path.
#[derive(Clone, Copy)]
enum End {
    /// The free unit of this right node stays free.
    StaysFree(u32),
    /// The left node, which was unmatched, takes the free unit of the right node at a cost.
    DrawnIn { left: u32, right: u32, cost: i64 },
}

/// How a right node was reached: its holder `left` would move to `to` at `cost`.
#[derive(Clone, Copy)]
struct Step {
    left: u32,
    to: u32,
    cost: i64,
}

/// Scratch, kept between draws so that a draw costs only what it sees.
pub(in crate::assignment) struct Draw {
    reached: Reached,
    step: Vec<Step>,
    passed: Vec<u32>,
    best: i64,
    end: End,
    /// Arcs looked at so far.
    pub(in crate::assignment) arcs_scanned: u64,
}

impl Draw {
    pub(in crate::assignment) fn new(rights: usize, ties: Ties) -> Self {
        Self {
            reached: Reached::none(rights, ties),
            step: vec![Step { left: NONE, to: NONE, cost: 0 }; rights],
            passed: Vec::new(),
            best: FAR,
            end: End::StaysFree(NONE),
            arcs_scanned: 0,
        }
    }

    /// Makes room for right nodes that came since.
    pub(in crate::assignment) fn grow(&mut self, rights: usize) {
        self.reached.grow(rights);
        self.step.resize(rights, Step { left: NONE, to: NONE, cost: 0 });
    }

    /// Gives away the next unit of `right`, or lowers prices until it may stay free.
    pub(in crate::assignment) fn settle<N: Network>(&mut self, graph: &N, state: &mut State, right: u32) {
        self.reached.reach(right, (0, 0), NOWHERE);
        let step = state.next_step(graph, right).unwrap_or_else(|| state.last_step(graph, right));
        self.may_stay_free(right, state.price[right as usize] - step);
        while let Some((distance, node)) = self.reached.nearest(self.best) {
            self.passed.push(node);
            self.scan(graph, state, node, distance);
        }
        for &node in &self.passed {
            state.add_to_price(graph, node, -(self.best - self.reached.distance(node)).max(0));
        }
        self.augment(graph, state, right);
        self.reached.forget();
        self.passed.clear();
        self.best = FAR;
    }

    /// Takes note of what it is to leave a unit of a right node free.
    fn may_stay_free(&mut self, right: u32, distance: i64) {
        if distance < self.best {
            self.best = distance;
            self.end = End::StaysFree(right);
        }
    }

    fn scan<N: Network>(&mut self, graph: &N, state: &State, node: u32, distance: i64) {
        let price = state.price[node as usize];
        let moves = self.reached.after(self.reached.moves(node));
        for arc in graph.column(node) {
            self.arcs_scanned += 1;
            let (left, cost) = (arc.end, arc.cost());
            let reached = distance + cost + price - state.worth(left);
            if reached >= self.best {
                continue;
            }
            match state.right_of(left) {
                NONE => {
                    self.best = reached;
                    self.end = End::DrawnIn { left, right: node, cost };
                }
                old if self.reached.improves(old, (reached, moves)) => {
                    self.reached.reach(old, (reached, moves), distance);
                    self.step[old as usize] = Step { left, to: node, cost };
                    let above = state.price[old as usize] - state.last_step(graph, old);
                    self.may_stay_free(old, reached + above);
                    if self.best <= distance {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn augment<N: Network>(&mut self, graph: &N, state: &mut State, start: u32) {
        let (last, drawn_in) = match self.end {
            End::StaysFree(right) => (right, None),
            End::DrawnIn { left, right, cost } => (right, Some((left, cost))),
        };
        // From the start on: each left node that moves leaves the place that the next one takes.
        let mut path = Vec::new();
        let mut right = last;
        while right != start {
            path.push(right);
            right = self.step[right as usize].to;
        }
        let mut place = None;
        for right in path.into_iter().rev() {
            let Step { left, to, cost } = self.step[right as usize];
            place = Some(match place {
                None => state.take_unit(graph, left, to, cost),
                Some(place) => state.sit(left, to, cost, place),
            });
        }
        match (drawn_in, place) {
            (Some((left, cost)), None) => {
                state.take_unit(graph, left, last, cost);
            }
            (Some((left, cost)), Some(place)) => {
                state.sit(left, last, cost, place);
            }
            (None, Some(place)) => state.give_up(graph, last, place),
            (None, None) => {}
        }
    }
}
