//! One integration binary: everything a user can see.

mod assignment;
mod synthetic;
