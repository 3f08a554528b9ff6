//! `GET /children/{child_id}/availability`: when a child has time, in the words of the sheets.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::http::v1::people::words::{AvailabilityTexts, HOUR_COLUMNS};
use crate::store::{AuditEvent, View};

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/availability";
    Endpoint::reads(path, "get_child_availability", |call, view| get(call, view).boxed())
        .says(super::GROUP, "儿童可服务时段", "When a child has time")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<AvailabilityTexts>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let child = view.child(&call.span()?, call.id("child_id")?).await?;
    let event = AuditEvent::new("child.read", "children", &child.id, &child.region_code);
    let reply = Reply::ok(&AvailabilityTexts::of(&child.cells)).version(child.version);
    Ok(reply.reading([event.of_fields(HOUR_COLUMNS)]))
}
