//! Thirty-two random bytes → a key that cannot be printed, and keys derived from it for one use each.

use std::fmt;

use hkdf::Hkdf;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac as _};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

/// Bytes of every key here.
pub(super) const KEY_BYTES: usize = 32;

/// A 256-bit key on the heap, wiped when dropped; `Debug` shows nothing and there is no `Clone`.
pub(super) struct Key(SecretBox<[u8; KEY_BYTES]>);

impl Key {
    /// A fresh key, written where it stays.
    pub(super) fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; KEY_BYTES]| rng.fill_bytes(bytes)))
    }

    /// The key of these bytes, or nothing if there are not 32. The caller wipes its own copy.
    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == KEY_BYTES)
            .then(|| Self(SecretBox::init_with_mut(|key: &mut [u8; KEY_BYTES]| key.copy_from_slice(bytes))))
    }

    /// The bytes, for the primitives of this module alone.
    pub(super) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose_secret()
    }

    /// The key for one use: HKDF-SHA-256 (RFC 5869) without salt, the use's label as `info`.
    ///
    /// The key is random already, so extraction needs no salt; different labels give independent keys, and whoever
    /// learns one learns nothing of the others or of their parent.
    pub(super) fn derive(&self, label: Label) -> Self {
        let hkdf = Hkdf::<Sha256>::new(None, self.expose());
        Self(SecretBox::init_with_mut(|key: &mut [u8; KEY_BYTES]| {
            hkdf.expand(label.text(), key).expect("32 bytes are fewer than the 8160 that SHA-256 allows");
        }))
    }

    /// The first 16 bytes of HMAC-SHA-256 (RFC 2104) of `message`.
    pub(super) fn mac(&self, message: &[u8]) -> [u8; 16] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.expose()).expect("HMAC takes a key of any length");
        mac.update(message);
        let whole = mac.finalize().into_bytes();
        let mut first = [0; 16];
        first.copy_from_slice(&whole[..16]);
        first
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("«secret»")
    }
}

/// What a derived key is for. The text is part of the stored format: never change one, add a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// Wraps the data key of one person.
    WrapPerson,
    /// Wraps a key that no erasure touches (S41).
    WrapHeld,
    /// Wraps the key of the blind index.
    WrapIndex,
    /// Blind index of phones.
    IndexPhone,
    /// Blind index of ID numbers.
    IndexIdNumber,
    /// Signs paging cursors.
    Cursor,
    /// Signs tokens against cross-site requests.
    CrossSite,
    /// Tells two requests of the same key apart.
    Fingerprint,
}

impl Label {
    const fn text(self) -> &'static [u8] {
        match self {
            Self::WrapPerson => b"jiedui/v1/wrap/person",
            Self::WrapHeld => b"jiedui/v1/wrap/held",
            Self::WrapIndex => b"jiedui/v1/wrap/index",
            Self::IndexPhone => b"jiedui/v1/index/phone",
            Self::IndexIdNumber => b"jiedui/v1/index/id-number",
            Self::Cursor => b"jiedui/v1/mac/cursor",
            Self::CrossSite => b"jiedui/v1/mac/cross-site",
            Self::Fingerprint => b"jiedui/v1/mac/fingerprint",
        }
    }
}
