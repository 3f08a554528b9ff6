//! `GET /runs/{run_id}/metrics`: the figures of a run's plan. Nobody stands in them.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{GROUP, READERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::View;

/// The figures of a plan.
#[derive(Debug, Serialize, JsonSchema)]
struct RunMetrics {
    /// The run.
    run_id: String,
    /// Head counts, totals by pass in points, why children are alone, changes of volunteer.
    metrics: Value,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/metrics";
    Endpoint::reads(path, "get_run_metrics", |call, view| get(call, view).boxed())
        .says(GROUP, "匹配指标", "Figures of a run's plan")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<RunMetrics>(StatusCode::OK)
        .fails(&[Code::RunNotAskable])
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let run = view.run(&call.span()?, call.id("run_id")?).await?;
    let metrics = super::metrics_for(call, &run)?;
    if metrics.is_null() {
        return Err(Problem::new(Code::RunNotAskable));
    }
    Ok(Reply::ok(&RunMetrics { run_id: run.id, metrics }))
}
