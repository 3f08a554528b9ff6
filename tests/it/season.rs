//! A whole season over HTTP: from sheets to living pairs and their ends. All persons are invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod model;
mod office;
mod script;
mod trail;
