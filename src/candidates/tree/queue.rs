//! What waits in a best-first search.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Order;

/// Something that waits in a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// With its exact cost.
    Evaluated(u32, i64),
    Item(u32),
    /// With its depth.
    Node(u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    /// The least rank comes first, then the least turn; the greater of two such numbers.
    precedence: u128,
    pub(super) key: i64,
    pub(super) step: Step,
}

impl Waiting {
    fn new((rank, key): (i64, i64), turn: u64, step: Step) -> Self {
        let ascending = rank.cast_unsigned() ^ (1 << 63);
        let precedence = !(u128::from(ascending) << 64 | u128::from(turn));
        Self { precedence, key, step }
    }

    pub(super) fn turn(&self) -> u64 {
        !self.precedence as u64
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.precedence.cmp(&other.precedence).then_with(|| other.step.cmp(&self.step))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What waits. Most often the next is what came last, so the best of these stands apart from the heap.
pub(super) struct Queue {
    below: i64,
    order: Order,
    late: Option<Waiting>,
    heap: BinaryHeap<Waiting>,
}

impl Queue {
    pub(super) fn new(below: i64, order: Order) -> Self {
        Self { below, order, late: None, heap: BinaryHeap::with_capacity(64) }
    }

    pub(super) fn pop(&mut self) -> Option<Waiting> {
        match self.late {
            Some(late) if self.heap.peek().is_none_or(|first| late > *first) => self.late.take(),
            _ => self.heap.pop(),
        }
    }

    /// Whether nothing of such a cost or more is wanted.
    pub(super) fn rules_out(&self, cost: i64, weight: i64) -> bool {
        cost.saturating_add(weight) >= self.below
    }

    /// The cost from which on something of such a weight is not wanted.
    pub(super) fn cost_below(&self, weight: i64) -> i64 {
        self.below.saturating_sub(weight)
    }

    pub(super) fn offer(&mut self, cost: Option<i64>, weight: i64, turn: u64, step: Step) {
        let Some(cost) = cost else { return };
        let key = cost.saturating_add(weight);
        if key < self.below {
            let waiting = Waiting::new((self.order.rank(key), key), turn, step);
            match &mut self.late {
                Some(late) if waiting > *late => self.heap.push(std::mem::replace(late, waiting)),
                Some(_) => self.heap.push(waiting),
                late @ None => *late = Some(waiting),
            }
        }
    }
}
