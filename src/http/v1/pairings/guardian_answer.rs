//! `POST /pairings/{pairing_id}/guardian-answer`: the guardian's answer to this very volunteer (S9, S10, S13), mostly written down for
//! her: by phone, on paper with a thumbprint, read aloud. A no needs no reason, ends the pairing and keeps the two apart.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ASKERS, PairingShown, check_since, reply, scope};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::children::consents_create::{
    ConsentChannel, ConsentGiverWord, ConsentMethod, GuardianRelation, Said, check_giver,
};
use crate::http::v1::people::words::YesNo;
use crate::store::Change;

/// A guardian's answer to a volunteer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GuardianAnswer")]
struct Body {
    answer: YesNo,
    giver: ConsentGiverWord,
    relation: GuardianRelation,
    method: ConsentMethod,
    channel: ConsentChannel,
    /// Version of the text that was put to her.
    #[schemars(length(min = 1, max = 32), regex(pattern = "^[A-Za-z0-9._-]+$"))]
    text_version: String,
    /// The day, not in the future.
    #[schemars(extend("format" = "date"))]
    given_on: String,
    /// Name of the giver; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    giver_name: String,
    /// For whom somebody else wrote it down; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    on_behalf_of: String,
    /// Who witnessed it; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    witness: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/guardian-answer";
    Endpoint::changes(Method::POST, path, "record_guardian_answer", |call, change| {
        record(call, change).boxed()
    })
    .says(super::GROUP, "登记监护人对志愿者的答复", "Record the guardian's answer to the volunteer")
    .allows(Access::Roles(ASKERS), Scope::Region)
    .takes::<Body>()
    .gives::<PairingShown>(StatusCode::OK)
    .fails(&[Code::StateConflict])
}

async fn record(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let pairing = change.pairing(&scope, id).await?;
    let mut checks = Checks::new(call.language);
    let said = body.said().checked(call, &mut checks);
    // A no is heard from anybody, however and whenever it was said.
    if body.answer == YesNo::Yes {
        check_giver(&mut checks, body.giver, body.method, &body.witness);
        check_since(call, &mut checks, "/given_on", &said.given_on, &pairing);
    }
    checks.done()?;
    let pairing = change.record_guardian_answer(&scope, id, &said).await?;
    Ok(reply(call, pairing))
}

impl Body {
    fn said(&self) -> Said<'_> {
        Said {
            purpose: "",
            answer: self.answer,
            giver: self.giver,
            relation: self.relation,
            method: self.method,
            channel: self.channel,
            text_version: &self.text_version,
            given_on: &self.given_on,
            giver_name: &self.giver_name,
            on_behalf_of: &self.on_behalf_of,
            witness: &self.witness,
        }
    }
}
