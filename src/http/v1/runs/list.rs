//! `GET /runs`: runs of the caller's divisions.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{GROUP, READERS, Wire};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{filter_of, region_within};
use crate::store::{Page, View};

/// A state of a run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "RunState", inline)]
enum State {
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Published,
    Superseded,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Published => "published",
            Self::Superseded => "superseded",
        }
    }
}

/// Which runs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RunQuery")]
struct Query {
    /// Only of this division and those below, 2, 4, 6, 9 or 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Only in this state.
    state: Option<State>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/runs", "list_runs", |call, view| list(call, view).boxed())
        .says(GROUP, "列出匹配", "List runs")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<Wire>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let state = query.state.map_or("", State::word);
    let span = region_within(call, query.region.as_deref())?;
    let of = filter_of(&[&span.first, &span.last, state]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let Page { items, next_after } = view.runs(&span, state, &page).await?;
    let items =
        items.into_iter().map(|run| Wire::for_caller(call, run)).collect::<Result<Vec<Wire>, Problem>>()?;
    Ok(list::page(call, Page { items, next_after }, &of, |run| run))
}
