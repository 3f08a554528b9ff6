//! Changing the master key while the server runs: every wrapped key is wrapped anew by the current one.
//!
//! Cost: 78 bytes a person, no sealed field is touched. Keys are taken in stretches, a transaction each, so that writers
//! wait for a few milliseconds at most. A stretch begins by taking the row of the index key: on PostgreSQL two rotations
//! take turns by it, and it is free again when the transaction ends, however it ends. A key is replaced only where it still
//! is what was read, so a person erased meanwhile stays erased. Broken off, it goes on where keys still await it. A server
//! whose key file is older than the database wraps nothing: the setting `current_key` says by which key.

use std::sync::Arc;

use data_encoding::BASE64;
use sqlx::FromRow;

use super::Store;
use super::audit::{Actor, AuditEvent};
use super::error::StoreError;
use super::keys::{Keys, held_place, index_place, take_turn};
use super::statement::{bound, statements};
use crate::secrets::envelope::wrapped_by;
use crate::secrets::{KeyId, Keyring, Place};

/// Keys wrapped anew by one transaction.
const STRETCH: i64 = 500;

statements! {
    /// The keys of the deployment.
    FIND_SETTINGS = "SELECT name, content FROM settings WHERE name IN ('index_key', 'held_key') ORDER BY name";
    /// Replaces a key of the deployment where it is what was read.
    REPLACE_SETTING = "UPDATE settings SET content = $3 WHERE name = $1 AND content = $2";
    /// Persons' keys in the order of their ids.
    NEXT = "SELECT subject_id, subject_table, wrapped FROM data_keys
        WHERE subject_id > $1
        ORDER BY subject_id
        LIMIT $2";
    /// Replaces a person's key where it is what was read.
    REPLACE = "UPDATE data_keys SET wrapped = $3 WHERE subject_id = $1 AND wrapped = $2";
}

#[derive(FromRow)]
struct SettingRow {
    name: String,
    content: String,
}

#[derive(FromRow)]
struct KeyRow {
    subject_id: String,
    subject_table: String,
    wrapped: String,
}

/// How many keys a master key wraps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedBy {
    /// The master key.
    pub id: KeyId,
    /// How many.
    pub keys: u64,
}

fn broken(table: &'static str, column: &'static str, row: &str, cause: &impl ToString) -> StoreError {
    StoreError::Broken { table, column, row: row.to_owned(), cause: cause.to_string() }
}

impl Store {
    /// Goes on with other master keys, after the key file has changed. Every key of the deployment must open with them.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where it does not; the store then keeps what it has.
    pub async fn take_keyring(&self, ring: Keyring) -> Result<(), StoreError> {
        let keys = Arc::new(super::keys::read(self.database(), ring).await?);
        super::keys::make_current(self.database(), &keys.ring, || self.put_keys(Arc::clone(&keys))).await
    }

    /// How many keys each master key wraps, in the order of their ids.
    pub async fn wrapped_by(&self) -> Result<Vec<WrappedBy>, StoreError> {
        let mut counts = std::collections::BTreeMap::new();
        let mut view = self.view().await?;
        let settings: Vec<SettingRow> = view.all(FIND_SETTINGS, bound![]).await?;
        for row in settings {
            *counts.entry(id_of("settings", "content", &row.name, &row.content)?).or_default() += 1;
        }
        let mut after = String::new();
        loop {
            let rows: Vec<KeyRow> = view.all(NEXT, bound![&after, STRETCH]).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.subject_id);
            for row in &rows {
                *counts.entry(id_of("data_keys", "wrapped", &row.subject_id, &row.wrapped)?).or_default() +=
                    1;
            }
        }
        Ok(counts.into_iter().map(|(id, keys)| WrappedBy { id, keys }).collect())
    }

    /// Wraps every key by the current master key; how many it was needed for. `heard` hears the count as it grows.
    ///
    /// # Errors
    /// Where a key does not open, or the database fails. What was wrapped until then stays.
    pub async fn rotate(&self, actor: &Actor, mut heard: impl FnMut(u64)) -> Result<u64, StoreError> {
        super::keys::make_current(self.database(), &self.keys().ring, || {}).await?;
        let mut done = self.rotate_settings(actor).await?;
        let mut after = String::new();
        while let Some((last, wrapped)) = self.rotate_stretch(actor, &after).await? {
            after = last;
            done += wrapped;
            heard(done);
        }
        if done > 0 {
            let mut change = self.change(actor.clone()).await?;
            let current = self.keys().ring.current_id().to_string();
            change.record(AuditEvent::new("keys.rotated", "data_keys", &current, ""));
            change.commit(None).await?;
        }
        Ok(done)
    }

    async fn rotate_settings(&self, actor: &Actor) -> Result<u64, StoreError> {
        let mut change = self.change(actor.clone()).await?;
        change.execute(take_turn(), bound![]).await?;
        let rows: Vec<SettingRow> = change.all(FIND_SETTINGS, bound![]).await?;
        let mut done = 0;
        for row in rows {
            let place = if row.name == "index_key" { index_place() } else { held_place() };
            if let Some(wrapped) = self.rewrapped("settings", "content", place, &row.content)? {
                done += change.execute(REPLACE_SETTING, bound![&row.name, &row.content, wrapped]).await?;
            }
        }
        change.commit(None).await?;
        Ok(done)
    }

    /// One transaction: the last id of the stretch, and how many keys were wrapped anew. `None` at the end.
    async fn rotate_stretch(&self, actor: &Actor, after: &str) -> Result<Option<(String, u64)>, StoreError> {
        let mut view = self.view().await?;
        let rows: Vec<KeyRow> = view.all(NEXT, bound![after, STRETCH]).await?;
        drop(view);
        let Some(last) = rows.last().map(|row| row.subject_id.clone()) else { return Ok(None) };
        // Wrapped before the transaction begins, so that nobody waits for the computing.
        let mut replaced = Vec::new();
        for row in rows {
            let place = Place { table: &row.subject_table, id: &row.subject_id, column: "data_key" };
            if let Some(wrapped) = self.rewrapped("data_keys", "wrapped", place, &row.wrapped)? {
                replaced.push((row.subject_id, row.wrapped, wrapped));
            }
        }
        let mut done = 0;
        if !replaced.is_empty() {
            let mut change = self.change(actor.clone()).await?;
            change.execute(take_turn(), bound![]).await?;
            for (id, before, after) in replaced {
                done += change.execute(REPLACE, bound![id, before, after]).await?;
            }
            change.commit(None).await?;
        }
        Ok(Some((last, done)))
    }

    /// A key wrapped by the current master key, where another wraps it now.
    fn rewrapped(
        &self,
        table: &'static str,
        column: &'static str,
        place: Place<'_>,
        stored: &str,
    ) -> Result<Option<String>, StoreError> {
        let keys: Arc<Keys> = self.keys();
        let fault = |cause: String| broken(table, column, place.id, &cause);
        let bytes = BASE64.decode(stored.as_bytes()).map_err(|error| fault(error.to_string()))?;
        if !keys.ring.awaits_rewrap(&bytes).map_err(|error| fault(error.to_string()))? {
            return Ok(None);
        }
        let wrapped = self.with_random(|random| keys.ring.rewrap(&bytes, place, random));
        wrapped.map(|wrapped| Some(BASE64.encode(&wrapped))).map_err(|error| fault(error.to_string()))
    }
}

fn id_of(table: &'static str, column: &'static str, row: &str, stored: &str) -> Result<KeyId, StoreError> {
    let bytes = BASE64.decode(stored.as_bytes()).map_err(|error| broken(table, column, row, &error))?;
    wrapped_by(&bytes).map_err(|error| broken(table, column, row, &error))
}
