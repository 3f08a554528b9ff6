//! What operators ask.

pub(in crate::http) mod version;
