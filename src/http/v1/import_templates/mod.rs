//! Empty sheets to fill in.

pub(in crate::http) mod get;
