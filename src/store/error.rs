//! What may go wrong in the store, apart from any wire format.

use thiserror::Error;

/// A failed store call. Nothing of the transaction it happened in has taken effect.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No such row, or none that the caller may know of.
    #[error("no such {what}")]
    NotFound {
        /// The kind of thing, one word.
        what: &'static str,
    },
    /// The row has another version than the caller saw.
    #[error("{what} has been changed meanwhile, its version is now {version}")]
    Stale {
        /// The kind of thing.
        what: &'static str,
        /// The version it has.
        version: i64,
    },
    /// A thing that may be there once is there already, or a state does not allow the step.
    #[error("{code}")]
    Conflict {
        /// Stable word for the reason, also the wire's code.
        code: &'static str,
    },
    /// Stored data cannot be read back.
    #[error("table {table}, column {column}, row {row}: {cause}")]
    Broken {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id; ids are random and name nobody.
        row: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The database is busy, gone or full; trying again later may help.
    #[error("the database cannot be used now")]
    Unavailable(#[source] sqlx::Error),
    /// A statement failed for a reason that is ours.
    #[error("a statement failed")]
    Statement(#[source] sqlx::Error),
    /// Something is wrapped by a master key that this server's key file does not hold: another server has changed it.
    #[error("the master key was changed, and the key file of this server does not have it yet")]
    KeysChanged,
    /// The database does not meet the rules under which it may be used.
    #[error("{0}")]
    Refused(String),
}

impl StoreError {
    /// A missing row.
    pub const fn not_found(what: &'static str) -> Self {
        Self::NotFound { what }
    }

    /// Why a thing is refused.
    pub const fn conflict(code: &'static str) -> Self {
        Self::Conflict { code }
    }

    /// Reads a driver's error: what may pass by itself is told apart from a fault of ours.
    pub(super) fn of_driver(error: sqlx::Error) -> Self {
        let passing = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => true,
            sqlx::Error::Database(database) => {
                // SQLite: busy 5, locked 6, read-only 8, I/O 10, corrupt 11, full 13, cannot open 14 (low byte of the
                // extended code). PostgreSQL: class 08 connection, 40 rollback (serialisation, deadlock), 53 resources,
                // 57 intervention, 58 its system; 25006 a standby that only reads, 55P03 waited too long for a lock.
                let code = database.code().unwrap_or_default();
                match code.parse::<u32>() {
                    Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 11 | 13 | 14),
                    _ => ["08", "40", "53", "57", "58", "25006", "55P03"]
                        .iter()
                        .any(|class| code.starts_with(class)),
                }
            }
            _ => false,
        };
        if passing { Self::Unavailable(error) } else { Self::Statement(error) }
    }

    /// A row that a unique index refused is there already.
    pub(super) fn unique_is_conflict(self) -> Self {
        if self.is_unique_violation() { Self::conflict("already_exists") } else { self }
    }

    /// Whether another transaction was first, so that the same work may succeed when it is begun again.
    pub fn was_overtaken(&self) -> bool {
        // PostgreSQL: 40 rolled back for another's sake, 25P02 an earlier statement of the transaction had failed.
        let code = match self {
            Self::Unavailable(sqlx::Error::Database(error))
            | Self::Statement(sqlx::Error::Database(error)) => error.code().unwrap_or_default(),
            _ => "".into(),
        };
        let rolled_back = code.len() == 5 && (code.starts_with("40") || code == "25P02");
        matches!(self, Self::Stale { .. }) || rolled_back || self.is_unique_violation()
    }

    /// Whether a statement asked for a table that is not there.
    pub(super) fn is_missing_table(&self) -> bool {
        let Self::Statement(sqlx::Error::Database(database)) = self else { return false };
        // SQLite has no code of its own for it.
        database.code().is_some_and(|code| code == "42P01") || database.message().starts_with("no such table")
    }

    /// Whether a unique index refused the row.
    pub(super) fn is_unique_violation(&self) -> bool {
        match self {
            Self::Statement(sqlx::Error::Database(database)) => database.is_unique_violation(),
            _ => false,
        }
    }
}
