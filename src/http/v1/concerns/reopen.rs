//! `POST /concerns/{concern_id}/reopen`: a concern that was closed, or about to be, is taken up again.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown::ConcernShown;
use super::{LONGEST_TEXT, SUPERVISORS, put, reader};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

/// Why it goes on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReopenConcern")]
struct Body {
    #[schemars(length(min = 1, max = 4000), regex(pattern = r"\S"))]
    text: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/concerns/{concern_id}/reopen";
    Endpoint::changes(Method::POST, path, "reopen_concern", |call, change| reopen(call, change).boxed())
        .says(super::GROUP, "重新处理关切报告", "Take a concern up again")
        .allows(Access::Roles(SUPERVISORS), Scope::Region)
        .takes::<Body>()
        .gives::<ConcernShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn reopen(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, body): (_, Body) = (call.id("concern_id")?, call.body()?);
    let mut checks = Checks::new(call.language);
    checks.length("/text", body.text.trim(), 1..=LONGEST_TEXT);
    let mut texts = BTreeMap::new();
    put(&mut checks, &mut texts, ("text", LONGEST_TEXT), Some(body.text));
    checks.done()?;
    change.reopen_concern(&reader(call)?, id, texts).await?;
    super::shown(call, change, id).await
}
