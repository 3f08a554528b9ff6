//! `POST /teams`: a new team.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{KEEPERS, TeamShown, check_fields};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::{Change, TeamFields};

/// A team to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewTeam {
    #[schemars(length(min = 1, max = 100))]
    name: String,
    #[schemars(regex(pattern = "^[0-9]{12}$"))]
    region_code: String,
    /// What another system calls it.
    #[schemars(length(min = 1, max = 100))]
    external_ref: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/teams", "create_team", |call, change| create_team(call, change).boxed())
        .says("志愿服务队 teams", "新建志愿服务队", "Make a team")
        .allows(Access::Roles(KEEPERS), Scope::Region)
        .takes::<NewTeam>()
        .gives::<TeamShown>(StatusCode::CREATED)
        .leads_to("team_id", "/id")
        .fails(&[Code::AlreadyExists])
}

async fn create_team(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (given, caller): (NewTeam, _) = (call.body()?, call.caller()?);
    let name = given.name.trim().to_owned();
    let fields = TeamFields { name, region_code: given.region_code, external_ref: given.external_ref };
    let mut checks = Checks::new(call.language);
    check_fields(&mut checks, &fields);
    checks.done()?;
    if !caller.span.holds(&fields.region_code) {
        return Err(Problem::new(Code::Forbidden));
    }
    let id = change.add_team(&fields).await?;
    let team = change.team(&id, &caller.span).await?;
    let version = team.version;
    Ok(Reply::created(&format!("/api/v1/teams/{id}"), &TeamShown::from(team)).version(version))
}
