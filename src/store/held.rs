//! Rows that no erasure touches (S41), each sealed under a key of its own.
//!
//! The key lies wrapped beside the keys of persons, under another derivation: code that erases a person cannot open it, and does
//! not know its id. A concern's key is never destroyed, since a concern is never deleted.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use sqlx::FromRow;

use super::error::StoreError;
use super::sealing::Clear;
use super::statement::{bound, statements};
use super::view::View;
use crate::secrets::{HeldKey, Place};

statements! {
    /// A row's wrapped key.
    FIND_KEY = "SELECT wrapped FROM data_keys WHERE subject_id = $1 AND subject_table = $2";
}

/// A row's key in use.
pub(super) struct RowKey {
    table: &'static str,
    id: String,
    key: HeldKey,
}

#[derive(FromRow)]
struct Wrapped {
    wrapped: String,
}

fn broken(table: &'static str, row: &str, column: &'static str, cause: &impl ToString) -> StoreError {
    StoreError::Broken { table, column, row: row.to_owned(), cause: cause.to_string() }
}

impl View {
    /// Makes and keeps the key of a new row.
    pub(super) async fn new_row_key(&mut self, table: &'static str, id: &str) -> Result<RowKey, StoreError> {
        let place = Place { table, id, column: "data_key" };
        let key = self.keep_new_key(table, id, |ring, random| {
            let key = HeldKey::generate(random);
            let wrapped = ring.wrap_held(&key, place, random);
            (key, wrapped)
        });
        Ok(RowKey { table, id: id.to_owned(), key: key.await? })
    }

    /// The key of a row.
    pub(super) async fn row_key(&mut self, table: &'static str, id: &str) -> Result<RowKey, StoreError> {
        let found: Option<Wrapped> = self.optional(FIND_KEY, bound![id, table]).await?;
        let found = found.ok_or_else(|| broken("data_keys", id, "wrapped", &"the key is missing"))?;
        let place = Place { table, id, column: "data_key" };
        let key = self.unwrapped(id, &found.wrapped, |ring, bytes| ring.unwrap_held(bytes, place))?;
        Ok(RowKey { table, id: id.to_owned(), key })
    }

    /// Seals every field by itself. `part` tells apart what is sealed under the same key: empty for the row, a number for what
    /// was added to it.
    pub(super) fn seal_part(&self, key: &RowKey, part: &str, clear: &Clear) -> String {
        let sealed: BTreeMap<&str, String> = self.store().with_random(|random| {
            let mut seal = |(field, text): (&String, &String)| {
                let column = format!("{part}/{field}");
                let place = Place { table: key.table, id: &key.id, column: &column };
                BASE64.encode(&key.key.seal(place, text, random))
            };
            clear.iter().map(|entry| (entry.0.as_str(), seal(entry))).collect()
        });
        super::json(&sealed)
    }

    /// Opens what [`seal_part`](Self::seal_part) sealed.
    #[expect(clippy::unused_self, reason = "whoever has no view opens nothing")]
    pub(super) fn open_part(&self, key: &RowKey, part: &str, sealed: &str) -> Result<Clear, StoreError> {
        let fault = |cause: &dyn ToString| broken(key.table, &key.id, "sealed", &cause.to_string());
        let stored: BTreeMap<String, String> = serde_json::from_str(sealed).map_err(|error| fault(&error))?;
        let mut clear = Clear::new();
        for (field, text) in stored {
            let bytes = BASE64.decode(text.as_bytes()).map_err(|error| fault(&error))?;
            let column = format!("{part}/{field}");
            let place = Place { table: key.table, id: &key.id, column: &column };
            let opened = key.key.open(place, &bytes).map_err(|error| fault(&error))?;
            clear.insert(field, opened);
        }
        Ok(clear)
    }
}
