//! Sessions: who is logged in, until when, and how she is logged out.
//!
//! A session is looked up in the database at every request, so that one that was ended is ended everywhere at once. That
//! it was used is written at most once a minute, by one transaction for all sessions that wait ([`Touches`]); meanwhile
//! memory knows it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sqlx::FromRow;

use super::users::role_of;
use crate::model::Role;
use crate::secrets::Token;
use crate::store::Store;
use crate::store::audit::{Actor, AuditEvent};
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::paging::{Page, PageRequest};
use crate::store::statement::{bound, statements};
use crate::store::view::View;

/// A session that is not used ends after so long, milliseconds.
pub const IDLE_MS: i64 = 30 * 60 * 1000;
/// Every session ends after so long, milliseconds.
pub const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1000;
/// Use is written down so often, milliseconds.
const TOUCH_MS: i64 = 60 * 1000;
/// A user has at most so many sessions; beyond that the oldest ends.
const MOST_SESSIONS: i64 = 20;
/// Ended sessions are forgotten after so long, milliseconds.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

statements! {
    /// Whose session this is, while neither it nor she is ended.
    FIND = "SELECT s.id, s.second_factor_at_ms, s.used_at_ms, u.id AS user_id, u.role, u.region_code, u.team_id,
            u.volunteer_id, u.totp_secret IS NOT NULL AS enrolled
        FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.token_hash = $1 AND s.revoked_at_ms IS NULL AND s.created_at_ms > $2 AND u.disabled_at_ms IS NULL";
    /// Begins a session.
    ADD = "INSERT INTO sessions (id, token_hash, user_id, created_at_ms, used_at_ms) VALUES ($1, $2, $3, $4, $4)";
    /// Ends the oldest where there are too many.
    END_OLDEST = "UPDATE sessions SET revoked_at_ms = $2
        WHERE user_id = $1 AND revoked_at_ms IS NULL AND id NOT IN
            (SELECT id FROM sessions WHERE user_id = $1 AND revoked_at_ms IS NULL ORDER BY id DESC LIMIT $3)";
    /// After the second factor a session has another token.
    ELEVATE = "UPDATE sessions SET token_hash = $3, second_factor_at_ms = $4, used_at_ms = $4
        WHERE id = $1 AND user_id = $2 AND revoked_at_ms IS NULL
        RETURNING created_at_ms";
    /// Ends a session of a user.
    END = "UPDATE sessions SET revoked_at_ms = $3 WHERE id = $1 AND user_id = $2 AND revoked_at_ms IS NULL";
    /// Ends the session of a token.
    END_TOKEN = "UPDATE sessions SET revoked_at_ms = $2 WHERE token_hash = $1 AND revoked_at_ms IS NULL";
    /// Ends every session of a user.
    END_ALL = "UPDATE sessions SET revoked_at_ms = $2 WHERE user_id = $1 AND revoked_at_ms IS NULL";
    /// Ends every session of a user but one.
    END_OTHERS = "UPDATE sessions SET revoked_at_ms = $3 WHERE user_id = $1 AND id <> $2 AND revoked_at_ms IS NULL";
    /// A page of a user's sessions.
    LIST = "SELECT id, second_factor_at_ms, created_at_ms, used_at_ms FROM sessions
        WHERE user_id = $1 AND id > $2 AND revoked_at_ms IS NULL AND created_at_ms > $3 AND used_at_ms > $4
        ORDER BY id
        LIMIT $5";
    /// Writes down that a session was used.
    TOUCH = "UPDATE sessions SET used_at_ms = $2 WHERE token_hash = $1 AND used_at_ms < $2";
    /// Forgets what ended long ago.
    FORGET = "DELETE FROM sessions WHERE created_at_ms < $1";
}

/// Who somebody is and what she may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user_id: String,
    /// Her role.
    pub role: Role,
    /// Her division; empty for the whole deployment.
    pub region_code: String,
    /// Her team.
    pub team_id: Option<String>,
    /// Her own record.
    pub volunteer_id: Option<String>,
    /// Whether an authenticator app has been set up.
    pub enrolled: bool,
}

/// A session that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveSession {
    /// Its id.
    pub id: String,
    /// Whose.
    pub identity: Identity,
    /// Whether the second factor was given in it.
    pub second_factor: bool,
}

/// A session as its user sees it.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// When the second factor was given, milliseconds.
    pub second_factor_at_ms: Option<i64>,
    /// When it began, milliseconds.
    pub created_at_ms: i64,
    /// When it was last used, to the minute, milliseconds.
    pub used_at_ms: i64,
}

#[derive(FromRow)]
struct Row {
    id: String,
    second_factor_at_ms: Option<i64>,
    used_at_ms: i64,
    user_id: String,
    role: String,
    region_code: String,
    team_id: Option<String>,
    volunteer_id: Option<String>,
    enrolled: bool,
}

#[derive(FromRow)]
struct Began {
    created_at_ms: i64,
}

/// Sessions whose use is on its way to the disk, by the hash of their token.
#[derive(Default)]
pub(in crate::store) struct Touches(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    used_at_ms: HashMap<String, i64>,
    is_writing: bool,
}

impl View {
    /// The session of a token, while it is good. Where its use was written more than a minute ago, that follows.
    pub async fn session_of_token(&mut self, token: &str) -> Result<Option<LiveSession>, StoreError> {
        let (hash, now_ms) = (Token::hash(token), self.store().now_ms());
        // Memory first: what is no longer there was on disk before the row is read. The other way round, a use that is written
        // between the two would be seen in neither.
        let waiting_ms = self.store().touches().used_at_ms(&hash);
        let found: Option<Row> = self.optional(FIND, bound![&hash, now_ms - ABSOLUTE_MS]).await?;
        let Some(row) = found else { return Ok(None) };
        let used_at_ms = waiting_ms.max(row.used_at_ms);
        if used_at_ms <= now_ms - IDLE_MS {
            return Ok(None);
        }
        if used_at_ms <= now_ms - TOUCH_MS {
            self.store().touch_session(&hash, now_ms);
        }
        let identity = Identity {
            role: role_of(&row.role, &row.user_id)?,
            user_id: row.user_id,
            region_code: row.region_code,
            team_id: row.team_id,
            volunteer_id: row.volunteer_id,
            enrolled: row.enrolled,
        };
        Ok(Some(LiveSession { id: row.id, identity, second_factor: row.second_factor_at_ms.is_some() }))
    }

    /// A page of the sessions of a user that are good.
    pub async fn sessions(&mut self, user_id: &str, page: &PageRequest) -> Result<Page<Session>, StoreError> {
        let now_ms = self.store().now_ms();
        let values = bound![user_id, &page.after, now_ms - ABSOLUTE_MS, now_ms - IDLE_MS, page.rows()];
        let rows: Vec<Session> = self.all(LIST, values).await?;
        Ok(page.page(rows, |session| session.id.clone()))
    }
}

impl Change {
    /// Begins a session: its id and its token.
    pub async fn begin_session(
        &mut self,
        user_id: &str,
        region_code: &str,
    ) -> Result<(String, Token), StoreError> {
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        let token = self.store().with_random(Token::generate);
        self.execute(ADD, bound![&id, Token::hash(token.expose()), user_id, now_ms]).await?;
        self.execute(END_OLDEST, bound![user_id, now_ms, MOST_SESSIONS]).await?;
        self.record(AuditEvent::new("session.began", "users", user_id, region_code));
        Ok((id, token))
    }

    /// Marks that the second factor was given. The session gets another token: whoever knew the old one is out. Returns it,
    /// and when the session began, milliseconds.
    pub async fn elevate_session(&mut self, id: &str, user_id: &str) -> Result<(Token, i64), StoreError> {
        let token = self.store().with_random(Token::generate);
        let now_ms = self.now_ms();
        let values = bound![id, user_id, Token::hash(token.expose()), now_ms];
        let began: Option<Began> = self.optional(ELEVATE, values).await?;
        let began = began.ok_or(StoreError::not_found("session"))?;
        Ok((token, began.created_at_ms))
    }

    /// Ends a session of a user.
    pub async fn end_session(&mut self, id: &str, user_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        if self.execute(END, bound![id, user_id, now_ms]).await? != 1 {
            return Err(StoreError::not_found("session"));
        }
        self.record(AuditEvent::new("session.ended", "users", user_id, ""));
        Ok(())
    }

    /// Ends the session of a token, where there is one.
    pub async fn end_session_of_token(&mut self, token: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(END_TOKEN, bound![Token::hash(token), now_ms]).await.map(|_| ())
    }

    /// Ends every session of a user.
    pub async fn end_sessions(&mut self, user_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(END_ALL, bound![user_id, now_ms]).await.map(|_| ())
    }

    /// Ends every session of a user but one, and every key of hers.
    pub async fn end_other_access(&mut self, id: &str, user_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(END_OTHERS, bound![user_id, id, now_ms]).await?;
        self.revoke_api_keys(user_id).await?;
        self.forget_replies_of(user_id).await
    }

    /// Forgets sessions that ended a month ago.
    pub async fn forget_old_sessions(&mut self) -> Result<u64, StoreError> {
        let before_ms = self.now_ms() - KEPT_MS;
        self.execute(FORGET, bound![before_ms]).await
    }
}

impl Touches {
    fn used_at_ms(&self, hash: &str) -> i64 {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.used_at_ms.get(hash).copied().unwrap_or(i64::MIN)
    }

    /// Notes a use; whether somebody has to begin writing.
    fn note(&self, hash: &str, now_ms: i64) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.used_at_ms.insert(hash.to_owned(), now_ms);
        !std::mem::replace(&mut waiting.is_writing, true)
    }

    /// What waits; nothing ends the writing.
    fn waiting(&self) -> Vec<(String, i64)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_writing = !waiting.used_at_ms.is_empty();
        waiting.used_at_ms.iter().map(|(hash, used_at_ms)| (hash.clone(), *used_at_ms)).collect()
    }

    /// Takes out what is on disk, unless it was used again meanwhile.
    fn written(&self, done: &[(String, i64)]) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (hash, used_at_ms) in done {
            if waiting.used_at_ms.get(hash) == Some(used_at_ms) {
                waiting.used_at_ms.remove(hash);
            }
        }
    }
}

impl Store {
    fn touch_session(&self, hash: &str, now_ms: i64) {
        if self.touches().note(hash, now_ms) {
            tokio::spawn(write_touches(self.clone()));
        }
    }
}

/// Writes until nothing waits. What cannot be written is dropped: the worst is that a session ends early.
async fn write_touches(store: Store) {
    loop {
        let waiting = store.touches().waiting();
        if waiting.is_empty() {
            return;
        }
        if let Err(error) = write(&store, &waiting).await {
            tracing::warn!(error = %error, "the use of sessions could not be written down");
        }
        store.touches().written(&waiting);
    }
}

async fn write(store: &Store, waiting: &[(String, i64)]) -> Result<(), StoreError> {
    let mut change = store.change(Actor::SYSTEM).await?;
    for (hash, used_at_ms) in waiting {
        change.execute(TOUCH, bound![hash, *used_at_ms]).await?;
    }
    change.commit(None).await
}
