//! What lets a user in: her password, and the invitation by which she sets one.

use sqlx::FromRow;

use super::users::User;
use crate::secrets::Token;
use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::statement::{bound, statements};
use crate::store::view::View;

/// How long an invitation is good, milliseconds.
pub const INVITATION_MS: i64 = 72 * 60 * 60 * 1000;

statements! {
    /// What is needed to let somebody in.
    FIND_BY_LOGIN = "SELECT id, login, region_code, password_hash, disabled_at_ms, totp_secret IS NOT NULL AS enrolled
        FROM users WHERE login = $1";
    /// The same by id.
    FIND_BY_ID = "SELECT id, login, region_code, password_hash, disabled_at_ms, totp_secret IS NOT NULL AS enrolled
        FROM users WHERE id = $1";
    /// The same by an invitation that is still good.
    FIND_BY_INVITATION = "SELECT id, login, region_code, password_hash, disabled_at_ms,
            totp_secret IS NOT NULL AS enrolled
        FROM users WHERE invite_hash = $1 AND invite_expires_at_ms > $2 AND disabled_at_ms IS NULL";
    /// Puts an invitation in place of any earlier one.
    INVITE = "UPDATE users
        SET version = version + 1, invite_hash = $2, invite_expires_at_ms = $3, invited_at_ms = $4, invited_by = $5,
            updated_at_ms = $4
        WHERE id = $1 AND disabled_at_ms IS NULL";
    /// Forgets an authenticator app.
    FORGET_SECOND_FACTOR = "UPDATE users
        SET totp_secret = NULL, totp_pending = NULL, recovery_codes = '[]' WHERE id = $1";
    /// Sets a password; an open invitation is used up by it.
    SET_PASSWORD = "UPDATE users
        SET version = version + 1, password_hash = $2, invite_hash = NULL, invite_expires_at_ms = NULL,
            updated_at_ms = $3
        WHERE id = $1";
    /// Sets the password of whoever was invited, once.
    ACCEPT = "UPDATE users
        SET version = version + 1, password_hash = $3, invite_hash = NULL, invite_expires_at_ms = NULL,
            updated_at_ms = $4
        WHERE id = $1 AND invite_hash = $2";
}

/// What is needed to let somebody in.
#[derive(Clone, FromRow)]
pub struct Credentials {
    /// The user.
    #[sqlx(rename = "id")]
    pub user_id: String,
    /// Her login.
    pub login: String,
    /// Her division.
    pub region_code: String,
    /// The stored form of her password.
    pub password_hash: Option<String>,
    /// Since when she is disabled.
    pub disabled_at_ms: Option<i64>,
    /// Whether an authenticator app has been set up.
    pub enrolled: bool,
}

/// Whether a text can be a login: a word that begins with a letter, so neither a phone, an ID number nor a Chinese name.
pub fn is_a_login(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase();
    let rest = |byte: u8| letter(byte) || byte.is_ascii_digit() || b"._-".contains(&byte);
    (3..=32).contains(&text.len()) && text.bytes().next().is_some_and(letter) && text.bytes().all(rest)
}

impl View {
    /// What is needed to let in whoever has this login. What can be none is not asked for: it may be anybody's name.
    pub async fn credentials_of_login(&mut self, login: &str) -> Result<Option<Credentials>, StoreError> {
        if !is_a_login(login) {
            return Ok(None);
        }
        self.optional(FIND_BY_LOGIN, bound![login]).await
    }

    /// What is needed to let this user in.
    pub async fn credentials(&mut self, user_id: &str) -> Result<Credentials, StoreError> {
        let found: Option<Credentials> = self.optional(FIND_BY_ID, bound![user_id]).await?;
        found.ok_or(StoreError::not_found("user"))
    }

    /// Whose invitation this is, while it is good.
    pub async fn invited(&mut self, token: &str) -> Result<Option<Credentials>, StoreError> {
        let now_ms = self.store().now_ms();
        self.optional(FIND_BY_INVITATION, bound![Token::hash(token), now_ms]).await
    }
}

impl Change {
    /// A new invitation for a user; any earlier one is void. Returns it and when it expires, milliseconds.
    ///
    /// # Errors
    /// `state_conflict` where she is disabled.
    pub async fn invite_user(
        &mut self,
        user: &User,
        forget_second_factor: bool,
    ) -> Result<(Token, i64), StoreError> {
        if forget_second_factor {
            self.execute(FORGET_SECOND_FACTOR, bound![&user.id]).await?;
            // Before the invitation, which it would make void.
            self.end_access(&user.id).await?;
        }
        let token = self.store().with_random(Token::generate);
        let (now_ms, expires_at_ms) = (self.now_ms(), self.now_ms() + INVITATION_MS);
        let values =
            bound![&user.id, Token::hash(token.expose()), expires_at_ms, now_ms, self.actor().id.clone()];
        if self.execute(INVITE, values).await? != 1 {
            return Err(StoreError::conflict("state_conflict"));
        }
        let mut event = AuditEvent::new("user.invited", "users", &user.id, &user.fields.region_code);
        if forget_second_factor {
            event = event.of_fields(["totp_secret"]);
        }
        self.record(event);
        Ok((token, expires_at_ms))
    }

    /// Sets the password of whoever was invited.
    ///
    /// # Errors
    /// `token_refused` where the invitation is not or no longer good.
    pub async fn accept_invitation(
        &mut self,
        token: &str,
        password_hash: &str,
    ) -> Result<Credentials, StoreError> {
        let refused = StoreError::conflict("token_refused");
        let Some(found) = self.invited(token).await? else { return Err(refused) };
        let now_ms = self.now_ms();
        let values = bound![&found.user_id, Token::hash(token), password_hash, now_ms];
        if self.execute(ACCEPT, values).await? != 1 {
            return Err(refused);
        }
        self.end_access(&found.user_id).await?;
        self.record(AuditEvent::new("invitation.accepted", "users", &found.user_id, &found.region_code));
        Ok(found)
    }

    /// Sets another password; sessions and keys end.
    pub async fn set_password(&mut self, user: &Credentials, password_hash: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(SET_PASSWORD, bound![&user.user_id, password_hash, now_ms]).await?;
        self.end_access(&user.user_id).await?;
        self.record(AuditEvent::new("password.changed", "users", &user.user_id, &user.region_code));
        Ok(())
    }
}
