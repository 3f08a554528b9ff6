//! Answers as sentences, in one language each.

mod difference;
pub mod evidence;
mod fairness;
pub mod insisting;
pub mod recruit;
mod what_if;
pub mod why_nobody;
pub mod why_not;
pub mod why_pair;
pub mod words;

pub use difference::difference;
pub use fairness::{bottleneck_frontier, gap_frontier, quota_frontier};
pub use what_if::what_if;
pub use why_nobody::why_nobody;
pub use why_not::why_not;
pub use why_pair::why_pair;
