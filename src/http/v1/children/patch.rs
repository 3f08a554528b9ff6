//! `PATCH /children/{child_id}`: a merge patch of number, division, reference and cells.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::patch::Patch;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::cells::SentChildCells;
use crate::http::v1::people::{CHILD_EDITORS, check_number, check_reference, check_region, edit};
use crate::store::Change;
use crate::store::people::{Edit, PersonPatch};

/// What is to be changed of a child. What records stand for is changed by them alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChildPatch")]
struct Body {
    /// Another number.
    #[serde(default)]
    #[schemars(length(min = 1, max = 64))]
    number: Option<String>,
    /// Another division, within the caller's.
    #[serde(default)]
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    region_code: Option<String>,
    /// Another reference; null removes it.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 100), regex(pattern = "^[!-~]+$"))]
    external_ref: Patch<String>,
    /// Cells; null empties one.
    #[serde(default)]
    cells: SentChildCells,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}";
    Endpoint::changes(Method::PATCH, path, "change_child", |call, change| patch(call, change).boxed())
        .says(super::GROUP, "修改儿童信息", "Change a child")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::AlreadyExists, Code::StateConflict])
}

async fn patch(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, seen) = (call.id("child_id")?, call.if_match()?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    if let Some(number) = &body.number {
        check_number(&mut checks, number);
    }
    if let Some(region_code) = &body.region_code {
        check_region(call, &mut checks, region_code)?;
    }
    if let Patch::Set(reference) = &body.external_ref {
        check_reference(&mut checks, reference);
    }
    body.cells.check(&mut checks);
    checks.done()?;
    let patch = PersonPatch {
        number: body.number,
        region_code: body.region_code,
        external_ref: edit(body.external_ref),
        team_id: Edit::Keep,
        cells: body.cells.0,
    };
    let span = call.span()?;
    change.patch_child(&span, id, seen, &patch).await?;
    let child = change.child(&span, id).await?;
    Ok(super::reply(call, StatusCode::OK, child))
}
