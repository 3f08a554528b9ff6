//! The command line: one file a verb.

pub mod asked;
pub mod compare;
pub mod evaluate;
pub mod explain;
pub mod frontier;
pub mod generate;
pub mod inputs;
pub mod r#match;
pub mod progress;
pub mod recruit;
pub mod repair;
pub mod roster;
pub mod solve;
pub mod stop;
pub mod template;
pub mod verify;
pub mod whatif;
