//! What the server keeps secret: keys and the fields they seal, passwords, tokens, and what is shown of a secret value.
//!
//! In: keys, texts, seconds, a source of randomness. Out: bytes and texts to be stored. Nothing here reads a clock, a file,
//! a database or the environment, so everything can be tested with fixed values.
//!
//! # Envelope encryption
//!
//! A name, a phone or an ID number is stored encrypted. One key for everything would be simplest, and wrong twice: to change
//! it, every field would have to be encrypted anew, and nobody could be forgotten without finding every copy of her rows. So
//! there are two layers, as of a letter in an envelope:
//!
//! ```text
//!   key file, outside the database           the database
//!   ┌──────────────┐   wraps    ┌──────────────────────┐   seals    ┌────────────────────────┐
//!   │ master key   │ ─────────▶ │ a person's data key  │ ─────────▶ │ her name, phone, …     │
//!   │ (Keyring)    │            │ (DataKey, 78 bytes)  │            │ (text + 41 bytes each) │
//!   └──────────────┘            └──────────────────────┘            └────────────────────────┘
//!          │  wraps, derived apart       a HeldKey ──────────────────▶ concerns, bar list, audit (S41)
//!          └─ wraps, derived apart       the IndexKey ───────────────▶ what encrypted columns are searched by
//! ```
//!
//! - **A stolen database** is unreadable without the key file; a key file alone opens nothing.
//! - **Rotation** ([`Keyring::with_new_current`], then [`Keyring::rewrap`] row by row, then [`Keyring::retire`]) touches 78
//!   bytes a person and no field. While it runs, keys wrapped before and after open alike.
//! - **Erasure**: delete a person's wrapped data key, and all that was sealed with it is noise, wherever a copy of it lies.
//!   Two things are *not* reached by that and are the caller's to do: her blind indexes are deleted with her rows; and a
//!   backup made earlier holds her wrapped key too. It becomes unreadable when it expires, or at once when the master keys
//!   of that time are retired and destroyed after a rotation.
//! - **What erasure must not touch** (S41) is sealed with a [`HeldKey`]: another type, wrapped under another derivation, so
//!   that code which forgets people cannot get at it, nor be handed a held key's bytes as a person's.
//!
//! # What is bound to what
//!
//! Encryption hides a value; it does not keep somebody who can write to the database from copying one person's sealed phone
//! into another's row. Therefore every ciphertext is bound to its [`Place`] (table, row, column) as *additional data*:
//! authenticated, not stored. Moved, it does not open. A wrapped key is bound to its place, to its kind and to the id of its
//! master key in the same way. What this cannot tell is an *older* value put back into its own place; for that there is
//! the audit trail.
//!
//! # Formats
//!
//! | what | bytes |
//! |---|---|
//! | a sealed field | algorithm (1) ‖ nonce (24) ‖ ciphertext ‖ tag (16); see [`cipher`] for adding SM4 |
//! | a wrapped key | kind (1) ‖ master key id (4) ‖ a sealed field of 32 bytes |
//! | additional data | domain, algorithm and header, table, id, column, each after its length (8 bytes) |
//! | derived keys | HKDF-SHA-256 of the parent, a label a use: wrapping persons' keys, held keys, the index key; index of phones, of ID numbers; cursors; cross-site tokens |
//!
//! # The rest
//!
//! [`blind_index`] finds an encrypted number again; [`mac`] signs what a client carries for us; [`password`], [`totp`] and
//! [`token`] let people in; [`masking`] says what may be seen without a reason. No type here that holds a secret can be
//! cloned or printed, and each is wiped when dropped. (A text that [`DataKey::open`] gives back is the caller's.)
//!
//! # Example
//!
//! ```
//! use jiedui::secrets::{DataKey, Keyring, Place, SecretError};
//! use rand::SeedableRng;
//!
//! // A server takes the operating system's randomness here.
//! let rng = &mut rand_chacha::ChaCha20Rng::seed_from_u64(1);
//! let keyring = Keyring::generate(rng);
//! let subject = Place { table: "volunteer", id: "v-1", column: "data_key" };
//! let phone = Place { table: "volunteer", id: "v-1", column: "phone" };
//!
//! let key = DataKey::generate(rng);
//! let wrapped = keyring.wrap(&key, subject, rng);
//! let sealed = key.seal(phone, "13800000000", rng);
//!
//! // A year later: a new master key wraps the data key; the field stays as it is.
//! let old = keyring.current_id();
//! let keyring = keyring.with_new_current(rng);
//! let wrapped = keyring.rewrap(&wrapped, subject, rng)?;
//! let keyring = keyring.retire(old)?;
//! assert_eq!(keyring.unwrap(&wrapped, subject)?.open(phone, &sealed)?, "13800000000");
//!
//! // In another row it does not open.
//! let elsewhere = Place { id: "v-2", ..phone };
//! assert_eq!(key.open(elsewhere, &sealed), Err(SecretError::Refused));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod blind_index;
pub mod cipher;
pub mod envelope;
mod error;
mod key;
pub mod keyring;
pub mod mac;
pub mod masking;
pub mod password;
mod place;
mod text;
pub mod token;
pub mod totp;

pub use blind_index::IndexKey;
pub use cipher::{Cipher, XChaCha};
pub use envelope::{DataKey, HeldKey};
pub use error::{KeyTextError, SecretError};
pub use keyring::{KeyId, Keyring, KeyringError, MasterKey};
pub use mac::Mac;
pub use password::{Password, PasswordFault, PasswordRule};
pub use place::Place;
pub use token::Token;
pub use totp::{RecoveryCodes, Totp};
