//! `GET /regions/{code}`: one division.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::Wire;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/regions/{code}", "get_region", |call, view| get(call, view).boxed())
        .says("区划 regions", "查看行政区划", "Show a division")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .gives::<Wire>(StatusCode::OK)
        .leads_to("code", "/code")
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let region = view.region(&super::code(call)?).await?;
    let version = region.version;
    Ok(Reply::ok(&Wire::from(region)).version(version))
}
