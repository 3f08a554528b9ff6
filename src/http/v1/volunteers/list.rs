//! `GET /volunteers`: volunteers within reach, masked; or the one with a number.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{
    VOLUNTEER_LISTERS, exactly, filter_of, need_word, region_within, scope, since_ms,
};
use crate::store::people::VolunteerFilter;
use crate::store::{Page, View};

/// Which volunteers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VolunteerQuery")]
struct Query {
    /// Only of this division, 2, 4, 6, 9 or 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Only with a skill for this kind of need.
    #[schemars(length(max = 64))]
    skill: Option<String>,
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
    Endpoint::reads("/volunteers", "list_volunteers", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出志愿者（脱敏）", "List volunteers, masked")
        .allows(Access::Roles(VOLUNTEER_LISTERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<VolunteerShown>>(StatusCode::OK)
        .leads_to("volunteer_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let mut scope = scope(call)?;
    scope.region = region_within(call, query.region.as_deref())?;
    let filter = VolunteerFilter {
        scope,
        skill: need_word(call, "skill", query.skill.as_deref())?,
        ready: query.ready,
        archived: query.archived,
        updated_since_ms: since_ms(call, query.updated_since.as_deref())?,
        exactly: exactly(call, query.q)?,
    };
    let of = filter_of(&[
        &filter.scope.region.first,
        &filter.skill,
        &format!("{:?} {} {}", filter.ready, filter.archived, filter.updated_since_ms),
        &filter.exactly,
    ]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.volunteers(&filter, &page).await?;
    let next_after = found.next_after;
    let items = found.items.into_iter().map(|volunteer| VolunteerShown::of(call, volunteer));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(list::page(call, Page { items, next_after }, &of, |shown| shown))
}
