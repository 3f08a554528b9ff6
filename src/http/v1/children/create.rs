//! `POST /children`: registers a child. What her row lacks is told with the answer and keeps her out of runs; only what no
//! record could hold is refused.

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
use crate::http::v1::people::cells::SentChildCells;
use crate::http::v1::people::{CHILD_EDITORS, check_number, check_reference, check_region};
use crate::store::Change;
use crate::store::people::NewChild;

/// A child to be registered.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewChild")]
struct Body {
    /// The county's own number, unique in the county.
    #[schemars(length(min = 1, max = 64))]
    number: String,
    /// Twelve digits, within the caller's divisions.
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    region_code: String,
    /// The client's own reference, unique in the deployment.
    #[serde(default)]
    #[schemars(length(min = 1, max = 100), regex(pattern = "^[!-~]+$"))]
    external_ref: Option<String>,
    /// Her row.
    #[serde(default)]
    cells: SentChildCells,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/children", "create_child", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记儿童", "Register a child")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ChildShown>(StatusCode::CREATED)
        .leads_to("child_id", "/id")
        .fails(&[Code::AlreadyExists])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    check_number(&mut checks, &body.number);
    check_region(call, &mut checks, &body.region_code)?;
    if let Some(reference) = &body.external_ref {
        check_reference(&mut checks, reference);
    }
    body.cells.check(&mut checks);
    checks.done()?;
    let new = NewChild {
        number: body.number,
        region_code: body.region_code,
        external_ref: body.external_ref,
        cells: body.cells.filled(),
    };
    let id = change.add_child(new).await?;
    let child = change.child(&call.span()?, &id).await?;
    Ok(super::reply(call, StatusCode::CREATED, child))
}
