//! `POST /proposals/{proposal_id}/pin`: a coordinator wants the pair as it is, and no repair moves it.

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
    let path = "/proposals/{proposal_id}/pin";
    Endpoint::works(Method::POST, path, "pin_proposal", |call| pin(call).boxed())
        .says(super::GROUP, "指定（不再变动）", "Pin a proposal")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .gives::<ProposalShown>(StatusCode::OK)
        .fails(super::REFUSALS)
}

async fn pin(call: &Call) -> Result<Reply, Problem> {
    let run_id = super::run_of(call).await?;
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, id) = (call.span()?, call.id("proposal_id")?);
    let proposal = promises::pin(change, &call.app.plans, &span, id).await?;
    Ok(super::reply(proposal))
}
