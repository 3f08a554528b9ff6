//! Proposals and offers through the API: what coordinators decide, what volunteers answer, and the plan that follows. All persons are
//! invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod answers;
mod decisions;
mod following;
pub(crate) mod ground;
mod links;
mod races;
mod repaired;
mod withdrawn;
