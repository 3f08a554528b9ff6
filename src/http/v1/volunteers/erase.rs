//! `POST /volunteers/{volunteer_id}/erase`: destroys her key. A bar against her ID number stands on (S41).

use axum::http::Method;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::words::EraseRequest;
use crate::http::v1::people::{ERASERS, scope};
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/erase";
    Endpoint::changes(Method::POST, path, "erase_volunteer", |call, change| erase(call, change).boxed())
        .says(super::GROUP, "彻底清除志愿者信息（不可恢复）", "Erase a volunteer for good")
        .allows(Access::Roles(ERASERS), Scope::Region)
        .takes::<EraseRequest>()
        .gives_nothing()
        .scarce()
}

async fn erase(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let id = call.id("volunteer_id")?;
    let request: EraseRequest = call.body()?;
    change.erase_volunteer(&scope(call)?, id, request.reason.word()).await?;
    Ok(Reply::nothing())
}
