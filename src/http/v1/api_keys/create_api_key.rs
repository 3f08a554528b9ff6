//! `POST /api-keys`: a key for a program: named operations of what the user's role may do, for a year at most.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ApiKeyShown, HOLDERS};
use crate::http::ENDPOINTS;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Credential, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::milliseconds;
use crate::model::Role;
use crate::store::{Change, NewApiKey};

/// The longest life of a key, milliseconds.
const LONGEST_MS: i64 = 366 * 24 * 60 * 60 * 1000;

/// A key to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewKey {
    /// What it is for.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// Names of operations, as in this document.
    #[schemars(length(min = 1, max = 500))]
    scopes: Vec<String>,
    /// At most a year from now.
    #[schemars(extend("format" = "date-time"))]
    expires_at: String,
}

/// A key with its token.
#[derive(Serialize, JsonSchema)]
struct IssuedKey {
    key: ApiKeyShown,
    /// `Authorization: Bearer …`; shown only now.
    token: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/api-keys", "create_api_key", |call, change| {
        create_api_key(call, change).boxed()
    })
    .says("账号 accounts", "新建程序密钥", "Make a key for a program")
    .allows(Access::Roles(HOLDERS), Scope::Own)
    .takes::<NewKey>()
    .gives::<IssuedKey>(StatusCode::CREATED)
    .leads_to("api_key_id", "/key/id")
    .in_session()
    .scarce()
}

/// Whether a key of this role may be good for an operation. Not where that takes a session, nor for one's own account.
fn may_be_scope(role: Role, name: &str) -> bool {
    let endpoint = ENDPOINTS.iter().find(|endpoint| endpoint.name == name);
    endpoint.is_some_and(|endpoint| match endpoint.access {
        Access::Everybody => false,
        Access::LoggedIn => endpoint.method == Method::GET,
        Access::Roles(roles) => roles.contains(&role) && endpoint.credential == Credential::SessionOrKey,
    })
}

async fn create_api_key(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (given, caller): (NewKey, _) = (call.body()?, call.caller()?);
    let mut checks = Checks::new(call.language);
    checks.length("/name", given.name.trim(), 1..=100);
    checks.no_number("/name", &given.name);
    let number = (1..=500).contains(&given.scopes.len());
    checks.hold(number, "/scopes", "length", "须有 1 至 500 项", "must have 1 to 500 items");
    for (at, scope) in given.scopes.iter().enumerate() {
        checks.hold(
            may_be_scope(caller.role, scope),
            &format!("/scopes/{at}"),
            "scope",
            "没有此操作，或您的角色无权进行",
            "no such operation, or none your role may do",
        );
    }
    let now_ms = change.now_ms();
    let expires_at_ms = milliseconds(&given.expires_at).unwrap_or(0);
    let good = expires_at_ms > now_ms && expires_at_ms <= now_ms + LONGEST_MS;
    let (zh, en) = ("须在此后一年之内", "must be a time within a year from now");
    checks.hold(good, "/expires_at", "expires_at", zh, en);
    checks.done()?;
    let mut scopes = given.scopes;
    scopes.sort();
    scopes.dedup();
    let key = NewApiKey { name: given.name.trim().to_owned(), scopes, expires_at_ms };
    let (key, token) = change.add_api_key(&caller.user_id, &key).await?;
    let body = IssuedKey { key: ApiKeyShown::of(key), token: token.expose().to_owned() };
    Ok(Reply::created("/api/v1/api-keys", &body))
}
