//! What must hold when the power fails, when everybody wants the same thing, and when answers get lost.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod kill;
mod race;
mod season;
