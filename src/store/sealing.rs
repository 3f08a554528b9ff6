//! The one way in and out of sealed columns.
//!
//! `sealed` columns are JSON objects, field name → base64 of the sealed bytes, each field sealed by itself under the key of
//! its person and bound to table, id and field. The person's key lies wrapped in `data_keys`; deleting that row erases
//! the person.

use std::collections::BTreeMap;
use std::time::Duration;

use data_encoding::BASE64;
use rand_chacha::ChaCha20Rng;
use sqlx::FromRow;

use super::Store;
use super::error::StoreError;
use super::statement::{bound, statements};
use super::view::View;
use crate::secrets::{DataKey, Keyring, Place, SecretError};

/// How often a key is wrapped anew where the master key is just being changed.
const ATTEMPTS: usize = 5;
/// The time that a change of the master key takes to be seen.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(20);

statements! {
    /// Keeps a person's wrapped key, where it was wrapped by the key that wraps what is new.
    ADD_KEY = "INSERT INTO data_keys (subject_id, subject_table, wrapped)
        SELECT $1, $2, $3
        WHERE EXISTS (SELECT 1 FROM settings WHERE name = 'current_key' AND content = $4)";
    /// A person's wrapped key.
    FIND_KEY = "SELECT wrapped FROM data_keys WHERE subject_id = $1";
    /// Keeps the key of a table where it has none yet.
    ADD_TABLE_KEY = "INSERT INTO data_keys (subject_id, subject_table, wrapped)
        SELECT $1, $1, $2
        WHERE EXISTS (SELECT 1 FROM settings WHERE name = 'current_key' AND content = $3)
        ON CONFLICT (subject_id) DO NOTHING";
    /// Makes a person's sealed fields unreadable for good.
    DESTROY_KEY = "DELETE FROM data_keys WHERE subject_id = $1";
}

/// Where a sealed value belongs that outlives its person.
pub(super) struct HeldPlace {
    pub(super) table: &'static str,
    pub(super) id: String,
    pub(super) column: &'static str,
}

/// A person's key in use: which table and row its fields belong to.
pub(super) struct PersonKey {
    table: &'static str,
    id: String,
    key: DataKey,
}

impl PersonKey {
    /// The same key for one row of its table: what is sealed by it opens in no other.
    pub(super) fn of_row(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }
}

/// Clear values by the name of their field.
pub(super) type Clear = BTreeMap<String, String>;

#[derive(FromRow)]
struct Wrapped {
    wrapped: String,
}

fn broken(table: &'static str, row: &str, column: &'static str, cause: &impl ToString) -> StoreError {
    StoreError::Broken { table, column, row: row.to_owned(), cause: cause.to_string() }
}

impl Store {
    /// Makes a key: for use, wrapped as it is kept, and the master key's id.
    fn make_key<K>(
        &self,
        make: impl FnOnce(&Keyring, &mut ChaCha20Rng) -> (K, Vec<u8>),
    ) -> (K, String, String) {
        let keys = self.keys();
        let (key, wrapped) = self.with_random(|random| make(&keys.ring, random));
        (key, BASE64.encode(&wrapped), keys.ring.current_id().to_string())
    }

    /// Seals every field by itself.
    pub(super) fn seal(&self, key: &PersonKey, clear: &Clear) -> String {
        let sealed: BTreeMap<&str, String> = self.with_random(|random| {
            let mut seal = |(field, text): (&String, &String)| {
                let place = Place { table: key.table, id: &key.id, column: field };
                BASE64.encode(&key.key.seal(place, text, random))
            };
            clear.iter().map(|entry| (entry.0.as_str(), seal(entry))).collect()
        });
        serde_json::to_string(&sealed).unwrap_or_default()
    }
}

impl View {
    /// Makes and keeps the key of a new person.
    ///
    /// # Errors
    /// As those of [`keep_new_key`](Self::keep_new_key).
    pub(super) async fn new_person_key(
        &mut self,
        table: &'static str,
        id: &str,
    ) -> Result<PersonKey, StoreError> {
        let place = Place { table, id, column: "data_key" };
        let key = self.keep_new_key(table, id, |ring, random| {
            let key = DataKey::generate(random);
            let wrapped = ring.wrap(&key, place, random);
            (key, wrapped)
        });
        Ok(PersonKey { table, id: id.to_owned(), key: key.await? })
    }

    /// Makes a key, and keeps it wrapped by the master key that wraps what is new.
    ///
    /// # Errors
    /// [`StoreError::KeysChanged`] where another server has changed the master key and ours is not in our key file yet.
    pub(super) async fn keep_new_key<K: Send>(
        &mut self,
        table: &'static str,
        id: &str,
        make: impl Fn(&Keyring, &mut ChaCha20Rng) -> (K, Vec<u8>) + Send,
    ) -> Result<K, StoreError> {
        for _ in 0..ATTEMPTS {
            let (key, wrapped, wrapped_by) = self.store().make_key(&make);
            if self.execute(ADD_KEY, bound![id, table, wrapped, wrapped_by]).await? == 1 {
                return Ok(key);
            }
            self.store().read_keys_again();
            tokio::time::sleep(BETWEEN_ATTEMPTS).await;
        }
        Err(StoreError::KeysChanged)
    }

    /// A person's key; `None` where she was erased.
    pub(super) async fn person_key(
        &mut self,
        table: &'static str,
        id: &str,
    ) -> Result<Option<PersonKey>, StoreError> {
        let found: Option<Wrapped> = self.optional(FIND_KEY, bound![id]).await?;
        found.map(|found| self.unwrap_person_key(table, id, &found.wrapped)).transpose()
    }

    /// A person's key out of its stored text, for lists that read it beside the row.
    pub(super) fn unwrap_person_key(
        &self,
        table: &'static str,
        id: &str,
        wrapped: &str,
    ) -> Result<PersonKey, StoreError> {
        let place = Place { table, id, column: "data_key" };
        let key = self.unwrapped(id, wrapped, |ring, bytes| ring.unwrap(bytes, place))?;
        Ok(PersonKey { table, id: id.to_owned(), key })
    }

    /// A key out of its stored text. Where the master key is not known that wrapped it, the key file is read again.
    pub(super) fn unwrapped<K>(
        &self,
        id: &str,
        wrapped: &str,
        unwrap: impl Fn(&Keyring, &[u8]) -> Result<K, SecretError>,
    ) -> Result<K, StoreError> {
        let bytes = BASE64.decode(wrapped.as_bytes());
        let bytes = bytes.map_err(|error| broken("data_keys", id, "wrapped", &error))?;
        let mut key = unwrap(&self.store().keys().ring, &bytes);
        if matches!(key, Err(SecretError::MissingKey { .. })) && self.store().read_keys_again() {
            key = unwrap(&self.store().keys().ring, &bytes);
        }
        key.map_err(|error| match error {
            // Another server has changed the master key, and our key file does not have it yet.
            SecretError::MissingKey { .. } => StoreError::KeysChanged,
            error => broken("data_keys", id, "wrapped", &error),
        })
    }

    /// The key of a table whose rows belong to no person, where one was made.
    pub(super) async fn known_table_key(
        &mut self,
        table: &'static str,
    ) -> Result<Option<PersonKey>, StoreError> {
        self.person_key(table, table).await
    }

    /// The key of a table whose rows belong to no person. The first who needs it makes it; two at once get the same.
    pub(super) async fn table_key(&mut self, table: &'static str) -> Result<PersonKey, StoreError> {
        if let Some(key) = self.known_table_key(table).await? {
            return Ok(key);
        }
        let place = Place { table, id: table, column: "data_key" };
        for _ in 0..ATTEMPTS {
            let (_, wrapped, wrapped_by) = self.store().make_key(|ring, random| {
                let key = DataKey::generate(random);
                let wrapped = ring.wrap(&key, place, random);
                (key, wrapped)
            });
            self.execute(ADD_TABLE_KEY, bound![table, wrapped, wrapped_by]).await?;
            if let Some(key) = self.known_table_key(table).await? {
                return Ok(key);
            }
            self.store().read_keys_again();
            tokio::time::sleep(BETWEEN_ATTEMPTS).await;
        }
        Err(StoreError::KeysChanged)
    }

    /// Destroys a person's key: erasure.
    pub(super) async fn destroy_person_key(&mut self, id: &str) -> Result<(), StoreError> {
        self.execute(DESTROY_KEY, bound![id]).await.map(|_| ())
    }

    /// Seals every field by itself.
    pub(super) fn seal(&self, key: &PersonKey, clear: &Clear) -> String {
        self.store().seal(key, clear)
    }

    /// Opens the named fields of a sealed column, or all of them.
    #[expect(clippy::unused_self, reason = "whoever has no view opens nothing")]
    pub(super) fn open(
        &self,
        key: &PersonKey,
        sealed: &str,
        fields: Option<&[&str]>,
    ) -> Result<Clear, StoreError> {
        let fault = |cause: String| broken(key.table, &key.id, "sealed", &cause);
        let stored: BTreeMap<String, String> =
            serde_json::from_str(sealed).map_err(|error| fault(error.to_string()))?;
        let wanted = |field: &str| fields.is_none_or(|fields| fields.contains(&field));
        let mut clear = Clear::new();
        for (field, text) in stored.into_iter().filter(|(field, _)| wanted(field)) {
            let bytes = BASE64.decode(text.as_bytes()).map_err(|error| fault(error.to_string()))?;
            let place = Place { table: key.table, id: &key.id, column: &field };
            let opened = key.key.open(place, &bytes).map_err(|error| fault(format!("{field}: {error}")))?;
            clear.insert(field, opened);
        }
        Ok(clear)
    }

    /// Seals a value that no erasure touches.
    pub(super) fn seal_held(&self, place: &HeldPlace, text: &str) -> String {
        let place = Place { table: place.table, id: &place.id, column: place.column };
        let keys = self.store().keys();
        BASE64.encode(&self.store().with_random(|random| keys.held.seal(place, text, random)))
    }

    /// Opens what [`seal_held`](Self::seal_held) sealed.
    pub(super) fn open_held(&self, place: &HeldPlace, stored: &str) -> Result<String, StoreError> {
        let fault = |cause: String| broken(place.table, &place.id, place.column, &cause);
        let bytes = BASE64.decode(stored.as_bytes()).map_err(|error| fault(error.to_string()))?;
        let at = Place { table: place.table, id: &place.id, column: place.column };
        self.store().keys().held.open(at, &bytes).map_err(|error| fault(error.to_string()))
    }
}
