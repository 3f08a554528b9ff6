//! `GET /policies`: the policies that hold in the caller's divisions, those of the divisions above included.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{PolicySummary, READERS};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::{PolicyFilter, View};

/// A state of a policy.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PolicyState", inline)]
enum State {
    Draft,
    Published,
}

/// Which policies.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only of this name.
    #[schemars(length(max = 100))]
    name: Option<String>,
    /// Only in this state.
    state: Option<State>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/policies", "list_policies", |call, view| list(call, view).boxed())
        .says("规则 policies", "列出规则", "List policies")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<PolicySummary>>(StatusCode::OK)
        .leads_to("policy_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let mut checks = Checks::new(call.language);
    checks.length("name", query.name.as_deref().unwrap_or_default(), 0..=100);
    checks.done()?;
    let state = match query.state {
        None => "",
        Some(State::Draft) => crate::store::DRAFT,
        Some(State::Published) => crate::store::PUBLISHED,
    };
    let wanted = PolicyFilter { name: query.name.unwrap_or_default(), state: state.to_owned() };
    let filter = format!("{} {}", wanted.state, wanted.name);
    let page = call.page(query.limit, query.cursor.as_deref(), &filter)?;
    let found = view.policies(&call.span()?, &wanted, &page).await?;
    Ok(list::page(call, found, &filter, PolicySummary::from))
}
