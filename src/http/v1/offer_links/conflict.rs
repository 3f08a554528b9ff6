//! `POST /offer-links/{token}/conflict`: she knows the family. The two are kept apart until a coordinator clears it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OfferSeen, REFUSALS, answer};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::offers::InterestKind;
use crate::store::offers::Answer;

/// What ties her to them; she need not say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReportedConflict")]
pub(in crate::http) struct Body {
    #[serde(default)]
    kind: Option<InterestKind>,
}

impl Body {
    /// What is recorded of it.
    pub(in crate::http) fn word(&self) -> &'static str {
        self.kind.unwrap_or(InterestKind::Other).word()
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/offer-links/{token}/conflict", "report_offer_link_conflict", |call| {
        conflict(call).boxed()
    })
    .says(super::GROUP, "我认识这个家庭", "Report that she knows the family")
    .allows(Access::Everybody, Scope::None)
    .takes::<Body>()
    .gives::<OfferSeen>(StatusCode::OK)
    .fails(REFUSALS)
    .unkeyed()
    .scarce()
}

/// Reports a conflict, by a link or an account.
pub(in crate::http) async fn conflict(call: &Call) -> Result<Reply, Problem> {
    let body: Body = call.body()?;
    answer(call, Answer::Conflict, body.word()).await
}
