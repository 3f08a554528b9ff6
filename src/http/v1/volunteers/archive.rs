//! `DELETE /volunteers/{volunteer_id}`: archives a volunteer; she is erased after thirty days unless she is brought back.

use axum::http::Method;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::{VOLUNTEER_EDITORS, scope};
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}";
    Endpoint::changes(Method::DELETE, path, "archive_volunteer", |call, change| archive(call, change).boxed())
        .says(
            super::GROUP,
            "归档志愿者（三十天后清除）",
            "Archive a volunteer, to be erased after thirty days",
        )
        .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
        .gives_nothing()
        .fails(&[Code::StateConflict])
}

async fn archive(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    change.archive_volunteer(&scope(call)?, call.id("volunteer_id")?, call.if_match()?).await?;
    Ok(Reply::nothing())
}
