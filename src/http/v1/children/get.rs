//! `GET /children/{child_id}`: one child, masked.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/children/{child_id}", "get_child", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看儿童（脱敏）", "One child, masked")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<ChildShown>(StatusCode::OK)
        .leads_to("child_id", "/id")
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let child = view.child(&call.span()?, call.id("child_id")?).await?;
    Ok(super::reply(call, StatusCode::OK, child))
}
