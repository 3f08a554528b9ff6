//! `POST /users/{user_id}/enable`: the user may log in again.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{KEEPERS, UserShown, check_authority};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/users/{user_id}/enable", "enable_user", |call, change| {
        enable_user(call, change).boxed()
    })
    .says("账号 accounts", "启用账号", "Enable an account")
    .allows(Access::Roles(KEEPERS), Scope::Region)
    .in_session()
    .gives::<UserShown>(StatusCode::OK)
}

async fn enable_user(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user = change.user(call.id("user_id")?, &caller.span).await?;
    check_authority(caller, user.fields.role, &user.fields.region_code)?;
    change.enable_user(&user).await?;
    let user = change.user(&user.id, &caller.span).await?;
    let version = user.version;
    Ok(Reply::ok(&UserShown::of(user)).version(version))
}
