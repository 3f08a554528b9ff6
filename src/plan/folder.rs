//! The plan folder.
