//! `GET /me/offers/{offer_id}`: what is offered to her.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::MyOffer;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::offer_links::{offer_of, seen};
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/offers/{offer_id}", "get_my_offer", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看我的一份邀请", "Show what is offered to me")
        .allows(Access::Roles(super::HERSELF), Scope::Own)
        .gives::<MyOffer>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let offer = offer_of(call, view).await?;
    let (seen, _, events) = seen(view, &offer).await?;
    Ok(Reply::ok(&MyOffer { id: offer.id, seen }).reading(events))
}
