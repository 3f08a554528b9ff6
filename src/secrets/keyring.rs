//! Master keys: one that wraps new keys, and older ones that still open what they wrapped.

use std::collections::BTreeMap;
use std::fmt;

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use rand::CryptoRng;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::error::KeyTextError;
use super::key::{KEY_BYTES, Key};

/// An id, a space, a key in Base64, a line end.
const LINE_BYTES: usize = 8 + 1 + 44 + 1;

/// A key that only ever wraps other keys. It is kept outside the database.
#[derive(Debug)]
pub struct MasterKey(pub(super) Key);

impl MasterKey {
    /// A fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(Key::generate(rng))
    }

    /// The key written in 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`KeyTextError`], without the text.
    pub fn from_hex(text: &str) -> Result<Self, KeyTextError> {
        Self::decode(&HEXLOWER_PERMISSIVE, text)
    }

    /// The key written in Base64 (44 characters, the last a `=`).
    ///
    /// # Errors
    /// [`KeyTextError`], without the text.
    pub fn from_base64(text: &str) -> Result<Self, KeyTextError> {
        Self::decode(&BASE64, text)
    }

    fn decode(encoding: &data_encoding::Encoding, text: &str) -> Result<Self, KeyTextError> {
        let bytes = encoding.decode(text.trim().as_bytes()).map_err(|_| KeyTextError::Characters)?;
        let bytes = Zeroizing::new(bytes);
        Key::from_slice(&bytes).map(Self).ok_or(KeyTextError::Length { bytes: bytes.len() })
    }

    /// The public name of this key: it tells keys apart and betrays a mistyped one, and says nothing about its bytes.
    pub fn id(&self) -> KeyId {
        let hash =
            Sha256::new().chain_update(b"jiedui/v1/master-key-id").chain_update(self.0.expose()).finalize();
        KeyId([hash[0], hash[1], hash[2], hash[3]])
    }

    /// Whether the bytes look like a placeholder: 32 random bytes hold fewer than eight different ones about never.
    fn is_placeholder(&self) -> bool {
        let mut bytes = Zeroizing::new(*self.0.expose());
        bytes.sort_unstable();
        1 + bytes.windows(2).filter(|pair| pair[0] != pair[1]).count() < 8
    }
}

/// The first four bytes of SHA-256 over a fixed text and the key, shown as eight hexadecimal digits. Not secret.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(super) [u8; 4]);

impl KeyId {
    fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The master keys of one server.
///
/// # Text
///
/// A key file has a line a key: the id, a space, the key in Base64. The **first** key is the current one. Empty lines and
/// lines that begin with `#` are passed over; a byte order mark and Windows line ends do no harm. In an environment
/// variable the same goes on one line, `id:base64` joined by commas.
///
/// ```text
/// # current
/// 5f1c09ab <44 characters of Base64>
/// # retired on 2026-03-01, still needed until every row is wrapped anew
/// 0d77e2c4 <44 characters of Base64>
/// ```
///
/// The id is checked against the key, so a line cut short, mistyped or joined from two is told before anything is
/// opened with it.
#[derive(Debug)]
pub struct Keyring {
    current: KeyId,
    keys: BTreeMap<KeyId, MasterKey>,
}

impl Keyring {
    /// A keyring of one fresh key.
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self::of(MasterKey::generate(rng))
    }

    /// A keyring of this key alone.
    pub fn of(key: MasterKey) -> Self {
        Self { current: key.id(), keys: BTreeMap::from([(key.id(), key)]) }
    }

    /// The keyring of a key file's text.
    ///
    /// # Errors
    /// [`KeyringError`] with the line and a cure, never with what stands there.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self::read((1..).zip(text.lines().map(str::trim)), char::is_whitespace)
    }

    /// The keyring of one environment variable, `id:base64,id:base64`.
    ///
    /// # Errors
    /// [`KeyringError`], whose line is the place in the list, from 1.
    pub fn parse_environment(value: &str) -> Result<Self, KeyringError> {
        Self::read((1..).zip(value.split(',').map(str::trim)), |c| c == ':')
    }

    fn read<'a>(
        lines: impl Iterator<Item = (usize, &'a str)>,
        between: impl Fn(char) -> bool + Copy,
    ) -> Result<Self, KeyringError> {
        let mut keys = BTreeMap::new();
        let mut current = None;
        let mut first_on = BTreeMap::new();
        for (line, text) in lines.filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
            let key = read_key(text, between).map_err(|fault| KeyringError::Line { line, fault })?;
            let id = key.id();
            if let Some(first) = first_on.insert(id, line) {
                return Err(KeyringError::Line { line, fault: LineFault::Twice { id, first } });
            }
            current.get_or_insert(id);
            keys.insert(id, key);
        }
        current.map(|current| Self { current, keys }).ok_or(KeyringError::Empty)
    }

    /// The text of a key file with these keys, the current one first. It is as secret as the keys.
    pub fn to_text(&self) -> SecretString {
        let head = "# jiedui 主密钥：请妥善保管，与数据库分开备份；第一把为当前密钥\n\
                    # jiedui master keys: keep them safe and back them up apart from the database; the first is current\n";
        // Exactly as long as it gets: a text that is moved leaves an unwiped copy behind.
        let mut text = String::with_capacity(head.len() + self.keys.len() * LINE_BYTES);
        text.push_str(head);
        let old = self.keys.iter().filter(|(id, _)| **id != self.current);
        for (id, key) in self.keys.get_key_value(&self.current).into_iter().chain(old) {
            text.push_str(&id.to_string());
            text.push(' ');
            BASE64.encode_append(key.0.expose(), &mut text);
            text.push('\n');
        }
        text.into()
    }

    /// The first step of a rotation: a fresh current key, all others kept for what they wrapped.
    #[must_use]
    pub fn with_new_current<R: CryptoRng + ?Sized>(mut self, rng: &mut R) -> Self {
        // Ids have 32 bits: on the rare clash another key is drawn, so that no old key is lost.
        let key = loop {
            let key = MasterKey::generate(rng);
            if !self.keys.contains_key(&key.id()) {
                break key;
            }
        };
        self.current = key.id();
        self.keys.insert(self.current, key);
        self
    }

    /// The last step of a rotation: the keyring without an old key, once nothing is wrapped by it.
    ///
    /// # Errors
    /// [`RetireError`] for the current key and for one that is not there.
    pub fn retire(mut self, id: KeyId) -> Result<Self, RetireError> {
        if id == self.current {
            return Err(RetireError::Current { id });
        }
        self.keys.remove(&id).map(|_| self).ok_or(RetireError::Unknown { id })
    }

    /// The id of the key that wraps new keys.
    pub fn current_id(&self) -> KeyId {
        self.current
    }

    /// The ids of all keys, in order.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.keys.keys().copied()
    }

    pub(super) fn current(&self) -> &MasterKey {
        &self.keys[&self.current]
    }

    pub(super) fn get(&self, id: KeyId) -> Option<&MasterKey> {
        self.keys.get(&id)
    }

    pub(super) fn others(&self) -> impl Iterator<Item = &MasterKey> {
        self.keys.iter().filter(|(id, _)| **id != self.current).map(|(_, key)| key)
    }
}

fn read_key(text: &str, between: impl Fn(char) -> bool) -> Result<MasterKey, LineFault> {
    let (id, key) = text.split_once(between).ok_or(LineFault::Shape)?;
    let written = KeyId::parse(id.trim()).ok_or(LineFault::Id)?;
    let key = MasterKey::from_base64(key).map_err(LineFault::Key)?;
    if key.is_placeholder() {
        return Err(LineFault::Placeholder);
    }
    let actual = key.id();
    if actual == written { Ok(key) } else { Err(LineFault::OtherId { actual }) }
}

/// Why a text is no keyring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// No key at all.
    #[error("没有任何主密钥：请先生成密钥文件 / there is no master key: generate a key file first")]
    Empty,
    /// One line is wrong.
    #[error("密钥文件第 {line} 行：{fault} / key file, line {line}: {}", .fault.english())]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
}

/// What is wrong with one line of a key file; nothing of the line is repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Not two parts.
    Shape,
    /// The first part is no id.
    Id,
    /// The second part is no key.
    Key(KeyTextError),
    /// The key is not random.
    Placeholder,
    /// The key is another one than the id says.
    OtherId {
        /// The id of the key that stands there.
        actual: KeyId,
    },
    /// The key stands there already.
    Twice {
        /// Its id.
        id: KeyId,
        /// The line where it stands first.
        first: usize,
    },
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape => f.write_str("应为“编号 密钥”两部分；请从原件重新复制整行"),
            Self::Id => f.write_str("编号应为 8 位十六进制数；请从原件重新复制整行"),
            Self::Key(KeyTextError::Characters) => f.write_str("密钥不是完整的 Base64；请从原件重新复制整行"),
            Self::Key(KeyTextError::Length { bytes }) => {
                write!(f, "密钥应为 {KEY_BYTES} 字节，实为 {bytes} 字节；请从原件重新复制整行")
            }
            Self::Placeholder => f.write_str("密钥不是随机数（像是占位符）；请生成新的密钥"),
            Self::OtherId { actual } => {
                write!(f, "密钥与编号不符（这把密钥的编号是 {actual}）；请核对是否抄错或贴错了密钥")
            }
            Self::Twice { id, first } => write!(f, "主密钥 {id} 与第 {first} 行重复；请删去一行"),
        }
    }
}

impl LineFault {
    /// The same in English.
    fn english(&self) -> String {
        match self {
            Self::Shape => {
                "two parts are expected, id and key; copy the whole line from the original again".into()
            }
            Self::Id => "the id has 8 hexadecimal digits; copy the whole line from the original again".into(),
            Self::Key(KeyTextError::Characters) => {
                "the key is not whole Base64; copy the whole line from the original again".into()
            }
            Self::Key(KeyTextError::Length { bytes }) => format!(
                "a key has {KEY_BYTES} bytes, this one {bytes}; copy the whole line from the original again"
            ),
            Self::Placeholder => {
                "the key is not random, it looks like a placeholder; generate a new one".into()
            }
            Self::OtherId { actual } => format!(
                "the key does not belong to the id (this key's id is {actual}); see whether it was mistyped or misplaced"
            ),
            Self::Twice { id, first } => {
                format!("master key {id} stands on line {first} already; delete one")
            }
        }
    }
}

/// Why a key cannot be taken out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetireError {
    /// It wraps new keys.
    #[error("主密钥 {id} 是当前密钥：请先轮换 / master key {id} is the current one: rotate first")]
    Current {
        /// Which.
        id: KeyId,
    },
    /// It is not there.
    #[error("密钥环中没有主密钥 {id} / the keyring has no master key {id}")]
    Unknown {
        /// Which.
        id: KeyId,
    },
}
