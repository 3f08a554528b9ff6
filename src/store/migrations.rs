//! Opening a database: the rules under which it may be used, and its tables brought up to date.
//!
//! Migrations are files `0001_subject.sql`, one subject each, the same text for both databases; a released file is never
//! edited. A database that holds a migration this program does not know is refused: a newer program wrote it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{FromRow, PgConnection, SqlSafeStr};

use super::backup::connect_postgres;
use super::database::{Database, Location};
use super::error::StoreError;
use super::statement::{Statement, bound};

/// The first SQLite without the fault that could corrupt a database when its log is reset.
const LEAST_SQLITE: [u32; 3] = [3, 51, 3];

/// Number, subject and text of every migration, in order.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("migrations/0001_foundation.sql")),
    (2, "accounts", include_str!("migrations/0002_accounts.sql")),
    (3, "regions", include_str!("migrations/0003_regions.sql")),
    (4, "people", include_str!("migrations/0004_people.sql")),
    (5, "imports", include_str!("migrations/0005_imports.sql")),
    (6, "runs", include_str!("migrations/0006_runs.sql")),
    (7, "proposals", include_str!("migrations/0007_proposals.sql")),
    (8, "pairings", include_str!("migrations/0008_pairings.sql")),
    (9, "concerns", include_str!("migrations/0009_concerns.sql")),
];

/// The number of the lock between serving and restoring: `jiedui` in ASCII.
const RESTORING: i64 = 0x006a_6965_6475_6900;

/// How the migrations came out, asked of SQLite only.
const SQLITE_VERSION: Statement = Statement("SELECT sqlite_version()");
const JOURNAL_MODE: Statement = Statement("PRAGMA journal_mode");
/// The newest migration that was run, asked of both.
const LAST_MIGRATION: Statement =
    Statement("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM _sqlx_migrations WHERE success");
const SYNCHRONOUS: Statement = Statement("PRAGMA synchronous");

#[derive(FromRow)]
struct Text(String);

#[derive(FromRow)]
struct Number(i64);

/// What keeps others away while a store is open.
pub(super) enum Lock {
    /// Of SQLite: nobody else writes.
    File {
        /// Gives the lock back when it is dropped.
        _file: File,
    },
    /// Of PostgreSQL: other servers write too, nobody restores.
    Shared {
        /// Gives the lock back when it ends.
        _connection: PgConnection,
    },
}

/// Opens the database, SQLite's under a lock that a second program cannot take, PostgreSQL's under one that restoring does
/// not share.
pub(super) async fn open(location: &Location, readers: u32) -> Result<(Database, Lock), StoreError> {
    match location {
        Location::Sqlite(path) => {
            let lock = lock(path)?;
            let database = Database::open_sqlite(path, readers).await?;
            check_sqlite(&database).await?;
            Ok((database, Lock::File { _file: lock }))
        }
        Location::Postgres(url) => {
            let lock = hold(url, "SELECT pg_try_advisory_lock_shared($1)").await?;
            let lock = lock.ok_or_else(|| {
                StoreError::Refused("正在恢复备份 / a backup is being restored into it".to_owned())
            })?;
            Ok((Database::open_postgres(url, readers).await?, Lock::Shared { _connection: lock }))
        }
    }
}

/// Keeps every server away from a PostgreSQL database while the connection lives; none where one serves it now.
pub(super) async fn hold_alone(url: &str) -> Result<Option<PgConnection>, StoreError> {
    hold(url, "SELECT pg_try_advisory_lock($1)").await
}

async fn hold(url: &str, take: &'static str) -> Result<Option<PgConnection>, StoreError> {
    let mut connection = connect_postgres(url).await?;
    let taken = sqlx::query_scalar(take).bind(RESTORING).fetch_one(&mut connection).await;
    let taken: bool = taken.map_err(StoreError::of_driver)?;
    Ok(taken.then_some(connection))
}

/// Opens the database to look at it while another program may be writing: without lock, without change.
pub(super) async fn open_to_read(location: &Location, readers: u32) -> Result<Database, StoreError> {
    match location {
        Location::Sqlite(path) if !path.is_file() => Err(StoreError::Refused(format!(
            "没有这个数据库 / there is no such database: {}",
            path.display()
        ))),
        Location::Sqlite(path) => Database::open_sqlite_to_read(path, readers).await,
        Location::Postgres(url) => Database::open_postgres(url, readers).await,
    }
}

/// Whether the tables are those of this program.
pub(super) async fn check_tables(database: &Database) -> Result<i64, StoreError> {
    let mut connection = database.read().await?;
    let found = match connection.optional(LAST_MIGRATION, bound![]).await {
        Ok(found) => found.map_or(0, |Number(number)| number),
        Err(error) if error.is_missing_table() => 0,
        Err(error) => return Err(error),
    };
    let newest = MIGRATIONS.last().map_or(0, |(number, _, _)| *number);
    if found == newest {
        return Ok(found);
    }
    Err(StoreError::Refused(if found > newest {
        format!(
            "数据库由更新的版本写成 / the database was written by a newer program (tables {found}, this program {newest})"
        )
    } else {
        format!(
            "数据库的表需要升级，请先启动一次 jiedui serve / the tables are older than this program (tables {found}, \
             program {newest}): start `jiedui serve` once"
        )
    }))
}

/// Takes the lock file beside the database.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let refused = |cause: &str| {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        StoreError::Refused(format!("数据库无法打开 / the database {file} cannot be opened: {cause}"))
    };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&name);
    let file = file.map_err(|error| refused(&error.to_string()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(refused("另一个程序正在使用，请先停止它 / another program writes to it, stop that one first"))
        }
        Err(TryLockError::Error(error)) => Err(refused(&error.to_string())),
    }
}

/// Whether a SQLite of this version may be used; a version that cannot be read may not.
pub fn is_sqlite_new_enough(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap_or(0)).collect();
    parts.as_slice() >= LEAST_SQLITE.as_slice()
}

/// Whether the SQLite at hand keeps what it promises.
async fn check_sqlite(database: &Database) -> Result<(), StoreError> {
    let mut connection = database.write().await?;
    let Text(version) = connection.one(SQLITE_VERSION, bound![]).await?;
    if !is_sqlite_new_enough(&version) {
        return Err(StoreError::Refused(format!("SQLite {version} is too old: 3.51.3 or later is needed")));
    }
    let Text(mode) = connection.one(JOURNAL_MODE, bound![]).await?;
    let Number(synchronous) = connection.one(SYNCHRONOUS, bound![]).await?;
    if mode != "wal" || synchronous < 2 {
        let found = format!("journal_mode {mode}, synchronous {synchronous}");
        return Err(StoreError::Refused(format!(
            "SQLite does not sync every commit here ({found}): use a local disk, no network file system"
        )));
    }
    Ok(())
}

/// Every migration as sqlx takes it.
pub(super) fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(number, subject, text)| {
        Migration::new(*number, (*subject).into(), MigrationType::Simple, text.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// Runs the migrations that are missing.
pub(super) async fn bring_up_to_date(database: &Database) -> Result<(), StoreError> {
    let done = match database {
        Database::Sqlite { writer, .. } => migrator().run(writer).await,
        Database::Postgres { writers, .. } => migrator().run(writers).await,
    };
    done.map_err(refused)
}

/// Why tables cannot be brought up to date.
pub(super) fn refused(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            StoreError::of_driver(error)
        }
        MigrateError::VersionMissing(number) => StoreError::Refused(format!(
            "数据库由更新的版本写成 / the database was written by a newer program: migration {number} is not known to this one; \
             use that program, or restore an earlier backup"
        )),
        other => StoreError::Refused(format!("the tables cannot be brought up to date: {other}")),
    }
}
