//! Checks a plan folder.
