//! The right nodes that a search has reached and not yet left behind, the nearest first.
//!
//! Dijkstra's queue for both sides of the exact repair: a binary heap with keys (distance, moves, right node). Where moves are
//! not counted, ties fall by index, and right nodes reached at the present distance skip the heap ([`Ties`]). Kept between
//! searches, so that a search costs only what it sees.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Which of equally short paths is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::assignment) enum Ties {
    /// The one that is found first.
    Any,
    /// The one that moves fewest left nodes: somebody was told whom she has.
    FewestMoves,
}

impl Ties {
    /// How many moves a way has that goes one further than one of so many; 0 where they are not counted.
    fn after(self, moves: u32) -> u32 {
        match self {
            Self::Any => 0,
            Self::FewestMoves => moves + 1,
        }
    }
}

/// No distance at all: beyond every other.
pub(super) const FAR: i64 = i64::MAX;

/// The distance a search has come to before its first right node: below all others.
pub(super) const NOWHERE: i64 = i64::MIN;

/// Distances of right nodes, and which of them wait.
pub(super) struct Reached {
    ties: Ties,
    distance: Vec<i64>,
    moves: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32, u32)>>,
    at_once: Vec<u32>,
}

impl Reached {
    /// None of so many right nodes.
    pub(super) fn none(rights: usize, ties: Ties) -> Self {
        Self {
            ties,
            distance: vec![FAR; rights],
            moves: vec![0; rights],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
            at_once: Vec::new(),
        }
    }

    /// Makes room for right nodes that came since.
    pub(super) fn grow(&mut self, rights: usize) {
        self.distance.resize(rights, FAR);
        self.moves.resize(rights, 0);
    }

    pub(super) fn distance(&self, right: u32) -> i64 {
        self.distance[right as usize]
    }

    /// By how many moves a right node was reached; 0 where they are not counted.
    pub(super) fn moves(&self, right: u32) -> u32 {
        self.moves[right as usize]
    }

    /// How many moves a way has that goes one further than one of so many.
    pub(super) fn after(&self, moves: u32) -> u32 {
        self.ties.after(moves)
    }

    /// Whether a way is shorter than the one known.
    pub(super) fn improves(&self, right: u32, way: (i64, u32)) -> bool {
        way < (self.distance(right), self.moves(right))
    }

    /// A right node is reached by (distance, moves), when the search has come to the distance `present`.
    pub(super) fn reach(&mut self, right: u32, (distance, moves): (i64, u32), present: i64) {
        let at = right as usize;
        if self.distance[at] == FAR {
            self.touched.push(right);
        }
        self.distance[at] = distance;
        self.moves[at] = moves;
        if distance == present && self.ties == Ties::Any {
            self.at_once.push(right);
        } else {
            self.heap.push(Reverse((distance, moves, right)));
        }
    }

    /// The nearest right node not yet left behind, with its distance, if that is below a limit.
    pub(super) fn nearest(&mut self, below: i64) -> Option<(i64, u32)> {
        if let Some(right) = self.at_once.pop() {
            let distance = self.distance(right);
            return (distance < below).then_some((distance, right));
        }
        while let Some(Reverse((distance, moves, right))) = self.heap.pop() {
            if distance >= below {
                return None;
            }
            // An entry with another distance was superseded by a nearer one.
            if (distance, moves) == (self.distance(right), self.moves(right)) {
                return Some((distance, right));
            }
        }
        None
    }

    /// Back to none. Cost: what was reached.
    pub(super) fn forget(&mut self) {
        for right in self.touched.drain(..) {
            self.distance[right as usize] = FAR;
            self.moves[right as usize] = 0;
        }
        self.heap.clear();
        self.at_once.clear();
    }
}
