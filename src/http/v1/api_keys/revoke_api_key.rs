//! `DELETE /api-keys/{api_key_id}`: a key of mine is good for nothing any more, at once.

use axum::http::Method;
use futures_util::future::FutureExt;

use super::HOLDERS;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::DELETE, "/api-keys/{api_key_id}", "revoke_api_key", |call, change| {
        revoke_api_key(call, change).boxed()
    })
    .says("账号 accounts", "吊销程序密钥", "Revoke a key")
    .allows(Access::Roles(HOLDERS), Scope::Own)
    .gives_nothing()
    .unversioned()
    .in_session()
}

async fn revoke_api_key(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let caller = call.caller()?;
    change.revoke_api_key(call.id("api_key_id")?, &caller.user_id).await?;
    Ok(Reply::nothing())
}
