//! The plan folder: its files, their columns, and how they are written.
//!
//! | file | holds |
//! |---|---|
//! | `plan.json` | how the plan was made, totals, policy, SHA-256 of every other file |
//! | `pairs.csv` | who is paired with whom, for what, at which cost; backups |
//! | `unmatched.csv` | children without a lead and needs without a specialist, with reasons |
//! | `arcs.csv` | the admissible pairs that were held, with the parts of their cost |
//! | `certificate.json` | prices and places: the proof |
//! | `people.csv` | the key from plan ids to the county's numbers; left out of what an evaluator gets |
//! | `worklist.csv` | missing papers with names of villages, for a provisional plan; by the county's numbers |
//!
//! Ids are the plan's own (see [`ids`](super::ids)); rows are sorted by them, so that the order tells nothing.
//! The files are written beside the target and renamed together: there is never half a plan.

pub mod read;
pub mod tables;
pub mod wire;
pub mod write;

/// File names, in the order in which they are described above.
pub const PLAN: &str = "plan.json";
/// See [the module](self).
pub const PAIRS: &str = "pairs.csv";
/// See [the module](self).
pub const UNMATCHED: &str = "unmatched.csv";
/// See [the module](self).
pub const ARCS: &str = "arcs.csv";
/// See [the module](self).
pub const CERTIFICATE: &str = "certificate.json";
/// See [the module](self).
pub const PEOPLE: &str = "people.csv";

/// What is missing, for a provisional plan.
pub const WORKLIST: &str = "worklist.csv";

/// Lowercase hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        use std::fmt::Write;
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
