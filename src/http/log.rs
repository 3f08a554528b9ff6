//! Structured logs without personal data.
//!
//! A request is one line: number, method, the endpoint's pattern (never the path that was asked for), status, duration.
//! Causes of failures are told by kind; the text of a database's message may quote a value, so it is not written.

/// An error's own words where it is ours, else only what kind of thing failed.
pub(super) fn without_values(error: &(dyn std::error::Error + 'static)) -> String {
    match error.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(database)) => {
            format!("the database refused it, code {}", database.code().unwrap_or_default())
        }
        Some(sqlx::Error::PoolTimedOut) => "no connection became free in time".to_owned(),
        Some(sqlx::Error::Io(error)) => format!("input or output failed: {:?}", error.kind()),
        Some(sqlx::Error::ColumnDecode { index, .. }) => format!("column {index} cannot be decoded"),
        Some(_) => "the database driver failed".to_owned(),
        None => "a deeper cause, not told".to_owned(),
    }
}
