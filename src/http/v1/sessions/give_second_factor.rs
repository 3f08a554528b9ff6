//! `POST /sessions/current/mfa`: a code of the authenticator app, or a recovery code. The session gets another token.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{BegunSession, SecondFactorState, ended, use_code, with_cookie};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::AuditEvent;

/// The second factor.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SecondFactorCode {
    /// Six digits of the app, or a recovery code.
    #[schemars(length(max = 32))]
    code: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/sessions/current/mfa", "give_second_factor", |call| {
        give_second_factor(call).boxed()
    })
    .says("会话 sessions", "输入动态验证码", "Give a one-time code")
    .allows(Access::LoggedIn, Scope::Own)
    .takes::<SecondFactorCode>()
    .gives::<BegunSession>(StatusCode::OK)
    .fails(&[Code::LoginRefused])
    .unkeyed()
    .scarce()
}

async fn give_second_factor(call: &Call) -> Result<Reply, Problem> {
    let (given, caller): (SecondFactorCode, _) = (call.body()?, call.caller()?);
    let session_id = caller.session_id.as_deref().ok_or(Problem::new(Code::Forbidden))?;
    let mut checks = Checks::new(call.language);
    checks.length("/code", &given.code, 0..=32);
    checks.done()?;
    let change = call.app.store.change(call.actor()).await?;
    let mut change = use_code(call, change, &caller.user_id, &given.code).await?;
    let elevated = change.elevate_session(session_id, &caller.user_id).await;
    let (token, began_at_ms) = elevated.map_err(ended)?;
    change.record(AuditEvent::new("second_factor.given", "users", &caller.user_id, ""));
    let state = SecondFactorState::Satisfied;
    let body = BegunSession::of(call, session_id, &caller.user_id, &token, state, began_at_ms);
    call.finish(change, with_cookie(Reply::ok(&body), call, &token)).await
}
