//! Failed log-ins, counted so that none can be tried without end.
//!
//! Counted are the login that was typed, whether or not it is anybody's, together with the network it was typed in; the
//! network and the login each for itself; and, apart from these, the second factor of a user, because a right password
//! forgives wrong ones but no wrong code. From the fifth failure in a row on there is a pause that doubles, 2 s to 32 s;
//! from the tenth on it is 15 minutes. A network bears five times as many, since an office has one. So does a login, and
//! from all networks together it never has to wait longer than 8 s: whoever knows a login must not be able to keep its
//! owner out. An hour without failure forgets them.
//!
//! Logins and addresses are kept as digests under a key that is not in the database.

use data_encoding::HEXLOWER;
use sqlx::FromRow;

use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::statement::{bound, statements};
use crate::store::view::View;

/// Failures longer ago do not count, milliseconds.
const FORGIVEN_MS: i64 = 60 * 60 * 1000;
/// Failures without a pause.
const FREE: i64 = 5;
/// Failures after which the pause is the longest.
const MOST: i64 = 10;
/// The longest pause, milliseconds.
const LONGEST_MS: i64 = 15 * 60 * 1000;
/// The longest pause of a login wherever it is typed, milliseconds.
const LONGEST_OF_LOGIN_MS: i64 = 8_000;

statements! {
    /// Until when a subject has to wait.
    FIND = "SELECT locked_until_ms FROM login_failures WHERE subject = $1";
    /// Counts a failure.
    COUNT = "INSERT INTO login_failures (subject, failures, last_at_ms, locked_until_ms) VALUES ($1, 1, $2, 0)
        ON CONFLICT (subject) DO UPDATE SET
            failures = CASE WHEN login_failures.last_at_ms < $3 THEN 1 ELSE login_failures.failures + 1 END,
            last_at_ms = excluded.last_at_ms
        RETURNING failures, locked_until_ms";
    /// Makes a subject wait.
    LOCK = "UPDATE login_failures SET locked_until_ms = $2 WHERE subject = $1";
    /// Forgives.
    CLEAR = "DELETE FROM login_failures WHERE subject = $1";
    /// Forgets what is old.
    FORGET = "DELETE FROM login_failures WHERE last_at_ms < $1";
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginSubjectKind {
    /// A login, anybody's or nobody's, typed in a network.
    LoginAt,
    /// A login wherever it is typed.
    Login,
    /// A network.
    Address,
    /// The second factor of a user.
    SecondFactor,
}

/// One that is counted.
#[derive(Clone, Copy, Debug)]
pub struct LoginSubject<'a> {
    /// What kind.
    pub kind: LoginSubjectKind,
    /// Which: network and login, login, network, id of a user.
    pub of: &'a str,
}

#[derive(FromRow)]
struct Locked {
    locked_until_ms: i64,
}

#[derive(FromRow)]
struct Count {
    failures: i64,
    locked_until_ms: i64,
}

/// How long to wait after so many failures, milliseconds.
fn pause_ms(kind: LoginSubjectKind, failures: i64) -> i64 {
    let (failures, longest_ms) = match kind {
        LoginSubjectKind::LoginAt | LoginSubjectKind::SecondFactor => (failures, LONGEST_MS),
        LoginSubjectKind::Address => (failures / 5, LONGEST_MS),
        LoginSubjectKind::Login => (failures / 5, LONGEST_OF_LOGIN_MS),
    };
    let pause_ms = match failures {
        ..FREE => 0,
        FREE..MOST => 2_000 << (failures - FREE),
        _ => LONGEST_MS,
    };
    pause_ms.min(longest_ms)
}

impl View {
    fn stored_subject(&self, subject: LoginSubject<'_>) -> String {
        let kind = match subject.kind {
            LoginSubjectKind::LoginAt => "login_at",
            LoginSubjectKind::Login => "login",
            LoginSubjectKind::Address => "address",
            LoginSubjectKind::SecondFactor => "second_factor",
        };
        let digest = self.store().csrf_mac().mac(format!("login failure {kind} {}", subject.of).as_bytes());
        format!("{kind}:{}", HEXLOWER.encode(&digest))
    }

    /// Whether any of these has to wait.
    pub async fn is_locked_out(&mut self, subjects: &[LoginSubject<'_>]) -> Result<bool, StoreError> {
        let now_ms = self.store().now_ms();
        for subject in subjects {
            let stored = self.stored_subject(*subject);
            let found: Option<Locked> = self.optional(FIND, bound![stored]).await?;
            if found.is_some_and(|found| now_ms < found.locked_until_ms) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Change {
    /// Counts a failure of each.
    pub async fn count_login_failure(&mut self, subjects: &[LoginSubject<'_>]) -> Result<(), StoreError> {
        for subject in subjects {
            self.count_failure(*subject).await?;
        }
        Ok(())
    }

    /// Begins an attempt of one: counts it as failed before it is made, so that of many at once each waits for the one
    /// before and sees its pause. Whether it may be made; where not, the change is to be dropped. One that succeeds is to be
    /// [forgiven](Self::clear_login_failures).
    pub async fn begin_attempt(&mut self, subject: LoginSubject<'_>) -> Result<bool, StoreError> {
        let locked_until_ms = self.count_failure(subject).await?;
        Ok(self.now_ms() >= locked_until_ms)
    }

    /// Counts a failure; until when there was a pause before it.
    async fn count_failure(&mut self, subject: LoginSubject<'_>) -> Result<i64, StoreError> {
        let now_ms = self.now_ms();
        let stored = self.stored_subject(subject);
        let count: Count = self.one(COUNT, bound![&stored, now_ms, now_ms - FORGIVEN_MS]).await?;
        let pause_ms = pause_ms(subject.kind, count.failures);
        if pause_ms > 0 {
            self.execute(LOCK, bound![&stored, now_ms + pause_ms]).await?;
        }
        Ok(count.locked_until_ms)
    }

    /// Forgives the failures of one.
    pub async fn clear_login_failures(&mut self, subject: LoginSubject<'_>) -> Result<(), StoreError> {
        let stored = self.stored_subject(subject);
        self.execute(CLEAR, bound![stored]).await.map(|_| ())
    }

    /// Forgets failures that no longer count.
    pub async fn forget_old_login_failures(&mut self) -> Result<u64, StoreError> {
        let before_ms = self.now_ms() - FORGIVEN_MS;
        self.execute(FORGET, bound![before_ms]).await
    }
}
