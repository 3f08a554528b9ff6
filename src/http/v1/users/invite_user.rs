//! `POST /users/{user_id}/invite`: a new invitation, for whoever lost hers, or her password, or her phone.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Invitation, InvitedUser, KEEPERS, UserShown, check_authority};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::store::Change;

/// What else is made anew.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Invite {
    /// Forget her authenticator app and recovery codes, because they are lost. Logs her out.
    #[serde(default)]
    forget_second_factor: bool,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/users/{user_id}/invite", "invite_user", |call, change| {
        invite_user(call, change).boxed()
    })
    .says("账号 accounts", "重新邀请（设置新密码）", "Invite again, to set a new password")
    .allows(Access::Roles(KEEPERS), Scope::Region)
    .in_session()
    .takes::<Invite>()
    .gives::<InvitedUser>(StatusCode::OK)
    .fails(&[Code::StateConflict])
    .scarce()
}

async fn invite_user(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (given, caller): (Invite, _) = (call.body()?, call.caller()?);
    let user = change.user(call.id("user_id")?, &caller.span).await?;
    check_authority(caller, user.fields.role, &user.fields.region_code)?;
    let (token, expires_at_ms) = change.invite_user(&user, given.forget_second_factor).await?;
    let user = change.user(&user.id, &caller.span).await?;
    let version = user.version;
    let invitation = Invitation { token: token.expose().to_owned(), expires_at: rfc3339(expires_at_ms) };
    Ok(Reply::ok(&InvitedUser { user: UserShown::of(user), invitation }).version(version))
}
