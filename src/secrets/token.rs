//! Randomness → a text that lets its bearer in; the text → what is stored of it.

use std::fmt;
use std::sync::LazyLock;

use data_encoding::{Encoding, HEXLOWER, Specification};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::text::half_width;

/// 160 bits, 32 characters.
const TOKEN_BYTES: usize = 20;
/// 128 bits, 26 characters: a link has to fit into a short message.
const LINK_BYTES: usize = 16;
const API_KEY_PREFIX: &str = "jd_";

/// Crockford's Base32 in lower case: no `i l o u`, so it can be read aloud and typed from paper.
pub(super) static CROCKFORD: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    specification.encoding().expect("32 different symbols make an encoding")
});

/// A session, an invitation or an API key, before it is handed out: shown once, stored as a hash.
pub struct Token(SecretString);

impl Token {
    /// A fresh token of 32 letters and digits (160 bits).
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self::of_bytes::<TOKEN_BYTES, R>("", rng)
    }

    /// A fresh token of 26 letters and digits (128 bits), for a link that is good once and not for long.
    pub fn generate_link<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self::of_bytes::<LINK_BYTES, R>("", rng)
    }

    /// A fresh API key: a token behind `jd_`, so that scanners of source code know one that was leaked.
    pub fn generate_api_key<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self::of_bytes::<TOKEN_BYTES, R>(API_KEY_PREFIX, rng)
    }

    fn of_bytes<const BYTES: usize, R: CryptoRng + ?Sized>(prefix: &str, rng: &mut R) -> Self {
        let mut bytes = Zeroizing::new([0; BYTES]);
        rng.fill_bytes(&mut *bytes);
        // Exactly as long as it gets: a text that is moved when it grows or shrinks leaves an unwiped copy behind.
        let mut text = String::with_capacity(prefix.len() + CROCKFORD.encode_len(BYTES));
        text.push_str(prefix);
        CROCKFORD.encode_append(&*bytes, &mut text);
        Self(text.into())
    }

    /// The text, for the one answer, cookie or message that hands it out.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of a token: SHA-256 over a fixed text and the token, in hexadecimal.
    ///
    /// Neither slow nor keyed: nobody guesses 128 random bits, however fast the hash, so a stolen table of hashes lets
    /// nobody in; and without a key, a rotation of master keys logs nobody out. Case, spaces and the letters that look like
    /// digits do not matter.
    pub fn hash(text: &str) -> String {
        hash_as("jiedui/v1/token", text)
    }

    /// Whether this text has this hash, in a time that does not depend on where they differ.
    pub fn matches(text: &str, hash: &str) -> bool {
        Self::hash(text).as_bytes().ct_eq(hash.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(«secret»)")
    }
}

/// SHA-256 of `domain` and the one spelling of `text`.
pub(super) fn hash_as(domain: &str, text: &str) -> String {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().map(half_width).filter(|c| !c.is_whitespace() && *c != '-').map(|c| {
        match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        }
    }));
    let hash = Sha256::new().chain_update(domain).chain_update([0]).chain_update(plain.as_bytes()).finalize();
    HEXLOWER.encode(&hash)
}
