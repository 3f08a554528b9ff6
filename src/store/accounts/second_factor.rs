//! The second factor: an authenticator app's secret, sealed; the step of the last code, so that none is good twice; and
//! recovery codes, hashed, each good once.

use secrecy::ExposeSecret;
use sqlx::FromRow;

use crate::secrets::{RecoveryCodes, Totp};
use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::sealing::HeldPlace;
use crate::store::statement::{bound, statements};
use crate::store::view::View;

statements! {
    /// Everything about a user's second factor.
    FIND = "SELECT region_code, totp_secret, totp_pending, totp_last_step, recovery_codes FROM users WHERE id = $1";
    /// Keeps a secret until its first code comes.
    PUT_PENDING = "UPDATE users SET totp_pending = $2 WHERE id = $1";
    /// The first code came: the pending secret counts.
    CONFIRM = "UPDATE users
        SET version = version + 1, totp_secret = $3, totp_pending = NULL, totp_last_step = $4, recovery_codes = $5,
            updated_at_ms = $6
        WHERE id = $1 AND totp_pending = $2";
    /// Uses up a step.
    USE_STEP = "UPDATE users SET totp_last_step = $2
        WHERE id = $1 AND (totp_last_step IS NULL OR totp_last_step < $2)";
    /// Uses up a recovery code.
    USE_RECOVERY_CODE = "UPDATE users SET recovery_codes = $3 WHERE id = $1 AND recovery_codes = $2";
}

/// What was given as second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code of the app.
    Code,
    /// A recovery code, and how many are left.
    RecoveryCode {
        /// How many are left.
        left: usize,
    },
}

#[derive(FromRow)]
struct Row {
    region_code: String,
    totp_secret: Option<String>,
    totp_pending: Option<String>,
    totp_last_step: Option<i64>,
    recovery_codes: String,
}

fn place(user_id: &str, column: &'static str) -> HeldPlace {
    HeldPlace { table: "users", id: user_id.to_owned(), column }
}

fn broken(user_id: &str, column: &'static str, cause: &impl ToString) -> StoreError {
    StoreError::Broken { table: "users", column, row: user_id.to_owned(), cause: cause.to_string() }
}

impl View {
    fn totp(&self, user_id: &str, column: &'static str, stored: &str) -> Result<Totp, StoreError> {
        let text = self.open_held(&place(user_id, column), stored)?;
        Totp::from_base32(&text).map_err(|error| broken(user_id, column, &error))
    }
}

impl Change {
    /// A secret for a new app, which counts once its first code has come. An app that is set up counts until then.
    pub async fn begin_second_factor(&mut self, user_id: &str) -> Result<Totp, StoreError> {
        let totp = self.store().with_random(Totp::generate);
        let sealed = self.seal_held(&place(user_id, "totp_pending"), totp.to_base32().expose_secret());
        self.execute(PUT_PENDING, bound![user_id, sealed]).await?;
        Ok(totp)
    }

    /// The first code of a new app: from now on it counts. `None` where the code is not right or none is awaited.
    pub async fn confirm_second_factor(
        &mut self,
        user_id: &str,
        code: &str,
    ) -> Result<Option<RecoveryCodes>, StoreError> {
        let row: Row = self.one(FIND, bound![user_id]).await?;
        let Some(pending) = row.totp_pending else { return Ok(None) };
        let totp = self.totp(user_id, "totp_pending", &pending)?;
        let Some(step) = totp.verify(code, self.seconds(), None) else { return Ok(None) };
        let sealed = self.seal_held(&place(user_id, "totp_secret"), totp.to_base32().expose_secret());
        let codes = self.store().with_random(RecoveryCodes::generate);
        let hashes = serde_json::to_string(&codes.hashes()).unwrap_or_default();
        let (step, now_ms) = (i64::try_from(step).unwrap_or(i64::MAX), self.now_ms());
        if self.execute(CONFIRM, bound![user_id, pending, sealed, step, hashes, now_ms]).await? != 1 {
            return Ok(None);
        }
        self.record(AuditEvent::new("second_factor.confirmed", "users", user_id, &row.region_code));
        Ok(Some(codes))
    }

    /// Whether a text is a code of the app that was not used before, or an unused recovery code; it is used up by this.
    pub async fn use_second_factor(
        &mut self,
        user_id: &str,
        code: &str,
    ) -> Result<Option<SecondFactor>, StoreError> {
        let row: Row = self.one(FIND, bound![user_id]).await?;
        let Some(stored) = &row.totp_secret else { return Ok(None) };
        let totp = self.totp(user_id, "totp_secret", stored)?;
        let last = row.totp_last_step.and_then(|step| u64::try_from(step).ok());
        if let Some(step) = totp.verify(code, self.seconds(), last) {
            let step = i64::try_from(step).unwrap_or(i64::MAX);
            let used = self.execute(USE_STEP, bound![user_id, step]).await?;
            return Ok((used == 1).then_some(SecondFactor::Code));
        }
        let mut hashes: Vec<String> = serde_json::from_str(&row.recovery_codes)
            .map_err(|error| broken(user_id, "recovery_codes", &error))?;
        let Some(at) = RecoveryCodes::find(code, &hashes) else { return Ok(None) };
        hashes.remove(at);
        let rest = serde_json::to_string(&hashes).unwrap_or_default();
        let used = self.execute(USE_RECOVERY_CODE, bound![user_id, &row.recovery_codes, rest]).await?;
        if used != 1 {
            return Ok(None);
        }
        self.record(AuditEvent::new("recovery_code.used", "users", user_id, &row.region_code));
        Ok(Some(SecondFactor::RecoveryCode { left: hashes.len() }))
    }

    fn seconds(&self) -> u64 {
        u64::try_from(self.now_ms() / 1000).unwrap_or_default()
    }
}
