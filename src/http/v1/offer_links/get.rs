//! `GET /offer-links/{token}`: what the bearer of a link may know. It changes nothing: previews open links too.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{OfferSeen, offer_of, seen};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/offer-links/{token}", "get_offer_link", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看邀请内容", "Show what is offered")
        .allows(Access::Everybody, Scope::None)
        .gives::<OfferSeen>(StatusCode::OK)
        .scarce()
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let offer = offer_of(call, view).await?;
    let (seen, _, events) = seen(view, &offer).await?;
    Ok(Reply::ok(&seen).reading(events))
}
