//! Exact sparse assignment.
