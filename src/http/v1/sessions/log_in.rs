//! `POST /sessions`: login and password for a session.
//!
//! An unknown login costs the same work and gets the same answer as a wrong password, a disabled account and a pause after
//! too many failures. Pauses are asked for twice: before the work, to save it, and in the transaction that lets in, so
//! that a thousand guesses at once are not a thousand guesses. Not keyed: a key would keep a digest of the password.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{BegunSession, SecondFactorState, herself, login_at, refused, with_cookie};
use crate::http::authentication;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::limits::network;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::{AuditEvent, Credentials, LoginSubject, LoginSubjectKind, RegionSpan, Subject};

/// Who wants in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    #[schemars(length(max = 64))]
    login: String,
    #[schemars(length(max = 128))]
    password: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/sessions", "log_in", |call| log_in(call).boxed())
        .says("会话 sessions", "登录", "Log in")
        .allows(Access::Everybody, Scope::None)
        .takes::<LogIn>()
        .gives::<BegunSession>(StatusCode::CREATED)
        .fails(&[Code::LoginRefused])
        .unkeyed()
        .scarce()
}

async fn log_in(call: &Call) -> Result<Reply, Problem> {
    let given: LogIn = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/login", &given.login, 0..=64);
    checks.length("/password", &given.password, 0..=128);
    checks.done()?;
    let login = given.login.trim().to_lowercase();
    let address = network(call.address).to_string();
    let at = login_at(call, &login);
    let subjects = [
        LoginSubject { kind: LoginSubjectKind::LoginAt, of: &at },
        LoginSubject { kind: LoginSubjectKind::Login, of: &login },
        LoginSubject { kind: LoginSubjectKind::Address, of: &address },
    ];
    let mut view = call.app.store.view().await?;
    let is_locked_out = view.is_locked_out(&subjects).await?;
    let known = view.credentials_of_login(&login).await?;
    drop(view);
    if is_locked_out {
        return Err(refused(call));
    }
    let may = |known: &&Credentials| known.disabled_at_ms.is_none();
    let stored = known.as_ref().filter(may).and_then(|known| known.password_hash.clone());
    if call.app.passwords.verify(given.password, stored).await?
        && let Some(known) = &known
    {
        return let_in(call, known, &subjects).await;
    }
    let mut change = call.app.store.change(call.actor()).await?;
    change.count_login_failure(&subjects).await?;
    let region_code = known.as_ref().map_or("", |known| known.region_code.as_str());
    let mut event = AuditEvent::new("session.refused", "users", "", region_code);
    event.subject = Subject { table: "users".into(), id: known.as_ref().map(|known| known.user_id.clone()) };
    change.record(event);
    change.commit(None).await?;
    Err(refused(call))
}

async fn let_in(
    call: &Call,
    known: &Credentials,
    subjects: &[LoginSubject<'_>; 3],
) -> Result<Reply, Problem> {
    let mut change = call.app.store.change(herself(call, &known.user_id)).await?;
    let now = change.credentials(&known.user_id).await?;
    // Meanwhile the password may have been changed, the account disabled, or a pause begun.
    let unchanged = now.password_hash == known.password_hash && now.disabled_at_ms.is_none();
    if !unchanged || change.is_locked_out(subjects).await? {
        return Err(refused(call));
    }
    if let Some(old) = authentication::session_token(&call.app.options, &call.headers) {
        change.end_session_of_token(old).await?;
    }
    let (id, token) = change.begin_session(&now.user_id, &now.region_code).await?;
    for own in &subjects[..2] {
        change.clear_login_failures(*own).await?;
    }
    let user = change.user(&now.user_id, &RegionSpan::everywhere()).await?;
    let state = SecondFactorState::of(user.fields.role, user.enrolled, false);
    let body = BegunSession::of(call, &id, &user.id, &token, state, change.now_ms());
    let reply = with_cookie(Reply::created("/api/v1/sessions/current", &body), call, &token);
    call.finish(change, reply).await
}
