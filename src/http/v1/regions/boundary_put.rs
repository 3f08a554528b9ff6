//! `PUT /regions/{code}/boundary`: sets the line round a division.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::Wire;
use super::boundary::Boundary;
use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/regions/{code}/boundary";
    Endpoint::works(Method::PUT, path, "put_region_boundary", |call| put(call).boxed())
        .says(
            "区划 regions",
            "设置区划边界（GeoJSON，WGS-84，至多 1 MB，保留五位小数）",
            "Set the boundary of a division (GeoJSON, WGS-84, at most 1 MB, five decimals kept)",
        )
        .allows(Access::Roles(&[Role::Admin, Role::Coordinator]), Scope::Region)
        .takes::<Boundary>()
        .versioned()
        .gives::<Wire>(StatusCode::OK)
}

/// The line is read and checked before the transaction begins: it may be long, and others wait for the one writer.
async fn put(call: &Call) -> Result<Reply, Problem> {
    let code = super::own_code(call)?;
    let seen = call.if_match()?;
    // Whether there is such a division goes before what is wrong with its line.
    call.app.store.view().await?.region(&code).await?;
    let mut boundary: Boundary = call.body()?;
    boundary.settle(call.language).map_err(|(pointer, said)| Problem::of_field(&pointer, "invalid", said))?;
    let text = serde_json::to_string(&boundary)
        .map_err(|error| Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) })?;
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let region = change.set_region_boundary(&call.span()?, (&code, seen), &text).await?;
            let version = region.version;
            call.finish(*change, Reply::ok(&Wire::from(region)).version(version)).await
        }
    }
}
