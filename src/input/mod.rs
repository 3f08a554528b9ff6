//! From a county's sheets to a validated [`Instance`](crate::model::Instance).
//!
//! Bytes become sheets (`table`), cells become values (`values`), rows become people. Nothing is guessed
//! silently: whatever was assumed, dropped or refused is a numbered finding with its place, cause and remedy.

mod adults;
mod children;
pub mod code_table;
pub mod columns;
mod common;
pub mod load;
mod pairs;
mod person;
pub mod person_check;
pub mod place_list;
mod places;
pub mod policy;
pub mod region_names;
pub mod report;
mod row;
pub mod rows;
pub mod rule;
pub mod sheet_check;
pub mod sheet_kind;
mod sources;
pub mod table;
pub mod values;
mod volunteers;
mod weekly;
pub mod write;

pub use load::{LoadOptions, Loaded, load};
pub use report::{Finding, InputError, InputReport, LoadCounts};
