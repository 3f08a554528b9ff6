//! `PUT /volunteers/{volunteer_id}/capacity`: how many households a volunteer takes. She may say so herself.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::{OWN_HOURS, scope};
use crate::store::Change;
use crate::store::people::PersonPatch;

/// More households than one unit can visit.
const MOST_HOUSEHOLDS: i64 = 200;
/// More children than one specialist can serve.
const MOST_SERVICES: i64 = 1_000;

/// How much a volunteer takes on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Capacity")]
struct Body {
    /// Households; 0 for none at present.
    #[schemars(range(min = 0, max = 200))]
    capacity: i64,
    /// Children for specialist services; the policy's number where absent.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1_000))]
    service_capacity: Option<i64>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/capacity";
    Endpoint::changes(Method::PUT, path, "put_volunteer_capacity", |call, change| put(call, change).boxed())
        .says(super::GROUP, "填写可结对户数", "Put how many households a volunteer takes")
        .allows(Access::Roles(OWN_HOURS), Scope::Region)
        .takes::<Body>()
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id, seen) = (scope(call)?, call.id("volunteer_id")?, call.if_match()?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    let households = (0..=MOST_HOUSEHOLDS).contains(&body.capacity);
    checks.hold(households, "/capacity", "range", "须为 0 至 200", "must be 0 to 200");
    let services = body.service_capacity.is_none_or(|number| (0..=MOST_SERVICES).contains(&number));
    checks.hold(services, "/service_capacity", "range", "须为 0 至 1000", "must be 0 to 1000");
    checks.done()?;
    let patch = PersonPatch::of_cells([
        ("capacity".to_owned(), Some(body.capacity.to_string())),
        ("service_capacity".to_owned(), body.service_capacity.map(|number| number.to_string())),
    ]);
    change.patch_volunteer(&scope, id, seen, &patch).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
