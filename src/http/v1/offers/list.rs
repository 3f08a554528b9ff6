//! `GET /offers`: offers of children in the caller's divisions.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{OfferShown, OfferState};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{CHILD_READERS, filter_of};
use crate::http::v1::proposals::list::id;
use crate::store::offers::{Offer, OfferFilter};
use crate::store::{AuditEvent, View};

/// Which offers.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OfferQuery")]
struct Query {
    /// Only in this state.
    state: Option<OfferState>,
    /// Only to this volunteer.
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: Option<String>,
    /// Only of this proposal.
    #[schemars(extend("format" = "uuid"))]
    proposal_id: Option<String>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/offers", "list_offers", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出邀请", "List offers")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<OfferShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let filter = OfferFilter {
        region: call.span()?,
        state: query.state.map_or("", OfferState::word).to_owned(),
        volunteer_id: id(call, "volunteer_id", query.volunteer_id)?,
        proposal_id: id(call, "proposal_id", query.proposal_id)?,
    };
    let of = filter_of(&[&filter.state, &filter.volunteer_id, &filter.proposal_id]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.offers(&filter, &page).await?;
    let events: Vec<AuditEvent> = found.items.iter().map(Offer::read_event).collect();
    Ok(list::page(call, found, &of, OfferShown::from).reading(events))
}
