//! `POST /proposals/{proposal_id}/reject`: a coordinator does not want the pair; it does not come back by itself.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ProposalShown, RejectReason};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::promises::{NotTaken, take_step};
use crate::http::reply::Reply;
use crate::runs::promises;
use crate::store::Change;

/// Why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rejection")]
struct Body {
    reason: RejectReason,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/proposals/{proposal_id}/reject";
    Endpoint::works(Method::POST, path, "reject_proposal", |call| reject(call).boxed())
        .says(super::GROUP, "不采纳并说明原因", "Reject a proposal with a reason")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .takes::<Body>()
        .gives::<ProposalShown>(StatusCode::OK)
        .fails(super::REFUSALS)
}

async fn reject(call: &Call) -> Result<Reply, Problem> {
    let run_id = super::run_of(call).await?;
    call.body::<Body>()?;
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, id) = (call.span()?, call.id("proposal_id")?);
    let body: Body = call.body()?;
    let proposal = promises::reject(change, &call.app.plans, &span, id, body.reason.word()).await?;
    Ok(super::reply(proposal))
}
