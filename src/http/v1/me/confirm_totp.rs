//! `POST /me/totp/confirm`: the app's first code. From now on it is asked for; the session gets another token, every other
//! session and key ends.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::in_session;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::sessions::{BegunSession, SecondFactorState, ended, with_cookie};
use crate::store::Change;

/// The app's first code.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmTotp {
    #[schemars(length(max = 32))]
    code: String,
}

/// The app counts.
#[derive(Serialize, JsonSchema)]
struct ConfirmedTotp {
    /// For when the phone is lost, each good once; shown only now.
    recovery_codes: Vec<String>,
    session: BegunSession,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/me/totp/confirm", "confirm_totp", |call, change| {
        confirm_totp(call, change).boxed()
    })
    .says(
        "本人 me",
        "确认动态验证器（其他会话和密钥随即失效）",
        "Confirm the authenticator app by its first code; other sessions and keys end",
    )
    .allows(Access::LoggedIn, Scope::Own)
    .takes::<ConfirmTotp>()
    .gives::<ConfirmedTotp>(StatusCode::OK)
    .unkeyed()
    .scarce()
}

async fn confirm_totp(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (caller, session_id) = in_session(call)?;
    let given: ConfirmTotp = call.body()?;
    let Some(codes) = change.confirm_second_factor(&caller.user_id, &given.code).await? else {
        let text = call.language.pick(
            "验证码不正确，请核对手机时间后重试",
            "the code is not right; check the phone's clock and try again",
        );
        return Err(Problem::of_field("/code", "code", text));
    };
    let elevated = change.elevate_session(session_id, &caller.user_id).await;
    let (token, began_at_ms) = elevated.map_err(ended)?;
    // Who had the account before this app has it no longer.
    change.end_other_access(session_id, &caller.user_id).await?;
    let state = SecondFactorState::Satisfied;
    let body = ConfirmedTotp {
        recovery_codes: codes.expose().map(str::to_owned).collect(),
        session: BegunSession::of(call, session_id, &caller.user_id, &token, state, began_at_ms),
    };
    Ok(with_cookie(Reply::ok(&body), call, &token))
}
