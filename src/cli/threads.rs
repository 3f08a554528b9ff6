//! The threads that a verb computes on.

use anyhow::Context;

/// Makes the thread that runs a verb one of the pool, of so many, or as many as there are processors. Beside the pool it would hand over
/// one piece of work after the other and wait, and often one thread of two begins late then.
///
/// Not for verbs that serve: while their first thread waits for guests, it would see to no work of the pool.
///
/// # Errors
/// The system refuses threads.
pub(super) fn begin(threads: Option<usize>) -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, |threads| threads.max(1)))
        .use_current_thread()
        .build_global()
        .context("线程无法启动 / the threads could not be started")
}
