//! jiedui 结对 pairs volunteers one-to-one with children who need them.

pub mod assignment;
pub mod input;
pub mod model;
