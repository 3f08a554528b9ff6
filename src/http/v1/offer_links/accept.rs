//! `POST /offer-links/{token}/accept`: she says yes. No `Idempotency-Key`: the link itself is good once, and its token must not
//! stand in a table of keys.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{OfferSeen, REFUSALS, answer};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::store::offers::Answer;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/offer-links/{token}/accept", "accept_offer_link", |call| {
        answer(call, Answer::Accept, "").boxed()
    })
    .says(super::GROUP, "接受邀请", "Accept an offer")
    .allows(Access::Everybody, Scope::None)
    .gives::<OfferSeen>(StatusCode::OK)
    .fails(REFUSALS)
    .unkeyed()
    .scarce()
}
