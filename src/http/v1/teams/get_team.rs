//! `GET /teams/{team_id}`: one team.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{READERS, TeamShown, only_team};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/teams/{team_id}", "get_team", |call, view| get_team(call, view).boxed())
        .says("志愿服务队 teams", "查看志愿服务队", "One team")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<TeamShown>(StatusCode::OK)
        .leads_to("team_id", "/id")
}

async fn get_team(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (id, caller) = (call.id("team_id")?, call.caller()?);
    if only_team(caller).is_some_and(|only| only != id) {
        return Err(Problem::new(Code::NotFound));
    }
    let team = view.team(id, &caller.span).await?;
    let version = team.version;
    Ok(Reply::ok(&TeamShown::from(team)).version(version))
}
