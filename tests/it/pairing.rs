//! Small random counties: every pair keeps every rule, coverage is lexicographic, standing pairs stand.

#![expect(clippy::unwrap_used, reason = "a test stops where its ground gives way")]

mod county;
mod oracle;
mod properties;
