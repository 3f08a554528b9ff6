//! `POST /me/password`: another password. Ends every session and key, this one too: log in anew.
//!
//! Not keyed: a key would keep a digest of the passwords.

use axum::http::Method;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{in_session, prove_password, with_password_proven};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::sessions::without_cookie;
use crate::http::v1::users::check_password;

/// The old password and the new.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    #[schemars(length(max = 128))]
    old_password: String,
    /// At least ten characters.
    #[schemars(length(min = 10, max = 128))]
    password: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/me/password", "change_password", |call| change_password(call).boxed())
        .says("本人 me", "修改密码（之后须重新登录）", "Change my password, then log in anew")
        .allows(Access::LoggedIn, Scope::Own)
        .takes::<ChangePassword>()
        .gives_nothing()
        .fails(&[Code::LoginRefused])
        .unkeyed()
        .scarce()
}

async fn change_password(call: &Call) -> Result<Reply, Problem> {
    let (caller, _) = in_session(call)?;
    let given: ChangePassword = call.body()?;
    let mut view = call.app.store.view().await?;
    let known = view.credentials(&caller.user_id).await?;
    drop(view);
    let mut checks = Checks::new(call.language);
    checks.length("/old_password", &given.old_password, 0..=128);
    check_password(&mut checks, &given.password, &known.login);
    checks.done()?;
    prove_password(call, &known, given.old_password).await?;
    let hash = call.app.passwords.hash(&call.app.store, given.password).await?;
    let (mut change, now) = with_password_proven(call, &known).await?;
    change.set_password(&now, &hash).await?;
    call.finish(change, without_cookie(Reply::nothing(), call)).await
}
