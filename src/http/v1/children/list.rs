//! `GET /children`: children of the caller's divisions, masked; or the one with a number.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{CHILD_READERS, exactly, filter_of, need_word, region_within, since_ms};
use crate::store::people::ChildFilter;
use crate::store::{AuditEvent, View};

/// Which children.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChildQuery")]
struct Query {
    /// Only of this division, 2, 4, 6, 9 or 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Only with a need of this kind.
    #[schemars(length(max = 64))]
    need: Option<String>,
    /// Only those who take part in runs, or only those who do not.
    ready: Option<bool>,
    /// Archived ones instead of the others.
    #[serde(default)]
    archived: bool,
    /// Only what changed since this time, RFC 3339.
    #[schemars(extend("format" = "date-time"))]
    updated_since: Option<String>,
    /// With exactly this number of the county's own; phones and ID numbers are sought by POST.
    #[schemars(length(max = 64))]
    q: Option<String>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/children", "list_children", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出儿童（脱敏）", "List children, masked")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<ChildShown>>(StatusCode::OK)
        .leads_to("child_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let filter = ChildFilter {
        region: region_within(call, query.region.as_deref())?,
        need: need_word(call, "need", query.need.as_deref())?,
        ready: query.ready,
        archived: query.archived,
        updated_since_ms: since_ms(call, query.updated_since.as_deref())?,
        exactly: exactly(call, query.q)?,
    };
    let of = filter_of(&[
        &filter.region.first,
        &filter.need,
        &format!("{:?} {} {}", filter.ready, filter.archived, filter.updated_since_ms),
        &filter.exactly,
    ]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.children(&filter, &page).await?;
    let action = if filter.exactly.is_empty() { "child.read" } else { "child.found" };
    let events: Vec<AuditEvent> = found.items.iter().map(|child| child.read_event(action)).collect();
    Ok(list::page(call, found, &of, |child| ChildShown::of(call.language, child)).reading(events))
}
