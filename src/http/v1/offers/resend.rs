//! `POST /offers/{offer_id}/resend`: another link in place of the former, with all its time.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::OfferMade;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::proposals::DECIDERS;
use crate::runs::promises;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/offers/{offer_id}/resend";
    Endpoint::changes(Method::POST, path, "resend_offer", |call, change| resend(call, change).boxed())
        .says(super::GROUP, "重发邀请（原链接作废）", "Send an offer again, by another link")
        .allows(Access::Roles(DECIDERS), Scope::Region)
        .in_session()
        .gives::<OfferMade>(StatusCode::OK)
        .fails(&[Code::StateConflict])
        .scarce()
}

async fn resend(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let public_url = &call.app.options.public_url;
    let (offer, token) = promises::resend(change, &call.span()?, call.id("offer_id")?, public_url).await?;
    Ok(super::made(StatusCode::OK, offer, &token))
}
