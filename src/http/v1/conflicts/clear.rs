//! `POST /conflicts/{conflict_id}/clear`: two may be paired again.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::ConflictShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/conflicts/{conflict_id}/clear";
    Endpoint::changes(Method::POST, path, "clear_conflict", |call, change| clear(call, change).boxed())
        .says(super::GROUP, "解除回避", "Clear a conflict")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .gives::<ConflictShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn clear(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("conflict_id")?);
    change.clear_conflict(&span, id).await?;
    let conflict = change.conflict(&span, id).await?;
    let event = conflict.read_event();
    Ok(Reply::ok(&ConflictShown::from(conflict)).reading([event]))
}
