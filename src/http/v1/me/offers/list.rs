//! `GET /me/offers`: a volunteer's own offers, newest state, without what they are about.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::MyOffer;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::offer_links::{OfferSeen, state_of};
use crate::store::offers::OfferFilter;
use crate::store::{RegionSpan, View};

/// Which page.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "MyOfferQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/offers", "list_my_offers", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出我的邀请", "List my own offers")
        .allows(Access::Roles(super::HERSELF), Scope::Own)
        .asks::<Query>()
        .gives::<ListOf<MyOffer>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let volunteer_id = call.caller()?.volunteer_id.clone().unwrap_or_else(|| "-".to_owned());
    let filter = OfferFilter {
        region: RegionSpan::everywhere(),
        state: String::new(),
        volunteer_id,
        proposal_id: String::new(),
    };
    let page = call.page(query.limit, query.cursor.as_deref(), &filter.volunteer_id)?;
    let found = view.offers(&filter, &page).await?;
    let now_ms = view.store().now_ms();
    Ok(list::page(call, found, &filter.volunteer_id, |offer| MyOffer {
        seen: OfferSeen {
            state: state_of(&offer, now_ms).to_owned(),
            expires_at: rfc3339(offer.expires_at_ms),
            offered: None,
        },
        id: offer.id,
    }))
}
