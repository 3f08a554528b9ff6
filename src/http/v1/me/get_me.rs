//! `GET /me`: who I am, and the token to be sent with changes.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::authentication;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::sessions::SecondFactorState;
use crate::http::v1::users::UserShown;
use crate::store::{RegionSpan, View};

/// Who calls.
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    user: UserShown,
    second_factor: SecondFactorState,
    /// The session; absent for a key.
    session_id: Option<String>,
    /// To be sent as `X-CSRF-Token` with everything that changes something; absent for a key.
    csrf_token: Option<String>,
    /// The operations a key is good for; absent for a session.
    scopes: Option<Vec<String>>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me", "get_me", |call, view| get_me(call, view).boxed())
        .says("本人 me", "当前账号", "Who I am")
        .allows(Access::LoggedIn, Scope::Own)
        .gives::<Me>(StatusCode::OK)
}

async fn get_me(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user = view.user(&caller.user_id, &RegionSpan::everywhere()).await?;
    let token = authentication::session_token(&call.app.options, &call.headers);
    let token = token.filter(|_| caller.session_id.is_some());
    Ok(Reply::ok(&Me {
        second_factor: SecondFactorState::of(caller.role, caller.enrolled, caller.second_factor),
        session_id: caller.session_id.clone(),
        csrf_token: token.map(|token| authentication::csrf_token(&call.app.store, token)),
        scopes: caller.scopes.clone(),
        user: UserShown::of(user),
    }))
}
