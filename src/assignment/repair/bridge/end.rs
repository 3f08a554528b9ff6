//! One of the two searches of a bridge: what it has seen, and what it passes next.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::assignment::exact::graph::NONE;

const FAR: i64 = i64::MAX;

/// A length, then how many left nodes move.
pub(super) type Key = (i64, u32);

pub(super) const NO_KEY: Key = (FAR, u32::MAX);

/// A left node, and the arc that it would take.
#[derive(Clone, Copy)]
pub(super) struct Step {
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) cost: i64,
}

/// A right node as one of the two searches sees it.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    key: Key,
    /// Ahead: who would come to it. Back: which holder would leave it, and for what.
    pub(super) step: Step,
}

impl Seen {
    const NEVER: Self = Self { key: NO_KEY, step: Step { left: NONE, right: NONE, cost: 0 } };
}

/// What one of the two searches has seen.
pub(super) struct End {
    pub(super) seen: Vec<Seen>,
    touched: Vec<u32>,
    /// Right nodes of which the holders, or the column, were looked at; by key.
    passed: Vec<u32>,
    heap: BinaryHeap<Reverse<(Key, u32)>>,
    /// In place of the heap where only tight arcs count: there right nodes are met in the order of their keys.
    queue: VecDeque<u32>,
    /// Arcs looked at in this search.
    pub(super) scanned: u64,
    /// The distance at which this end settles its node without the other.
    pub(super) limit: i64,
    /// Whether ways over tight arcs are looked for and no others.
    pub(super) only_tight: bool,
    /// The greatest distance from which it is of use to go on, and the least of those beyond that were met with.
    pub(super) ceiling: i64,
    beyond: i64,
}

impl End {
    pub(super) fn new(rights: usize) -> Self {
        let mut end = Self {
            seen: Vec::new(),
            touched: Vec::new(),
            passed: Vec::new(),
            heap: BinaryHeap::new(),
            queue: VecDeque::new(),
            scanned: 0,
            limit: FAR,
            only_tight: false,
            ceiling: FAR,
            beyond: FAR,
        };
        end.grow(rights);
        end
    }

    pub(super) fn grow(&mut self, rights: usize) {
        self.seen.resize(rights, Seen::NEVER);
    }

    pub(super) fn key(&self, right: u32) -> Key {
        self.seen[right as usize].key
    }

    /// Notes a way to a right node; says whether it is nearer than any before. However far it is, the other end may be met there; but
    /// only from below limit and ceiling it is of use to go on.
    pub(super) fn reach(&mut self, right: u32, key: Key, step: Step) -> bool {
        let seen = &mut self.seen[right as usize];
        if key >= seen.key {
            return false;
        }
        if seen.key == NO_KEY {
            self.touched.push(right);
        }
        *seen = Seen { key, step };
        if key.0 > self.ceiling {
            self.beyond = self.beyond.min(key.0);
        } else if self.only_tight {
            self.queue.push_back(right);
        } else if key.0 < self.limit {
            self.heap.push(Reverse((key, right)));
        }
        true
    }

    /// Beyond this distance nothing is of use: what is not tight, or what is longer than a path that is known.
    pub(super) fn farthest(&self, best: Key) -> i64 {
        if self.only_tight { 0 } else { best.0 }
    }

    /// How many right nodes wait to be passed, or more: some of the heap were superseded.
    pub(super) fn waiting(&self) -> usize {
        self.heap.len() + self.queue.len()
    }

    /// The least key of what this end has not passed; none where nothing of use is left.
    pub(super) fn next(&mut self) -> Option<Key> {
        if self.only_tight {
            return self.queue.front().map(|right| self.key(*right));
        }
        while let Some(Reverse((key, right))) = self.heap.peek().copied() {
            if key.0 >= self.limit || key.0 > self.ceiling {
                self.beyond = self.beyond.min(key.0);
                return None;
            }
            // An entry with another key was superseded by a nearer one.
            if key == self.key(right) {
                return Some(key);
            }
            self.heap.pop();
        }
        None
    }

    /// No right node that this end has not passed has a lesser key.
    pub(super) fn front(&mut self) -> Key {
        self.next().unwrap_or((self.limit.min(self.beyond), 0))
    }

    pub(super) fn pass(&mut self) -> Option<(Key, u32)> {
        let right = if self.only_tight { self.queue.pop_front()? } else { self.heap.pop()?.0.1 };
        self.passed.push(right);
        Some((self.key(right), right))
    }

    /// Right nodes nearer than a distance, with how much nearer they are.
    pub(super) fn within(&self, distance: i64) -> impl Iterator<Item = (u32, i64)> {
        let nearer = move |right: &u32| (*right, distance.saturating_sub(self.key(*right).0));
        self.passed.iter().map(nearer).take_while(|(_, by)| *by > 0)
    }

    pub(super) fn forget(&mut self) {
        for right in self.touched.drain(..) {
            self.seen[right as usize] = Seen::NEVER;
        }
        self.passed.clear();
        self.heap.clear();
        self.queue.clear();
        (self.limit, self.ceiling, self.beyond) = (FAR, FAR, FAR);
        self.scanned = 0;
    }
}
