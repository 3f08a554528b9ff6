//! How far a solve has come, told to the caller now and then, and whether the caller wants it to end.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::assignment::solution::{Heard, Phase, Progress, SolveError, Statistics};

/// Something that is told of every bid, and may end the bidding.
pub(super) trait Pulse {
    fn beat(&mut self) -> Result<(), SolveError>;
}

/// What tasks that run at the same time tell the caller, whoever is free to; all end once the caller wants that.
pub(super) struct Shared<'s, 'a> {
    report: Mutex<&'s mut Report<'a>>,
    ended: AtomicBool,
}

impl<'s, 'a> Shared<'s, 'a> {
    pub(super) fn new(report: &'s mut Report<'a>) -> Self {
        Self { report: Mutex::new(report), ended: AtomicBool::new(false) }
    }

    fn tell(&self) -> Result<(), SolveError> {
        // Where another is telling, that will do.
        if let Ok(mut report) = self.report.try_lock()
            && report.tell().is_err()
        {
            self.ended.store(true, Ordering::Relaxed);
        }
        if self.ended.load(Ordering::Relaxed) { Err(SolveError::Cancelled) } else { Ok(()) }
    }
}

/// The pulse of one task among several.
pub(super) struct Counter<'c, 's, 'a> {
    pub(super) bids: u64,
    pub(super) shared: &'c Shared<'s, 'a>,
}

impl Pulse for Counter<'_, '_, '_> {
    fn beat(&mut self) -> Result<(), SolveError> {
        self.bids += 1;
        if self.bids.is_multiple_of(BETWEEN) { self.shared.tell() } else { Ok(()) }
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
    callback: &'a mut Heard<'a>,
    pub(super) statistics: Statistics,
    progress: Progress,
    ticks: u64,
}

impl<'a> Report<'a> {
    pub(super) fn new(callback: &'a mut Heard<'_>) -> Self {
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
