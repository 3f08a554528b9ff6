//! `GET /users`: the accounts of a division.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{KEEPERS, RoleWord, UserShown, check_login};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::{UserFilter, View};

/// Which accounts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListUsers {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
    role: Option<RoleWord>,
    /// Only who logs in with this word.
    #[schemars(regex(pattern = "^([a-z][a-z0-9._-]{2,31})?$"))]
    login: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/users", "list_users", |call, view| list_users(call, view).boxed())
        .says("账号 accounts", "账号列表", "Accounts")
        .allows(Access::Roles(KEEPERS), Scope::Region)
        .asks::<ListUsers>()
        .gives::<ListOf<UserShown>>(StatusCode::OK)
        .leads_to("user_id", "/items/0/id")
}

async fn list_users(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let asked: ListUsers = call.query()?;
    let role = asked.role.map(Role::from);
    let mut checks = Checks::new(call.language);
    if let Some(login) = asked.login.as_deref().filter(|login| !login.is_empty()) {
        check_login(&mut checks, "login", login);
    }
    checks.done()?;
    let filter = UserFilter { span: call.span()?, role, login: asked.login.unwrap_or_default() };
    let signed = format!("{} {}", role.map_or("", Role::word), filter.login);
    let page = call.page(asked.limit, asked.cursor.as_deref(), &signed)?;
    let users = view.users(&filter, &page).await?;
    Ok(list::page(call, users, &signed, UserShown::of))
}
