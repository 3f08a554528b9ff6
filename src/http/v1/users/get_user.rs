//! `GET /users/{user_id}`: one account.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{KEEPERS, UserShown};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/users/{user_id}", "get_user", |call, view| get_user(call, view).boxed())
        .says("账号 accounts", "查看账号", "One account")
        .allows(Access::Roles(KEEPERS), Scope::Region)
        .gives::<UserShown>(StatusCode::OK)
        .leads_to("user_id", "/id")
}

async fn get_user(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let user = view.user(call.id("user_id")?, &call.span()?).await?;
    let version = user.version;
    Ok(Reply::ok(&UserShown::of(user)).version(version))
}
