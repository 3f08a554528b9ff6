//! Bytes that go out and come back ↔ a tag that only this server could have made.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};

use super::key::{Key, Label};
use super::keyring::Keyring;

/// Signs what a client carries for us: paging cursors, tokens against cross-site requests.
///
/// Tags are made with the current master key and verified with any of the keyring, so a rotation breaks neither a half-read
/// list nor a form that is open.
pub struct Mac {
    current: Key,
    older: Vec<Key>,
}

impl Mac {
    /// The first 16 bytes of HMAC-SHA-256: a forger would have to try 2¹²⁸ times.
    pub fn mac(&self, bytes: &[u8]) -> [u8; 16] {
        self.current.mac(bytes)
    }

    /// Whether `tag` was made here for `bytes`, in a time that does not depend on where they differ.
    pub fn verify(&self, bytes: &[u8], tag: &[u8]) -> bool {
        let keys = std::iter::once(&self.current).chain(&self.older);
        keys.fold(Choice::from(0), |found, key| found | key.mac(bytes)[..].ct_eq(tag)).into()
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mac(«secret»)")
    }
}

impl Keyring {
    /// Signs paging cursors.
    pub fn cursor_mac(&self) -> Mac {
        self.mac_for(Label::Cursor)
    }

    /// Signs tokens against cross-site requests (CSRF): sign the session's hash, and the token is good in it alone.
    pub fn csrf_mac(&self) -> Mac {
        self.mac_for(Label::CrossSite)
    }

    /// Digests what a keyed request sent: kept without this key, a short body could be guessed from its digest.
    pub fn fingerprint_mac(&self) -> Mac {
        self.mac_for(Label::Fingerprint)
    }

    fn mac_for(&self, label: Label) -> Mac {
        Mac {
            current: self.current().0.derive(label),
            older: self.others().map(|key| key.0.derive(label)).collect(),
        }
    }
}
