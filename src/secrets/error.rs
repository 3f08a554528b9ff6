//! Why a stored secret did not open, or a text is no key. No message carries a byte of the secret.

use super::keyring::KeyId;

/// Why stored bytes did not open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The master key that wrapped this is not in the keyring.
    #[error(
        "密钥环中没有主密钥 {id}：请把它加回密钥文件，再重试 / \
         the keyring has no master key {id}: put it back into the key file and try again"
    )]
    MissingKey {
        /// Which master key is needed.
        id: KeyId,
    },
    /// A byte names a cipher that this version does not know.
    #[error(
        "未知的加密算法编号 {algorithm}：请升级程序，或检查数据是否损坏 / \
         unknown cipher number {algorithm}: upgrade the program, or check whether the data is damaged"
    )]
    UnknownAlgorithm {
        /// The first stored byte.
        algorithm: u8,
    },
    /// Fewer bytes than the shortest ciphertext.
    #[error(
        "密文不完整（{bytes} 字节）：请从备份恢复这一条 / \
         the ciphertext is cut short ({bytes} bytes): restore this record from a backup"
    )]
    TooShort {
        /// How many there are.
        bytes: usize,
    },
    /// A wrapped key of another kind: a person's key where a held one is asked for, or the like.
    #[error("这不是所要的那一类密钥 / this is a wrapped key of another kind")]
    WrongKind,
    /// The authentication tag does not fit: changed bytes, another place, or another key.
    #[error(
        "密文校验失败：内容被改动、移到了别处，或不属于这把密钥 / \
         the ciphertext does not verify: it was changed, moved from elsewhere, or belongs to another key"
    )]
    Refused,
    /// It opened, and is not UTF-8.
    #[error("解密后的内容不是文字 / what was decrypted is not text")]
    NotText,
}

/// Why a text is no key. The text itself is never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Not hexadecimal or Base64, as asked.
    #[error("密钥文本含有不该有的字符 / the key has characters that do not belong in it")]
    Characters,
    /// Not 32 bytes.
    #[error("密钥应为 32 字节，实为 {bytes} 字节 / a key has 32 bytes, this one {bytes}")]
    Length {
        /// How many bytes were given.
        bytes: usize,
    },
}
