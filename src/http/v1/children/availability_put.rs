//! `PUT /children/{child_id}/availability`: when a child has time; all five texts at once.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::http::v1::people::findings::refuse_unreadable;
use crate::http::v1::people::words::{AvailabilityTexts, HOUR_COLUMNS};
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/availability";
    Endpoint::changes(Method::PUT, path, "put_child_availability", |call, change| put(call, change).boxed())
        .says(super::GROUP, "填写儿童可服务时段", "Put when a child has time")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<AvailabilityTexts>()
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id, seen) = (call.span()?, call.id("child_id")?, call.if_match()?);
    let hours: AvailabilityTexts = call.body()?;
    let mut checks = Checks::new(call.language);
    let patch = hours.into_patch(&mut checks);
    checks.done()?;
    change.patch_child(&span, id, seen, &patch).await?;
    let child = change.child(&span, id).await?;
    refuse_unreadable(call.language, &child.findings, &HOUR_COLUMNS)?;
    Ok(super::reply(call, StatusCode::OK, child))
}
