//! Why: answers as data first, sentences apart in [`render`].
//!
//! A plan is [loaded](LoadedPlan) once and asked many times. Each kind of question has a module with the types of its answer;
//! answers name people by the county's own numbers ([`named`]), serialize to JSON as they stand, and are reduced to what an
//! [`Audience`] may know before anything is rendered. Amounts are points, a hundredth of a minute of one-way travel.

pub mod audience;
pub mod difference;
pub mod evidence;
pub mod fairness;
pub mod insisting;
pub mod loaded;
pub mod named;
pub mod recruit;
pub mod render;
pub mod typical;
pub mod what_if;
pub mod why_nobody;
pub mod why_not;
pub mod why_pair;

pub use audience::{Audience, Language};
pub use loaded::{LoadError, LoadedPlan};
pub use recruit::{LossAnswer, RecruitAnswer, loss_of, recruit};
pub use why_nobody::{NobodyIndex, WhyNobody, why_nobody};
pub use why_not::{WhyNot, why_not};
pub use why_pair::{WhyPair, why_pair};
