//! A phone or an ID number → a text that equal numbers share, by which an encrypted column can be searched.
//!
//! There are few phones, so a plain hash of one is found by trying them all; with a key that is not in the database it is
//! not. What an index shows nevertheless is which rows are equal; that is what it is for. Delete it with the person: the
//! index key lives on.

use data_encoding::HEXLOWER;
use rand::CryptoRng;

use super::key::{Key, Label};
use super::text;

/// The key of the blind index: random, stored wrapped like a person's key, and so unchanged when master keys rotate.
#[derive(Debug)]
pub struct IndexKey(pub(super) Key);

impl IndexKey {
    /// A fresh key. A server makes one in its life: with another, no old row is found.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(Key::generate(rng))
    }

    /// The index of a phone number: 32 hexadecimal digits, the same for `+86 138-1234-1234` and `１３８１２３４１２３４`.
    ///
    /// Empty for a text without digits: store that as NULL, lest all people without a phone be the same person.
    pub fn phone(&self, number: &str) -> String {
        self.index(Label::IndexPhone, &text::phone(number))
    }

    /// The index of an ID number: 32 hexadecimal digits, the same for `x` and `X`, and for an old number of 15 digits and
    /// the one of 18 that it became.
    ///
    /// Empty for a text without letters or digits, as in [`phone`](Self::phone).
    pub fn id_number(&self, number: &str) -> String {
        self.index(Label::IndexIdNumber, &text::id_number(number))
    }

    /// HMAC-SHA-256 under a key of the kind's own, its first 16 bytes: two of a million numbers clash with chance 2⁻⁸⁹.
    fn index(&self, label: Label, normal: &str) -> String {
        if normal.chars().any(char::is_alphanumeric) {
            HEXLOWER.encode(&self.0.derive(label).mac(normal.as_bytes()))
        } else {
            String::new()
        }
    }
}
