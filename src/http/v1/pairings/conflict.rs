//! `POST /pairings/{pairing_id}/conflict`: what a volunteer says of a family whose names she knows by now, written down for her: she
//! knows them. They are kept apart until a coordinator clears it (S17).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{DECIDERS, PairingShown, reply, scope};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::offers::InterestKind;
use crate::http::v1::offers::record::AnswerChannel;
use crate::store::{Change, Heard};

/// What she said.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RecordedInterest")]
struct Body {
    /// What ties her to them; she need not say.
    #[serde(default)]
    kind: Option<InterestKind>,
    /// How she said it.
    channel: AnswerChannel,
    /// Who heard it beside the recorder; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    witness: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/conflict";
    Endpoint::changes(Method::POST, path, "record_pairing_conflict", |call, change| {
        record(call, change).boxed()
    })
    .says(super::GROUP, "代志愿者登记利益冲突", "Record that the volunteer knows the family")
    .allows(Access::Roles(DECIDERS), Scope::Region)
    .takes::<Body>()
    .gives::<PairingShown>(StatusCode::OK)
    .fails(&[Code::StateConflict])
}

async fn record(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/witness", &body.witness, 0..=60);
    checks.done()?;
    let heard = Heard {
        channel: body.channel.word().to_owned(),
        witness: body.witness.trim().to_owned(),
        ..Heard::default()
    };
    let kind = body.kind.unwrap_or(InterestKind::Other).word();
    let pairing = change.report_interest(&scope, id, (kind, &heard)).await?;
    Ok(reply(call, pairing))
}
