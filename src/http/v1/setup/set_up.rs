//! `POST /setup`: the token printed at the first start makes the first admin.
//!
//! Not keyed: the token is good once, and a key would keep a digest of what was sent, the password with it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::users::{UserShown, check_login, check_name, check_password};
use crate::model::private::Private;
use crate::store::RegionSpan;

/// What makes the first admin.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetUp {
    /// What stands behind `#` in the link that was printed.
    #[schemars(length(max = 100))]
    token: String,
    /// The word to log in with.
    #[schemars(regex(pattern = "^[a-z][a-z0-9._-]{2,31}$"))]
    login: String,
    /// At least ten characters.
    #[schemars(length(min = 10, max = 128))]
    password: String,
    /// The admin's name.
    #[schemars(length(min = 1, max = 60))]
    name: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/setup", "set_up", |call| set_up(call).boxed())
        .says("会话 sessions", "首次设置，创建管理员", "Make the first admin with the link that was printed")
        .allows(Access::Everybody, Scope::None)
        .takes::<SetUp>()
        .gives::<UserShown>(StatusCode::CREATED)
        .fails(&[Code::TokenRefused, Code::AlreadyExists])
        .unkeyed()
        .scarce()
}

async fn set_up(call: &Call) -> Result<Reply, Problem> {
    let given: SetUp = call.body()?;
    let mut checks = Checks::new(call.language);
    check_login(&mut checks, "/login", &given.login);
    check_name(&mut checks, &given.name);
    check_password(&mut checks, &given.password, &given.login);
    checks.done()?;
    let store = &call.app.store;
    let mut view = store.view().await?;
    let good = view.is_setup_token(&given.token).await?;
    drop(view);
    if !good {
        return Err(Problem::new(Code::TokenRefused));
    }
    let hash = call.app.passwords.hash(store, given.password).await?;
    let mut change = store.change(call.actor()).await?;
    let id = change.set_up(&given.token, &given.login, Private::new(given.name.trim()), &hash).await?;
    let user = change.user(&id, &RegionSpan::everywhere()).await?;
    let reply = Reply::created(&format!("/api/v1/users/{id}"), &UserShown::of(user));
    call.finish(change, reply).await
}
