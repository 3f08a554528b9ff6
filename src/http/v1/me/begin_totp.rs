//! `POST /me/totp`: a secret for an authenticator app. It counts once its first code has come.
//!
//! Not keyed: asked again, there is another secret, and only the last one awaits its code.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::in_session;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::Change;

/// How the app shows where the code belongs.
const ISSUER: &str = "jiedui 结对";

/// A secret, shown only now.
#[derive(Serialize, JsonSchema)]
struct TotpSecret {
    /// To be typed into the app.
    secret: String,
    /// The same for a QR code.
    uri: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/me/totp", "begin_totp", |call, change| begin_totp(call, change).boxed())
        .says("本人 me", "开始绑定动态验证器", "Begin to set up an authenticator app")
        .allows(Access::LoggedIn, Scope::Own)
        .gives::<TotpSecret>(StatusCode::OK)
        .unkeyed()
        .scarce()
}

async fn begin_totp(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (caller, _) = in_session(call)?;
    let login = change.credentials(&caller.user_id).await?.login;
    let totp = change.begin_second_factor(&caller.user_id).await?;
    Ok(Reply::ok(&TotpSecret {
        secret: totp.to_base32().expose_secret().to_owned(),
        uri: totp.uri(&login, ISSUER).expose_secret().to_owned(),
    }))
}
