//! `GET /volunteers/{volunteer_id}/availability`: when a volunteer has time, in the words of the sheets.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::words::AvailabilityTexts;
use crate::http::v1::people::{VOLUNTEER_VIEWERS, scope};
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/availability";
    Endpoint::reads(path, "get_volunteer_availability", |call, view| get(call, view).boxed())
        .says(super::GROUP, "志愿者可服务时段", "When a volunteer has time")
        .allows(Access::Roles(VOLUNTEER_VIEWERS), Scope::Region)
        .gives::<AvailabilityTexts>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let volunteer = view.volunteer(&scope(call)?, call.id("volunteer_id")?).await?;
    Ok(Reply::ok(&AvailabilityTexts::of(&volunteer.cells)).version(volunteer.version))
}
