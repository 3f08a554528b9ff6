//! Steps of proposals and offers that the plan of their run follows: what is promised is taken out of it, what comes to nothing is
//! ruled out, and whoever is free then gets the best there is, as a new draft for the coordinator.
//!
//! In: a transaction, the plans in memory, who or what takes the step. Out: the proposal as it is then. The row of the run is
//! held before anything else, so that steps of one plan go one after the other. A step whose plan ran ahead of its table is refused
//! with [`PromiseError::RanAhead`]: nothing may be committed, and it is begun again once the plan was loaded anew.

use super::changes::ChangeError;
use super::eligibility;
use super::following::{follow, group_of};
use super::kept::Plans;
use crate::input::policy;
use crate::secrets::Token;
use crate::store::offers::{Answer, Offer, OnBehalf, deadline_ms};
use crate::store::proposals::{APPROVED, DRAFT, NewProposal, Proposal, ProposalStep, PublishedRun};
use crate::store::{Change, PlanChangeKind, RegionSpan, StoreError};

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PromiseError {
    /// The store refused it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It is to be begun again, with the plan loaded anew.
    #[error("the plan in memory is not that of the table")]
    RanAhead,
    /// There is no plan to be followed: none was proven, or nobody of it is left.
    #[error("there is no plan to be followed")]
    Gone,
    /// The plan cannot be held in memory.
    #[error("the plan cannot be loaded: {0}")]
    Unloadable(String),
}

impl PromiseError {
    /// Whether the same step may be taken when it is begun again, with the plan loaded anew.
    pub fn is_to_be_begun_again(&self) -> bool {
        match self {
            Self::RanAhead => true,
            Self::Store(error) => error.was_overtaken(),
            Self::Gone | Self::Unloadable(_) => false,
        }
    }
}

impl From<ChangeError> for PromiseError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::RanAhead => Self::RanAhead,
            ChangeError::NoPlace => Self::Store(StoreError::conflict("capacity_exhausted")),
            ChangeError::Declined => Self::Store(StoreError::conflict("not_eligible")),
            ChangeError::Unknown => Self::Store(StoreError::conflict("state_conflict")),
            ChangeError::Repair(error) => Self::Unloadable(error.to_string()),
        }
    }
}

/// A proposal and the plan it belongs to, held.
async fn held(
    change: &mut Change,
    span: &RegionSpan,
    id: &str,
) -> Result<(Option<PublishedRun>, Proposal), StoreError> {
    let run_id = change.proposal(span, id).await?.run_id;
    let run = change.hold_plan(&run_id).await?;
    // Read anew: whoever held the plan before may have changed it.
    Ok((run, change.proposal(span, id).await?))
}

async fn held_published(
    change: &mut Change,
    span: &RegionSpan,
    id: &str,
) -> Result<(PublishedRun, Proposal), StoreError> {
    let (run, proposal) = held(change, span, id).await?;
    Ok((run.ok_or(StoreError::conflict("run_not_published"))?, proposal))
}

/// A coordinator wants a draft as it is: the plan goes on without the two.
///
/// # Errors
/// `state_conflict`, `already_paired`, `run_not_published`.
pub async fn pin(
    change: &mut Change,
    plans: &Plans,
    span: &RegionSpan,
    id: &str,
) -> Result<Proposal, PromiseError> {
    let (mut run, proposal) = held_published(change, span, id).await?;
    let pinned = change.step_proposal(&proposal, ProposalStep::Pin, "").await?;
    follow(change, plans, &mut run, PlanChangeKind::Pin, &proposal).await?;
    Ok(pinned)
}

/// She no longer insists: the two are part of the plan again.
///
/// # Errors
/// `state_conflict`, `run_not_published`.
pub async fn unpin(
    change: &mut Change,
    plans: &Plans,
    span: &RegionSpan,
    id: &str,
) -> Result<Proposal, PromiseError> {
    let (mut run, proposal) = held_published(change, span, id).await?;
    change.step_proposal(&proposal, ProposalStep::Unpin, "").await?;
    follow(change, plans, &mut run, PlanChangeKind::Unpin, &proposal).await?;
    Ok(change.proposal(span, id).await?)
}

/// A coordinator does not want the pair: it is ruled out, here and in later runs.
///
/// # Errors
/// `state_conflict`.
pub async fn reject(
    change: &mut Change,
    plans: &Plans,
    span: &RegionSpan,
    id: &str,
    reason: &str,
) -> Result<Proposal, PromiseError> {
    let (run, proposal) = held(change, span, id).await?;
    let rejected = change.step_proposal(&proposal, ProposalStep::Reject, reason).await?;
    refuse(change, plans, run, &proposal, ("coordinator", reason)).await?;
    Ok(rejected)
}

/// Approves in the name of a user; of a draft the plan follows.
///
/// # Errors
/// `state_conflict`, `already_paired`, `run_not_published`.
pub async fn approve(
    change: &mut Change,
    plans: &Plans,
    span: &RegionSpan,
    id: &str,
    user_id: &str,
) -> Result<Proposal, PromiseError> {
    let (mut run, proposal) = held_published(change, span, id).await?;
    let approved = change.approve_proposal(&proposal, user_id).await?;
    if proposal.state == DRAFT {
        let followed = follow(change, plans, &mut run, PlanChangeKind::Pin, &proposal).await;
        followed.map_err(|error| match error {
            // A draft is what the plan has, so there is a place for it; others of the same transaction must not go on.
            PromiseError::Store(StoreError::Conflict { code }) => PromiseError::Unloadable(code.to_owned()),
            other => other,
        })?;
    }
    Ok(approved)
}

/// As [`approve`], of a proposal of a run.
///
/// # Errors
/// Also [`StoreError::NotFound`] where it is of another run.
pub async fn approve_of(
    change: &mut Change,
    plans: &Plans,
    span: &RegionSpan,
    (run_id, id): (&str, &str),
    user_id: &str,
) -> Result<Proposal, PromiseError> {
    of_run(change, span, (run_id, id)).await?;
    approve(change, plans, span, id, user_id).await
}

/// As [`offer`], of a proposal of a run.
///
/// # Errors
/// Also [`StoreError::NotFound`] where it is of another run.
pub async fn offer_of(
    change: &mut Change,
    span: &RegionSpan,
    (run_id, id): (&str, &str),
    public_url: &str,
) -> Result<Offer, PromiseError> {
    of_run(change, span, (run_id, id)).await?;
    Ok(offer(change, span, id, public_url).await?.1)
}

async fn of_run(
    change: &mut Change,
    span: &RegionSpan,
    (run_id, id): (&str, &str),
) -> Result<(), StoreError> {
    let proposal = change.proposal(span, id).await?;
    if proposal.run_id == run_id { Ok(()) } else { Err(StoreError::not_found("proposal")) }
}

/// Gives the children of a draft to another volunteer, pinned; the proposal for her.
///
/// # Errors
/// `state_conflict`, `capacity_exhausted`, `already_paired`, `not_eligible` where a rule or a refusal forbids the pair,
/// `run_not_published`.
pub async fn swap(
    change: &mut Change,
    plans: &Plans,
    span: &RegionSpan,
    id: &str,
    volunteer_id: &str,
) -> Result<Proposal, PromiseError> {
    let (mut run, proposal) = held_published(change, span, id).await?;
    if proposal.state != DRAFT || proposal.volunteer_id == volunteer_id {
        return Err(StoreError::conflict("state_conflict").into());
    }
    let since = plans.confirmed(&run.id).await?;
    let table = change.plan_changes(&run.id, since).await?;
    let priced = plans.price(&run.id, (since, table), group_of(&proposal), volunteer_id).await?;
    let priced = priced.ok_or(StoreError::conflict("not_eligible"))?;
    change.step_proposal(&proposal, ProposalStep::Withdraw, "swapped").await?;
    let new = NewProposal {
        run_id: run.id.clone(),
        group_number: proposal.group_number,
        volunteer_id: volunteer_id.to_owned(),
        kind: priced.kind.names().1.to_owned(),
        origin: "swapped".to_owned(),
        cost: priced.cost,
        backup_volunteer_id: Some(proposal.volunteer_id.clone()),
        region_code: proposal.region_code.clone(),
        child_ids: proposal.child_ids.clone(),
    };
    let new_id = change.add_proposal(&new).await?;
    let drafted = change.proposal(&RegionSpan::everywhere(), &new_id).await?;
    let pinned = change.step_proposal(&drafted, ProposalStep::Pin, "").await?;
    follow(change, plans, &mut run, PlanChangeKind::Pin, &pinned).await?;
    Ok(pinned)
}

/// Until when an offer of a run that is made now may be answered.
async fn deadline(change: &mut Change, run_id: &str) -> Result<i64, StoreError> {
    let everywhere = RegionSpan::everywhere();
    let policy_id = change.run(&everywhere, run_id).await?.policy_id;
    let content = change.policy(&everywhere, &policy_id).await?.content;
    let parsed = policy::parse(&content, "policy.toml").map_err(|error| StoreError::Broken {
        table: "policies",
        column: "content",
        row: policy_id,
        cause: error.to_string(),
    })?;
    Ok(deadline_ms(change.now_ms(), parsed.policy.offer_hours, &parsed.policy.calendar))
}

/// Offers an approved proposal to its volunteer: the proposal, the offer, and the token of its link, which nobody keeps.
///
/// # Errors
/// `state_conflict`, `not_eligible` where a rule stands against the pair today.
pub async fn offer(
    change: &mut Change,
    span: &RegionSpan,
    id: &str,
    public_url: &str,
) -> Result<(Proposal, Offer, Token), PromiseError> {
    let proposal = change.proposal(span, id).await?;
    // What was rejected or is offered already holds no place, so that the rules would speak of a place and not of that.
    if proposal.state != APPROVED {
        return Err(StoreError::conflict("state_conflict").into());
    }
    check_eligible(change, id).await?;
    let offered = change.step_proposal(&proposal, ProposalStep::Offer, "").await?;
    let expires_at_ms = deadline(change, &proposal.run_id).await?;
    let (offer_id, token) = change.add_offer(&offered, expires_at_ms).await?;
    let offer = change.offer(&RegionSpan::everywhere(), "", &offer_id).await?;
    change.send_link(&offer, &link(public_url, &token)).await?;
    Ok((offered, offer, token))
}

/// The link of an offer, below the address of the deployment.
pub fn link(public_url: &str, token: &Token) -> String {
    format!("{}/i/{}", public_url.trim_end_matches('/'), token.expose())
}

/// Another link for an open offer, with all its time; the former is good no longer.
///
/// # Errors
/// `state_conflict` where it is not open.
pub async fn resend(
    change: &mut Change,
    span: &RegionSpan,
    id: &str,
    public_url: &str,
) -> Result<(Offer, Token), PromiseError> {
    let offer = change.offer(span, "", id).await?;
    let proposal = change.proposal(&RegionSpan::everywhere(), &offer.proposal_id).await?;
    let expires_at_ms = deadline(change, &proposal.run_id).await?;
    let token = change.resend_offer(&offer, expires_at_ms).await?;
    let offer = change.offer(span, "", id).await?;
    change.send_link(&offer, &link(public_url, &token)).await?;
    Ok((offer, token))
}

/// Takes an open offer back; the proposal is approved as before.
///
/// # Errors
/// `state_conflict` where it is not open.
pub async fn revoke(
    change: &mut Change,
    span: &RegionSpan,
    id: &str,
    reason: &str,
) -> Result<Offer, PromiseError> {
    let offer = change.offer(span, "", id).await?;
    change.revoke_offer(&offer, reason).await?;
    let proposal = change.proposal(&RegionSpan::everywhere(), &offer.proposal_id).await?;
    change.step_proposal(&proposal, ProposalStep::Revoke, reason).await?;
    Ok(change.offer(span, "", id).await?)
}

/// A volunteer says yes: the rules are asked again, and a pairing begins for each child; their ids.
///
/// # Errors
/// `offer_used`, `offer_revoked`, `offer_expired`, `not_eligible`, `already_paired`, `capacity_exhausted`.
pub async fn accept(change: &mut Change, offer: &Offer, how: &OnBehalf) -> Result<Vec<String>, PromiseError> {
    change.answer_offer(offer, Answer::Accept, "", how).await?;
    let proposal = change.proposal(&RegionSpan::everywhere(), &offer.proposal_id).await?;
    change.hold_proposal_for_rules(&proposal.id).await?;
    check_eligible(change, &proposal.id).await?;
    let accepted = change.step_proposal(&proposal, ProposalStep::Accept, "").await?;
    Ok(change.begin_pairings(&accepted.id).await?)
}

/// Whether the rules hold today for the children and the volunteer of a proposal.
async fn check_eligible(change: &mut Change, proposal_id: &str) -> Result<(), StoreError> {
    let eligibility = eligibility::of_proposal(change, proposal_id).await?;
    if eligibility.holds() { Ok(()) } else { Err(StoreError::conflict("not_eligible")) }
}

/// A volunteer says no, or that she knows the family: nothing is held against her (S8), and the pair does not come back.
///
/// # Errors
/// `offer_used`, `offer_revoked`, `offer_expired`.
pub async fn decline(
    change: &mut Change,
    plans: &Plans,
    offer: &Offer,
    (answer, reason): (Answer, &str),
    how: &OnBehalf,
) -> Result<(), PromiseError> {
    let (run, proposal) = held(change, &RegionSpan::everywhere(), &offer.proposal_id).await?;
    change.answer_offer(offer, answer, reason, how).await?;
    change.step_proposal(&proposal, ProposalStep::Decline, reason).await?;
    if answer == Answer::Conflict {
        change.report_interest_in(&proposal, reason).await?;
    }
    refuse(change, plans, run, &proposal, ("volunteer", reason)).await
}

/// Nobody answered in time.
///
/// # Errors
/// `state_conflict` where somebody did.
pub async fn expire(change: &mut Change, plans: &Plans, offer: &Offer) -> Result<(), PromiseError> {
    let (run, proposal) = held(change, &RegionSpan::everywhere(), &offer.proposal_id).await?;
    change.expire_offer(offer).await?;
    change.step_proposal(&proposal, ProposalStep::Expire, "no_answer").await?;
    refuse(change, plans, run, &proposal, ("expiry", "no_answer")).await
}

async fn refuse(
    change: &mut Change,
    plans: &Plans,
    run: Option<PublishedRun>,
    proposal: &Proposal,
    (said_by, reason): (&'static str, &str),
) -> Result<(), PromiseError> {
    change.add_refusals(&proposal.child_ids, &proposal.volunteer_id, said_by, reason).await?;
    // Another run has taken over: it holds the promise as it was, and the next one will know of the refusal.
    let Some(mut run) = run else { return Ok(()) };
    follow(change, plans, &mut run, PlanChangeKind::Decline, proposal).await
}
