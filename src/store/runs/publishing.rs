//! From a plan to proposals that people decide about: drafts in stretches, then the run's state and whatever it supersedes.
//!
//! A stretch of drafts holds the run's row and adds only groups that have none yet. So a publication that broke off goes on
//! where it stopped, and two at once make one set of drafts. Nobody sees the drafts as in force before the state changes.

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::Run;
use crate::store::statement::{bound, statements};
use crate::store::{Change, RegionSpan, StoreError, View};

statements! {
    /// Holds a run that may be published.
    HOLD = "UPDATE runs SET changes = changes
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND state = 'succeeded'";
    /// Groups of a run that have a proposal, between two numbers.
    LIST_GROUPS = "SELECT group_number FROM proposals
        WHERE run_id = $1 AND group_number BETWEEN $2 AND $3";
    /// Adds a draft.
    ADD = "INSERT INTO proposals
        (id, version, run_id, region_code, group_number, volunteer_id, kind, origin, state, reason, cost,
         backup_volunteer_id, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'draft', '', $8, $9, $10, $11)";
    /// Adds a child of a draft.
    ADD_CHILD = "INSERT INTO proposal_children (proposal_id, child_id, is_open) VALUES ($1, $2, FALSE)";
    /// Where a proposal came from, and its first child.
    FIND_PLACE = "SELECT p.run_id, p.volunteer_id, p.origin, p.region_code, MIN(i.child_id) AS child_id
        FROM proposals p
        JOIN proposal_children i ON i.proposal_id = p.id
        WHERE p.id = $1 AND p.region_code BETWEEN $2 AND $3
        GROUP BY p.run_id, p.volunteer_id, p.origin, p.region_code";
    /// One publication at a time: two whose divisions overlap must see each other.
    TAKE_TURN = "UPDATE audit_head SET hash = hash WHERE id = 1";
    /// Published runs whose divisions overlap.
    LIST_OVERLAPPING = "SELECT id FROM runs
        WHERE state = 'published' AND id <> $1
            AND (region_code BETWEEN $2 AND $3 OR region_code IN ($4, $5, $6, $7))
        ORDER BY id";
    /// Another takes its place.
    SUPERSEDE = "UPDATE runs
        SET state = 'superseded', version = version + 1, superseded_by = $2, superseded_at_ms = $3
        WHERE id = $1 AND state = 'published'";
    /// Drafts that nobody has decided about go with it.
    WITHDRAW_DRAFTS = "UPDATE proposals
        SET state = 'withdrawn', reason = 'superseded', version = version + 1, updated_at_ms = $2
        WHERE run_id = $1 AND state = 'draft'";
    /// It is in force.
    PUBLISH = "UPDATE runs
        SET state = 'published', version = version + 1, published_by = $2, published_at_ms = $3
        WHERE id = $1 AND state = 'succeeded'";
}

/// A draft to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// Number of the group in the plan.
    pub group_number: i64,
    /// Division of the child.
    pub region_code: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// `lead` or `seasonal`.
    pub kind: &'static str,
    /// `proposed` or `joined_sibling`.
    pub origin: &'static str,
    /// What the pair costs, points.
    pub cost: i64,
    /// Who would step in.
    pub backup_volunteer_id: Option<String>,
    /// The children: one, or brothers and sisters.
    pub child_ids: Vec<String>,
}

/// Where a proposal came from.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct ProposalPlace {
    /// The run.
    pub run_id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// How it came to be.
    pub origin: String,
    /// Division of the child.
    pub region_code: String,
    /// The child, of several one.
    pub child_id: String,
}

impl View {
    /// Where a proposal of the span came from.
    pub async fn proposal_place(&mut self, span: &RegionSpan, id: &str) -> Result<ProposalPlace, StoreError> {
        let found = self.optional(FIND_PLACE, bound![id, &span.first, &span.last]).await?;
        found.ok_or(StoreError::not_found("proposal"))
    }
}

#[derive(FromRow)]
struct Group {
    group_number: i64,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

impl Change {
    /// Holds a run of the span that may be published.
    ///
    /// # Errors
    /// `state_conflict` where it has no plan or was published before, `run_provisional` where nothing of it may be offered.
    pub async fn hold_run_to_publish(&mut self, span: &RegionSpan, id: &str) -> Result<Run, StoreError> {
        let held = self.execute(HOLD, bound![id, &span.first, &span.last]).await?;
        let run = self.run(span, id).await?;
        if held == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        if run.provisional {
            return Err(StoreError::conflict("run_provisional"));
        }
        Ok(run)
    }

    /// Adds drafts of groups that have no proposal yet. The run must be held. `drafts` are in the order of their groups.
    pub async fn add_draft_proposals(&mut self, run: &Run, drafts: &[NewProposal]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (drafts.first(), drafts.last()) else { return Ok(()) };
        let values = bound![&run.id, first.group_number, last.group_number];
        let there: Vec<Group> = self.all(LIST_GROUPS, values).await?;
        let there: BTreeSet<i64> = there.into_iter().map(|group| group.group_number).collect();
        let now_ms = self.now_ms();
        let (mut rows, mut children) = (Vec::new(), Vec::new());
        for draft in drafts.iter().filter(|draft| !there.contains(&draft.group_number)) {
            let id = self.store().new_id();
            children.extend(draft.child_ids.iter().map(|child| bound![&id, child]));
            let mut row = bound![&id, &run.id, &draft.region_code, draft.group_number, &draft.volunteer_id];
            row.extend(bound![draft.kind, draft.origin, draft.cost, draft.backup_volunteer_id.clone()]);
            row.extend(bound![now_ms, now_ms]);
            rows.push(row);
        }
        self.insert_many(ADD, rows).await?;
        self.insert_many(ADD_CHILD, children).await.map(|_| ())
    }

    /// Puts a run into force, and what overlaps it out of force.
    ///
    /// # Errors
    /// As [`hold_run_to_publish`](Self::hold_run_to_publish).
    pub async fn publish_run(&mut self, span: &RegionSpan, id: &str) -> Result<Run, StoreError> {
        self.execute(TAKE_TURN, bound![]).await?;
        let run = self.hold_run_to_publish(span, id).await?;
        let (own, now_ms) = (RegionSpan::of_prefix(&run.region_code), self.now_ms());
        let [province, prefecture, county, township] =
            [2, 4, 6, 9].map(|digits| format!("{:0<12}", &run.region_code[..digits]));
        let values = bound![id, &own.first, &own.last, province, prefecture, county, township];
        let overlapping: Vec<Id> = self.all(LIST_OVERLAPPING, values).await?;
        for other in overlapping {
            self.execute(SUPERSEDE, bound![&other.id, id, now_ms]).await?;
            self.execute(WITHDRAW_DRAFTS, bound![&other.id, now_ms]).await?;
            self.add_run_event(&other.id, "superseded", ("done", 100)).await?;
            let other = self.run(&RegionSpan::everywhere(), &other.id).await?;
            self.record(other.event("run.superseded"));
        }
        let publisher = self.actor().id.clone().unwrap_or_default();
        if self.execute(PUBLISH, bound![id, publisher, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.add_run_event(id, "published", ("done", 100)).await?;
        self.record(run.event("run.published"));
        self.run(span, id).await
    }
}
