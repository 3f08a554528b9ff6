//! A keyring and a key ↔ the wrapped key; a data key and a text ↔ the sealed field.
//!
//! Wrapped bytes: `kind (1) ‖ master key id (4) ‖ stored bytes of the 32-byte key`, 78 in all. The kind chooses the
//! derivation, and kind, id and place are authenticated, so a wrapped key can be neither moved nor passed off for another.

use rand::CryptoRng;

use super::blind_index::IndexKey;
use super::cipher;
use super::error::SecretError;
use super::key::{Key, Label};
use super::keyring::{KeyId, Keyring};
use super::place::Place;

const WRAPPED: &str = "jiedui/v1/wrapped-key";
const FIELD: &str = "jiedui/v1/field";
/// Kind and master key id.
const HEADER_BYTES: usize = 5;

/// The key of one person's fields. Delete its wrapped bytes, and every field sealed with it is unreadable for good.
#[derive(Debug)]
pub struct DataKey(Key);

/// The key of records that no erasure touches: concerns, the bar list, the audit trail (S41).
///
/// A type of its own and wrapped under a derivation of its own: code that erases people cannot reach it by mistake.
#[derive(Debug)]
pub struct HeldKey(Key);

macro_rules! seals_fields {
    ($key:ident) => {
        impl $key {
            /// A fresh key.
            pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
                Self(Key::generate(rng))
            }

            /// The stored bytes of `plaintext` at `place`, under a fresh nonce: the same text never gives the same bytes.
            pub fn seal<R: CryptoRng + ?Sized>(
                &self,
                place: Place<'_>,
                plaintext: &str,
                rng: &mut R,
            ) -> Vec<u8> {
                cipher::seal(&self.0, FIELD, &[], place, plaintext.as_bytes(), rng)
            }

            /// The text of stored bytes at `place`.
            ///
            /// # Errors
            /// [`SecretError`] when they were changed, sealed for another place, or with another key.
            pub fn open(&self, place: Place<'_>, stored: &[u8]) -> Result<String, SecretError> {
                let plaintext = cipher::open(&self.0, FIELD, &[], place, stored)?;
                std::str::from_utf8(&plaintext).map(str::to_owned).map_err(|_| SecretError::NotText)
            }
        }
    };
}

seals_fields!(DataKey);
seals_fields!(HeldKey);

/// What a wrapped key is for: its first stored byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person = 1,
    Held = 2,
    Index = 3,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        [Self::Person, Self::Held, Self::Index].into_iter().find(|kind| *kind as u8 == byte)
    }

    fn label(self) -> Label {
        match self {
            Self::Person => Label::WrapPerson,
            Self::Held => Label::WrapHeld,
            Self::Index => Label::WrapIndex,
        }
    }
}

impl Keyring {
    /// The stored bytes of a person's key, wrapped by the current master key and bound to `subject`.
    pub fn wrap<R: CryptoRng + ?Sized>(&self, key: &DataKey, subject: Place<'_>, rng: &mut R) -> Vec<u8> {
        self.wrap_key(Kind::Person, &key.0, subject, rng)
    }

    /// A person's key out of its stored bytes.
    ///
    /// # Errors
    /// [`SecretError::MissingKey`] names the master key that is not here; the others say what does not fit.
    pub fn unwrap(&self, wrapped: &[u8], subject: Place<'_>) -> Result<DataKey, SecretError> {
        self.unwrap_key(Kind::Person, wrapped, subject).map(DataKey)
    }

    /// As [`wrap`](Self::wrap), for a key that outlives erasure.
    pub fn wrap_held<R: CryptoRng + ?Sized>(
        &self,
        key: &HeldKey,
        subject: Place<'_>,
        rng: &mut R,
    ) -> Vec<u8> {
        self.wrap_key(Kind::Held, &key.0, subject, rng)
    }

    /// As [`unwrap`](Self::unwrap), for a key that outlives erasure.
    ///
    /// # Errors
    /// As there.
    pub fn unwrap_held(&self, wrapped: &[u8], subject: Place<'_>) -> Result<HeldKey, SecretError> {
        self.unwrap_key(Kind::Held, wrapped, subject).map(HeldKey)
    }

    /// As [`wrap`](Self::wrap), for the key of the blind index.
    pub fn wrap_index<R: CryptoRng + ?Sized>(
        &self,
        key: &IndexKey,
        subject: Place<'_>,
        rng: &mut R,
    ) -> Vec<u8> {
        self.wrap_key(Kind::Index, &key.0, subject, rng)
    }

    /// As [`unwrap`](Self::unwrap), for the key of the blind index.
    ///
    /// # Errors
    /// As there.
    pub fn unwrap_index(&self, wrapped: &[u8], subject: Place<'_>) -> Result<IndexKey, SecretError> {
        self.unwrap_key(Kind::Index, wrapped, subject).map(IndexKey)
    }

    /// The same key, of whatever kind, wrapped by the current master key. Fields sealed with it stay as they are.
    ///
    /// # Errors
    /// As [`unwrap`](Self::unwrap).
    pub fn rewrap<R: CryptoRng + ?Sized>(
        &self,
        wrapped: &[u8],
        subject: Place<'_>,
        rng: &mut R,
    ) -> Result<Vec<u8>, SecretError> {
        let kind = wrapped.first().and_then(|byte| Kind::of(*byte)).ok_or(SecretError::WrongKind)?;
        let key = self.unwrap_key(kind, wrapped, subject)?;
        Ok(self.wrap_key(kind, &key, subject, rng))
    }

    /// Whether these bytes were wrapped by another master key than the current one, and so await [`rewrap`](Self::rewrap).
    ///
    /// # Errors
    /// [`SecretError::TooShort`].
    pub fn awaits_rewrap(&self, wrapped: &[u8]) -> Result<bool, SecretError> {
        wrapped_by(wrapped).map(|id| id != self.current_id())
    }

    fn wrap_key<R: CryptoRng + ?Sized>(
        &self,
        kind: Kind,
        key: &Key,
        subject: Place<'_>,
        rng: &mut R,
    ) -> Vec<u8> {
        let mut out = vec![kind as u8];
        out.extend_from_slice(&self.current_id().0);
        let wrapping = self.current().0.derive(kind.label());
        let stored = cipher::seal(&wrapping, WRAPPED, &out, subject, key.expose(), rng);
        out.extend_from_slice(&stored);
        out
    }

    fn unwrap_key(&self, kind: Kind, wrapped: &[u8], subject: Place<'_>) -> Result<Key, SecretError> {
        let id = wrapped_by(wrapped)?;
        let (header, stored) = wrapped.split_at(HEADER_BYTES);
        if header[0] != kind as u8 {
            return Err(SecretError::WrongKind);
        }
        let master = self.get(id).ok_or(SecretError::MissingKey { id })?;
        let bytes = cipher::open(&master.0.derive(kind.label()), WRAPPED, header, subject, stored)?;
        Key::from_slice(&bytes).ok_or(SecretError::Refused)
    }
}

/// The id of the master key that wrapped these bytes.
///
/// # Errors
/// [`SecretError::TooShort`].
pub fn wrapped_by(wrapped: &[u8]) -> Result<KeyId, SecretError> {
    match *wrapped {
        [_, a, b, c, d, ..] => Ok(KeyId([a, b, c, d])),
        _ => Err(SecretError::TooShort { bytes: wrapped.len() }),
    }
}
