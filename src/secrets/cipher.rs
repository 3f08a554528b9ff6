//! Key, nonce, additional data and plaintext ↔ ciphertext; and the stored form, which says by which cipher it was made.
//!
//! # Stored bytes
//!
//! `algorithm (1) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`, so 41 bytes more than the text. A text's length can be read off:
//! the fields here are names, phones and numbers, whose lengths tell little.
//!
//! # Another cipher
//!
//! Some offices must use the national cipher SM4 (GB/T 32907). To add it: implement [`Cipher`] for a type `Sm4Gcm` with
//! algorithm byte 2 and name it in [`by_algorithm`]; old bytes go on opening by their first byte, new ones are sealed
//! with the cipher that [`PREFERRED`] names. SM4-GCM takes a 16-byte key and a 12-byte nonce, and 12 random bytes would
//! repeat too soon; so derive both for each message, by HKDF from the 32-byte key with the 24-byte nonce as salt, as
//! `XChaCha20` does within itself.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use rand::CryptoRng;
use zeroize::Zeroizing;

use super::error::SecretError;
use super::key::{KEY_BYTES, Key};
use super::place::Place;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 24;
/// Bytes of an authentication tag.
pub const TAG_BYTES: usize = 16;

/// The cipher of new bytes.
pub const PREFERRED: &dyn Cipher = &XChaCha;

/// Authenticated encryption with additional data (AEAD, RFC 5116) with a key of 32 and a nonce of 24 bytes.
pub trait Cipher: Sync {
    /// The first stored byte: which cipher this is. Never 0, never given to another.
    fn algorithm(&self) -> u8;

    /// Ciphertext and tag.
    ///
    /// A nonce must never serve twice under one key: then two plaintexts and the key of the tag leak.
    fn seal(
        &self,
        key: &[u8; KEY_BYTES],
        nonce: &[u8; NONCE_BYTES],
        additional: &[u8],
        plaintext: &[u8],
    ) -> Vec<u8>;

    /// The plaintext, wiped when dropped.
    ///
    /// # Errors
    /// [`SecretError::Refused`] when key, nonce, additional data and bytes do not all belong together.
    fn open(
        &self,
        key: &[u8; KEY_BYTES],
        nonce: &[u8; NONCE_BYTES],
        additional: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SecretError>;
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): 24 random bytes are a nonce that does not repeat in practice
/// (after 2⁸⁰ messages the chance is about 2⁻³³), so no counter has to survive a crash or be shared between servers.
#[derive(Clone, Copy, Debug)]
pub struct XChaCha;

impl Cipher for XChaCha {
    fn algorithm(&self) -> u8 {
        1
    }

    fn seal(
        &self,
        key: &[u8; KEY_BYTES],
        nonce: &[u8; NONCE_BYTES],
        additional: &[u8],
        plaintext: &[u8],
    ) -> Vec<u8> {
        XChaCha20Poly1305::new(key.into())
            .encrypt(nonce.into(), Payload { msg: plaintext, aad: additional })
            .expect("a field is far shorter than the 256 GiB that the cipher takes")
    }

    fn open(
        &self,
        key: &[u8; KEY_BYTES],
        nonce: &[u8; NONCE_BYTES],
        additional: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SecretError> {
        XChaCha20Poly1305::new(key.into())
            .decrypt(nonce.into(), Payload { msg: ciphertext, aad: additional })
            .map(Zeroizing::new)
            .map_err(|_| SecretError::Refused)
    }
}

/// The cipher of an algorithm byte.
pub fn by_algorithm(algorithm: u8) -> Option<&'static dyn Cipher> {
    (algorithm == XChaCha.algorithm()).then_some(&XChaCha)
}

/// Stored bytes of `plaintext` at `place`. The algorithm byte is part of what is authenticated.
pub(super) fn seal<R: CryptoRng + ?Sized>(
    key: &Key,
    domain: &str,
    header: &[u8],
    place: Place<'_>,
    plaintext: &[u8],
    rng: &mut R,
) -> Vec<u8> {
    let cipher = PREFERRED;
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let additional = place.additional_data(domain, &[&[cipher.algorithm()], header].concat());
    let body = cipher.seal(key.expose(), &nonce, &additional, plaintext);
    let mut out = Vec::with_capacity(1 + NONCE_BYTES + body.len());
    out.push(cipher.algorithm());
    out.extend_from_slice(&nonce);
    out.extend_from_slice(&body);
    out
}

/// The plaintext of stored bytes at `place`.
pub(super) fn open(
    key: &Key,
    domain: &str,
    header: &[u8],
    place: Place<'_>,
    stored: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let short = SecretError::TooShort { bytes: stored.len() };
    let (&algorithm, rest) = stored.split_first().ok_or(short.clone())?;
    let cipher = by_algorithm(algorithm).ok_or(SecretError::UnknownAlgorithm { algorithm })?;
    let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(short.clone())?;
    if body.len() < TAG_BYTES {
        return Err(short);
    }
    let additional = place.additional_data(domain, &[&[algorithm], header].concat());
    cipher.open(key.expose(), nonce, &additional, body)
}
