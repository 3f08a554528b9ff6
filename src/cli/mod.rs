//! The command line: one file a verb.

pub mod generate;
pub mod solve;
