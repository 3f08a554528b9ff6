//! `POST /pairings/{pairing_id}/activate`: lets the two meet, once a coordinator approved it, guardian and child said yes, and every rule holds today (S14, S43).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{DECIDERS, ENTRY_REFUSALS, PairingShown, enter};
use crate::http::endpoint::{Access, Endpoint, Scope};

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/activate";
    Endpoint::changes(Method::POST, path, "activate_pairing", |call, change| {
        enter(call, change, false).boxed()
    })
    .says(super::GROUP, "开始结对", "Let the two meet")
    .allows(Access::Roles(DECIDERS), Scope::Region)
    .gives::<PairingShown>(StatusCode::OK)
    .fails(ENTRY_REFUSALS)
}
