//! Which pairs may be at all: instance and policy in, the sparse graph of admissible pairs out.
//!
//! [`Prepared`] derives once what every pair needs (ages, classes, weekly hours by season). [`rules`] holds
//! the hard rules, one function each; [`meeting`] decides where and when two could meet; [`standing`] takes
//! out the pairs that never move; [`tree`] searches people by place and by ability; [`graph`] keeps admissible
//! volunteers in compressed rows. What is *absent* here: prices, costs, files.

pub mod graph;
pub mod groups;
mod hours;
pub mod meeting;
pub mod order;
pub mod papers;
pub mod places;
pub mod prepared;
pub mod rules;
pub mod standing;
pub mod travel;
pub mod tree;
pub mod year;

pub use graph::CandidateGraph;
pub use groups::Group;
pub use papers::Paper;
pub use prepared::{Prepared, Withheld, WithheldNeed};
pub use rules::Scope;
pub use standing::{Origin, StandingPair, StandingPairs};
