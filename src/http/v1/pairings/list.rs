//! `GET /pairings`: pairings of the caller's divisions; those of which a contact is overdue, by the one definition there is.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{PairingShown, PairingState, READERS};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{filter_of, region_within};
use crate::store::{AuditEvent, PairingFilter, PairingScope, View};

/// Which pairings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PairingQuery")]
struct Query {
    /// Only of this division, 2, 4, 6, 9 or 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Only in this state.
    state: Option<PairingState>,
    /// Only of this child.
    #[schemars(extend("format" = "uuid"))]
    child_id: Option<String>,
    /// Only of this volunteer.
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: Option<String>,
    /// Only active ones of which a contact is overdue. Pages may be short.
    #[serde(default)]
    overdue: bool,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/pairings", "list_pairings", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出结对（脱敏）", "List pairings, masked")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<PairingShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let mut checks = Checks::new(call.language);
    for (name, id) in [("child_id", &query.child_id), ("volunteer_id", &query.volunteer_id)] {
        if let Some(id) = id {
            checks.id(name, id);
        }
    }
    checks.done()?;
    let filter = PairingFilter {
        scope: PairingScope::region(region_within(call, query.region.as_deref())?),
        state: query.state.map_or("", PairingState::word).to_owned(),
        child_id: query.child_id.unwrap_or_default(),
        volunteer_id: query.volunteer_id.unwrap_or_default(),
        overdue: query.overdue,
    };
    let overdue = filter.overdue.to_string();
    let of = filter_of(&[
        &filter.scope.region.first,
        &filter.state,
        &filter.child_id,
        &filter.volunteer_id,
        &overdue,
    ]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.pairings(&filter, &page).await?;
    let events: Vec<AuditEvent> =
        found.items.iter().map(|pairing| pairing.read_event("pairing.read")).collect();
    let today = super::today(call);
    Ok(list::page(call, found, &of, |pairing| PairingShown::of(pairing, today)).reading(events))
}
