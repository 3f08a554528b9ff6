//! `POST /consents/{consent_id}/withdraw`: as easy as giving. The child is out of every run from this answer on.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::consents_create::ConsentChannel;
use super::consents_list::ConsentShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::CHILD_EDITORS;
use crate::store::Change;
use crate::store::people::Withdrawal;

/// A withdrawal. No reason is asked (S13).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Withdrawal")]
struct Body {
    channel: ConsentChannel,
}

/// What was withdrawn, and where the child stands now.
#[derive(Debug, Serialize, JsonSchema)]
struct ConsentWithdrawn {
    consent: ConsentShown,
    /// Whether she takes part in runs.
    child_ready: bool,
    /// When she will be erased, where nothing else allows to keep her data.
    child_purge_time: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/consents/{consent_id}/withdraw";
    Endpoint::changes(Method::POST, path, "withdraw_consent", |call, change| withdraw(call, change).boxed())
        .says(super::GROUP, "撤回同意（立即生效）", "Withdraw a consent, at once")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ConsentWithdrawn>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn withdraw(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("consent_id")?);
    let body: Body = call.body()?;
    let withdrawal = Withdrawal { channel: body.channel.word().to_owned() };
    let withdrawn = change.withdraw_consent(&span, id, &withdrawal).await?;
    let consent = change.consent(&span, &withdrawn).await?;
    let child = change.child(&span, &consent.child_id).await?;
    let body = ConsentWithdrawn {
        consent: consent.into(),
        child_ready: child.ready,
        child_purge_time: child.purge_at_ms.map(rfc3339),
    };
    Ok(Reply::ok(&body).reading([child.read_event("child.read")]))
}
