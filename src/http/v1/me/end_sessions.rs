//! `DELETE /me/sessions`: log out everywhere, here too.

use axum::http::Method;
use futures_util::future::FutureExt;

use super::in_session;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::sessions::without_cookie;
use crate::store::{AuditEvent, Change};

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::DELETE, "/me/sessions", "end_sessions", |call, change| {
        end_sessions(call, change).boxed()
    })
    .says("本人 me", "结束全部会话", "Log out everywhere")
    .allows(Access::LoggedIn, Scope::Own)
    .gives_nothing()
    .unversioned()
}

async fn end_sessions(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (caller, _) = in_session(call)?;
    change.end_sessions(&caller.user_id).await?;
    change.record(AuditEvent::new("sessions.ended", "users", &caller.user_id, ""));
    Ok(without_cookie(Reply::nothing(), call))
}
