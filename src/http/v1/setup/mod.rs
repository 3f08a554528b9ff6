//! The first admin of a new deployment.

pub(in crate::http) mod set_up;
