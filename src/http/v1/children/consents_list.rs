//! `GET /children/{child_id}/consents`: what a child's guardians answered. Names in it show nowhere.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::CHILD_READERS;
use crate::http::v1::people::words::{KnownAnswer, Records};
use crate::store::View;
use crate::store::people::Consent;

/// A recorded answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Consent")]
pub(super) struct ConsentShown {
    id: String,
    /// `processing`, `pairing`, or `volunteer`: the pairing with one very volunteer.
    purpose: String,
    answer: Option<KnownAnswer>,
    /// Who gave it; of sheets also `carer` and `unknown`, which do not count.
    giver: String,
    relation: String,
    method: String,
    channel: String,
    text_version: String,
    /// The day; empty where a sheet did not say.
    given_on: String,
    /// Whether it holds.
    live: bool,
    recorded_at: String,
    recorded_by: String,
    /// When a later answer took its place.
    superseded_at: Option<String>,
    withdrawn_at: Option<String>,
    withdrawn_by: Option<String>,
    withdrawn_channel: Option<String>,
}

impl From<Consent> for ConsentShown {
    fn from(consent: Consent) -> Self {
        Self {
            live: consent.is_live(),
            id: consent.id,
            purpose: consent.purpose,
            answer: KnownAnswer::of(&consent.answer),
            giver: consent.giver,
            relation: consent.relation,
            method: consent.method,
            channel: consent.channel,
            text_version: consent.text_version,
            given_on: consent.given_on,
            recorded_at: rfc3339(consent.recorded_at_ms),
            recorded_by: consent.recorded_by,
            superseded_at: consent.superseded_at_ms.map(rfc3339),
            withdrawn_at: consent.withdrawn_at_ms.map(rfc3339),
            withdrawn_by: consent.withdrawn_by,
            withdrawn_channel: consent.withdrawn_channel,
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/consents";
    Endpoint::reads(path, "list_consents", |call, view| list(call, view).boxed())
        .says(super::GROUP, "监护人的答复", "What a child's guardians answered")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<Records<ConsentShown>>(StatusCode::OK)
        .leads_to("consent_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let event = super::records_event(view, &span, id, "child.read", &["consent"]).await?;
    let items: Vec<ConsentShown> = view.consents(&span, id).await?.into_iter().map(Into::into).collect();
    Ok(Reply::ok(&Records { items }).reading([event]))
}
