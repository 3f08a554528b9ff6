//! `POST /me/pairings/{pairing_id}/conflict`: a volunteer who sees by the names that she knows the family says so. They are kept apart
//! until a coordinator clears it (S17); nothing is held against her (S8).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::list_pairings::{Shown, own};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::offer_links::conflict::Body;
use crate::model::Role;
use crate::store::{Change, Heard};

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/me/pairings/{pairing_id}/conflict";
    Endpoint::changes(Method::POST, path, "report_my_pairing_conflict", |call, change| {
        report(call, change).boxed()
    })
    .says("本人 me", "我认识这个家庭", "Report that I know the family")
    .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
    .takes::<Body>()
    .gives::<Shown>(StatusCode::OK)
    .fails(&[Code::StateConflict])
}

async fn report(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (own(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let heard = Heard { channel: "account".to_owned(), ..Heard::default() };
    let pairing = change.report_interest(&scope, id, (body.word(), &heard)).await?;
    let event = pairing.read_event("pairing.read");
    Ok(Reply::ok(&Shown::of(pairing, false)).reading([event]))
}
