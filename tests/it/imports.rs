//! Divisions, policies, imports and exports as an office uses them. All persons are invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod bounds;
mod commit;
mod correct;
mod divisions;
mod exports;
mod hostile;
mod killed;
mod lists;
mod round_trip;
mod sheets;
