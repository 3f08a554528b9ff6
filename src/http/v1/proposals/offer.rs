//! `POST /proposals/{proposal_id}/offer`: asks the volunteer, by a link that is good once.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::offers::{OfferMade, made};
use crate::runs::promises;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/proposals/{proposal_id}/offer";
    Endpoint::changes(Method::POST, path, "offer_proposal", |call, change| offer(call, change).boxed())
        .says(super::GROUP, "向志愿者发出邀请", "Offer an approved proposal to its volunteer")
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .in_session()
        .gives::<OfferMade>(StatusCode::CREATED)
        .fails(&[Code::StateConflict, Code::NotEligible, Code::AlreadyExists])
}

async fn offer(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("proposal_id")?);
    let (_, offer, token) = promises::offer(change, &span, id, &call.app.options.public_url).await?;
    Ok(made(StatusCode::CREATED, offer, &token))
}
