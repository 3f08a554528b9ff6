//! What may be seen of a person, kept from one reading of her row to the next.
//!
//! To mask a row, its key is unwrapped and every sealed field is opened, only to be shown as stars: more than half of what a
//! page of people costs. A masked form belongs to the sealed text it was made of and one day (an age changes overnight), so nothing
//! needs to be forgotten when a row changes or its change is taken back: no two sealings give the same text. Whoever is erased
//! has no row by which her form could be asked for. In memory alone, and of masked forms alone.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use jiff::civil::Date;
use quick_cache::sync::Cache;

use super::cells::Masked;
use crate::store::StoreError;

/// How many are kept; some 500 bytes each.
const MOST: usize = 50_000;

/// Id, keyed digest of the sealed text, day.
type Key = (String, u64, Date);

/// Masked forms that were made lately.
pub(in crate::store) struct MaskedForms {
    forms: Cache<Key, Arc<Masked>>,
    digest: RandomState,
}

impl Default for MaskedForms {
    fn default() -> Self {
        Self { forms: Cache::new(MOST), digest: RandomState::new() }
    }
}

impl MaskedForms {
    /// The form of a person's sealed text on a day; `make` opens it where it is not known.
    pub(super) fn of(
        &self,
        id: &str,
        sealed: &str,
        today: Date,
        make: impl FnOnce() -> Result<Masked, StoreError>,
    ) -> Result<Masked, StoreError> {
        let key = (id.to_owned(), self.digest.hash_one(sealed), today);
        if let Some(known) = self.forms.get(&key) {
            return Ok(known.as_ref().clone());
        }
        let form = make()?;
        self.forms.insert(key, Arc::new(form.clone()));
        Ok(form)
    }
}
