//! `POST /concerns/{concern_id}/assign`: somebody of its division sees to it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown::ConcernShown;
use super::{SUPERVISORS, reader};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

/// Who is to see to it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AssignConcern")]
struct Body {
    /// A supervisor, coordinator or child director who answers for the division and is not its subject.
    #[schemars(extend("format" = "uuid"))]
    user_id: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/concerns/{concern_id}/assign";
    Endpoint::changes(Method::POST, path, "assign_concern", |call, change| assign(call, change).boxed())
        .says(super::GROUP, "指派关切报告", "Assign a concern")
        .allows(Access::Roles(SUPERVISORS), Scope::Region)
        .takes::<Body>()
        .gives::<ConcernShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn assign(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, body): (_, Body) = (call.id("concern_id")?, call.body()?);
    let mut checks = Checks::new(call.language);
    checks.id("/user_id", &body.user_id);
    checks.done()?;
    change.assign_concern(&reader(call)?, id, &body.user_id).await?;
    super::shown(call, change, id).await
}
