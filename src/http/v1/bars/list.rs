//! `GET /bars`: bars of the caller's divisions, lifted ones included.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::BarShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::LIFTERS;
use crate::store::View;

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BarQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/bars", "list_bars", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出永久禁止名单", "List permanent bars")
        .allows(Access::Roles(LIFTERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<BarShown>>(StatusCode::OK)
        .leads_to("bar_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let page = call.page(query.limit, query.cursor.as_deref(), "")?;
    let found = view.bars(&call.span()?, &page).await?;
    Ok(list::page(call, found, "", BarShown::from))
}
