//! `POST /tasks/{task_id}/done`: somebody of the role has seen to it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{DOERS, TaskShown, role};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/tasks/{task_id}/done";
    Endpoint::changes(Method::POST, path, "do_task", |call, change| done(call, change).boxed())
        .says(super::GROUP, "任务已办", "Mark a task as done")
        .allows(Access::Roles(DOERS), Scope::Region)
        .gives::<TaskShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn done(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("task_id")?);
    let task = change.do_task(&span, Some(role(call)?), id).await?;
    Ok(Reply::ok(&TaskShown::from(task)))
}
