//! The store, every behaviour on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod audit;
mod backup;
pub(crate) mod ground;
mod idempotency;
mod offers_deadline;
mod opening;
mod passing;
mod rotation;
mod statements;
