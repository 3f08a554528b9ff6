//! `GET /pairings/{pairing_id}`: one pairing, masked.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{PairingShown, READERS, reply, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/pairings/{pairing_id}", "get_pairing", |call, view| get(call, view).boxed())
        .says(super::GROUP, "一个结对（脱敏）", "One pairing, masked")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<PairingShown>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let pairing = view.pairing(&scope(call)?, call.id("pairing_id")?).await?;
    Ok(reply(call, pairing))
}
