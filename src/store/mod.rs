//! Store.
mod database;
mod error;
mod statement;
pub use database::Location;
pub use error::StoreError;
