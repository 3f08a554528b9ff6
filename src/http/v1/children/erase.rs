//! `POST /children/{child_id}/erase`: destroys her key. Nothing of her can be read afterwards; figures still add up.

use axum::http::Method;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::ERASERS;
use crate::http::v1::people::words::EraseRequest;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/erase";
    Endpoint::changes(Method::POST, path, "erase_child", |call, change| erase(call, change).boxed())
        .says(super::GROUP, "彻底清除儿童信息（不可恢复）", "Erase a child for good")
        .allows(Access::Roles(ERASERS), Scope::Region)
        .takes::<EraseRequest>()
        .gives_nothing()
        .scarce()
}

async fn erase(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let id = call.id("child_id")?;
    let request: EraseRequest = call.body()?;
    change.erase_child(&call.span()?, id, request.reason.word()).await?;
    Ok(Reply::nothing())
}
