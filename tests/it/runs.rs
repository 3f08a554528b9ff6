//! Runs: from the people of the store to a proven plan, made by workers, asked, published. All persons are invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod cancelled;
pub(crate) mod county;
mod flow;
pub(crate) mod ground;
mod kept;
mod killed;
mod publication;
mod remains;
mod snapshot;
mod watching;
