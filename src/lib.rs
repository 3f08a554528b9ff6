//! jiedui 结对 pairs volunteers one-to-one with children who need them.

pub mod assignment;
pub mod candidates;
#[cfg(feature = "cli")]
pub mod cli;
pub mod explanation;
pub mod files;
pub mod input;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod report;
pub mod scoring;
pub mod spreadsheet;
pub mod synthetic;
