//! jiedui 结对 pairs volunteers one-to-one with children who need them.

pub mod assignment;
pub mod model;
pub mod synthetic;
