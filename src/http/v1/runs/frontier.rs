//! `GET /runs/{run_id}/frontier`: what fairness costs, as points to choose from.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::GROUP;
use super::explaining::{Explanation, shown, tables};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::runs::explaining::FrontierKind;
use crate::runs::{GroupBy, Measure};

/// Between what.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FrontierBetween", inline)]
enum Between {
    /// The total and the longest way.
    #[default]
    Travel,
    /// The total and the worst score.
    Score,
    /// The total and coverage quotas of groups.
    Quota,
    /// The total and the gap between groups in ways.
    TravelGap,
    /// The total and the gap between groups in scores.
    ScoreGap,
}

/// What makes groups.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "FrontierGroups", inline)]
enum Groups {
    #[default]
    Township,
    Category,
}

/// Which frontier.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FrontierQuery")]
struct Query {
    /// Between the total and what; `travel` where absent.
    #[serde(default)]
    between: Between,
    /// What makes groups; `township` where absent.
    #[serde(default)]
    group: Groups,
    /// Points at most, 2 to 50; 10 where absent.
    #[schemars(range(min = 2, max = 50))]
    points: Option<u32>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/frontier";
    Endpoint::works(Method::GET, path, "explain_frontier", |call| explain(call).boxed())
        .says(GROUP, "公平要付出多少代价：可供选择的方案", "What fairness costs: points to choose from")
        .allows(Access::Roles(&[Role::Coordinator, Role::Supervisor]), Scope::Region)
        .asks::<Query>()
        .gives::<Explanation>(StatusCode::OK)
        .fails(&[Code::RunNotAskable, Code::NotExplainable])
        .scarce()
}

async fn explain(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let points = query.points.unwrap_or(10);
    if !(2..=50).contains(&points) {
        let said = call.language.pick("须为 2 至 50", "2 to 50 are possible");
        return Err(Problem::of_field("points", "range", said));
    }
    let kind = match query.between {
        Between::Travel => FrontierKind::WorstOff(Measure::Travel),
        Between::Score => FrontierKind::WorstOff(Measure::Score),
        Between::Quota => FrontierKind::Quota,
        Between::TravelGap => FrontierKind::Gap(Measure::Travel),
        Between::ScoreGap => FrontierKind::Gap(Measure::Score),
    };
    let by = match query.group {
        Groups::Township => GroupBy::Township,
        Groups::Category => GroupBy::Category,
    };
    let run = call.app.store.view().await?.run(&call.span()?, call.id("run_id")?).await?;
    let shown = shown(call)?;
    let asked = call.app.plans.ask_aside(&run.id, move |kept| kept.explain_frontier(kind, by, points, shown));
    tables(call, &[&run], asked.await?).await
}
