//! The texts that guardians are asked with, to be printed and signed.

pub(in crate::http) mod get;

/// The texts, by version. One that was used stays as it was: answers name its version.
pub(super) const TEXTS: [(&str, &str); 1] = [("2026-1", include_str!("2026-1.html"))];
