//! `POST /offers/{offer_id}/revoke`: takes an open offer back; its proposal is approved as before.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::OfferShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::http::v1::proposals::DECIDERS;
use crate::runs::promises;
use crate::store::Change;

words! {
    /// Why an offer is taken back.
    RevokeReason {
        /// Sent by mistake.
        Mistake "mistake",
        /// The child's situation has changed.
        ChildChanged "child_changed",
        /// The volunteer's situation has changed.
        VolunteerChanged "volunteer_changed",
        /// Another reason.
        Other "other",
    }
}

/// Why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Revocation")]
struct Body {
    reason: RevokeReason,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/offers/{offer_id}/revoke";
    Endpoint::changes(Method::POST, path, "revoke_offer", |call, change| revoke(call, change).boxed())
        .says(super::GROUP, "撤回邀请", "Take an offer back")
        .allows(Access::Roles(DECIDERS), Scope::Region)
        .takes::<Body>()
        .gives::<OfferShown>(StatusCode::OK)
        .fails(&[Code::StateConflict, Code::OfferUsed])
}

async fn revoke(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, body): (_, Body) = (call.span()?, call.body()?);
    let offer = promises::revoke(change, &span, call.id("offer_id")?, body.reason.word()).await?;
    Ok(super::reply(offer))
}
