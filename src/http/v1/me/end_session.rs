//! `DELETE /me/sessions/{session_id}`: log out somewhere else.

use axum::http::Method;
use futures_util::future::FutureExt;

use super::in_session;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::DELETE, "/me/sessions/{session_id}", "end_session", |call, change| {
        end_session(call, change).boxed()
    })
    .says("本人 me", "结束某个会话", "Log out somewhere else")
    .allows(Access::LoggedIn, Scope::Own)
    .gives_nothing()
    .unversioned()
}

async fn end_session(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (caller, _) = in_session(call)?;
    change.end_session(call.id("session_id")?, &caller.user_id).await?;
    Ok(Reply::nothing())
}
