//! `PATCH /teams/{team_id}`: name, division, reference.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{KEEPERS, TeamShown, check_fields};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::patch::Patch;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::{Change, TeamFields};

/// What changes; what is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TeamPatch {
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 100))]
    name: Patch<String>,
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = "^[0-9]{12}$"))]
    region_code: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>", length(min = 1, max = 100))]
    external_ref: Patch<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::PATCH, "/teams/{team_id}", "change_team", |call, change| {
        change_team(call, change).boxed()
    })
    .says("志愿服务队 teams", "修改志愿服务队", "Change a team")
    .allows(Access::Roles(KEEPERS), Scope::Region)
    .takes::<TeamPatch>()
    .gives::<TeamShown>(StatusCode::OK)
    .fails(&[Code::AlreadyExists])
}

async fn change_team(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (patch, caller): (TeamPatch, _) = (call.body()?, call.caller()?);
    let team = change.team(call.id("team_id")?, &caller.span).await?;
    let old = team.fields.clone();
    // A name or division that is removed is an empty one, which the checks refuse.
    let fields = TeamFields {
        name: patch.name.over(Some(old.name)).unwrap_or_default().trim().to_owned(),
        region_code: patch.region_code.over(Some(old.region_code)).unwrap_or_default(),
        external_ref: patch.external_ref.over(old.external_ref),
    };
    let mut checks = Checks::new(call.language);
    check_fields(&mut checks, &fields);
    checks.done()?;
    if !caller.span.holds(&fields.region_code) {
        return Err(Problem::new(Code::Forbidden));
    }
    change.change_team(&team, call.if_match()?, &fields).await?;
    let team = change.team(&team.id, &caller.span).await?;
    let version = team.version;
    Ok(Reply::ok(&TeamShown::from(team)).version(version))
}
