//! `POST /pairings/{pairing_id}/activate`: lets the two meet, once a coordinator approved it, guardian and child said yes, and every rule holds today (S14, S43).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{DECIDERS, PairingShown, refused, reply, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::runs::eligibility;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/activate";
    Endpoint::changes(Method::POST, path, "activate_pairing", |call, change| activate(call, change).boxed())
        .says(super::GROUP, "开始结对", "Let the two meet")
        .allows(Access::Roles(DECIDERS), Scope::Region)
        .gives::<PairingShown>(StatusCode::OK)
        .fails(&[
            Code::StateConflict,
            Code::ApprovalMissing,
            Code::ConsentMissing,
            Code::WishMissing,
            Code::NotEligible,
            Code::NoConcernHandler,
        ])
}

async fn activate(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let pairing = change.hold_for_rules(&scope, id).await?;
    let eligibility = eligibility::of_pairing(change, &pairing).await?;
    let done = change.activate_pairing(&scope, id, &eligibility.said()).await;
    let pairing = done.map_err(|error| refused(call, error, &eligibility))?;
    Ok(reply(call, pairing))
}
