//! `GET /volunteers/{volunteer_id}`: one volunteer, masked; a volunteer gets her own record alone.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{VOLUNTEER_VIEWERS, scope};
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/volunteers/{volunteer_id}", "get_volunteer", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看志愿者（脱敏）", "One volunteer, masked")
        .allows(Access::Roles(VOLUNTEER_VIEWERS), Scope::Region)
        .gives::<VolunteerShown>(StatusCode::OK)
        .leads_to("volunteer_id", "/id")
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let volunteer = view.volunteer(&scope(call)?, call.id("volunteer_id")?).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
