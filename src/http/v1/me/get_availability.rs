//! `GET /me/availability`: when I have time, in the words of the sheets.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::scope;
use crate::http::v1::people::words::AvailabilityTexts;
use crate::model::Role;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/availability", "get_my_availability", |call, view| get(call, view).boxed())
        .says("本人 me", "我的可服务时段", "When I have time")
        .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
        .gives::<AvailabilityTexts>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let volunteer = view.volunteer(&scope(call)?, super::own_record(call)?).await?;
    Ok(Reply::ok(&AvailabilityTexts::of(&volunteer.cells)).version(volunteer.version))
}
