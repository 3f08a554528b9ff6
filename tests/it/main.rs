//! One integration binary: everything a user can see.

mod assignment;
mod input_values;
mod policy;
