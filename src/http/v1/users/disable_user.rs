//! `POST /users/{user_id}/disable`: the user is out at once, with all sessions and keys.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{KEEPERS, UserShown, check_authority};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/users/{user_id}/disable", "disable_user", |call, change| {
        disable_user(call, change).boxed()
    })
    .says("账号 accounts", "停用账号，立即退出", "Disable an account; it is logged out at once")
    .allows(Access::Roles(KEEPERS), Scope::Region)
    .in_session()
    .gives::<UserShown>(StatusCode::OK)
    .fails(&[Code::LastAdmin])
}

async fn disable_user(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let user = change.user(call.id("user_id")?, &caller.span).await?;
    check_authority(caller, user.fields.role, &user.fields.region_code)?;
    change.disable_user(&user).await?;
    let user = change.user(&user.id, &caller.span).await?;
    let version = user.version;
    Ok(Reply::ok(&UserShown::of(user)).version(version))
}
