//! `POST /legal-bases/{legal_basis_id}/end`: a statutory duty no longer holds. A consent is withdrawn instead.

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
    let path = "/legal-bases/{legal_basis_id}/end";
    Endpoint::changes(Method::POST, path, "end_legal_basis", |call, change| end(call, change).boxed())
        .says(super::GROUP, "终止法定职责依据", "End a statutory duty")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn end(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("legal_basis_id")?);
    let child_id = change.end_duty(&span, id).await?;
    let child = change.child(&span, &child_id).await?;
    Ok(super::reply(call, StatusCode::OK, child))
}
