//! Ctrl-C: the work stops, nothing is left half-written, and the exit status is 130, as of whatever a signal has stopped.
//!
//! Until the first byte goes to the disk there is nothing to tidy up: the work is asked to stop, which solvers hear by
//! their progress callback, and whatever has not stopped after a grace of 100 ms is ended where it stands. While files are being
//! written they are removed first. A second Ctrl-C ends the process at once.

use std::process::exit;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context;

/// Exit status of what was stopped by SIGINT: 128 + 2.
pub const STATUS: u8 = 130;
/// How long the work may take to stop of itself.
const GRACE: Duration = Duration::from_millis(100);

/// Somebody pressed Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[error("已取消，未写出任何文件 / cancelled, nothing was written")]
pub struct Cancelled;

/// Where the process stands.
struct State {
    asked: bool,
    /// Files are being written: stopping means removing them.
    writing: bool,
}

static STATE: Mutex<State> = Mutex::new(State { asked: false, writing: false });

fn state() -> MutexGuard<'static, State> {
    // Two truth values are whole whatever became of the thread that last held them.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on Ctrl-C asks instead of killing.
///
/// # Errors
/// The system refuses a handler.
pub fn listen() -> anyhow::Result<()> {
    ctrlc::set_handler(on_signal).context("无法接管 Ctrl-C / Ctrl-C cannot be handled")
}

fn on_signal() {
    let again = std::mem::replace(&mut state().asked, true);
    if again {
        exit(STATUS.into());
    }
    // Apart from this thread, which hears the second Ctrl-C.
    thread::spawn(|| {
        thread::sleep(GRACE);
        // Held until the end: no file is begun any more.
        let state = state();
        if !state.writing {
            eprintln!("{Cancelled}");
            exit(STATUS.into());
        }
    });
}

/// Whether the work is to stop.
pub fn asked() -> bool {
    state().asked
}

/// Says that files will be written from now on.
///
/// # Errors
/// [`Cancelled`] where somebody asked to stop before.
pub fn before_writing() -> Result<(), Cancelled> {
    let mut state = state();
    if state.asked {
        return Err(Cancelled);
    }
    state.writing = true;
    Ok(())
}

/// What the user is told of an error: of a stop, only that.
pub fn or_cancelled(error: anyhow::Error) -> anyhow::Error {
    if asked() { Cancelled.into() } else { error }
}
