//! The first admin: a token printed where the program is started, good once and for a day.

use sqlx::FromRow;

use super::users::UserFields;
use crate::model::Role;
use crate::model::private::Private;
use crate::secrets::Token;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::scope::RegionSpan;
use crate::store::statement::{bound, statements};
use crate::store::view::View;

/// How long the token is good, milliseconds.
pub const SETUP_MS: i64 = 24 * 60 * 60 * 1000;

statements! {
    /// Puts the token's hash and end in place of any earlier one.
    PUT = "INSERT INTO settings (name, content) VALUES ('setup_token', $1)
        ON CONFLICT (name) DO UPDATE SET content = excluded.content";
    /// The token's hash and end.
    FIND = "SELECT content FROM settings WHERE name = 'setup_token'";
    /// Uses the token up; only one of two gets it.
    USE_UP = "DELETE FROM settings WHERE name = 'setup_token' AND content = $1";
}

#[derive(FromRow)]
struct Content {
    content: String,
}

impl View {
    /// Whether this is the set-up token, still good. Asked before slow work; [`Change::set_up`] asks again.
    pub async fn is_setup_token(&mut self, token: &str) -> Result<bool, StoreError> {
        Ok(self.setup_content(token).await?.is_some())
    }

    async fn setup_content(&mut self, token: &str) -> Result<Option<String>, StoreError> {
        let found: Option<Content> = self.optional(FIND, bound![]).await?;
        let now_ms = self.store().now_ms();
        Ok(found.map(|found| found.content).filter(|content| {
            let (hash, until_ms) = content.split_once(' ').unwrap_or((content, "0"));
            Token::matches(token, hash) && until_ms.parse::<i64>().is_ok_and(|until_ms| now_ms < until_ms)
        }))
    }
}

impl Change {
    /// A token to make the first admin with, where there is no user yet; an earlier one is void.
    pub async fn make_setup_token(&mut self) -> Result<Option<Token>, StoreError> {
        if self.has_users().await? {
            return Ok(None);
        }
        let token = self.store().with_random(Token::generate);
        let content = format!("{} {}", Token::hash(token.expose()), self.now_ms() + SETUP_MS);
        self.execute(PUT, bound![content]).await?;
        Ok(Some(token))
    }

    /// Makes the first admin; her id.
    ///
    /// # Errors
    /// `token_refused` where the token is not or no longer good, or there is a user already.
    pub async fn set_up(
        &mut self,
        token: &str,
        login: &str,
        name: Private,
        password_hash: &str,
    ) -> Result<String, StoreError> {
        let refused = StoreError::conflict("token_refused");
        let Some(content) = self.setup_content(token).await? else { return Err(refused) };
        if self.execute(USE_UP, bound![content]).await? != 1 || self.has_users().await? {
            return Err(refused);
        }
        let fields = UserFields {
            role: Role::Admin,
            region_code: String::new(),
            team_id: None,
            volunteer_id: None,
            name,
            phone: Private::default(),
            email: Private::default(),
        };
        let id = self.add_user(login, &fields, &RegionSpan::everywhere()).await?;
        let user = self.credentials(&id).await?;
        self.set_password(&user, password_hash).await?;
        Ok(id)
    }
}
