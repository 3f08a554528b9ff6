//! `POST /offer-links/{token}/decline`: she says no. Nothing is held against her.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OfferSeen, REFUSALS, answer};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::offers::DeclineReason;
use crate::store::offers::Answer;

/// Why; she need not say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DeclinedOffer")]
pub(in crate::http) struct Body {
    #[serde(default)]
    reason: Option<DeclineReason>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/offer-links/{token}/decline", "decline_offer_link", |call| {
        decline(call).boxed()
    })
    .says(super::GROUP, "婉拒邀请", "Decline an offer")
    .allows(Access::Everybody, Scope::None)
    .takes::<Body>()
    .gives::<OfferSeen>(StatusCode::OK)
    .fails(REFUSALS)
    .unkeyed()
    .scarce()
}

/// Declines, by a link or an account.
pub(in crate::http) async fn decline(call: &Call) -> Result<Reply, Problem> {
    let body: Body = call.body()?;
    answer(call, Answer::Decline, body.reason.unwrap_or(DeclineReason::Other).word()).await
}
