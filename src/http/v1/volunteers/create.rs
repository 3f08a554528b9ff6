//! `POST /volunteers`: registers a volunteer. What her row lacks is told with the answer and keeps her out of runs.

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
use crate::http::v1::people::cells::SentVolunteerCells;
use crate::http::v1::people::{
    VOLUNTEER_EDITORS, check_number, check_reference, check_region, check_team, scope,
};
use crate::store::Change;
use crate::store::people::NewVolunteer;

/// A volunteer to be registered.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewVolunteer")]
struct Body {
    /// The organisation's own number, unique in the county.
    #[schemars(length(min = 1, max = 64))]
    number: String,
    /// Twelve digits, within the caller's divisions.
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    region_code: String,
    /// Her team.
    #[serde(default)]
    #[schemars(extend("format" = "uuid"))]
    team_id: Option<String>,
    /// The client's own reference, unique in the deployment.
    #[serde(default)]
    #[schemars(length(min = 1, max = 100), regex(pattern = "^[!-~]+$"))]
    external_ref: Option<String>,
    /// Her row.
    #[serde(default)]
    cells: SentVolunteerCells,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/volunteers", "create_volunteer", |call, change| {
        create(call, change).boxed()
    })
    .says(super::GROUP, "登记志愿者", "Register a volunteer")
    .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
    .takes::<Body>()
    .gives::<VolunteerShown>(StatusCode::CREATED)
    .leads_to("volunteer_id", "/id")
    .fails(&[Code::AlreadyExists, Code::Barred])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    check_number(&mut checks, &body.number);
    check_region(call, &mut checks, &body.region_code)?;
    if let Some(reference) = &body.external_ref {
        check_reference(&mut checks, reference);
    }
    check_team(call, change, &mut checks, body.team_id.as_deref()).await?;
    body.cells.check(&mut checks);
    checks.done()?;
    let new = NewVolunteer {
        number: body.number,
        region_code: body.region_code,
        team_id: body.team_id,
        external_ref: body.external_ref,
        cells: body.cells.filled(),
    };
    let id = change.add_volunteer(new).await?;
    let volunteer = change.volunteer(&scope(call)?, &id).await?;
    super::reply(call, StatusCode::CREATED, volunteer)
}
