//! Living pairs: how they begin, who must say yes, what stops them, what was done. All persons are invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod again;
mod contacts;
mod days;
mod histories;
mod hooks;
mod interests;
pub(crate) mod made;
mod own;
mod race;
mod rules;
mod states;
mod tick;
mod units;
