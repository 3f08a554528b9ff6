//! Children and volunteers: what is stored of them, who sees what of it, and what becomes of it. All are invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod bars;
mod consents;
mod erasure;
pub(crate) mod made;
mod masking;
mod races;
mod round_trip;
mod rows;
mod scope;
mod search;
