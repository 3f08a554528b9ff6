//! Cursors: where a list goes on, signed, so that nobody can make one up or use it for another list.
//!
//! A cursor is base64url of a version byte, the 16 bytes of a MAC over list, filter and key, and the key itself. Keys are ids
//! and numbers, never a name.

use data_encoding::BASE64URL_NOPAD;

use crate::secrets::Mac;

const VERSION: u8 = 1;
const MAC_BYTES: usize = 16;

fn signed(list: &str, filter: &str, key: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in [list, filter, key] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}

/// The cursor of what comes after a key.
pub(super) fn write(mac: &Mac, list: &str, filter: &str, key: &str) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(mac.mac(&signed(list, filter, key)));
    bytes.extend(key.as_bytes());
    BASE64URL_NOPAD.encode(&bytes)
}

/// The key a cursor holds; `None` where it was not made for this list and filter.
pub(super) fn read(mac: &Mac, list: &str, filter: &str, cursor: &str) -> Option<String> {
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let (version, rest) = bytes.split_first()?;
    if *version != VERSION || rest.len() < MAC_BYTES {
        return None;
    }
    let (tag, key) = rest.split_at(MAC_BYTES);
    let key = std::str::from_utf8(key).ok()?;
    mac.verify(&signed(list, filter, key), tag).then(|| key.to_owned())
}
