//! `POST /volunteers/{volunteer_id}/restore`: brings an archived volunteer back.

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
    let path = "/volunteers/{volunteer_id}/restore";
    Endpoint::changes(Method::POST, path, "restore_volunteer", |call, change| restore(call, change).boxed())
        .says(super::GROUP, "恢复已归档的志愿者", "Bring an archived volunteer back")
        .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::StateConflict, Code::AlreadyExists])
}

async fn restore(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("volunteer_id")?);
    change.restore_volunteer(&scope, id).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
