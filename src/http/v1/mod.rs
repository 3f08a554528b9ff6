//! Version 1 of the API: a folder a resource, a file an endpoint.

pub(super) mod operation;
