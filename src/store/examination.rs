//! What `jiedui doctor` asks: does everything hold under which the database may be used.
//!
//! In: how a store is opened. Out: one line a check, good or with a cure. Nothing is changed, and a server may be running.

use sqlx::FromRow;

use super::database::{Database, Location};
use super::error::StoreError;
use super::migrations;
use super::restore::{INTEGRITY, LOOSE_ROWS};
use super::statement::{Statement, bound};
use super::{Store, StoreOptions};

/// The first PostgreSQL that still gets repairs.
const LEAST_POSTGRES: i64 = 140_000;
/// Less free space than this is told.
const LEAST_FREE_BYTES: u64 = 1 << 30;

const SQLITE_VERSION: Statement = Statement("SELECT sqlite_version()");
const POSTGRES_VERSION: Statement = Statement("SELECT current_setting('server_version_num')");
const POSTGRES_DURABLE: Statement = Statement(
    "SELECT current_setting('fsync') || ' ' || current_setting('full_page_writes') || ' ' \
     || current_setting('synchronous_commit')",
);

#[derive(FromRow)]
struct Text(String);

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at, Chinese and English.
    pub what: (&'static str, &'static str),
    /// What was found.
    pub found: String,
    /// What to do, where it does not hold.
    pub cure: Option<(&'static str, &'static str)>,
}

fn good(what: (&'static str, &'static str), found: impl Into<String>) -> Check {
    Check { what, found: found.into(), cure: None }
}

fn fault(
    what: (&'static str, &'static str),
    found: impl std::fmt::Display,
    cure: (&'static str, &'static str),
) -> Check {
    Check { what, found: found.to_string(), cure: Some(cure) }
}

const DATABASE: (&str, &str) = ("数据库", "database");
const TABLES: (&str, &str) = ("表结构", "tables");
const KEYS: (&str, &str) = ("主密钥", "master keys");
const STATEMENTS: (&str, &str) = ("语句", "statements");
const PAGES: (&str, &str) = ("数据页", "pages");
const REFERENCES: (&str, &str) = ("引用", "references");
const DURABILITY: (&str, &str) = ("落盘", "durability");
const CHAIN: (&str, &str) = ("审计链", "audit chain");
const DISK: (&str, &str) = ("磁盘", "disk");
const RESTORE: (&str, &str) = (
    "停止服务，保留现有文件，从最近的备份恢复",
    "stop the server, keep the files, restore the latest backup",
);

/// Every check, in order. Where one of the first fails, those that need it are not made.
pub async fn examine(options: StoreOptions) -> Vec<Check> {
    let mut checks = Vec::new();
    let location = options.location.clone();
    let database = match migrations::open_to_read(&location, 2).await {
        Ok(database) => database,
        Err(error) => {
            let cure = (
                "核对数据库地址和权限，或先启动一次 jiedui serve",
                "see whether address and permissions are right, or start `jiedui serve` once",
            );
            return vec![fault(DATABASE, describe(&error), cure)];
        }
    };
    checks.push(version(&database).await);
    checks.extend(physical(&database).await);
    match migrations::check_tables(&database).await {
        Ok(number) => checks.push(good(TABLES, format!("{number}"))),
        Err(error) => {
            let cure = (
                "先备份，再启动新版本的 jiedui serve",
                "back up, then start `jiedui serve` of the newer version",
            );
            checks.push(fault(TABLES, describe(&error), cure));
            return checks;
        }
    }
    let ids: Vec<String> = options.keyring.ids().map(|id| id.to_string()).collect();
    let current = options.keyring.current_id().to_string();
    database.close().await;
    match Store::inspect(options).await {
        Ok(store) => {
            checks.push(wrapping(&store, &ids, &current).await);
            checks.push(statements(&store).await);
            checks.push(chain(&store).await);
            store.close().await;
        }
        Err(error) => {
            let cure = ("找回该数据库的密钥文件", "find the key file that belongs to this database");
            checks.push(fault(KEYS, describe(&error), cure));
        }
    }
    checks.extend(disk(&location));
    checks
}

/// An error with what lies under it; it is shown at the server's own terminal.
fn describe(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(cause) | StoreError::Statement(cause) => format!("{error}: {cause}"),
        other => other.to_string(),
    }
}

async fn text(database: &Database, statement: Statement) -> Result<String, StoreError> {
    let mut connection = database.read().await?;
    let Text(text) = connection.one(statement, bound![]).await?;
    Ok(text)
}

async fn version(database: &Database) -> Check {
    let cure = ("升级数据库程序", "upgrade the database");
    match database {
        Database::Sqlite { .. } => match text(database, SQLITE_VERSION).await {
            Ok(version) if migrations::is_sqlite_new_enough(&version) => {
                good(DATABASE, format!("SQLite {version}"))
            }
            Ok(version) => fault(DATABASE, format!("SQLite {version}"), cure),
            Err(error) => fault(DATABASE, describe(&error), RESTORE),
        },
        Database::Postgres { .. } => match text(database, POSTGRES_VERSION).await {
            Ok(version) if version.parse::<i64>().unwrap_or(0) >= LEAST_POSTGRES => {
                good(DATABASE, format!("PostgreSQL {version}"))
            }
            Ok(version) => fault(DATABASE, format!("PostgreSQL {version}"), cure),
            Err(error) => fault(DATABASE, describe(&error), cure),
        },
    }
}

/// Pages and references of SQLite; whether PostgreSQL syncs what it commits.
async fn physical(database: &Database) -> Vec<Check> {
    match database {
        Database::Sqlite { .. } => {
            let pages = match text(database, INTEGRITY).await {
                Ok(found) if found == "ok" => good(PAGES, found),
                Ok(found) => fault(PAGES, found, RESTORE),
                Err(error) => fault(PAGES, describe(&error), RESTORE),
            };
            let references = match text(database, LOOSE_ROWS).await {
                Ok(table) if table.is_empty() => good(REFERENCES, "ok"),
                Ok(table) => fault(REFERENCES, table, RESTORE),
                Err(error) => fault(REFERENCES, describe(&error), RESTORE),
            };
            vec![pages, references]
        }
        Database::Postgres { .. } => {
            let cure = (
                "在 postgresql.conf 中打开 fsync 和 full_page_writes",
                "turn on fsync and full_page_writes in postgresql.conf",
            );
            vec![match text(database, POSTGRES_DURABLE).await {
                Ok(found) if found == "on on on" => good(DURABILITY, "fsync"),
                Ok(found) => fault(DURABILITY, found, cure),
                Err(error) => fault(DURABILITY, describe(&error), cure),
            }]
        }
    }
}

async fn wrapping(store: &Store, ids: &[String], current: &str) -> Check {
    let cure = ("把缺少的主密钥放回密钥文件", "put the missing master key back into the key file");
    match store.wrapped_by().await {
        Ok(counts) => {
            let line = |wrapped: &super::WrappedBy| {
                let mark = if wrapped.id.to_string() == current { " (当前 / current)" } else { "" };
                format!("{}{mark}: {}", wrapped.id, wrapped.keys)
            };
            let found: Vec<String> = counts.iter().map(line).collect();
            let known = counts.iter().all(|wrapped| ids.contains(&wrapped.id.to_string()));
            if known { good(KEYS, found.join(", ")) } else { fault(KEYS, found.join(", "), cure) }
        }
        Err(error) => fault(KEYS, describe(&error), RESTORE),
    }
}

async fn statements(store: &Store) -> Check {
    let cure =
        ("重新安装程序，核对表是否被改动", "install the program again, see whether the tables were altered");
    match store.prepare_every_statement().await {
        Ok(number) => good(STATEMENTS, number.to_string()),
        Err(error) => fault(STATEMENTS, describe(&error), cure),
    }
}

async fn chain(store: &Store) -> Check {
    let cure = (
        "保留现场，报告负责人；用 jiedui audit verify 核对备份",
        "leave everything as it is, report it; compare with backups by `jiedui audit verify`",
    );
    let verified = match store.view().await {
        Ok(mut view) => view.verify_audit().await,
        Err(error) => Err(error),
    };
    match verified {
        Ok((rows, None)) => good(CHAIN, rows.to_string()),
        Ok((_, Some(broken))) => fault(CHAIN, format!("{}: {}", broken.sequence, broken.fault), cure),
        Err(error) => fault(CHAIN, describe(&error), cure),
    }
}

/// Free space where the data lies.
#[cfg(unix)]
fn disk(location: &Location) -> Option<Check> {
    let Location::Sqlite(path) = location else { return None };
    let cure = ("清理磁盘", "make room on the disk");
    Some(match rustix::fs::statvfs(path) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let said = format!("{} MiB", free >> 20);
            if free >= LEAST_FREE_BYTES { good(DISK, said) } else { fault(DISK, said, cure) }
        }
        Err(error) => fault(DISK, error, cure),
    })
}

#[cfg(not(unix))]
fn disk(_location: &Location) -> Option<Check> {
    None
}
