//! `POST /proposals/{proposal_id}/unpin`: the pair is part of the plan again, and may move.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::ProposalShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::promises::{NotTaken, take_step};
use crate::http::reply::Reply;
use crate::runs::promises;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/proposals/{proposal_id}/unpin";
    Endpoint::works(Method::POST, path, "unpin_proposal", |call| unpin(call).boxed())
        .says(super::GROUP, "取消指定或批准", "Unpin a proposal")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .gives::<ProposalShown>(StatusCode::OK)
        .fails(super::REFUSALS)
}

async fn unpin(call: &Call) -> Result<Reply, Problem> {
    let run_id = super::run_of(call).await?;
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, id) = (call.span()?, call.id("proposal_id")?);
    let proposal = promises::unpin(change, &call.app.plans, &span, id).await?;
    Ok(super::reply(proposal))
}
