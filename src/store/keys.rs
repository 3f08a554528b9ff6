//! The keys of the database, unwrapped: the ring from outside, and the two keys of the deployment inside it.
//!
//! `settings` holds the wrapped index key (what encrypted phones and numbers are searched by), the wrapped held key
//! (what no erasure touches: replies, the bar list, concerns), and `current_key`: the id of the master key that wraps
//! whatever is new. Several servers of one PostgreSQL may read key files of different ages; nothing is wrapped by another
//! key than the current one, so that the key taken out after a rotation is needed by nobody.

use std::sync::Arc;

use data_encoding::BASE64;
use rand_chacha::ChaCha20Rng;
use sqlx::FromRow;

use super::database::{Connection, Database};
use super::error::StoreError;
use super::statement::{Statement, bound, statements};
use crate::secrets::{HeldKey, IndexKey, Keyring, Place, SecretError};

statements! {
    /// A setting.
    FIND_SETTING = "SELECT content FROM settings WHERE name = $1";
    /// Writes a setting where there is none.
    ADD_SETTING = "INSERT INTO settings (name, content) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    /// Takes the turn of those who change keys, and the row with it.
    TAKE_TURN = "UPDATE settings SET content = content WHERE name = 'index_key'";
    /// Which master key wraps what is new.
    PUT_CURRENT = "UPDATE settings SET content = $1 WHERE name = 'current_key' AND content <> $1";
}

/// The statement by which those who change keys take turns.
pub(super) const fn take_turn() -> Statement {
    TAKE_TURN
}

/// Unwrapped keys.
pub(super) struct Keys {
    pub(super) ring: Keyring,
    pub(super) index: Arc<IndexKey>,
    pub(super) held: Arc<HeldKey>,
}

impl Keys {
    /// The same keys of the deployment under another ring.
    pub(super) fn under(&self, ring: Keyring) -> Self {
        Self { ring, index: Arc::clone(&self.index), held: Arc::clone(&self.held) }
    }
}

#[derive(FromRow)]
struct Setting {
    content: String,
}

pub(super) fn index_place() -> Place<'static> {
    Place { table: "settings", id: "index_key", column: "content" }
}

pub(super) fn held_place() -> Place<'static> {
    Place { table: "settings", id: "held_key", column: "content" }
}

async fn setting(connection: &mut Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let found: Option<Setting> = connection.optional(FIND_SETTING, bound![name]).await?;
    found
        .map(|setting| {
            BASE64.decode(setting.content.as_bytes()).map_err(|error| StoreError::Broken {
                table: "settings",
                column: "content",
                row: name.to_owned(),
                cause: error.to_string(),
            })
        })
        .transpose()
}

/// Reads both keys, and makes them in a new database.
pub(super) async fn load(
    database: &Database,
    ring: Keyring,
    random: &mut ChaCha20Rng,
) -> Result<Keys, StoreError> {
    let mut connection = database.read().await?;
    let is_new = setting(&mut connection, "index_key").await?.is_none();
    drop(connection);
    if is_new {
        let index = ring.wrap_index(&IndexKey::generate(random), index_place(), random);
        let held = ring.wrap_held(&HeldKey::generate(random), held_place(), random);
        let mut made = database.write().await?;
        made.execute(ADD_SETTING, bound!["index_key", BASE64.encode(&index)]).await?;
        made.execute(ADD_SETTING, bound!["held_key", BASE64.encode(&held)]).await?;
        made.execute(ADD_SETTING, bound!["current_key", ring.current_id().to_string()]).await?;
        // Another replica may have been first; what stands in the database counts.
        made.commit().await?;
    }
    read(database, ring).await
}

/// Reads both keys where they must be there.
pub(super) async fn read(database: &Database, ring: Keyring) -> Result<Keys, StoreError> {
    let mut connection = database.read().await?;
    let missing = || StoreError::Refused("the database has no keys: it is not a jiedui database".to_owned());
    let index = setting(&mut connection, "index_key").await?.ok_or_else(missing)?;
    let held = setting(&mut connection, "held_key").await?.ok_or_else(missing)?;
    drop(connection);
    let refused =
        |error: SecretError| StoreError::Refused(format!("the key file does not fit this database: {error}"));
    let index = ring.unwrap_index(&index, index_place()).map_err(refused)?;
    let held = ring.unwrap_held(&held, held_place()).map_err(refused)?;
    Ok(Keys { ring, index: Arc::new(index), held: Arc::new(held) })
}

/// Has whatever is new wrapped by the ring's current key from now on; `taken` is called before others see that.
///
/// # Errors
/// [`StoreError::Refused`] where the ring does not know the key that wraps what is new now: its file is older than the
/// database, and going back to its key would undo a rotation.
pub(super) async fn make_current(
    database: &Database,
    ring: &Keyring,
    taken: impl FnOnce(),
) -> Result<(), StoreError> {
    let own = ring.current_id().to_string();
    let mut connection = database.read().await?;
    let found: Option<Setting> = connection.optional(FIND_SETTING, bound!["current_key"]).await?;
    drop(connection);
    if found.is_some_and(|current| current.content == own) {
        taken();
        return Ok(());
    }
    let mut changed = database.write().await?;
    changed.execute(TAKE_TURN, bound![]).await?;
    // A database from before there was such a setting.
    changed.execute(ADD_SETTING, bound!["current_key", &own]).await?;
    let current: Setting = changed.one(FIND_SETTING, bound!["current_key"]).await?;
    if current.content != own && !ring.ids().any(|id| id.to_string() == current.content) {
        return Err(StoreError::Refused(format!(
            "密钥文件已过时，缺少当前主密钥 / the key file is out of date, it lacks the current master key {}",
            current.content
        )));
    }
    changed.execute(PUT_CURRENT, bound![&own]).await?;
    taken();
    changed.commit().await
}
