//! `GET /regions/{code}/places`: where townships and villages of a division lie.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::runs::KnownPlace;
use crate::store::{RegionSpan, View};

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PlacesQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// A place.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
struct Wire {
    /// Division, twelve digits.
    region_code: String,
    /// Township.
    township: String,
    /// Village; blank for the township's seat.
    village: String,
    /// Degrees east, WGS-84.
    longitude: f64,
    /// Degrees north, WGS-84.
    latitude: f64,
    /// When the list was put in.
    updated_at: String,
}

impl From<KnownPlace> for Wire {
    fn from(place: KnownPlace) -> Self {
        Self {
            region_code: place.region_code,
            township: place.township,
            village: place.village,
            longitude: place.longitude,
            latitude: place.latitude,
            updated_at: rfc3339(place.updated_at_ms),
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/regions/{code}/places";
    Endpoint::reads(path, "list_region_places", |call, view| get(call, view).boxed())
        .says("区划 regions", "列出区划内乡镇、村的坐标", "List where townships and villages lie")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .asks::<Query>()
        .gives::<ListOf<Wire>>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let code = super::code(call)?;
    let page = call.page(query.limit, query.cursor.as_deref(), &code)?;
    let found = view.places(&RegionSpan::of_prefix(&code), &page).await?;
    Ok(list::page(call, found, &code, Wire::from))
}
