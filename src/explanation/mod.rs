//! Why: answers as data first, sentences apart in [`render`].
//!
//! A plan is [loaded](LoadedPlan) once and asked many times. Each kind of question has a module with the types of its answer;
//! answers name people by the county's own numbers ([`named`]), serialize to JSON as they stand, and are reduced to what an
//! [`Audience`] may know before anything is rendered. Amounts are points, a hundredth of a minute of one-way travel.

pub mod audience;
pub mod difference;
pub mod fairness;
pub mod loaded;
pub mod named;
pub mod pair;
pub mod render;
pub mod what_if;

pub use audience::{Audience, Language};
pub use loaded::{LoadError, LoadedPlan};
pub use pair::{AdmissiblePair, MetChild, PairAnswer, explain_pair};
