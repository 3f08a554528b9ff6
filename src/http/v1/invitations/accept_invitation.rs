//! `POST /invitations/accept`: whoever was invited sets her password.
//!
//! Not keyed: the token is good once, and a key would keep a digest of what was sent, the password with it.

use axum::http::Method;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::users::check_password;

/// What makes an invitation an account.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AcceptInvitation {
    #[schemars(length(max = 100))]
    token: String,
    /// At least ten characters.
    #[schemars(length(min = 10, max = 128))]
    password: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/invitations/accept", "accept_invitation", |call| {
        accept_invitation(call).boxed()
    })
    .says("会话 sessions", "接受邀请，设置密码", "Accept an invitation and set a password")
    .allows(Access::Everybody, Scope::None)
    .takes::<AcceptInvitation>()
    .gives_nothing()
    .fails(&[Code::TokenRefused])
    .unkeyed()
    .scarce()
}

async fn accept_invitation(call: &Call) -> Result<Reply, Problem> {
    let given: AcceptInvitation = call.body()?;
    let store = &call.app.store;
    let mut view = store.view().await?;
    let invited = view.invited(&given.token).await?;
    drop(view);
    let invited = invited.ok_or(Problem::new(Code::TokenRefused))?;
    let mut checks = Checks::new(call.language);
    check_password(&mut checks, &given.password, &invited.login);
    checks.done()?;
    let hash = call.app.passwords.hash(store, given.password).await?;
    let mut change = store.change(call.actor()).await?;
    change.accept_invitation(&given.token, &hash).await?;
    call.finish(change, Reply::nothing()).await
}
