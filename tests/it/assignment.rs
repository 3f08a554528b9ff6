//! The assignment engine against oracles written to be read: brute force, duality, a dense Hungarian method.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report, in its helpers too")]

mod baselines;
mod certificate;
mod exact;
mod extreme_prices;
mod fewest_moves;
mod going_on;
mod insist;
mod large;
mod many_units;
mod overflow;
mod plain;
mod reader;
mod repair;
