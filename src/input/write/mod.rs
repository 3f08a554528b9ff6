//! People → sheets: the canonical form that digests are taken over, and the templates that offices fill in.
//!
//! What is written here is read back by the same columns: [`canonical`] writes every field in one spelling, so that
//! equal people give equal bytes whatever files they came from.

pub mod canonical;
mod cells;
mod digest;
mod rows;
mod spelled;
pub mod template;
pub mod week;
