//! A backup brought back into an empty place, of either kind of database.
//!
//! In: a backup, the key file of its time, and a target that holds nothing. The backup itself is never written to: a copy is
//! made, brought up to date and checked (pages, foreign keys, keys, audit chain), and everything that lets somebody in is
//! taken out of it: sessions, API keys, invitations, the set-up link, replies kept for keyed requests. Whoever had a
//! password still has it. Only then it is put in its place, as a whole.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand_chacha::ChaCha20Rng;
use sqlx::{AssertSqlSafe, Connection, Executor, FromRow};

use super::audit::{Actor, AuditEvent};
use super::backup::{connect_postgres, connect_sqlite, folder_of, place};
use super::copying;
use super::database::{Database, Location};
use super::error::StoreError;
use super::migrations;
use super::statement::{Statement, bound, statements};
use super::trail::ChainFault;
use super::{Store, StoreOptions};
use crate::model::Clock;
use crate::secrets::Keyring;

/// The first bytes of a SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// SQLite's own checks; a copy being restored is always SQLite.
pub(super) const INTEGRITY: Statement =
    Statement("SELECT integrity_check FROM pragma_integrity_check LIMIT 1");
/// Rows that refer to rows that are not there.
pub(super) const LOOSE_ROWS: Statement =
    Statement("SELECT COALESCE(MIN(\"table\"), '') FROM pragma_foreign_key_check");

/// Tables of a PostgreSQL database in the schema we use.
const POSTGRES_TABLES: &str =
    "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename";
/// What holds rows as soon as the tables are made.
const MADE_WITH_TABLES: [&str; 2] = ["_sqlx_migrations", "audit_head"];

statements! {
    /// Sessions let in whoever holds a cookie.
    DROP_SESSIONS = "DELETE FROM sessions";
    /// Keys of programs.
    DROP_API_KEYS = "DELETE FROM api_keys";
    /// Invitations that were not taken up.
    DROP_INVITATIONS = "UPDATE users SET invite_hash = NULL, invite_expires_at_ms = NULL
        WHERE invite_hash IS NOT NULL";
    /// The link for the first account.
    DROP_SETUP = "DELETE FROM settings WHERE name = 'setup_token'";
    /// Replies, some of which hold a token.
    DROP_REPLIES = "DELETE FROM idempotency_replies";
}

#[derive(FromRow)]
struct Text(String);

/// What to restore, and where to.
pub struct RestoreOptions {
    /// The backup.
    pub from: PathBuf,
    /// Where to; it must hold nothing.
    pub to: Location,
    /// The master keys of the time of the backup.
    pub keyring: Keyring,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// A source of randomness.
    pub random: ChaCha20Rng,
    /// Go on although the audit chain is broken.
    pub despite_broken_chain: bool,
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// Rows of the audit trail that hold.
    pub audit_rows: i64,
    /// Where the audit chain is broken, if it is.
    pub fault: Option<ChainFault>,
    /// Sessions, API keys, invitations, replies taken out.
    pub dropped: u64,
}

fn unusable(path: &Path, cause: impl std::fmt::Display) -> StoreError {
    StoreError::Refused(format!("备份无法使用 / the backup cannot be used: {}: {cause}", path.display()))
}

fn not_empty(what: &str) -> StoreError {
    StoreError::Refused(format!(
        "目标已有数据，请另选一个空的位置 / the target holds data, choose an empty one: {what}"
    ))
}

/// Restores a backup.
///
/// # Errors
/// [`StoreError::Refused`] where the target holds data, the file is no backup, the keys do not fit, or what it holds is
/// damaged. The target is then as it was.
pub async fn restore(options: RestoreOptions) -> Result<RestoreReport, StoreError> {
    let mut magic = [0; MAGIC.len()];
    let read = File::open(&options.from).and_then(|mut file| file.read_exact(&mut magic));
    read.map_err(|error| unusable(&options.from, error))?;
    if &magic != MAGIC {
        return Err(unusable(&options.from, "不是备份文件 / it is no backup of jiedui"));
    }
    let folder = match &options.to {
        Location::Sqlite(path) => {
            check_unused(path)?;
            let folder = folder_of(path);
            std::fs::create_dir_all(folder).map_err(|error| unusable(folder, error))?;
            tempfile::Builder::new().prefix(".restore-").tempdir_in(folder)
        }
        Location::Postgres(url) => {
            check_empty(url).await?;
            tempfile::Builder::new().prefix("jiedui-restore-").tempdir()
        }
    };
    let folder = folder.map_err(|error| unusable(&options.from, error))?;
    let copy = folder.path().join("restored.sqlite3");
    std::fs::copy(&options.from, &copy).map_err(|error| unusable(&options.from, error))?;
    make_private(&copy).map_err(|error| unusable(&options.from, error))?;
    let (from, to) = (options.from.clone(), options.to.clone());
    let report = cleanse(&copy, options).await?;
    match to {
        Location::Sqlite(path) => {
            // Held until the file is in its place, so that no server makes one there meanwhile.
            let _lock = migrations::lock(&path)?;
            check_unused(&path)?;
            place(&copy, &path).map_err(|error| unusable(&from, error))?;
        }
        Location::Postgres(url) => copy_to_postgres(&copy, &url).await?,
    }
    Ok(report)
}

/// Whether nothing of a database is where a file is to be: SQLite would play the log of another one into ours.
fn check_unused(path: &Path) -> Result<(), StoreError> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let file = Path::new(&name);
        if file.symlink_metadata().is_ok() {
            return Err(not_empty(&file.display().to_string()));
        }
    }
    Ok(())
}

/// Whether a PostgreSQL database holds no row, asked before any table is made or changed in it.
async fn check_empty(url: &str) -> Result<(), StoreError> {
    let mut to = connect_postgres(url).await?;
    for (name,) in sqlx::query_as::<_, (String,)>(POSTGRES_TABLES)
        .fetch_all(&mut to)
        .await
        .map_err(StoreError::of_driver)?
    {
        let asked = format!("SELECT 1 FROM \"{}\" LIMIT 1", name.replace('"', "\"\""));
        let row = to.fetch_optional(AssertSqlSafe(asked)).await.map_err(StoreError::of_driver)?;
        if row.is_some() && !MADE_WITH_TABLES.contains(&name.as_str()) {
            return Err(not_empty(&name));
        }
    }
    to.close().await.map_err(StoreError::of_driver)
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut permissions = std::fs::metadata(path)?.permissions();
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions)
}

/// Brings the copy up to date, checks it, and takes out what lets somebody in.
async fn cleanse(copy: &Path, options: RestoreOptions) -> Result<RestoreReport, StoreError> {
    let store = Store::open(StoreOptions {
        location: Location::Sqlite(copy.to_owned()),
        keyring: options.keyring,
        clock: options.clock,
        random: options.random,
        readers: 1,
    });
    let store = store.await?;
    let mut view = store.view().await?;
    let Text(pages) = view.one(INTEGRITY, bound![]).await?;
    if pages != "ok" {
        return Err(unusable(&options.from, format!("integrity_check: {pages}")));
    }
    let Text(loose) = view.one(LOOSE_ROWS, bound![]).await?;
    if !loose.is_empty() {
        return Err(unusable(&options.from, format!("foreign_key_check: {loose}")));
    }
    let (audit_rows, fault) = view.verify_audit().await?;
    drop(view);
    if let (Some(fault), false) = (&fault, options.despite_broken_chain) {
        let said = format!("审计链在第 {0} 条断开 / the audit chain is broken at row {0}", fault.sequence);
        return Err(unusable(&options.from, said));
    }
    let mut change = store.change(Actor::COMMAND).await?;
    let mut dropped = 0;
    for statement in [DROP_SESSIONS, DROP_API_KEYS, DROP_INVITATIONS, DROP_SETUP, DROP_REPLIES] {
        dropped += change.execute(statement, bound![]).await?;
    }
    change.record(AuditEvent::new("database.restored", "settings", "", ""));
    change.commit(None).await?;
    store.close().await;
    Ok(RestoreReport { audit_rows, fault, dropped })
}

/// Copies everything into an empty PostgreSQL database, in one transaction.
async fn copy_to_postgres(copy: &Path, url: &str) -> Result<(), StoreError> {
    let served = "有服务正在使用它 / a server is using it";
    let lock = migrations::hold_alone(url).await?.ok_or_else(|| not_empty(served))?;
    check_empty(url).await?;
    let database = Database::open_postgres(url, 2).await?;
    migrations::bring_up_to_date(&database).await?;
    database.close().await;
    let mut from = connect_sqlite(copy).await?;
    let mut to = connect_postgres(url).await?;
    let tables = copying::tables(&mut from).await?;
    to.execute("BEGIN").await.map_err(StoreError::of_driver)?;
    if let Some(filled) = copying::first_filled(&tables, &mut to).await? {
        return Err(not_empty(&filled));
    }
    copying::to_postgres(&mut from, &mut to).await?;
    to.execute("COMMIT").await.map_err(StoreError::of_driver)?;
    from.close().await.map_err(StoreError::of_driver)?;
    to.close().await.map_err(StoreError::of_driver)?;
    lock.close().await.map_err(StoreError::of_driver)
}
