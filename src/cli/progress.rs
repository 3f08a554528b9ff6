//! What a verb is at and how much of it is done, on a terminal, once the work takes longer than a glance.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::assignment::{Phase, Progress};

/// Work shorter than this shows nothing.
const GLANCE: Duration = Duration::from_millis(500);
/// How often a phase of unknown length moves.
const TICK: Duration = Duration::from_millis(200);

/// One line on the terminal; nothing where standard error is none.
pub struct ProgressLine {
    started: Instant,
    bar: Option<ProgressBar>,
    phase: String,
}

impl ProgressLine {
    /// A line that shows nothing yet.
    pub fn new() -> Self {
        Self { started: Instant::now(), bar: None, phase: String::new() }
    }

    /// Begins a phase of which nobody knows how long it takes.
    pub fn begin(&mut self, phase: &str) {
        phase.clone_into(&mut self.phase);
        if let Some(bar) = self.bar() {
            bar.set_style(style("{spinner} {msg} {elapsed}"));
            bar.enable_steady_tick(TICK);
        }
    }

    /// Shows how much of a phase is done.
    pub fn share(&mut self, phase: &str, done: u64, total: u64) {
        if self.phase != phase {
            phase.clone_into(&mut self.phase);
            if let Some(bar) = &self.bar {
                bar.disable_steady_tick();
            }
        }
        if let Some(bar) = self.bar() {
            bar.set_style(style("{msg} {bar:40} {percent}% {elapsed}"));
            bar.set_length(total.max(1));
            bar.set_position(done.min(total.max(1)));
        }
    }

    /// Shows how far a solver has come.
    pub fn solver(&mut self, work: &str, step: Progress) {
        let (zh, en) = match step.phase {
            Phase::Preparation => ("准备", "preparation"),
            Phase::Auction => ("竞价", "auction"),
            Phase::Repair => ("修补", "repair"),
        };
        self.share(&format!("{work} {zh} / {en}"), step.done, step.total);
    }

    /// Takes the line off the terminal.
    pub fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn bar(&mut self) -> Option<&ProgressBar> {
        let due = self.started.elapsed() > GLANCE && std::io::stderr().is_terminal();
        if due && self.bar.is_none() {
            self.bar = Some(ProgressBar::new(0));
        }
        let bar = self.bar.as_ref()?;
        bar.set_message(self.phase.clone());
        Some(bar)
    }
}

impl Default for ProgressLine {
    fn default() -> Self {
        Self::new()
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
