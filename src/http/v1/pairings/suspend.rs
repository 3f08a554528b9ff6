//! `POST /pairings/{pairing_id}/suspend`: keeps the two from meeting for a time. Whoever fears something may do it at once.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{PairingShown, READERS, reply, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::store::Change;

words! {
    /// Why a pairing is suspended.
    PairingSuspendReason {
        /// The volunteer asked for it.
        VolunteerRequest "volunteer_request",
        /// Guardian or child asked for it.
        FamilyRequest "family_request",
        /// Illness, study, a move.
        Unavailable "unavailable",
        /// Papers are being put right.
        Papers "papers",
        /// Something is being looked into.
        Concern "concern",
        /// Another reason.
        Other "other",
    }
}

/// A suspension.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PairingSuspension")]
struct Body {
    reason: PairingSuspendReason,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/suspend";
    Endpoint::changes(Method::POST, path, "suspend_pairing", |call, change| suspend(call, change).boxed())
        .says(super::GROUP, "暂停结对", "Suspend a pairing")
        .allows(Access::Roles(READERS), Scope::Region)
        .takes::<Body>()
        .gives::<PairingShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn suspend(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let pairing = change.suspend_pairing(&scope, id, body.reason.word()).await?;
    Ok(reply(call, pairing))
}
