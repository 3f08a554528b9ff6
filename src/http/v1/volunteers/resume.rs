//! `POST /volunteers/{volunteer_id}/resume`: lets a suspended volunteer take part again.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::{VOLUNTEER_EDITORS, scope};
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/resume";
    Endpoint::changes(Method::POST, path, "resume_volunteer", |call, change| resume(call, change).boxed())
        .says(super::GROUP, "恢复志愿者服务", "Let a suspended volunteer take part again")
        .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn resume(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("volunteer_id")?);
    change.resume_volunteer(&scope, id).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
