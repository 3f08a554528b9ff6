//! The API as a client sees it: a real server on a real port, over a database in a folder that is thrown away.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod below_the_wire;
pub(crate) mod client;
mod document;
pub(crate) mod dump;
mod every_response;
mod matrix;
mod proxies;
mod queries;
mod readme;
mod reads;
pub(crate) mod samples;
pub(crate) mod server;
mod turns;
