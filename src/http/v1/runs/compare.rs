//! `GET /runs/{run_id}/compare/{other_run_id}`: who moved, coverage, cost, rules and policy of two runs.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::GROUP;
use super::explaining::{Explanation, shown, tables};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::runs::explaining::compare;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/compare/{other_run_id}";
    Endpoint::works(Method::GET, path, "compare_runs", |call| explain(call).boxed())
        .says(GROUP, "对比两次匹配", "Compare two runs")
        .allows(Access::Roles(&[Role::Coordinator, Role::Supervisor]), Scope::Region)
        .gives::<Explanation>(StatusCode::OK)
        .fails(&[Code::RunNotAskable, Code::NotExplainable])
        .scarce()
}

async fn explain(call: &Call) -> Result<Reply, Problem> {
    let span = call.span()?;
    let mut view = call.app.store.view().await?;
    let run = view.run(&span, call.id("run_id")?).await?;
    let after = view.run(&span, call.id("other_run_id")?).await?;
    drop(view);
    let record = |run_id: String| async move { call.app.plans.ask(&run_id, |kept| kept.record()).await };
    let (one, other) = (record(run.id.clone()).await?, record(after.id.clone()).await?);
    let shown = shown(call)?;
    let compared = match (one, other) {
        (Ok(one), Ok(other)) => compare(&one, &other, shown),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    tables(call, &[&run, &after], compared).await
}
