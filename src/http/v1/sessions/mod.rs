//! Logging in and out.

pub(in crate::http) mod give_second_factor;
pub(in crate::http) mod log_in;
pub(in crate::http) mod log_out;

use axum::http::header;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::authentication;
use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::secrets::Token;
use crate::store::{ABSOLUTE_MS, Actor, IDLE_MS};

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

/// The user as actor of her own log-in.
pub(in crate::http) fn herself(call: &Call, user_id: &str) -> Actor {
    Actor { kind: "user", id: Some(user_id.to_owned()), request_id: Some(call.request_id.clone()) }
}
