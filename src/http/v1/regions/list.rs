//! `GET /regions`: the code table, by code; divisions whose name begins so, by name.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Wire;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::{RegionCode, Role};
use crate::store::{RegionFilter, View};

/// Which divisions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only those right below this code of 2, 4, 6, 9 or 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    parent: Option<String>,
    /// Only of this level, 1 province to 5 village.
    #[schemars(range(min = 1, max = 5))]
    level: Option<i64>,
    /// Only whose name begins so.
    #[schemars(length(max = 64))]
    q: Option<String>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/regions", "list_regions", |call, view| list(call, view).boxed())
        .says("区划 regions", "列出行政区划", "List divisions")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .asks::<Query>()
        .gives::<ListOf<Wire>>(StatusCode::OK)
        .leads_to("code", "/items/0/code")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let parent_code = query.parent.as_deref().map(|text| {
        let said = call.language.pick("须为 2、4、6、9 或 12 位数字", "2, 4, 6, 9 or 12 digits are needed");
        RegionCode::parse(text).ok_or_else(|| Problem::of_field("parent", "invalid", said))
    });
    let parent_code = parent_code.transpose()?.map(|code| code.to_string());
    let level = query.level.unwrap_or_default();
    if query.level.is_some() && !(1..=5).contains(&level) {
        return Err(Problem::of_field(
            "level",
            "invalid",
            call.language.pick("须为 1 至 5", "1 to 5 are levels"),
        ));
    }
    let name_prefix = query.q.unwrap_or_default();
    if name_prefix.chars().count() > 64 {
        return Err(Problem::of_field(
            "q",
            "too_long",
            call.language.pick("最多 64 个字", "at most 64 characters"),
        ));
    }
    let filter = format!("{parent_code:?} {level} {name_prefix}");
    let page = call.page(query.limit, query.cursor.as_deref(), &filter)?;
    let found = view.regions(&RegionFilter { parent_code, level, name_prefix }, &page).await?;
    Ok(list::page(call, found, &filter, Wire::from))
}
