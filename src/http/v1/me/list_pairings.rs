//! `GET /me/pairings`: a volunteer's own pairings. Before she may meet the child she sees township and needs; names only while the
//! pairing is active, masked, and in full by `reveal` (S25).

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::filter_of;
use crate::model::Role;
use crate::store::{ACTIVE, AuditEvent, Pairing, PairingFilter, PairingScope, RegionSpan, View};

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OwnPairingQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// A pairing as its volunteer sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnPairing")]
pub(super) struct Shown {
    id: String,
    version: i64,
    /// `awaiting_guardian`, `active`, `suspended` or `ended`.
    state: String,
    /// The child's township; empty where it is over.
    township: String,
    /// The child's name, masked, while the pairing is active; empty otherwise.
    child_name: String,
    began_on: Option<String>,
    ends_on: Option<String>,
    ended_on: Option<String>,
}

impl Shown {
    /// `screened`: whether the checks of everybody who meets the child count today.
    pub(super) fn of(pairing: Pairing, screened: bool) -> Self {
        let meets = pairing.state == ACTIVE && screened;
        Self {
            township: if pairing.lives() { pairing.township.clone() } else { String::new() },
            child_name: if meets { pairing.child_name } else { String::new() },
            id: pairing.id,
            version: pairing.version,
            state: pairing.state,
            began_on: pairing.began_on,
            ends_on: pairing.ends_on,
            ended_on: pairing.ended_on,
        }
    }
}

/// The pairings of the caller's own record. Nobody has those of another.
pub(super) fn own(call: &Call) -> Result<PairingScope, Problem> {
    let own = call.caller()?.volunteer_id.clone().unwrap_or_else(|| "-".to_owned());
    Ok(PairingScope { region: RegionSpan::everywhere(), volunteer_id: Some(own) })
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/pairings", "list_my_pairings", |call, view| list(call, view).boxed())
        .says("本人 me", "我的结对", "My own pairings")
        .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
        .asks::<Query>()
        .gives::<ListOf<Shown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let filter = PairingFilter {
        scope: own(call)?,
        state: String::new(),
        child_id: String::new(),
        volunteer_id: String::new(),
        overdue: false,
    };
    let of = filter_of(&["own"]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.pairings(&filter, &page).await?;
    let screened = match &filter.scope.volunteer_id {
        Some(id) => view.unit_is_screened(id).await?,
        None => false,
    };
    let events: Vec<AuditEvent> =
        found.items.iter().map(|pairing| pairing.read_event("pairing.read")).collect();
    Ok(list::page(call, found, &of, |pairing| Shown::of(pairing, screened)).reading(events))
}
