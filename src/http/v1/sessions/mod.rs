//! Logging in and out.

pub(in crate::http) mod give_second_factor;
pub(in crate::http) mod log_in;
pub(in crate::http) mod log_out;

use axum::http::header;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::authentication;
use crate::http::call::Call;
use crate::http::limits::network;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::secrets::Token;
use crate::store::{
    ABSOLUTE_MS, Actor, AuditEvent, Change, IDLE_MS, LoginSubject, LoginSubjectKind, StoreError,
};

/// Where somebody stands with the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum SecondFactorState {
    /// It was given, or she needs none.
    Satisfied,
    /// She has to give a code before anything else.
    CodeNeeded,
    /// She has to set up an authenticator app before anything else.
    EnrolmentNeeded,
}

impl SecondFactorState {
    /// Of a role, with an app or without, that has given a code in this session or not.
    pub(in crate::http) fn of(role: Role, enrolled: bool, given: bool) -> Self {
        match (enrolled, given) {
            (true, false) => Self::CodeNeeded,
            (false, _) if role.reveals() => Self::EnrolmentNeeded,
            _ => Self::Satisfied,
        }
    }
}

/// A session that has begun or has a new token. The token itself is in the cookie.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::http) struct BegunSession {
    id: String,
    user_id: String,
    /// To be sent as `X-CSRF-Token` with everything that changes something.
    csrf_token: String,
    second_factor: SecondFactorState,
    /// When it ends at the latest.
    expires_at: String,
    /// After so many seconds without a request it ends too.
    idle_seconds: i64,
}

impl BegunSession {
    /// Of a token just made.
    pub(in crate::http) fn of(
        call: &Call,
        id: &str,
        user_id: &str,
        token: &Token,
        second_factor: SecondFactorState,
        began_at_ms: i64,
    ) -> Self {
        Self {
            id: id.to_owned(),
            user_id: user_id.to_owned(),
            csrf_token: authentication::csrf_token(&call.app.store, token.expose()),
            second_factor,
            expires_at: rfc3339(began_at_ms + ABSOLUTE_MS),
            idle_seconds: IDLE_MS / 1000,
        }
    }
}

/// An answer that hands out the cookie of a token.
pub(in crate::http) fn with_cookie(reply: Reply, call: &Call, token: &Token) -> Reply {
    let cookie = authentication::session_cookie(&call.app.options, token.expose());
    reply.header(header::SET_COOKIE, &cookie)
}

/// An answer that takes the cookie away.
pub(in crate::http) fn without_cookie(reply: Reply, call: &Call) -> Reply {
    reply.header(header::SET_COOKIE, &authentication::ended_cookie(&call.app.options))
}

/// A refusal that says neither which part was wrong nor whether there is a pause.
pub(in crate::http) fn refused(call: &Call) -> Problem {
    Problem::new(Code::LoginRefused).detail(call.language.pick(
        "请检查后重试；连续多次失败后须等待，最长 15 分钟",
        "check what you typed and try again; after several failures there is a pause of up to 15 minutes",
    ))
}

/// A login and the network it is typed in, whose failures are counted together.
pub(in crate::http) fn login_at(call: &Call, login: &str) -> String {
    format!("{} {login}", network(call.address))
}

/// A session that ended while its request was under way is nobody's.
pub(in crate::http) fn ended(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound { .. } => Problem::new(Code::Unauthenticated),
        other => other.into(),
    }
}

/// Uses up a code of a user's app, or a recovery code. One that is not right is counted.
pub(in crate::http) async fn use_code(
    call: &Call,
    mut change: Change,
    user_id: &str,
    code: &str,
) -> Result<Change, Problem> {
    let subject = LoginSubject { kind: LoginSubjectKind::SecondFactor, of: user_id };
    if !change.begin_attempt(subject).await? {
        return Err(refused(call));
    }
    if change.use_second_factor(user_id, code).await?.is_none() {
        change.record(AuditEvent::new("second_factor.refused", "users", user_id, ""));
        change.commit(None).await?;
        return Err(refused(call));
    }
    change.clear_login_failures(subject).await?;
    Ok(change)
}

/// The user as actor of her own log-in.
pub(in crate::http) fn herself(call: &Call, user_id: &str) -> Actor {
    Actor { kind: "user", id: Some(user_id.to_owned()), request_id: Some(call.request_id.clone()) }
}
