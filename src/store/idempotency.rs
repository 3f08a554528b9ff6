//! Keyed requests: the same key gives the same reply, and one effect.
//!
//! A key is claimed by inserting its row as the first statement of the transaction of the effect. Whoever comes second
//! waits for the first to end (SQLite has one writer; PostgreSQL's unique index waits) and then finds the reply, or, where
//! the first was rolled back, an unclaimed key. Replies are kept sealed: some hold a token that is shown once. Keys are kept
//! as digests: a client may have made one of a phone.

use data_encoding::HEXLOWER;
use sqlx::FromRow;

use super::audit::AuditEvent;
use super::error::StoreError;
use super::json;
use super::sealing::HeldPlace;
use super::statement::{bound, statements};
use super::view::View;

/// Replies are given again for so long, milliseconds.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

statements! {
    /// Claims a key.
    CLAIM = "INSERT INTO idempotency_replies
        (principal, route, request_key, fingerprint, status, headers, body, readings, created_at_ms)
        VALUES ($1, $2, $3, $4, 0, '', '', '', $5)
        ON CONFLICT (principal, route, request_key) DO NOTHING";
    /// What a key stands for.
    FIND = "SELECT fingerprint, status, headers, body, readings FROM idempotency_replies
        WHERE principal = $1 AND route = $2 AND request_key = $3";
    /// Keeps the reply.
    KEEP = "UPDATE idempotency_replies SET status = $4, headers = $5, body = $6, readings = $7
        WHERE principal = $1 AND route = $2 AND request_key = $3";
    /// Forgets what was answered to a user and to her keys.
    FORGET_OF_USER = "DELETE FROM idempotency_replies
        WHERE principal = $1 OR principal IN (SELECT 'api_key:' || id FROM api_keys WHERE user_id = $2)";
    /// Forgets what is old.
    FORGET = "DELETE FROM idempotency_replies WHERE created_at_ms < $1";
}

/// What makes two requests the same.
#[derive(Clone, Debug)]
pub struct KeyedRequest {
    /// Who asks: a user, a key, an address.
    pub principal: String,
    /// Method and path.
    pub route: String,
    /// The client's key.
    pub key: String,
    /// A digest of what was sent. It is kept under a key of the ring, so that nobody can try bodies against the database.
    pub fingerprint: String,
}

/// A reply to be given again as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReply {
    /// HTTP status.
    pub status: u16,
    /// Names and values of headers that belong to the reply.
    pub headers: Vec<(String, String)>,
    /// The body, JSON text.
    pub body: String,
    /// What was read for it, to be written down again when it is given again.
    pub readings: Vec<AuditEvent>,
}

/// What a key turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keyed {
    /// New: go on, and commit with the reply.
    First,
    /// Answered before.
    Answered(StoredReply),
    /// Used before for something else.
    Reused,
    /// Claimed, and not answered yet.
    InFlight,
}

#[derive(FromRow)]
struct Row {
    fingerprint: String,
    status: i64,
    headers: String,
    body: String,
    readings: String,
}

/// The client's key as it is stored: under the index key, which no rotation changes, lest a request be done twice.
fn stored_key(view: &View, request: &KeyedRequest) -> String {
    let spelt = HEXLOWER.encode(request.key.as_bytes());
    view.store().keys().index.id_number(&format!("idempotency key {spelt}"))
}

fn place(request: &KeyedRequest) -> HeldPlace {
    let id = format!("{}\n{}\n{}", request.principal, request.route, request.key);
    HeldPlace { table: "idempotency_replies", id, column: "body" }
}

pub(super) async fn claim(view: &mut View, request: &KeyedRequest, now_ms: i64) -> Result<Keyed, StoreError> {
    let mac = view.store().fingerprint_mac();
    let fingerprint = HEXLOWER.encode(&mac.mac(request.fingerprint.as_bytes()));
    let key = stored_key(view, request);
    let claim = bound![&request.principal, &request.route, &key, fingerprint, now_ms];
    if view.execute(CLAIM, claim).await? == 1 {
        return Ok(Keyed::First);
    }
    let row: Row = view.one(FIND, bound![&request.principal, &request.route, &key]).await?;
    let tag = HEXLOWER.decode(row.fingerprint.as_bytes()).unwrap_or_default();
    if !mac.verify(request.fingerprint.as_bytes(), &tag) {
        return Ok(Keyed::Reused);
    }
    if row.status == 0 {
        return Ok(Keyed::InFlight);
    }
    let broken = |column: &'static str, cause: String| StoreError::Broken {
        table: "idempotency_replies",
        column,
        row: request.route.clone(),
        cause,
    };
    Ok(Keyed::Answered(StoredReply {
        status: u16::try_from(row.status).map_err(|error| broken("status", error.to_string()))?,
        headers: serde_json::from_str(&row.headers).map_err(|error| broken("headers", error.to_string()))?,
        body: view.open_held(&place(request), &row.body)?,
        readings: serde_json::from_str(&row.readings)
            .map_err(|error| broken("readings", error.to_string()))?,
    }))
}

pub(super) async fn keep(
    view: &mut View,
    request: &KeyedRequest,
    reply: &StoredReply,
) -> Result<(), StoreError> {
    let (headers, readings) = (json(&reply.headers), json(&reply.readings));
    let body = view.seal_held(&place(request), &reply.body);
    let (status, key) = (i64::from(reply.status), stored_key(view, request));
    let values = bound![&request.principal, &request.route, key, status, headers, body, readings];
    view.execute(KEEP, values).await.map(|_| ())
}

impl super::Change {
    /// Forgets what was answered to a user and to her keys: whoever is out gets nothing again.
    pub(super) async fn forget_replies_of(&mut self, user_id: &str) -> Result<(), StoreError> {
        self.execute(FORGET_OF_USER, bound![format!("user:{user_id}"), user_id]).await.map(|_| ())
    }

    /// Forgets replies that are older than they need be kept.
    pub async fn forget_old_replies(&mut self) -> Result<u64, StoreError> {
        let before_ms = self.now_ms() - KEPT_MS;
        self.execute(FORGET, bound![before_ms]).await
    }
}
