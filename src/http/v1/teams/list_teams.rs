//! `GET /teams`: the teams of a division.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{READERS, TeamShown, only_team};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

/// Which teams.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListTeams {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/teams", "list_teams", |call, view| list_teams(call, view).boxed())
        .says("志愿服务队 teams", "志愿服务队列表", "Teams")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<ListTeams>()
        .gives::<ListOf<TeamShown>>(StatusCode::OK)
        .leads_to("team_id", "/items/0/id")
}

async fn list_teams(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (asked, caller): (ListTeams, _) = (call.query()?, call.caller()?);
    let page = call.page(asked.limit, asked.cursor.as_deref(), "")?;
    let teams = view.teams(&caller.span, only_team(caller), &page).await?;
    Ok(list::page(call, teams, "", TeamShown::from))
}
