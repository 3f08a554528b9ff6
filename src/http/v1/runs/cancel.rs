//! `POST /runs/{run_id}/cancel`: ends a run that is queued, or has its worker end it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{GROUP, MAKERS, Wire};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/cancel";
    Endpoint::changes(Method::POST, path, "cancel_run", |call, change| cancel(call, change).boxed())
        .says(GROUP, "取消匹配", "Cancel a run that has not ended")
        .allows(Access::Roles(MAKERS), Scope::Region)
        .gives::<Wire>(StatusCode::OK)
        .fails(&[Code::RunNotCancellable])
}

async fn cancel(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let run = change.cancel_run(&call.span()?, call.id("run_id")?).await?;
    let version = run.version;
    Ok(Reply::ok(&Wire::new(run)?).version(version))
}
