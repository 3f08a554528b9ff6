//! The command line: one file a verb.

pub mod explain;
pub mod generate;
pub mod inputs;
pub mod r#match;
pub mod solve;
pub mod template;
pub mod verify;
