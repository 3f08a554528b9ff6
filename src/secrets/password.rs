//! Passwords: which are taken, and what is stored of them.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use rand::CryptoRng;

use super::text::{half_width, is_mobile};

/// Hashing by Argon2id (RFC 9106) with 19 MiB, two passes, one lane: the least that OWASP recommends. A county's small
/// server bears a few at once; run it on a blocking thread, behind a semaphore.
#[derive(Debug)]
pub struct Password;

impl Password {
    /// What is stored: a PHC string with parameters, salt and hash.
    pub fn hash<R: CryptoRng + ?Sized>(password: &str, salt_rng: &mut R) -> String {
        let mut salt = [0; 16];
        salt_rng.fill_bytes(&mut salt);
        Self::of(password, &salt).to_string()
    }

    /// Whether this is the password of a stored string; a damaged string is nobody's.
    ///
    /// The parameters are those of the string, so older ones go on being verified when ours are raised.
    pub fn verify(password: &str, phc: &str) -> bool {
        let Ok(stored) = PasswordHash::new(phc) else { return false };
        argon2().verify_password(password.as_bytes(), &stored).is_ok()
    }

    /// The same work as [`verify`](Self::verify) for a user who does not exist, so that the time of an answer does not tell
    /// who has an account. Always false.
    pub fn dummy_verify(password: &str) -> bool {
        std::hint::black_box(Self::of(password, &[0; 16]));
        false
    }

    fn of(password: &str, salt: &[u8; 16]) -> PasswordHash {
        argon2()
            .hash_password_with_salt(password.as_bytes(), salt)
            .expect("a salt of 16 bytes and our parameters are within Argon2's bounds")
    }
}

fn argon2() -> Argon2<'static> {
    const PARAMETERS: Params = match Params::new(19 * 1024, 2, 1, Some(32)) {
        Ok(parameters) => parameters,
        Err(_) => panic!("these parameters are within Argon2's bounds"),
    };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMETERS)
}

/// Which passwords are taken: length, and not one that everybody tries first. No rule about kinds of characters: it makes
/// passwords alike, not strong (NIST SP 800-63B).
#[derive(Debug)]
pub struct PasswordRule;

impl PasswordRule {
    /// Fewest characters.
    pub const SHORTEST: usize = 10;
    /// Most characters.
    pub const LONGEST: usize = 128;

    /// Whether `password` may be that of the user `login`.
    ///
    /// # Errors
    /// [`PasswordFault`], to be shown to the user.
    pub fn check(password: &str, login: &str) -> Result<(), PasswordFault> {
        match password.chars().count() {
            ..Self::SHORTEST => return Err(PasswordFault::TooShort),
            Self::SHORTEST..=Self::LONGEST => {}
            _ => return Err(PasswordFault::TooLong),
        }
        let (plain, login) = (plain(password), plain(login));
        if resembles(&plain, &login) {
            return Err(PasswordFault::LikeLogin);
        }
        if COMMON.contains(&plain.as_str()) || is_run(&plain) || is_repetition(&plain) || is_mobile(&plain) {
            return Err(PasswordFault::Common);
        }
        Ok(())
    }
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    /// Under ten characters.
    TooShort,
    /// Over 128 characters.
    TooLong,
    /// Everybody tries it first.
    Common,
    /// The login with little added.
    LikeLogin,
}

impl PasswordFault {
    /// The sentence in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::TooShort => "密码至少 10 个字符，可以用一句话或几个词",
            Self::TooLong => "密码最多 128 个字符",
            Self::Common => "这个密码太常见，容易被猜到，请换一个",
            Self::LikeLogin => "密码不能与用户名相同或相近，请换一个",
        }
    }

    /// The sentence in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::TooShort => "a password has at least 10 characters; a sentence or a few words will do",
            Self::TooLong => "a password has at most 128 characters",
            Self::Common => "this password is too common and easily guessed; choose another",
            Self::LikeLogin => "a password must not be the user name or close to it; choose another",
        }
    }
}

impl fmt::Display for PasswordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.chinese(), self.english())
    }
}

impl std::error::Error for PasswordFault {}

/// Half-width and lower case, for comparison only: the password itself is hashed as typed.
fn plain(text: &str) -> String {
    text.trim().chars().map(half_width).collect::<String>().to_lowercase()
}

/// The login forward or backward, with fewer than six other characters.
fn resembles(password: &str, login: &str) -> bool {
    let backward: String = login.chars().rev().collect();
    let rest = |part: &str| password.replace(part, "").chars().count();
    password == login || (login.chars().count() >= 3 && (rest(login) < 6 || rest(&backward) < 6))
}

/// `12345678901`, `zyxwvutsrq`: each character one above, or one below, the one before (9 goes on to 0).
fn is_run(text: &str) -> bool {
    let next = |c: char| if c == '9' { '0' } else { char::from_u32(u32::from(c) + 1).unwrap_or(c) };
    let pairs = || text.chars().zip(text.chars().skip(1));
    pairs().all(|(a, b)| next(a) == b) || pairs().all(|(a, b)| next(b) == a)
}

/// One to five characters over and over.
fn is_repetition(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    (1..=5).any(|period| characters.iter().zip(characters.iter().skip(period)).all(|(a, b)| a == b))
}

/// The most common that are long enough and are no run, repetition or phone number; lower case, half-width.
const COMMON: &[&str] = &[
    "0123456789a",
    "1029384756",
    "110110110110",
    "123456789a",
    "123456789abc",
    "123456789aa",
    "123456789q",
    "123456789qq",
    "12345678910",
    "123456789987654321",
    "1234567890a",
    "1234567890qwertyuiop",
    "1234qwerasdf",
    "123qweasdzxc",
    "1314520520",
    "1472583690",
    "147258369a",
    "147258369147",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv",
    "1qazxsw23edc",
    "5201314520",
    "5201314woaini",
    "520520520520",
    "5845201314",
    "7758521521",
    "7894561230",
    "9876543210a",
    "a1234567890",
    "a123456789",
    "aa123456789",
    "aa12345678",
    "abc1234567",
    "abc12345678",
    "abc123456789",
    "abcd123456",
    "abcd12345678",
    "abcdefg123",
    "abcdefg1234567",
    "admin12345",
    "admin123456",
    "admin888888",
    "administrator",
    "asd123456789",
    "asdfghjkl;",
    "asdfghjkl123",
    "changeme123",
    "china123456",
    "football123",
    "huawei123456",
    "iloveyou123",
    "iloveyou1314",
    "jiedui123456",
    "letmein123",
    "monkey123456",
    "p@ssw0rd123",
    "p@ssword123",
    "passw0rd123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "q123456789",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qazwsx123456",
    "qazwsxedcrfv",
    "qq123456789",
    "qwe1234567",
    "qwe123456789",
    "qweasdzxc123",
    "qwer123456",
    "qwert12345",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "qwertyuiop123",
    "root123456",
    "sunshine123",
    "test123456",
    "trustno1trustno1",
    "user123456",
    "w123456789",
    "wang123456",
    "welcome123",
    "welcome1234",
    "woaini1314",
    "woaini1314520",
    "woaini520",
    "woaini5201314",
    "woaini521521",
    "woaiwojia123",
    "woaizhongguo",
    "zhang123456",
    "zhongguo123",
    "zxc123456789",
    "zxcvbnm123",
    "zxcvbnm123456",
    "zxcvbnm,./",
];
