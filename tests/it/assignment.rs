//! The assignment engine against oracles written to be read: brute force, duality, a dense Hungarian method.

mod baselines;
mod certificate;
mod exact;
mod overflow;
mod plain;
mod reader;
