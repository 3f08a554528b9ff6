//! `GET /imports`: the imports of the caller's divisions.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{LOADERS, Wire};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

/// A state of an import.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportState", inline)]
enum State {
    Checked,
    Committing,
    Committed,
    Discarded,
}

/// Which imports.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only in this state.
    state: Option<State>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/imports", "list_imports", |call, view| list(call, view).boxed())
        .says("导入 imports", "列出导入", "List imports")
        .allows(Access::Roles(LOADERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<Wire>>(StatusCode::OK)
        .leads_to("import_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let state = match query.state {
        None => "",
        Some(State::Checked) => "checked",
        Some(State::Committing) => "committing",
        Some(State::Committed) => "committed",
        Some(State::Discarded) => "discarded",
    };
    let page = call.page(query.limit, query.cursor.as_deref(), state)?;
    let found = view.imports(&call.span()?, state, &page).await?;
    Ok(list::page(call, found, state, |import| Wire::new(import, call.language)))
}
