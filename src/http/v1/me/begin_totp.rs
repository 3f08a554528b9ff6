//! `POST /me/totp`: a secret for an authenticator app. It counts once its first code has come.
//!
//! Whoever has an app already must show her password or a code of it: a session left open must not be enough to put
//! another app in its place. Not keyed: asked again, there is another secret, and only the last one awaits its code; and a
//! key would keep a digest of the password.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::{in_session, prove_password, with_password_proven};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::sessions::{refused, use_code};
use crate::store::{Change, Credentials};

/// How the app shows where the code belongs.
const ISSUER: &str = "jiedui 结对";

/// What shows that it is she, where an app has been set up before; one of both.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BeginTotp {
    /// Her password.
    #[serde(default)]
    #[schemars(length(max = 128))]
    password: Option<String>,
    /// A code of the app so far, or a recovery code.
    #[serde(default)]
    #[schemars(length(max = 32))]
    code: Option<String>,
}

/// A secret, shown only now.
#[derive(Serialize, JsonSchema)]
struct TotpSecret {
    /// To be typed into the app.
    secret: String,
    /// The same for a QR code.
    uri: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/me/totp", "begin_totp", |call| begin_totp(call).boxed())
        .says(
            "本人 me",
            "开始绑定动态验证器（更换时须提供密码或旧验证码）",
            "Begin to set up an authenticator app; to replace one takes the password or a code of the old one",
        )
        .allows(Access::LoggedIn, Scope::Own)
        .takes::<BeginTotp>()
        .gives::<TotpSecret>(StatusCode::OK)
        .fails(&[Code::LoginRefused])
        .unkeyed()
        .scarce()
}

async fn begin_totp(call: &Call) -> Result<Reply, Problem> {
    let (caller, _) = in_session(call)?;
    let given: BeginTotp = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/password", given.password.as_deref().unwrap_or_default(), 0..=128);
    checks.length("/code", given.code.as_deref().unwrap_or_default(), 0..=32);
    checks.done()?;
    let mut view = call.app.store.view().await?;
    let known = view.credentials(&caller.user_id).await?;
    drop(view);
    let mut change = if known.enrolled {
        proven(call, &known, given).await?
    } else {
        let mut change = call.app.store.change(call.actor()).await?;
        // Another session of hers may have set one up meanwhile.
        if change.credentials(&known.user_id).await?.enrolled {
            return Err(refused(call));
        }
        change
    };
    let totp = change.begin_second_factor(&known.user_id).await?;
    let body = TotpSecret {
        secret: totp.to_base32().expose_secret().to_owned(),
        uri: totp.uri(&known.login, ISSUER).expose_secret().to_owned(),
    };
    call.finish(change, Reply::ok(&body)).await
}

/// A transaction for whoever has shown that the account is hers.
async fn proven(call: &Call, known: &Credentials, given: BeginTotp) -> Result<Change, Problem> {
    if let Some(password) = given.password {
        prove_password(call, known, password).await?;
        return with_password_proven(call, known).await.map(|(change, _)| change);
    }
    let Some(code) = given.code else {
        let said = call.language.pick(
            "更换验证器须提供密码或旧验证器的验证码",
            "to replace the app takes the password or a code of the old one",
        );
        return Err(Problem::of_field("/password", "required", said));
    };
    let change = call.app.store.change(call.actor()).await?;
    use_code(call, change, &known.user_id, &code).await
}
