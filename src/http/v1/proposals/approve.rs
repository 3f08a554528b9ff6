//! `POST /proposals/{proposal_id}/approve`: a named coordinator approves the pair (S14), logged in and by no program.

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
    let path = "/proposals/{proposal_id}/approve";
    Endpoint::works(Method::POST, path, "approve_proposal", |call| approve(call).boxed())
        .says(super::GROUP, "批准（署名）", "Approve a proposal by name")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .in_session()
        .gives::<ProposalShown>(StatusCode::OK)
        .fails(super::REFUSALS)
}

async fn approve(call: &Call) -> Result<Reply, Problem> {
    let run_id = super::run_of(call).await?;
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, id) = (call.span()?, call.id("proposal_id")?);
    let user_id = &call.caller()?.user_id;
    let proposal = promises::approve(change, &call.app.plans, &span, id, user_id).await?;
    Ok(super::reply(proposal))
}
