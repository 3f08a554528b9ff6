//! `PUT /children/{child_id}/needs`: what a child needs, in the words of the sheets.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::http::v1::people::findings::refuse_unreadable;
use crate::store::Change;
use crate::store::people::PersonPatch;

/// Needs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Needs")]
struct Body {
    /// Such as `陪伴走访（必需，线下，每周60分钟）；学业辅导：数学 三年级（希望）`.
    #[schemars(length(min = 1, max = 2_000))]
    needs: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/needs";
    Endpoint::changes(Method::PUT, path, "put_child_needs", |call, change| put(call, change).boxed())
        .says(super::GROUP, "填写儿童需求", "Put what a child needs")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id, seen) = (call.span()?, call.id("child_id")?, call.if_match()?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/needs", &body.needs, 1..=2_000);
    checks.done()?;
    let patch = PersonPatch::of_cells([("needs".to_owned(), Some(body.needs))]);
    change.patch_child(&span, id, seen, &patch).await?;
    let child = change.child(&span, id).await?;
    refuse_unreadable(call.language, &child.findings, &["needs"])?;
    Ok(super::reply(call, StatusCode::OK, child))
}
