//! `POST /users`: a new account and its invitation.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Invitation, InvitedUser, KEEPERS, RoleWord, UserShown, check_authority, check_fields, check_login,
};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::private::Private;
use crate::store::{Change, UserFields};

/// A user to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewUser {
    /// The word to log in with.
    #[schemars(regex(pattern = "^[a-z][a-z0-9._-]{2,31}$"))]
    login: String,
    role: RoleWord,
    /// The division she answers for, twelve digits; empty for the whole deployment.
    #[schemars(regex(pattern = "^([0-9]{12})?$"))]
    region_code: String,
    team_id: Option<String>,
    /// Her own record, for a volunteer.
    volunteer_id: Option<String>,
    #[schemars(length(min = 1, max = 60))]
    name: String,
    #[schemars(length(max = 20))]
    phone: Option<String>,
    /// Where letters about tasks and concerns go.
    #[schemars(length(max = 100))]
    email: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/users", "create_user", |call, change| create_user(call, change).boxed())
        .says("账号 accounts", "新建账号并生成邀请", "Make an account and its invitation")
        .allows(Access::Roles(KEEPERS), Scope::Region)
        .in_session()
        .takes::<NewUser>()
        .gives::<InvitedUser>(StatusCode::CREATED)
        .leads_to("user_id", "/user/id")
        .fails(&[Code::AlreadyExists, Code::NotFound])
        .scarce()
}

async fn create_user(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (given, caller): (NewUser, _) = (call.body()?, call.caller()?);
    let fields = UserFields {
        role: given.role.into(),
        region_code: given.region_code,
        team_id: given.team_id,
        volunteer_id: given.volunteer_id,
        name: Private::new(given.name.trim()),
        phone: Private::new(given.phone.unwrap_or_default()),
        email: Private::new(given.email.unwrap_or_default()),
    };
    check_authority(caller, fields.role, &fields.region_code)?;
    let mut checks = Checks::new(call.language);
    check_login(&mut checks, "/login", &given.login);
    check_fields(&mut checks, &fields);
    checks.done()?;
    let id = change.add_user(&given.login, &fields, &caller.span).await?;
    let user = change.user(&id, &caller.span).await?;
    let (token, expires_at_ms) = change.invite_user(&user, false).await?;
    let user = change.user(&id, &caller.span).await?;
    let version = user.version;
    let invitation = Invitation { token: token.expose().to_owned(), expires_at: rfc3339(expires_at_ms) };
    let body = InvitedUser { user: UserShown::of(user), invitation };
    Ok(Reply::created(&format!("/api/v1/users/{id}"), &body).version(version))
}
