//! `POST /pairings/{pairing_id}/resume`: lets the two meet again; the same questions are asked as before (S2, S43).

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
    let path = "/pairings/{pairing_id}/resume";
    Endpoint::changes(Method::POST, path, "resume_pairing", |call, change| resume(call, change).boxed())
        .says(super::GROUP, "恢复结对", "Let the two meet again")
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

async fn resume(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let pairing = change.hold_for_rules(&scope, id).await?;
    let eligibility = eligibility::of_pairing(change, &pairing).await?;
    let done = change.resume_pairing(&scope, id, &eligibility.said()).await;
    let pairing = done.map_err(|error| refused(call, error, &eligibility))?;
    Ok(reply(call, pairing))
}
