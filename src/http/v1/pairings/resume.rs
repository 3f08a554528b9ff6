//! `POST /pairings/{pairing_id}/resume`: lets the two meet again; the same questions are asked as before (S2, S43).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{DECIDERS, ENTRY_REFUSALS, PairingShown, enter};
use crate::http::endpoint::{Access, Endpoint, Scope};

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/resume";
    Endpoint::changes(Method::POST, path, "resume_pairing", |call, change| enter(call, change, true).boxed())
        .says(super::GROUP, "恢复结对", "Let the two meet again")
        .allows(Access::Roles(DECIDERS), Scope::Region)
        .gives::<PairingShown>(StatusCode::OK)
        .fails(ENTRY_REFUSALS)
}
