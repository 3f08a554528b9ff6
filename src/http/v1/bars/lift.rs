//! `POST /bars/{bar_id}/lift`: the first person asks, another one confirms. The same person twice is refused, by whatever
//! session or key she comes.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::BarShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::LIFTERS;
use crate::store::Change;
use crate::store::people::Lifted;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/bars/{bar_id}/lift";
    Endpoint::changes(Method::POST, path, "lift_bar", |call, change| lift(call, change).boxed())
        .says(super::GROUP, "解除永久禁止（须两人）", "Lift a bar: one asks, another confirms")
        .allows(Access::Roles(LIFTERS), Scope::Region)
        .gives::<BarShown>(StatusCode::ACCEPTED)
        .gives::<BarShown>(StatusCode::OK)
        .fails(&[Code::SecondPersonNeeded, Code::StateConflict])
        .scarce()
}

async fn lift(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("bar_id")?);
    let user_id = call.caller()?.user_id.clone();
    let status = match change.lift_bar(&span, id, &user_id).await? {
        Lifted::Asked => StatusCode::ACCEPTED,
        Lifted::Done => StatusCode::OK,
    };
    Ok(Reply::json(status, &BarShown::from(change.bar(&span, id).await?)))
}
