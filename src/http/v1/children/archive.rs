//! `DELETE /children/{child_id}`: archives a child; she is erased after thirty days unless she is brought back.

use axum::http::Method;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}";
    Endpoint::changes(Method::DELETE, path, "archive_child", |call, change| archive(call, change).boxed())
        .says(super::GROUP, "归档儿童（三十天后清除）", "Archive a child, to be erased after thirty days")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .gives_nothing()
        .fails(&[Code::StateConflict])
}

async fn archive(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    change.archive_child(&call.span()?, call.id("child_id")?, call.if_match()?).await?;
    Ok(Reply::nothing())
}
