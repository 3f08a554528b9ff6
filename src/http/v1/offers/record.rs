//! `POST /offers/{offer_id}/record`: writes down what a volunteer answered by phone, on paper or in person: by whom, by which
//! channel, before which witness.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{DeclineReason, InterestKind, OfferShown};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::promises::{NotTaken, take_step};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::http::v1::proposals::DECIDERS;
use crate::runs::promises;
use crate::store::Change;
use crate::store::offers::{Answer, OnBehalf};

/// What she said.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OfferAnswer {
    /// Yes.
    Accept,
    /// No.
    Decline,
    /// She knows the family.
    Conflict,
}

words! {
    /// By which channel an answer came.
    AnswerChannel {
        /// By phone.
        Phone "phone",
        /// On paper, signed.
        Paper "paper",
        /// On paper, with a thumbprint, read aloud before.
        PaperThumbprint "paper_thumbprint",
        /// In person.
        InPerson "in_person",
    }
}

/// An answer, as it was given.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RecordedAnswer")]
struct Body {
    answer: OfferAnswer,
    channel: AnswerChannel,
    /// Who heard it beside the recorder; sealed.
    #[serde(default)]
    #[schemars(length(max = 100))]
    witness: String,
    /// Of a no: why.
    #[serde(default)]
    reason: Option<DeclineReason>,
    /// Of a conflict: what ties her to the family.
    #[serde(default)]
    interest: Option<InterestKind>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/offers/{offer_id}/record";
    Endpoint::works(Method::POST, path, "record_offer_answer", |call| record(call).boxed())
        .says(super::GROUP, "代为登记答复", "Record an answer on the volunteer's behalf")
        .allows(Access::Roles(DECIDERS), Scope::Region)
        .takes::<Body>()
        .gives::<OfferShown>(StatusCode::OK)
        .fails(crate::http::v1::offer_links::REFUSALS)
}

async fn record(call: &Call) -> Result<Reply, Problem> {
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/witness", &body.witness, 0..=100);
    checks.done()?;
    let run_id = {
        let mut view = call.app.store.view().await?;
        let offer = view.offer(&call.span()?, "", call.id("offer_id")?).await?;
        view.proposal(&call.span()?, &offer.proposal_id).await?.run_id
    };
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, id, body): (_, _, Body) = (call.span()?, call.id("offer_id")?, call.body()?);
    let how = OnBehalf {
        answered_by: call.caller()?.user_id.clone(),
        channel: body.channel.word().to_owned(),
        witness: body.witness,
    };
    let offer = change.offer(&span, "", id).await?;
    let plans = &call.app.plans;
    match body.answer {
        OfferAnswer::Accept => drop(promises::accept(change, &offer, &how).await?),
        OfferAnswer::Decline => {
            let reason = body.reason.unwrap_or(DeclineReason::Other).word();
            promises::decline(change, plans, &offer, (Answer::Decline, reason), &how).await?;
        }
        OfferAnswer::Conflict => {
            let kind = body.interest.unwrap_or(InterestKind::Other).word();
            promises::decline(change, plans, &offer, (Answer::Conflict, kind), &how).await?;
        }
    }
    Ok(super::reply(change.offer(&span, "", id).await?))
}
