//! `POST /children/{child_id}/restore`: brings an archived child back.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/restore";
    Endpoint::changes(Method::POST, path, "restore_child", |call, change| restore(call, change).boxed())
        .says(super::GROUP, "恢复已归档的儿童", "Bring an archived child back")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::StateConflict, Code::AlreadyExists])
}

async fn restore(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    change.restore_child(&span, id).await?;
    let child = change.child(&span, id).await?;
    Ok(super::reply(call, StatusCode::OK, child))
}
