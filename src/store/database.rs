//! Which database is open: two typed pools behind one face.
//!
//! The only place, beside `bulk.rs`, that asks which of the two it is. Everything else writes a [`Statement`] once and
//! gets rows of a type that both drivers can decode.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, FromRow, Pool, Postgres, Sqlite, Transaction};

use super::error::StoreError;
use super::statement::{Statement, Value};

/// How long a statement waits for a lock, milliseconds.
const BUSY_TIMEOUT_MS: u64 = 5_000;
/// Statements kept prepared in a connection.
const STATEMENT_CACHE: usize = 512;

/// Where the data lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file of an embedded SQLite.
    Sqlite(PathBuf),
    /// A PostgreSQL server, `postgres://…`. It may hold a password and is never printed.
    Postgres(String),
}

impl FromStr for Location {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")).unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            let cure = "write a path of a file for SQLite, or postgres://user@host/name";
            return Err(StoreError::Refused(format!("this is no database address: {cure}")));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

/// An open database.
#[derive(Clone)]
pub(super) enum Database {
    Sqlite {
        writer: Pool<Sqlite>,
        readers: Pool<Sqlite>,
    },
    /// Two pools: whoever writes may read something aside, as a plan that is to be loaded, while all other writers wait for her.
    Postgres {
        writers: Pool<Postgres>,
        readers: Pool<Postgres>,
    },
}

/// A row that both drivers can decode.
pub(super) trait Stored:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Stored for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A file cannot go away as a server can, so no connection is tested before it is used: a test is as dear as a statement.
fn sqlite_pool(connections: u32) -> PoolOptions<Sqlite> {
    PoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_millis(2 * BUSY_TIMEOUT_MS))
}

impl Database {
    /// Opens a SQLite file under the operating rules: WAL, every commit synced, one writer, deleted bytes overwritten.
    pub(super) async fn open_sqlite(path: &Path, readers: u32) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))
            .pragma("secure_delete", "ON")
            .pragma("mmap_size", "0")
            .statement_cache_capacity(STATEMENT_CACHE)
            .disable_statement_logging();
        let writer = sqlite_pool(1).connect_with(options.clone()).await.map_err(StoreError::of_driver)?;
        let readers = sqlite_pool(readers)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(StoreError::of_driver)?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Opens a SQLite file that another program may be writing to, for reading alone.
    pub(super) async fn open_sqlite_to_read(path: &Path, readers: u32) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(false)
            .busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))
            .foreign_keys(true)
            .pragma("query_only", "ON")
            .statement_cache_capacity(STATEMENT_CACHE)
            .disable_statement_logging();
        let pool = sqlite_pool(readers).connect_with(options).await.map_err(StoreError::of_driver)?;
        Ok(Self::Sqlite { writer: pool.clone(), readers: pool })
    }

    /// Opens a PostgreSQL database: so many connections that read, and as many that write.
    pub(super) async fn open_postgres(url: &str, connections: u32) -> Result<Self, StoreError> {
        let refused =
            |_| StoreError::Refused("the address of the PostgreSQL server cannot be read".to_owned());
        let options = PgConnectOptions::from_str(url)
            .map_err(refused)?
            .application_name("jiedui")
            .statement_cache_capacity(STATEMENT_CACHE)
            .options([("synchronous_commit", "on"), ("lock_timeout", "5000")])
            .disable_statement_logging();
        let pool = || {
            PoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_millis(2 * BUSY_TIMEOUT_MS))
                .connect_with(options.clone())
        };
        let writers = pool().await.map_err(StoreError::of_driver)?;
        let readers = pool().await.map_err(StoreError::of_driver)?;
        Ok(Self::Postgres { writers, readers })
    }

    /// A connection to read from.
    pub(super) async fn read(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                Connection::SqliteReader(readers.acquire().await.map_err(StoreError::of_driver)?)
            }
            Self::Postgres { readers, .. } => {
                Connection::PostgresReader(readers.acquire().await.map_err(StoreError::of_driver)?)
            }
        })
    }

    /// A connection that sees one moment, however long it reads; nothing is written through it.
    pub(super) async fn read_one_moment(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                Connection::SqliteWriter(readers.begin().await.map_err(StoreError::of_driver)?)
            }
            Self::Postgres { readers, .. } => {
                let begun = readers.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await;
                Connection::PostgresWriter(begun.map_err(StoreError::of_driver)?)
            }
        })
    }

    /// A transaction to write in. SQLite's takes the write lock at once: one that began reading could not wait for it.
    pub(super) async fn write(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                let begun = writer.begin_with("BEGIN IMMEDIATE").await;
                Connection::SqliteWriter(begun.map_err(StoreError::of_driver)?)
            }
            Self::Postgres { writers, .. } => {
                Connection::PostgresWriter(writers.begin().await.map_err(StoreError::of_driver)?)
            }
        })
    }

    /// Brings as much of SQLite's log into its file as no reader needs, and waits for nobody: emptying the log would hold
    /// every writer up while a long reader reads. The next writers then begin the log anew, over what was deleted.
    pub(super) async fn checkpoint(&self) -> Result<(), StoreError> {
        if let Self::Sqlite { writer, .. } = self {
            let done = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(writer).await;
            done.map_err(StoreError::of_driver)?;
        }
        Ok(())
    }

    /// Waits until every connection is given back, empties SQLite's log so that nothing deleted is left in it, and closes.
    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                // A backup may be reading beside us; the log is then left as it is, and all of it is on disk.
                let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await;
                writer.close().await;
            }
            Self::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }

    /// The word for it: `sqlite` or `postgres`.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }
}

/// A connection in use: a reader, or the transaction of a writer, which is rolled back when dropped uncommitted.
pub(super) enum Connection {
    SqliteReader(PoolConnection<Sqlite>),
    SqliteWriter(Transaction<'static, Sqlite>),
    PostgresReader(PoolConnection<Postgres>),
    PostgresWriter(Transaction<'static, Postgres>),
}

/// Runs one body against whichever connection is open.
macro_rules! with_connection {
    ($connection:expr, |$open:ident, $bind:ident| $body:expr) => {
        match $connection {
            Connection::SqliteReader(open) => {
                let ($open, $bind) = (&mut **open, ());
                $body
            }
            Connection::SqliteWriter(open) => {
                let ($open, $bind) = (&mut **open, ());
                $body
            }
            Connection::PostgresReader(open) => {
                let ($open, $bind) = (&mut **open, ());
                $body
            }
            Connection::PostgresWriter(open) => {
                let ($open, $bind) = (&mut **open, ());
                $body
            }
        }
    };
}

/// Binds values of our kinds, whatever the driver.
pub(super) trait Bind: Sized {
    fn bind_value(self, value: Value) -> Self;

    fn bind_all(self, values: Vec<Value>) -> Self {
        values.into_iter().fold(self, Self::bind_value)
    }
}

macro_rules! bind_for {
    ($($query:ty, [$($generic:tt)*];)+) => {
        $(impl<$($generic)*> Bind for $query {
            fn bind_value(self, value: Value) -> Self {
                match value {
                    Value::Text(text) => self.bind(text),
                    Value::Whole(whole) => self.bind(whole),
                    Value::Truth(truth) => self.bind(truth),
                    Value::Real(real) => self.bind(real),
                }
            }
        })+
    };
}

bind_for! {
    Query<'q, Sqlite, SqliteArguments>, ['q];
    Query<'q, Postgres, PgArguments>, ['q];
    QueryAs<'q, Sqlite, T, SqliteArguments>, ['q, T];
    QueryAs<'q, Postgres, T, PgArguments>, ['q, T];
}

impl Connection {
    /// Runs a statement; how many rows it touched.
    pub(super) async fn execute(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        with_connection!(self, |open, _backend| {
            let done = sqlx::query(statement.0).bind_all(values).execute(open).await;
            done.map(|done| done.rows_affected())
        })
        .map_err(StoreError::of_driver)
    }

    /// Runs a statement whose text `bulk.rs` made; how many rows it touched.
    pub(super) async fn execute_made(&mut self, text: String, values: Vec<Value>) -> Result<u64, StoreError> {
        with_connection!(self, |open, _backend| {
            sqlx::query(AssertSqlSafe(text))
                .bind_all(values)
                .execute(open)
                .await
                .map(|done| done.rows_affected())
        })
        .map_err(StoreError::of_driver)
    }

    /// Every row.
    pub(super) async fn all<T: Stored>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        with_connection!(self, |open, _backend| {
            sqlx::query_as(statement.0).bind_all(values).fetch_all(open).await
        })
        .map_err(StoreError::of_driver)
    }

    /// The row, where there is one.
    pub(super) async fn optional<T: Stored>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        with_connection!(self, |open, _backend| {
            sqlx::query_as(statement.0).bind_all(values).fetch_optional(open).await
        })
        .map_err(StoreError::of_driver)
    }

    /// The one row.
    pub(super) async fn one<T: Stored>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<T, StoreError> {
        self.optional(statement, values).await?.ok_or_else(|| StoreError::Statement(sqlx::Error::RowNotFound))
    }

    /// Commits.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::SqliteWriter(open) => open.commit().await.map_err(StoreError::of_driver),
            Self::PostgresWriter(open) => open.commit().await.map_err(StoreError::of_driver),
            Self::SqliteReader(_) | Self::PostgresReader(_) => Ok(()),
        }
    }
}
