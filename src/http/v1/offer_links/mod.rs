//! The link of an offer: what its bearer may know, and her answer. Nobody logs in; the link's token is all the authority there is,
//! so that nothing but this one offer is reached by it, and asking costs from a small budget.

pub(in crate::http) mod accept;
pub(in crate::http) mod conflict;
pub(in crate::http) mod decline;
pub(in crate::http) mod get;

use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::promises::{NotTaken, take_step};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::runs::offered::{NeedTold, Offered, of_offer};
use crate::runs::promises;
use crate::store::offers::{Answer, Offer, OnBehalf};
use crate::store::{AuditEvent, Change, View};

/// The group in the API's documentation.
pub(super) const GROUP: &str = "邀请链接 offer links";
/// What an answer may meet.
pub(in crate::http) const REFUSALS: &[Code] = &[
    Code::OfferUsed,
    Code::OfferRevoked,
    Code::OfferExpired,
    Code::NotEligible,
    Code::AlreadyPaired,
    Code::CapacityExhausted,
    Code::StateConflict,
];

/// An offer as its volunteer sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfferSeen")]
pub(in crate::http) struct OfferSeen {
    /// `open`, or what has become of it: `accepted`, `declined`, `expired`, `revoked`, `conflict_reported`.
    pub(in crate::http) state: String,
    pub(in crate::http) expires_at: String,
    /// What is offered; absent once it was answered.
    pub(in crate::http) offered: Option<OfferedShown>,
}

/// What may be told before she has said yes.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Offered")]
pub(in crate::http) struct OfferedShown {
    /// One child, or brothers and sisters.
    children: usize,
    /// `lead` or `seasonal`.
    kind: String,
    needs: Vec<NeedShown>,
    hours: Vec<HoursShown>,
    township: String,
    /// `under_3_km`, `under_10_km`, `under_30_km` or `beyond`.
    distance: Option<String>,
}

/// A need.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfferedNeed")]
struct NeedShown {
    /// A word of the code list of needs.
    kind: String,
    /// Of tutoring: in which subject.
    subject: Option<String>,
    /// `required` or `wished`.
    strength: String,
    /// `in_person`, `remote` or `either`.
    mode: String,
    minutes_per_week: u16,
}

/// When the children can in a season.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfferedHours")]
struct HoursShown {
    /// `term`, `winter_holiday`, `spring_festival` or `summer_holiday`.
    season: String,
    /// Days with their hours, such as `周六 08:00-12:00`.
    hours: Vec<String>,
}

impl From<NeedTold> for NeedShown {
    fn from(need: NeedTold) -> Self {
        Self {
            kind: need.kind.names().1.to_owned(),
            subject: need.subject.map(|subject| subject.names().1.to_owned()),
            strength: need.strength.names().1.to_owned(),
            mode: need.mode.names().1.to_owned(),
            minutes_per_week: need.minutes_per_week,
        }
    }
}

impl From<Offered> for OfferedShown {
    fn from(offered: Offered) -> Self {
        let hours = offered.hours.into_iter();
        Self {
            children: offered.children,
            kind: offered.kind,
            needs: offered.needs.into_iter().map(NeedShown::from).collect(),
            hours: hours
                .map(|(season, hours)| HoursShown { season: season.names().1.to_owned(), hours })
                .collect(),
            township: offered.township,
            distance: offered.distance.map(|band| band.names().2.to_owned()),
        }
    }
}

/// What has become of an offer at a moment: one whose time is over is so before the clock's tick says it.
pub(in crate::http) fn state_of(offer: &Offer, now_ms: i64) -> &str {
    match offer.is_open() {
        true if offer.expires_at_ms <= now_ms => "expired",
        true => "open",
        false => &offer.state,
    }
}

/// An offer as its volunteer may see it, and what is to be written down for it.
pub(in crate::http) async fn seen(
    view: &mut View,
    offer: &Offer,
) -> Result<(OfferSeen, Option<Offered>, Vec<AuditEvent>), Problem> {
    let state = state_of(offer, view.store().now_ms()).to_owned();
    let (offered, events) = match state.as_str() {
        "open" => {
            let (offered, events) = of_offer(view, offer).await?;
            (Some(offered), events)
        }
        _ => (None, Vec::new()),
    };
    let seen = OfferSeen {
        state,
        expires_at: rfc3339(offer.expires_at_ms),
        offered: offered.clone().map(OfferedShown::from),
    };
    Ok((seen, offered, events))
}

/// The offer whose link was used; where a volunteer's account is used instead, one of hers.
pub(in crate::http) async fn offer_of(call: &Call, view: &mut View) -> Result<Offer, Problem> {
    if let Some(token) = call.path.get("token") {
        return Ok(view.offer_of_token(token).await?);
    }
    let volunteer_id = call.caller()?.volunteer_id.clone().unwrap_or_else(|| "-".to_owned());
    let everywhere = crate::store::RegionSpan::everywhere();
    Ok(view.offer(&everywhere, &volunteer_id, call.id("offer_id")?).await?)
}

/// Answers an offer.
pub(in crate::http) async fn answer(
    call: &Call,
    answer: Answer,
    reason: &'static str,
) -> Result<Reply, Problem> {
    let run_id = {
        let mut view = call.app.store.view().await?;
        let offer = offer_of(call, &mut view).await?;
        view.proposal(&crate::store::RegionSpan::everywhere(), &offer.proposal_id).await?.run_id
    };
    take_step(call, &run_id, move |call, change| step(call, change, answer, reason).boxed()).await
}

async fn step(
    call: &Call,
    change: &mut Change,
    answer: Answer,
    reason: &'static str,
) -> Result<Reply, NotTaken> {
    let offer = offer_of(call, change).await?;
    let how = if call.path.contains_key("token") {
        OnBehalf::by_link()
    } else {
        let answered_by = call.caller()?.user_id.clone();
        OnBehalf { answered_by, channel: "account".to_owned(), witness: String::new() }
    };
    match answer {
        Answer::Accept => drop(promises::accept(change, &offer, &how).await?),
        Answer::Decline | Answer::Conflict => {
            promises::decline(change, &call.app.plans, &offer, (answer, reason), &how).await?;
        }
    }
    let offer = offer_of(call, change).await?;
    let seen = OfferSeen {
        state: state_of(&offer, change.now_ms()).to_owned(),
        expires_at: rfc3339(offer.expires_at_ms),
        offered: None,
    };
    Ok(Reply::ok(&seen))
}
