//! `POST /proposals/{proposal_id}/swap`: another volunteer for the children of a draft. With `validate_only=true` the exact price is
//! shown and nothing is changed; else the pair is pinned.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ProposalShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::promises::{NotTaken, take_step};
use crate::http::reply::Reply;
use crate::runs::changes::{Moved, SwapPrice};
use crate::runs::promises::{self, PromiseError};
use crate::store::proposals::DRAFT;
use crate::store::{AuditEvent, Change, RegionSpan};

/// For whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Swap")]
struct Body {
    /// Who is to have the children.
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: String,
}

/// How.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SwapQuery")]
struct Query {
    /// Show the price alone.
    #[serde(default)]
    validate_only: bool,
}

/// What a swap would change: exactly, against the best plan there is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SwapPrice")]
struct PriceShown {
    /// Points of the pair itself; 100 points are one minute of one way.
    cost_points: i64,
    /// By how many points the least total rises, what leaving children alone costs included; 0 is equally good.
    delta_points: String,
    /// By how many points the rest rises: cost of pairs and of further households.
    other_points: i64,
    /// Children who would be left without a volunteer, by priority class.
    losing: Vec<ByClass>,
    /// Children who would get one.
    gaining: Vec<ByClass>,
    /// Who would move, in order.
    moves: Vec<MoveShown>,
}

/// Children of one priority class.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChildrenByClass")]
struct ByClass {
    /// Its place in the policy, from 0.
    class: usize,
    children: usize,
}

/// Children who would have another volunteer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SwapMove")]
struct MoveShown {
    child_ids: Vec<String>,
    from_volunteer_id: Option<String>,
    to_volunteer_id: Option<String>,
}

/// The proposal, or the price of it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Swapped")]
struct Swapped {
    /// What it changes.
    price: Option<PriceShown>,
    /// The pinned proposal; absent where the price alone was asked for.
    proposal: Option<ProposalShown>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/proposals/{proposal_id}/swap";
    Endpoint::works(Method::POST, path, "swap_proposal", |call| swap(call).boxed())
        .says(
            super::GROUP,
            "换一位志愿者（先看确切代价）",
            "Give a draft to another volunteer, the price first",
        )
        .allows(Access::Roles(super::DECIDERS), Scope::Region)
        .asks::<Query>()
        .takes::<Body>()
        .gives::<Swapped>(StatusCode::OK)
        .fails(super::REFUSALS)
        .fails(&[Code::NotEligible])
}

async fn swap(call: &Call) -> Result<Reply, Problem> {
    let run_id = super::run_of(call).await?;
    let (query, body): (Query, Body) = (call.query()?, call.body()?);
    let mut checks = Checks::new(call.language);
    checks.id("/volunteer_id", &body.volunteer_id);
    checks.done()?;
    if query.validate_only {
        return price(call, &run_id, &body.volunteer_id).await;
    }
    take_step(call, &run_id, |call, change| step(call, change).boxed()).await
}

/// The price alone.
async fn price(call: &Call, run_id: &str, volunteer_id: &str) -> Result<Reply, Problem> {
    let mut view = call.app.store.view().await?;
    let proposal = view.proposal(&call.span()?, call.id("proposal_id")?).await?;
    if view.run(&RegionSpan::everywhere(), run_id).await?.state != "published" {
        return Err(Problem::new(Code::RunNotPublished));
    }
    if proposal.state != DRAFT || proposal.volunteer_id == volunteer_id {
        return Err(Problem::new(Code::StateConflict));
    }
    let group = u32::try_from(proposal.group_number).unwrap_or(u32::MAX);
    let plans = &call.app.plans;
    let since = plans.confirmed(run_id).await?;
    let table = view.plan_changes(run_id, since).await?;
    drop(view);
    let priced = plans.price(run_id, (since, table), group, volunteer_id).await;
    if matches!(priced, Err(PromiseError::RanAhead)) {
        // Whoever asks again is answered.
        plans.forget(run_id);
    }
    let priced = priced?.ok_or(Problem::new(Code::NotEligible))?;
    let priced = within(call, priced).await?;
    let events = read_events(&priced, &proposal.region_code);
    let shown = Swapped { price: Some(PriceShown::from(priced)), proposal: None };
    Ok(Reply::ok(&shown).reading(events))
}

/// Who moves beyond the caller's divisions is not named.
async fn within(call: &Call, mut price: SwapPrice) -> Result<SwapPrice, Problem> {
    let (span, mut view) = (call.span()?, call.app.store.view().await?);
    for step in &mut price.moves {
        for child_id in std::mem::take(&mut step.child_ids) {
            if span.holds(&view.region_of_child(&child_id).await?) {
                step.child_ids.push(child_id);
            }
        }
        if step.child_ids.is_empty() {
            (step.from, step.to) = (None, None);
        }
    }
    Ok(price)
}

async fn step(call: &Call, change: &mut Change) -> Result<Reply, NotTaken> {
    let (span, id) = (call.span()?, call.id("proposal_id")?);
    let body: Body = call.body()?;
    let proposal = promises::swap(change, &call.app.plans, &span, id, &body.volunteer_id).await?;
    let events: Vec<AuditEvent> = proposal.read_events().collect();
    let shown = Swapped { price: None, proposal: Some(ProposalShown::from(proposal)) };
    Ok(Reply::ok(&shown).reading(events))
}

/// The children who would move were read of as well.
fn read_events(price: &SwapPrice, region_code: &str) -> Vec<AuditEvent> {
    let children = price.moves.iter().flat_map(|step| &step.child_ids);
    let event = |child_id: &String| AuditEvent::new("proposal.read", "children", child_id, region_code);
    children.map(|child_id| event(child_id).of_fields(["volunteer"])).collect()
}

impl From<SwapPrice> for PriceShown {
    fn from(price: SwapPrice) -> Self {
        let by_class = |counts: std::collections::BTreeMap<usize, usize>| {
            counts.into_iter().map(|(class, children)| ByClass { class, children }).collect()
        };
        Self {
            cost_points: price.cost,
            delta_points: price.delta.to_string(),
            other_points: price.other,
            losing: by_class(price.losing),
            gaining: by_class(price.gaining),
            moves: price.moves.into_iter().map(MoveShown::from).collect(),
        }
    }
}

impl From<Moved> for MoveShown {
    fn from(step: Moved) -> Self {
        Self { child_ids: step.child_ids, from_volunteer_id: step.from, to_volunteer_id: step.to }
    }
}
