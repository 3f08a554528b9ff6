//! `PUT /regions/{code}/boundary`: sets the line round a division.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::Wire;
use super::boundary::Boundary;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/regions/{code}/boundary";
    Endpoint::changes(Method::PUT, path, "put_region_boundary", |call, change| put(call, change).boxed())
        .says(
            "区划 regions",
            "设置区划边界（GeoJSON，WGS-84，至多 1 MB，保留五位小数）",
            "Set the boundary of a division (GeoJSON, WGS-84, at most 1 MB, five decimals kept)",
        )
        .allows(Access::Roles(&[Role::Admin, Role::Coordinator]), Scope::Region)
        .takes::<Boundary>()
        .gives::<Wire>(StatusCode::OK)
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let code = super::own_code(call)?;
    let seen = call.if_match()?;
    // Whether there is such a division goes before what is wrong with its line.
    change.region(&code).await?;
    let mut boundary: Boundary = call.body()?;
    boundary.settle().map_err(|(pointer, said)| Problem::of_field(&pointer, "invalid", said))?;
    let text = serde_json::to_string(&boundary).unwrap_or_default();
    let region = change.set_region_boundary(&call.span()?, (&code, seen), &text).await?;
    let version = region.version;
    Ok(Reply::ok(&Wire::from(region)).version(version))
}
