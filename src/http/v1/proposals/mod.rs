//! Proposals (建议结对): what a run proposes, and what coordinators decide about it.

pub(in crate::http) mod approve;
pub(in crate::http) mod approve_many;
pub(in crate::http) mod get;
pub(in crate::http) mod list;
pub(in crate::http) mod list_of_run;
pub(in crate::http) mod offer;
pub(in crate::http) mod offer_many;
pub(in crate::http) mod pin;
pub(in crate::http) mod reject;
pub(in crate::http) mod swap;
pub(in crate::http) mod unpin;

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::words::words;
use crate::model::Role;
use crate::store::AuditEvent;
use crate::store::proposals::Proposal;

/// The group in the API's documentation.
pub(super) const GROUP: &str = "建议结对 proposals";
/// Who decides about pairs. A supervisor approves none: she hears of concerns about them (S14).
pub(super) const DECIDERS: &[Role] = &[Role::Coordinator];
/// What a step of a proposal may meet.
const REFUSALS: &[Code] =
    &[Code::StateConflict, Code::AlreadyPaired, Code::CapacityExhausted, Code::RunNotPublished];

words! {
    /// What has become of a proposal.
    ProposalState {
        /// Proposed by a run or its repair.
        Draft "draft",
        /// A coordinator wants it so.
        Pinned "pinned",
        /// A named coordinator approved it.
        Approved "approved",
        /// The volunteer was asked.
        Offered "offered",
        /// She said yes.
        Accepted "accepted",
        /// She said no.
        Declined "declined",
        /// She did not answer in time.
        Expired "expired",
        /// The plan has another pair in its place.
        Withdrawn "withdrawn",
        /// A coordinator does not want it.
        Rejected "rejected",
    }
}

words! {
    /// Why a coordinator rejects a pair.
    RejectReason {
        /// She knows of something between them.
        Conflict "conflict",
        /// The way is not as the map says.
        Travel "travel",
        /// They do not fit.
        Fit "fit",
        /// The child's situation has changed.
        ChildChanged "child_changed",
        /// The volunteer's situation has changed.
        VolunteerChanged "volunteer_changed",
        /// Another reason.
        Other "other",
    }
}

/// A proposal. Ids alone: names are revealed one record at a time.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Proposal")]
pub(super) struct ProposalShown {
    id: String,
    version: i64,
    run_id: String,
    region_code: String,
    /// The group's number in the run's plan.
    group_number: i64,
    volunteer_id: String,
    child_ids: Vec<String>,
    /// `lead` or `seasonal`.
    kind: String,
    /// `proposed`, `joined_sibling`, `repaired` or `swapped`.
    origin: String,
    state: String,
    /// Why it came to nothing; empty otherwise.
    reason: String,
    /// What the pair costs, in points; 100 points are one minute of one way.
    cost_points: i64,
    backup_volunteer_id: Option<String>,
    approved_by: Option<String>,
    approved_at: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<Proposal> for ProposalShown {
    fn from(proposal: Proposal) -> Self {
        Self {
            id: proposal.id,
            version: proposal.version,
            run_id: proposal.run_id,
            region_code: proposal.region_code,
            group_number: proposal.group_number,
            volunteer_id: proposal.volunteer_id,
            child_ids: proposal.child_ids,
            kind: proposal.kind,
            origin: proposal.origin,
            state: proposal.state,
            reason: proposal.reason,
            cost_points: proposal.cost,
            backup_volunteer_id: proposal.backup_volunteer_id,
            approved_by: proposal.approved_by,
            approved_at: proposal.approved_at_ms.map(rfc3339),
            created_at: rfc3339(proposal.created_at_ms),
            updated_at: rfc3339(proposal.updated_at_ms),
        }
    }
}

/// Answers a proposal; it is written down that each of its children was read of.
fn reply(proposal: Proposal) -> Reply {
    let events: Vec<AuditEvent> = proposal.read_events().collect();
    let version = proposal.version;
    Reply::json(StatusCode::OK, &ProposalShown::from(proposal)).version(version).reading(events)
}

/// The run of the proposal that is named in the path.
async fn run_of(call: &Call) -> Result<String, Problem> {
    let mut view = call.app.store.view().await?;
    Ok(view.proposal(&call.span()?, call.id("proposal_id")?).await?.run_id)
}
