//! Proposals (建议结对): a volunteer and a group of children whom a run proposes to each other, and what becomes of it.
//!
//! | file | |
//! |---|---|
//! | this | what a proposal is, and reading |
//! | `steps` | draft → pinned, approved → offered → accepted, declined, expired; rejected, withdrawn |
//! | `closing` | what takes a proposal back at once: a withdrawn consent, a bar, an erasure |
//! | `plan_changes` | the plan of a published run follows: what is promised is taken out, what is refused is ruled out |
//! | `repairs` | what came to nothing outside of the plan, and the plan is to follow |
//! | `refusals` | pairs that do not come back by themselves |

pub(super) mod closing;
pub(super) mod plan_changes;
pub(super) mod refusals;
pub(super) mod repairs;
pub(super) mod steps;

use sqlx::FromRow;

use super::audit::AuditEvent;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::statement::{Statement, bound, statements};
use super::view::View;

pub use plan_changes::{PlanChange, PlanChangeKind, PublishedRun};
pub use refusals::Refusal;
pub use repairs::{DueRepair, DueRepairs};
pub use steps::ProposalStep;

/// A run proposed it, or the repair of its plan.
pub const DRAFT: &str = "draft";
/// A coordinator wants it so.
pub const PINNED: &str = "pinned";
/// A named coordinator approved it.
pub const APPROVED: &str = "approved";
/// The volunteer was asked.
pub const OFFERED: &str = "offered";
/// She said yes.
pub const ACCEPTED: &str = "accepted";
/// She said no.
pub const DECLINED: &str = "declined";
/// She did not answer in time.
pub const EXPIRED: &str = "expired";
/// The plan has another pair in its place.
pub const WITHDRAWN: &str = "withdrawn";
/// A coordinator does not want it.
pub const REJECTED: &str = "rejected";

/// Every state, for code lists.
pub const STATES: &[&str] =
    &[DRAFT, PINNED, APPROVED, OFFERED, ACCEPTED, DECLINED, EXPIRED, WITHDRAWN, REJECTED];

macro_rules! proposal_columns {
    () => {
        "p.id, p.version, p.run_id, p.region_code, p.group_number, p.volunteer_id, p.kind, p.origin, p.state,
            p.reason, p.cost, p.backup_volunteer_id, p.approved_by, p.approved_at_ms, p.created_at_ms,
            p.updated_at_ms,
            COALESCE((SELECT string_agg(k.child_id, ',' ORDER BY k.child_id)
                FROM proposal_children k
                WHERE k.proposal_id = p.id), '') AS children
        FROM proposals p"
    };
}
statements! {
    /// One proposal.
    FIND = concat!("SELECT ", proposal_columns!(), "
        WHERE p.id = $1 AND p.region_code BETWEEN $2 AND $3");
    /// A page of proposals, all of them.
    LIST = concat!("SELECT ", proposal_columns!(), "
        WHERE p.region_code BETWEEN $1 AND $2 AND p.id > $3 AND ($4 = '' OR p.state = $4)
            AND ($5 = '' OR p.volunteer_id = $5)
        ORDER BY p.id
        LIMIT $6");
    /// A page of the proposals of a run.
    LIST_OF_RUN = concat!("SELECT ", proposal_columns!(), "
        WHERE p.run_id = $7 AND p.region_code BETWEEN $1 AND $2 AND p.id > $3 AND ($4 = '' OR p.state = $4)
            AND ($5 = '' OR p.volunteer_id = $5)
        ORDER BY p.id
        LIMIT $6");
    /// A page of the proposals for a child.
    LIST_OF_CHILD = concat!("SELECT ", proposal_columns!(), "
        JOIN proposal_children c ON c.proposal_id = p.id
        WHERE c.child_id = $7 AND p.region_code BETWEEN $1 AND $2 AND p.id > $3 AND ($4 = '' OR p.state = $4)
            AND ($5 = '' OR p.volunteer_id = $5)
        ORDER BY p.id
        LIMIT $6");
    /// The open proposal of a group.
    FIND_OPEN = concat!("SELECT ", proposal_columns!(), "
        WHERE p.run_id = $1 AND p.group_number = $2
            AND p.state IN ('draft', 'pinned', 'approved', 'offered', 'accepted')");
    /// The open proposals of a run's groups.
    LIST_OPEN = "SELECT group_number, volunteer_id, state FROM proposals
        WHERE run_id = $1 AND state IN ('draft', 'pinned', 'approved', 'offered', 'accepted')";
    /// The present numbers of a run's proposals by state.
    COUNT = "SELECT state, COUNT(*) AS number FROM proposals WHERE run_id = $1 GROUP BY state ORDER BY state";
}

/// The statements of every file.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("proposals/mod", STATEMENTS),
    ("proposals/closing", closing::STATEMENTS),
    ("proposals/plan_changes", plan_changes::STATEMENTS),
    ("proposals/refusals", refusals::STATEMENTS),
    ("proposals/repairs", repairs::STATEMENTS),
    ("proposals/steps", steps::STATEMENTS),
];

#[derive(FromRow)]
struct Row {
    id: String,
    version: i64,
    run_id: String,
    region_code: String,
    group_number: i64,
    volunteer_id: String,
    kind: String,
    origin: String,
    state: String,
    reason: String,
    cost: i64,
    backup_volunteer_id: Option<String>,
    approved_by: Option<String>,
    approved_at_ms: Option<i64>,
    created_at_ms: i64,
    updated_at_ms: i64,
    children: String,
}

#[derive(FromRow)]
struct Counted {
    state: String,
    number: i64,
}

/// The open proposal of a group.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct OpenProposal {
    /// The group's number.
    pub group_number: i64,
    /// The volunteer.
    pub volunteer_id: String,
    /// Its state.
    pub state: String,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// The run whose plan it is part of.
    pub run_id: String,
    /// The children's division.
    pub region_code: String,
    /// The group's number in the run's plan.
    pub group_number: i64,
    /// The volunteer.
    pub volunteer_id: String,
    /// `lead` or `seasonal`.
    pub kind: String,
    /// Where it came from: `proposed` or `joined_sibling` by the run, `repaired`, or `swapped` by a coordinator.
    pub origin: String,
    /// What has become of it.
    pub state: String,
    /// Why, where it came to nothing: a word of a code list.
    pub reason: String,
    /// What the pair costs, in points.
    pub cost: i64,
    /// Who would be next.
    pub backup_volunteer_id: Option<String>,
    /// Which user approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at_ms: Option<i64>,
    /// When it was made.
    pub created_at_ms: i64,
    /// When it was changed last.
    pub updated_at_ms: i64,
    /// The children, one or brothers and sisters.
    pub child_ids: Vec<String>,
}

impl From<Row> for Proposal {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            version: row.version,
            run_id: row.run_id,
            region_code: row.region_code,
            group_number: row.group_number,
            volunteer_id: row.volunteer_id,
            kind: row.kind,
            origin: row.origin,
            state: row.state,
            reason: row.reason,
            cost: row.cost,
            backup_volunteer_id: row.backup_volunteer_id,
            approved_by: row.approved_by,
            approved_at_ms: row.approved_at_ms,
            created_at_ms: row.created_at_ms,
            updated_at_ms: row.updated_at_ms,
            child_ids: row.children.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
        }
    }
}

impl Proposal {
    /// What is written down when it is shown: it tells of each of its children.
    pub fn read_events(&self) -> impl Iterator<Item = AuditEvent> + '_ {
        self.child_ids.iter().map(|child_id| {
            AuditEvent::new("proposal.read", "children", child_id, &self.region_code).of_fields(["volunteer"])
        })
    }

    /// Whether the group is taken out of the plan for it.
    pub fn is_promised(&self) -> bool {
        [PINNED, APPROVED, OFFERED, ACCEPTED].contains(&self.state.as_str())
    }
}

/// A proposal to be.
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// The run.
    pub run_id: String,
    /// The group's number in its plan.
    pub group_number: i64,
    /// The volunteer.
    pub volunteer_id: String,
    /// `lead` or `seasonal`.
    pub kind: String,
    /// `repaired` or `swapped`.
    pub origin: String,
    /// What the pair costs, in points.
    pub cost: i64,
    /// Who would be next.
    pub backup_volunteer_id: Option<String>,
    /// The children's division.
    pub region_code: String,
    /// The children.
    pub child_ids: Vec<String>,
}

/// Which proposals.
#[derive(Clone, Debug)]
pub struct ProposalFilter {
    /// Of children of these divisions.
    pub region: RegionSpan,
    /// In this state; empty for all.
    pub state: String,
    /// For this volunteer; empty for all.
    pub volunteer_id: String,
    /// Of one run, of one child, or all.
    pub of: ProposalsOf,
}

/// Whose proposals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalsOf {
    /// Everybody's.
    All,
    /// Those of a run.
    Run(String),
    /// Those for a child.
    Child(String),
}

impl View {
    /// One proposal.
    pub async fn proposal(&mut self, span: &RegionSpan, id: &str) -> Result<Proposal, StoreError> {
        let found: Option<Row> = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        found.map(Proposal::from).ok_or(StoreError::not_found("proposal"))
    }

    /// A page of proposals, oldest first.
    pub async fn proposals(
        &mut self,
        filter: &ProposalFilter,
        page: &PageRequest,
    ) -> Result<Page<Proposal>, StoreError> {
        let mut values = bound![
            &filter.region.first,
            &filter.region.last,
            &page.after,
            &filter.state,
            &filter.volunteer_id,
            page.rows()
        ];
        let statement = match &filter.of {
            ProposalsOf::All => LIST,
            ProposalsOf::Run(id) => {
                values.extend(bound![id]);
                LIST_OF_RUN
            }
            ProposalsOf::Child(id) => {
                values.extend(bound![id]);
                LIST_OF_CHILD
            }
        };
        let rows: Vec<Row> = self.all(statement, values).await?;
        Ok(page.page(rows.into_iter().map(Proposal::from).collect(), |proposal| proposal.id.clone()))
    }

    /// The open proposal of a group of a run's plan.
    pub async fn open_proposal(
        &mut self,
        run_id: &str,
        group_number: i64,
    ) -> Result<Option<Proposal>, StoreError> {
        let found: Option<Row> = self.optional(FIND_OPEN, bound![run_id, group_number]).await?;
        Ok(found.map(Proposal::from))
    }

    /// The open proposals of all groups of a run's plan.
    pub async fn open_proposals(&mut self, run_id: &str) -> Result<Vec<OpenProposal>, StoreError> {
        self.all(LIST_OPEN, bound![run_id]).await
    }

    /// How many proposals of a run are in each state.
    pub async fn proposal_counts(&mut self, run_id: &str) -> Result<Vec<(String, i64)>, StoreError> {
        let rows: Vec<Counted> = self.all(COUNT, bound![run_id]).await?;
        Ok(rows.into_iter().map(|row| (row.state, row.number)).collect())
    }
}
