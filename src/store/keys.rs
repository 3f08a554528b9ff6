//! The keys of the database, unwrapped: the ring from outside, and the two keys of the deployment inside it.
//!
//! `settings` holds the wrapped index key (what encrypted phones and numbers are searched by) and the wrapped held key
//! (what no erasure touches: replies, the bar list, concerns).

use data_encoding::BASE64;
use rand_chacha::ChaCha20Rng;
use sqlx::FromRow;

use super::database::{Connection, Database};
use super::error::StoreError;
use super::statement::{bound, statements};
use crate::secrets::{HeldKey, IndexKey, Keyring, Place, SecretError};

statements! {
    /// A setting.
    FIND_SETTING = "SELECT content FROM settings WHERE name = $1";
    /// Writes a setting where there is none.
    ADD_SETTING = "INSERT INTO settings (name, content) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
}

/// Unwrapped keys.
pub(super) struct Keys {
    pub(super) ring: Keyring,
    pub(super) index: IndexKey,
    pub(super) held: HeldKey,
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
    Ok(Keys { ring, index, held })
}
