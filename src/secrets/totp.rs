//! The second factor: a shared secret and the time → a code of six digits; and codes on paper for a lost phone.
//!
//! Time-based one-time passwords by RFC 6238 (HMAC-SHA-1, steps of 30 s, six digits): the one variant that every
//! authenticator app speaks. SHA-1's collisions do not touch HMAC. The rules that matter, one step of tolerance and no
//! code twice, are ours in any case, so the ten lines of the RFC stand here rather than in a dependency.

use std::fmt::{self, Write as _};

use data_encoding::BASE32_NOPAD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac as _};
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::error::KeyTextError;
use super::text::half_width;
use super::token::{CROCKFORD, hash_as};

/// RFC 4226 recommends 160 bits.
const SECRET_BYTES: usize = 20;
const STEP_SECONDS: u64 = 30;
const DIGITS: usize = 6;
/// The three above, as apps read them.
const PARAMETERS: &str = "&algorithm=SHA1&digits=6&period=30";

/// One person's secret for one-time codes.
pub struct Totp(SecretBox<[u8; SECRET_BYTES]>);

impl Totp {
    /// A fresh secret.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; SECRET_BYTES]| rng.fill_bytes(bytes)))
    }

    /// The secret of its text, spaces and case aside.
    ///
    /// # Errors
    /// [`KeyTextError`], without the text.
    pub fn from_base32(text: &str) -> Result<Self, KeyTextError> {
        let mut plain = Zeroizing::new(String::with_capacity(text.len()));
        plain.extend(text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()));
        let bytes = BASE32_NOPAD.decode(plain.as_bytes()).map_err(|_| KeyTextError::Characters)?;
        let bytes = Zeroizing::new(bytes);
        let exact: &[u8; SECRET_BYTES] =
            bytes.as_slice().try_into().map_err(|_| KeyTextError::Length { bytes: bytes.len() })?;
        Ok(Self(SecretBox::init_with_mut(|secret: &mut [u8; SECRET_BYTES]| secret.copy_from_slice(exact))))
    }

    /// The secret as text (RFC 4648 Base32), to be sealed with the person's data key or typed into an app.
    pub fn to_base32(&self) -> SecretString {
        BASE32_NOPAD.encode(self.0.expose_secret()).into()
    }

    /// The `otpauth` address that apps read from a QR code; as secret as the secret.
    pub fn uri(&self, account: &str, issuer: &str) -> SecretString {
        let (account, issuer, secret) = (percent(account), percent(issuer), self.to_base32());
        let secret = secret.expose_secret();
        // Joined at its exact length, so that no copy is left behind in freed memory.
        let address =
            ["otpauth://totp/", &issuer, ":", &account, "?secret=", secret, "&issuer=", &issuer, PARAMETERS];
        address.concat().into()
    }

    /// The step whose code this is, or nothing. Store it, and give it as `last_used_step` the next time: a code that was
    /// read over a shoulder or from a log opens nothing again.
    ///
    /// The step before and the one after count too: phones' clocks differ, and typing takes time.
    pub fn verify(&self, code: &str, unix_seconds: u64, last_used_step: Option<u64>) -> Option<u64> {
        let typed: Zeroizing<String> =
            Zeroizing::new(code.chars().map(half_width).filter(|c| !c.is_whitespace()).collect());
        let now = unix_seconds / STEP_SECONDS;
        let mut found = None;
        // All three are computed and compared whole, so that time does not tell which one was near.
        for step in now.saturating_sub(1)..=now.saturating_add(1) {
            let fits: bool = self.code_at(step).as_bytes().ct_eq(typed.as_bytes()).into();
            if fits && last_used_step.is_none_or(|last| step > last) {
                found = Some(step);
            }
        }
        found
    }

    /// RFC 4226: the code of a step.
    fn code_at(&self, step: u64) -> Zeroizing<String> {
        let mut mac =
            Hmac::<Sha1>::new_from_slice(self.0.expose_secret()).expect("HMAC takes a key of any length");
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 0xf);
        let number = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff;
        Zeroizing::new(format!("{:0DIGITS$}", number % 10_u32.pow(DIGITS as u32)))
    }
}

impl fmt::Debug for Totp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Totp(«secret»)")
    }
}

/// RFC 3986: all but unreserved characters as `%XX`.
fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Ten codes on paper, each good once, for when the phone is lost.
pub struct RecoveryCodes(Vec<SecretString>);

impl RecoveryCodes {
    /// How many there are.
    pub const COUNT: usize = 10;

    /// Fresh codes of 80 bits, `xxxx-xxxx-xxxx-xxxx`.
    ///
    /// So many bits because their hashes are fast and without a key, as those of tokens are: whoever steals the table
    /// cannot try 2⁸⁰ codes, while 2⁵⁰ take a few days.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let one = |_| {
            let mut bytes = Zeroizing::new([0_u8; 10]);
            rng.fill_bytes(&mut *bytes);
            let text = Zeroizing::new(CROCKFORD.encode(&*bytes));
            SecretString::from([&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-"))
        };
        Self((0..Self::COUNT).map(one).collect())
    }

    /// The texts, to be shown once.
    pub fn expose(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(ExposeSecret::expose_secret)
    }

    /// What is stored of them, in the same order.
    pub fn hashes(&self) -> Vec<String> {
        self.expose().map(Self::hash).collect()
    }

    /// What is stored of one code; case, spaces and hyphens do not matter.
    pub fn hash(text: &str) -> String {
        hash_as("jiedui/v1/recovery-code", text)
    }

    /// Which of the stored hashes is this code's. The caller deletes that one: a code is good once.
    pub fn find<S: AsRef<str>>(text: &str, hashes: &[S]) -> Option<usize> {
        let hash = Self::hash(text);
        let fits = |stored: &S| bool::from(hash.as_bytes().ct_eq(stored.as_ref().as_bytes()));
        hashes
            .iter()
            .enumerate()
            .fold(None, |found, (at, stored)| if fits(stored) { Some(at) } else { found })
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(«secret»)")
    }
}
