//! The `jiedui` command.

fn main() {}
