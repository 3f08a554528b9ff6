//! How far a solve has come, told to the caller now and then, and whether the caller wants it to end.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::assignment::solution::{Phase, Progress, SolveError, Statistics};

/// Something that is told of every bid, and may end the bidding.
pub(super) trait Pulse {
    fn beat(&mut self) -> Result<(), SolveError>;
}

/// The pulse of one task among several: counts, and stops when the flag is raised.
pub(super) struct Counter<'a> {
    pub(super) bids: u64,
    pub(super) stop: &'a AtomicBool,
}

impl Pulse for Counter<'_> {
    fn beat(&mut self) -> Result<(), SolveError> {
        self.bids += 1;
        if self.bids.is_multiple_of(BETWEEN) && self.stop.load(Ordering::Relaxed) {
            return Err(SolveError::Cancelled);
        }
        Ok(())
    }
}

impl Pulse for Report<'_> {
    fn beat(&mut self) -> Result<(), SolveError> {
        self.statistics.bids += 1;
        self.tick()
    }
}

/// Bids or searches between two words to the caller: a millisecond or so.
const BETWEEN: u64 = 1 << 12;

pub(super) struct Report<'a> {
    callback: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    pub(super) statistics: Statistics,
    progress: Progress,
    ticks: u64,
}

impl<'a> Report<'a> {
    pub(super) fn new(callback: &'a mut dyn FnMut(Progress) -> ControlFlow<()>) -> Self {
        let progress = Progress { phase: Phase::Preparation, done: 0, total: 1 };
        Self { callback, statistics: Statistics::default(), progress, ticks: 0 }
    }

    /// Says that a phase has begun.
    pub(super) fn begin(&mut self, phase: Phase, total: u64) -> Result<(), SolveError> {
        self.progress = Progress { phase, done: 0, total };
        self.tell()
    }

    /// The phase takes more, or less, than was said when it began.
    pub(super) fn expect(&mut self, total: u64) {
        self.progress.total = total;
    }

    /// Says that so much of the phase is done.
    pub(super) fn done(&mut self, done: u64) -> Result<(), SolveError> {
        self.progress.done = done;
        self.tell()
    }

    /// Counts a piece of work too small to speak of.
    pub(super) fn tick(&mut self) -> Result<(), SolveError> {
        self.ticks += 1;
        if self.ticks.is_multiple_of(BETWEEN) { self.tell() } else { Ok(()) }
    }

    /// Tells the caller.
    pub(super) fn tell(&mut self) -> Result<(), SolveError> {
        match (self.callback)(self.progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(SolveError::Cancelled),
        }
    }
}
