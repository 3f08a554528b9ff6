//! The least few of many, in order.

use crate::assignment::exact::graph::NONE;

/// The least `N` of the arcs that were offered, in order.
#[derive(Clone, Copy)]
pub(super) struct Least<const N: usize> {
    best: [(i64, u32); N],
}

impl<const N: usize> Least<N> {
    /// Only values below this are of interest.
    pub(super) fn below(value: i64) -> Self {
        Self { best: [(value, NONE); N] }
    }

    /// Only values below this are of interest still.
    pub(super) fn limit(&self) -> i64 {
        self.best[N - 1].0
    }

    /// Takes an arc if it is one of the least.
    pub(super) fn offer(&mut self, value: i64, arc: u32) {
        if value >= self.limit() {
            return;
        }
        let mut at = N - 1;
        while at > 0 && value < self.best[at - 1].0 {
            self.best[at] = self.best[at - 1];
            at -= 1;
        }
        self.best[at] = (value, arc);
    }

    /// Takes those of another that are among the least of both.
    pub(super) fn take(&mut self, other: &Self) {
        other.best.iter().for_each(|(value, arc)| self.offer(*value, *arc));
    }

    /// The arcs, least first.
    pub(super) fn arcs(&self) -> impl Iterator<Item = u32> {
        self.best.iter().map(|(_, arc)| *arc).take_while(|arc| *arc != NONE)
    }
}
