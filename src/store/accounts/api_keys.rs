//! Keys for programs: a user's own rights, narrowed to named operations, for a year at most.

use sqlx::FromRow;

use super::sessions::Identity;
use super::users::role_of;
use crate::secrets::Token;
use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::paging::{Page, PageRequest};
use crate::store::statement::{bound, statements};
use crate::store::view::View;

statements! {
    /// Whose key this is, while neither it nor she is ended.
    FIND = "SELECT k.id, k.scopes, u.id AS user_id, u.role, u.region_code, u.team_id, u.volunteer_id,
            u.totp_secret IS NOT NULL AS enrolled
        FROM api_keys k JOIN users u ON u.id = k.user_id
        WHERE k.token_hash = $1 AND k.revoked_at_ms IS NULL AND k.expires_at_ms > $2 AND u.disabled_at_ms IS NULL";
    /// Adds a key.
    ADD = "INSERT INTO api_keys (id, name, token_hash, user_id, scopes, expires_at_ms, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// A page of a user's keys.
    LIST = "SELECT id, name, scopes, expires_at_ms, created_at_ms FROM api_keys
        WHERE user_id = $1 AND id > $2 AND revoked_at_ms IS NULL
        ORDER BY id
        LIMIT $3";
    /// Revokes a key of a user.
    REVOKE = "UPDATE api_keys SET revoked_at_ms = $3 WHERE id = $1 AND user_id = $2 AND revoked_at_ms IS NULL";
    /// Revokes every key of a user.
    REVOKE_ALL = "UPDATE api_keys SET revoked_at_ms = $2 WHERE user_id = $1 AND revoked_at_ms IS NULL";
}

/// A key that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveKey {
    /// Its id.
    pub id: String,
    /// Whose.
    pub identity: Identity,
    /// Names of the operations it may be used for.
    pub scopes: Vec<String>,
}

/// A key as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Names of the operations it may be used for.
    pub scopes: Vec<String>,
    /// When it ends, milliseconds.
    pub expires_at_ms: i64,
    /// When it was made, milliseconds.
    pub created_at_ms: i64,
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// Names of operations.
    pub scopes: Vec<String>,
    /// When it ends, milliseconds.
    pub expires_at_ms: i64,
}

#[derive(FromRow)]
struct LiveRow {
    id: String,
    scopes: String,
    user_id: String,
    role: String,
    region_code: String,
    team_id: Option<String>,
    volunteer_id: Option<String>,
    enrolled: bool,
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    scopes: String,
    expires_at_ms: i64,
    created_at_ms: i64,
}

fn scopes_of(text: &str) -> Vec<String> {
    text.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

impl View {
    /// The key of a token, while it is good.
    pub async fn key_of_token(&mut self, token: &str) -> Result<Option<LiveKey>, StoreError> {
        let now_ms = self.store().now_ms();
        let found: Option<LiveRow> = self.optional(FIND, bound![Token::hash(token), now_ms]).await?;
        let Some(row) = found else { return Ok(None) };
        let identity = Identity {
            role: role_of(&row.role, &row.user_id)?,
            user_id: row.user_id,
            region_code: row.region_code,
            team_id: row.team_id,
            volunteer_id: row.volunteer_id,
            enrolled: row.enrolled,
        };
        Ok(Some(LiveKey { id: row.id, identity, scopes: scopes_of(&row.scopes) }))
    }

    /// A page of a user's keys that were not revoked.
    pub async fn api_keys(&mut self, user_id: &str, page: &PageRequest) -> Result<Page<ApiKey>, StoreError> {
        let rows: Vec<Row> = self.all(LIST, bound![user_id, &page.after, page.rows()]).await?;
        let page = page.page(rows, |row| row.id.clone());
        let shown = |row: Row| ApiKey {
            scopes: scopes_of(&row.scopes),
            id: row.id,
            name: row.name,
            expires_at_ms: row.expires_at_ms,
            created_at_ms: row.created_at_ms,
        };
        Ok(Page { items: page.items.into_iter().map(shown).collect(), next_after: page.next_after })
    }
}

impl Change {
    /// Makes a key of a user: what is shown of it, and its token.
    pub async fn add_api_key(
        &mut self,
        user_id: &str,
        key: &NewApiKey,
    ) -> Result<(ApiKey, Token), StoreError> {
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        let token = self.store().with_random(Token::generate_api_key);
        let (hash, scopes) = (Token::hash(token.expose()), key.scopes.join(","));
        self.execute(ADD, bound![&id, &key.name, hash, user_id, scopes, key.expires_at_ms, now_ms]).await?;
        self.record(AuditEvent::new("api_key.created", "api_keys", &id, ""));
        let made = ApiKey {
            id,
            name: key.name.clone(),
            scopes: key.scopes.clone(),
            expires_at_ms: key.expires_at_ms,
            created_at_ms: now_ms,
        };
        Ok((made, token))
    }

    /// Revokes a key of a user, at once.
    pub async fn revoke_api_key(&mut self, id: &str, user_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        if self.execute(REVOKE, bound![id, user_id, now_ms]).await? != 1 {
            return Err(StoreError::not_found("api key"));
        }
        self.record(AuditEvent::new("api_key.revoked", "api_keys", id, ""));
        Ok(())
    }

    /// Revokes every key of a user.
    pub async fn revoke_api_keys(&mut self, user_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(REVOKE_ALL, bound![user_id, now_ms]).await.map(|_| ())
    }
}
