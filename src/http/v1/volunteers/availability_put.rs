//! `PUT /volunteers/{volunteer_id}/availability`: when a volunteer has time; all five texts at once. She may say so herself.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::findings::refuse_unreadable;
use crate::http::v1::people::words::{AvailabilityTexts, HOUR_COLUMNS};
use crate::http::v1::people::{OWN_HOURS, scope};
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/availability";
    Endpoint::changes(Method::PUT, path, "put_volunteer_availability", |call, change| {
        put(call, change).boxed()
    })
    .says(super::GROUP, "填写志愿者可服务时段", "Put when a volunteer has time")
    .allows(Access::Roles(OWN_HOURS), Scope::Region)
    .takes::<AvailabilityTexts>()
    .gives::<VolunteerShown>(StatusCode::OK)
    .fails(&[Code::StateConflict])
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id, seen) = (scope(call)?, call.id("volunteer_id")?, call.if_match()?);
    let hours: AvailabilityTexts = call.body()?;
    let mut checks = Checks::new(call.language);
    let patch = hours.into_patch(&mut checks);
    checks.done()?;
    change.patch_volunteer(&scope, id, seen, &patch).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    refuse_unreadable(call.language, &volunteer.findings, &HOUR_COLUMNS)?;
    super::reply(call, StatusCode::OK, volunteer)
}
