//! `PUT /me/availability`: a volunteer says when she has time; all five texts at once. Pairs that live are not moved by it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::findings::refuse_unreadable;
use crate::http::v1::people::scope;
use crate::http::v1::people::words::{AvailabilityTexts, HOUR_COLUMNS};
use crate::model::Role;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/me/availability";
    Endpoint::changes(Method::PUT, path, "put_my_availability", |call, change| put(call, change).boxed())
        .says("本人 me", "修改我的可服务时段", "Put when I have time")
        .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
        .takes::<AvailabilityTexts>()
        .gives::<AvailabilityTexts>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id, seen) = (scope(call)?, super::own_record(call)?, call.if_match()?);
    let hours: AvailabilityTexts = call.body()?;
    let mut checks = Checks::new(call.language);
    let patch = hours.into_patch(&mut checks);
    checks.done()?;
    change.patch_volunteer(&scope, id, seen, &patch).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    refuse_unreadable(call.language, &volunteer.findings, &HOUR_COLUMNS)?;
    Ok(Reply::ok(&AvailabilityTexts::of(&volunteer.cells)).version(volunteer.version))
}
