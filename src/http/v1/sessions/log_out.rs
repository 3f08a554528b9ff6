//! `DELETE /sessions/current`: log out.

use axum::http::Method;
use futures_util::future::FutureExt;

use super::without_cookie;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::DELETE, "/sessions/current", "log_out", |call, change| {
        log_out(call, change).boxed()
    })
    .says("会话 sessions", "退出登录", "Log out")
    .allows(Access::LoggedIn, Scope::Own)
    .gives_nothing()
    .fails(&[Code::NotFound])
    .unversioned()
}

async fn log_out(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    let session_id = caller.session_id.as_deref().ok_or(Problem::new(Code::Forbidden))?;
    change.end_session(session_id, &caller.user_id).await?;
    Ok(without_cookie(Reply::nothing(), call))
}
