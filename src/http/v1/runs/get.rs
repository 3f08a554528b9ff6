//! `GET /runs/{run_id}`: one run with its figures.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{GROUP, READERS, Wire};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/runs/{run_id}", "get_run", |call, view| get(call, view).boxed())
        .says(GROUP, "查看匹配", "Show a run")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<Wire>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let run = view.run(&call.span()?, call.id("run_id")?).await?;
    // Progress is no change of what somebody decided: it has no version, and an unfinished run is read anew each time.
    let ended = run.ended_at_ms.is_some();
    let version = run.version;
    let reply = Reply::ok(&Wire::for_caller(call, run)?);
    Ok(if ended { reply.version(version) } else { reply })
}
