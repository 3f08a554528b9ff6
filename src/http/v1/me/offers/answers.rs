//! `POST /me/offers/{offer_id}/accept`, `/decline`, `/conflict`: she answers by her account.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::v1::offer_links::conflict::{self, conflict};
use crate::http::v1::offer_links::decline::{self, decline};
use crate::http::v1::offer_links::{OfferSeen, REFUSALS, answer};
use crate::store::offers::Answer;

pub(in crate::http) fn accept_endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/me/offers/{offer_id}/accept", "accept_my_offer", |call| {
        answer(call, Answer::Accept, "").boxed()
    })
    .says(super::GROUP, "接受", "Accept an offer to me")
    .allows(Access::Roles(super::HERSELF), Scope::Own)
    .in_session()
    .gives::<OfferSeen>(StatusCode::OK)
    .fails(REFUSALS)
}

pub(in crate::http) fn decline_endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/me/offers/{offer_id}/decline", "decline_my_offer", |call| {
        decline(call).boxed()
    })
    .says(super::GROUP, "婉拒", "Decline an offer to me")
    .allows(Access::Roles(super::HERSELF), Scope::Own)
    .in_session()
    .takes::<decline::Body>()
    .gives::<OfferSeen>(StatusCode::OK)
    .fails(REFUSALS)
}

pub(in crate::http) fn conflict_endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/me/offers/{offer_id}/conflict", "report_my_offer_conflict", |call| {
        conflict(call).boxed()
    })
    .says(super::GROUP, "我认识这个家庭", "Report that I know the family offered to me")
    .allows(Access::Roles(super::HERSELF), Scope::Own)
    .in_session()
    .takes::<conflict::Body>()
    .gives::<OfferSeen>(StatusCode::OK)
    .fails(REFUSALS)
}
