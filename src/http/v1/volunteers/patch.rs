//! `PATCH /volunteers/{volunteer_id}`: a merge patch of number, division, team, reference and cells.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::patch::Patch;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::cells::SentVolunteerCells;
use crate::http::v1::people::{
    VOLUNTEER_EDITORS, check_number, check_reference, check_region, check_team, edit, scope,
};
use crate::store::Change;
use crate::store::people::PersonPatch;

/// What is to be changed of a volunteer. What checks stand for is changed by them alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "VolunteerPatch")]
struct Body {
    /// Another number.
    #[serde(default)]
    #[schemars(length(min = 1, max = 64))]
    number: Option<String>,
    /// Another division, within the caller's.
    #[serde(default)]
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    region_code: Option<String>,
    /// Another team; null takes her out of any.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "uuid"))]
    team_id: Patch<String>,
    /// Another reference; null removes it.
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 100), regex(pattern = "^[!-~]+$"))]
    external_ref: Patch<String>,
    /// Cells; null empties one.
    #[serde(default)]
    cells: SentVolunteerCells,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}";
    Endpoint::changes(Method::PATCH, path, "change_volunteer", |call, change| patch(call, change).boxed())
        .says(super::GROUP, "修改志愿者信息", "Change a volunteer")
        .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::AlreadyExists, Code::StateConflict, Code::Barred])
}

async fn patch(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, seen) = (call.id("volunteer_id")?, call.if_match()?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    if let Some(number) = &body.number {
        check_number(&mut checks, number);
    }
    if let Some(region_code) = &body.region_code {
        check_region(call, &mut checks, region_code)?;
    }
    if let Patch::Set(reference) = &body.external_ref {
        check_reference(&mut checks, reference);
    }
    if let Patch::Set(team_id) = &body.team_id {
        check_team(call, change, &mut checks, Some(team_id)).await?;
    }
    body.cells.check(&mut checks);
    checks.done()?;
    let patch = PersonPatch {
        number: body.number,
        region_code: body.region_code,
        external_ref: edit(body.external_ref),
        team_id: edit(body.team_id),
        cells: body.cells.0,
    };
    let scope = scope(call)?;
    change.patch_volunteer(&scope, id, seen, &patch).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
