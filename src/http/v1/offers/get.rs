//! `GET /offers/{offer_id}`: one offer.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::OfferShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/offers/{offer_id}", "get_offer", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看一份邀请", "Show an offer")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<OfferShown>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    Ok(super::reply(view.offer(&call.span()?, "", call.id("offer_id")?).await?))
}
