//! `GET /tasks`: what the caller's role has to do in her divisions.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{DOERS, TaskShown, role};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{filter_of, region_within};
use crate::store::{TaskFilter, View};

/// Which tasks.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TaskQuery")]
struct Query {
    /// Only of this division, 2, 4, 6, 9 or 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Only of this kind.
    #[schemars(length(max = 64), regex(pattern = "^[a-z_.]*$"))]
    kind: Option<String>,
    /// With those that are done.
    #[serde(default)]
    done: bool,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/tasks", "list_tasks", |call, view| list(call, view).boxed())
        .says(super::GROUP, "待办任务", "What is to be done")
        .allows(Access::Roles(DOERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<TaskShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let kind = query.kind.unwrap_or_default();
    let mut checks = Checks::new(call.language);
    checks.word("kind", &kind);
    checks.done()?;
    let region = region_within(call, query.region.as_deref())?;
    let filter = TaskFilter { region, role: Some(role(call)?), kind, done: query.done };
    let of = filter_of(&[&filter.region.first, &filter.kind, &filter.done.to_string()]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.tasks(&filter, &page).await?;
    Ok(list::page(call, found, &of, TaskShown::from))
}
