//! `GET /proposals/{proposal_id}`: one proposal.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::ProposalShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/proposals/{proposal_id}", "get_proposal", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看一条建议", "Show a proposal")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<ProposalShown>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    Ok(super::reply(view.proposal(&call.span()?, call.id("proposal_id")?).await?))
}
