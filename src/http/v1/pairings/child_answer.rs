//! `POST /pairings/{pairing_id}/child-answer`: the child's own answer to this very volunteer (S12), asked from age eight. A no needs no
//! reason, ends the pairing and keeps the two apart.

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
use crate::http::v1::children::consents_create::ConsentChannel;
use crate::http::v1::people::check_day;
use crate::http::v1::people::words::YesNo;
use crate::store::{Change, ChildSays, Heard};

/// A child's answer to a volunteer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ChildAnswer")]
struct Body {
    answer: YesNo,
    /// How she was asked.
    channel: ConsentChannel,
    /// The day, not in the future.
    #[schemars(extend("format" = "date"))]
    asked_on: String,
    /// For whom somebody else wrote it down; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    on_behalf_of: String,
    /// Who was there; sealed.
    #[serde(default)]
    #[schemars(length(max = 60))]
    witness: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/child-answer";
    Endpoint::changes(Method::POST, path, "record_child_answer", |call, change| record(call, change).boxed())
        .says(super::GROUP, "登记儿童本人对志愿者的答复", "Record the child's own answer to the volunteer")
        .allows(Access::Roles(ASKERS), Scope::Region)
        .takes::<Body>()
        .gives::<PairingShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn record(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/on_behalf_of", &body.on_behalf_of, 0..=60);
    checks.length("/witness", &body.witness, 0..=60);
    let asked_on = check_day(call, &mut checks, "/asked_on", &body.asked_on);
    // Of a yes somebody else must know; a no is heard as it comes.
    if body.answer == YesNo::Yes {
        let pairing = change.pairing(&scope, id).await?;
        check_since(call, &mut checks, "/asked_on", &asked_on, &pairing);
        let spoken = matches!(
            body.channel,
            ConsentChannel::ReadAloud | ConsentChannel::Phone | ConsentChannel::InPerson
        );
        checks.hold(
            !spoken || !body.witness.trim().is_empty(),
            "/witness",
            "required",
            "口头答复须有见证人",
            "a spoken answer needs a witness",
        );
    }
    checks.done()?;
    let heard = Heard {
        channel: body.channel.word().to_owned(),
        on_behalf_of: body.on_behalf_of.trim().to_owned(),
        witness: body.witness.trim().to_owned(),
    };
    let said = ChildSays { answer: body.answer.word().to_owned(), asked_on, heard };
    let pairing = change.record_child_answer(&scope, id, &said).await?;
    Ok(reply(call, pairing))
}
