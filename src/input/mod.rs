//! From a county's sheets to a validated [`Instance`](crate::model::Instance).
//!
//! Bytes become sheets (`table`), cells become values (`values`), rows become people. Nothing is guessed
//! silently: whatever was assumed, dropped or refused is a numbered finding with its place, cause and remedy.

pub mod columns;
pub mod policy;
pub mod report;
pub mod rule;
pub mod values;
