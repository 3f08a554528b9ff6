//! A backup: one SQLite file, whichever database it was made from, of one moment.
//!
//! In: where the data lies, and the name of a file that is not there yet. Out: that file, readable by its owner only,
//! complete or not there at all. SQLite makes the copy itself (`VACUUM INTO`), through a reader beside a running server.
//! PostgreSQL's rows are read in one snapshot and written into the same tables, so that a backup of one can be restored
//! into the other, and no second program of the right version is needed for it.
//!
//! It holds what the database holds: sealed fields, wrapped keys, no master key. Keep the key file elsewhere.

use std::fs::File;
use std::io;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};
use tempfile::TempPath;

use super::copying;
use super::database::{Database, Location};
use super::error::StoreError;
use super::migrations;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Size of the file.
    pub bytes: u64,
    /// Persons whose key is in it.
    pub persons: i64,
    /// Rows of the audit trail.
    pub audit_rows: i64,
}

/// Writes a backup.
///
/// # Errors
/// [`StoreError::Refused`] where the file is there already, cannot be written, or there is no database; nothing is left
/// behind then.
pub async fn backup(location: &Location, to: &Path) -> Result<BackupReport, StoreError> {
    if to.exists() {
        return Err(StoreError::Refused(format!(
            "文件已存在，请换一个名称 / the file is there already, choose another name: {}",
            to.display()
        )));
    }
    // The file is there, empty and private, before the first byte is written; it goes with the end of this function.
    let aside = beside(to).map_err(|error| unwritable(to, &error))?;
    let report = write_aside(location, &aside).await?;
    place(&aside, to).map_err(|error| unwritable(to, &error))?;
    Ok(report)
}

async fn write_aside(location: &Location, aside: &Path) -> Result<BackupReport, StoreError> {
    match location {
        Location::Sqlite(path) => copy_sqlite(path, aside).await?,
        Location::Postgres(url) => copy_postgres(url, aside).await?,
    }
    report(aside).await
}

async fn copy_sqlite(path: &Path, aside: &Path) -> Result<(), StoreError> {
    if !path.is_file() {
        let missing = format!("没有这个数据库 / there is no such database: {}", path.display());
        return Err(StoreError::Refused(missing));
    }
    let database = Database::open_sqlite_to_read(path, 1).await?;
    migrations::check_tables(&database).await?;
    database.close().await;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(30))
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(StoreError::of_driver)?;
    let name = aside.to_str().ok_or_else(|| StoreError::Refused("the file's name is no text".to_owned()))?;
    let done = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await;
    done.map_err(StoreError::of_driver)?;
    connection.close().await.map_err(StoreError::of_driver)
}

async fn copy_postgres(url: &str, aside: &Path) -> Result<(), StoreError> {
    let database = Database::open_postgres(url, 1).await?;
    migrations::check_tables(&database).await?;
    database.close().await;
    let mut from = connect_postgres(url).await?;
    // One moment for all tables.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    from.execute(begin).await.map_err(StoreError::of_driver)?;
    let mut to = connect_sqlite(aside).await?;
    migrations::migrator().run(&mut to).await.map_err(migrations::refused)?;
    to.execute("BEGIN").await.map_err(StoreError::of_driver)?;
    copying::from_postgres(&mut from, &mut to).await?;
    to.execute("COMMIT").await.map_err(StoreError::of_driver)?;
    from.execute("COMMIT").await.map_err(StoreError::of_driver)?;
    from.close().await.map_err(StoreError::of_driver)?;
    to.close().await.map_err(StoreError::of_driver)
}

/// One connection to a PostgreSQL server, outside any pool.
pub(super) async fn connect_postgres(url: &str) -> Result<PgConnection, StoreError> {
    let unreadable =
        |_| StoreError::Refused("the address of the PostgreSQL server cannot be read".to_owned());
    let options = PgConnectOptions::from_str(url).map_err(unreadable)?.disable_statement_logging();
    options.connect().await.map_err(StoreError::of_driver)
}

/// One connection to a SQLite file nobody else uses.
pub(super) async fn connect_sqlite(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .disable_statement_logging();
    options.connect().await.map_err(StoreError::of_driver)
}

/// Reads a finished backup without touching it.
async fn report(path: &Path) -> Result<BackupReport, StoreError> {
    let bytes = std::fs::metadata(path).map_err(|error| unwritable(path, &error))?.len();
    let options = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .immutable(true)
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(StoreError::of_driver)?;
    let persons = copying::number(&mut connection, "SELECT COUNT(*) FROM data_keys").await?;
    let audit_rows = copying::number(&mut connection, "SELECT sequence FROM audit_head").await?;
    connection.close().await.map_err(StoreError::of_driver)?;
    Ok(BackupReport { bytes, persons, audit_rows })
}

fn unwritable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Refused(format!("无法写入 / cannot be written: {}: {error}", path.display()))
}

/// Makes an empty file that only its owner reads; what a killed backup left is in nobody's way.
fn beside(to: &Path) -> io::Result<TempPath> {
    let mut name = std::ffi::OsString::from(".");
    name.push(to.file_name().unwrap_or_default());
    name.push(".");
    Ok(tempfile::Builder::new().prefix(&name).tempfile_in(folder_of(to))?.into_temp_path())
}

/// The folder in which a file is or will be.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts a finished file in its place, on disk for good; nothing is overwritten.
pub(super) fn place(aside: &Path, to: &Path) -> io::Result<()> {
    File::open(aside)?.sync_all()?;
    // A second name is refused where there is a file; renaming would replace one made since we looked.
    match std::fs::hard_link(aside, to) {
        Ok(()) => std::fs::remove_file(aside)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists || to.exists() => {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the file is there already"));
        }
        // Some file systems know no second names.
        Err(_) => std::fs::rename(aside, to)?,
    }
    // Where folders cannot be synced, as on Windows, this is all there is.
    if let Ok(folder) = File::open(folder_of(to)) {
        let _ = folder.sync_all();
    }
    Ok(())
}
