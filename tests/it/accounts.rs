//! Accounts as their users and keepers see them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod api_keys;
mod forged;
mod lock_out;
mod second_factor;
mod sessions;
mod setup;
mod teams;
mod terminal;
mod trail;
mod users;
