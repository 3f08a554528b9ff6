//! `GET /pairings/{pairing_id}/history`: every step of a pairing, with who, when and why.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use super::{READERS, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::words::Records;
use crate::store::{PairingStep, View};

/// A step. Names of witnesses show nowhere.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PairingStep")]
struct StepShown {
    /// From 1.
    number: i64,
    at: String,
    /// Where it stood; empty before it began.
    from_state: String,
    /// Where it stands since; the same where somebody answered.
    to_state: String,
    /// Why, a word.
    reason: String,
    /// `user`, `api_key`, `system` or `command`.
    actor_kind: String,
    actor_id: Option<String>,
    /// By which channel an answer came; empty for anything else.
    channel: String,
}

impl From<PairingStep> for StepShown {
    fn from(step: PairingStep) -> Self {
        Self {
            number: step.number,
            at: rfc3339(step.at_ms),
            from_state: step.from_state,
            to_state: step.to_state,
            reason: step.reason,
            actor_kind: step.actor_kind,
            actor_id: step.actor_id,
            channel: step.channel,
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/history";
    Endpoint::reads(path, "get_pairing_history", |call, view| history(call, view).boxed())
        .says(super::GROUP, "结对的每一步", "Every step of a pairing")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<Records<StepShown>>(StatusCode::OK)
}

async fn history(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let pairing = view.pairing(&scope, id).await?;
    let steps = view.pairing_steps(&scope, id).await?;
    let items: Vec<StepShown> = steps.into_iter().map(Into::into).collect();
    Ok(Reply::ok(&Records { items }).reading([pairing.read_event("pairing.read")]))
}
