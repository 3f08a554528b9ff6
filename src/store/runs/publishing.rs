//! From a plan to proposals that people decide about: drafts in stretches, then the run's state and whatever it supersedes.
//!
//! A stretch of drafts holds the run's row and adds only groups that have none yet. So a publication that broke off goes on
//! where it stopped, and two at once make one set of drafts. Nobody sees the drafts as in force before the state changes.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sqlx::FromRow;

use super::Run;
use crate::store::people::china_day;
use crate::store::proposals::PlanChangeKind;
use crate::store::statement::{bound, statements};
use crate::store::{Actor, Change, RegionSpan, Store, StoreError, View};

/// Days between a run and its publication at most, and between the day it was made for and that of its publication.
const MOST_DAYS: i32 = 31;
/// Drafts of superseded runs that one transaction withdraws.
const DRAFTS_AT_ONCE: i64 = 1_000;

/// A volunteer's unit, where one of it takes no part on a day.
macro_rules! volunteer_out {
    ($volunteer:literal, $day:literal) => {
        concat!(
            "SELECT m.id
                FROM volunteers v
                JOIN volunteers m ON m.id = v.id
                    OR (m.county_code = v.county_code AND m.unit = v.unit AND m.deleted_at_ms IS NULL)
                WHERE v.id = ",
            $volunteer,
            "
                    AND (m.deleted_at_ms IS NOT NULL OR NOT m.ready OR m.suspended_at_ms IS NOT NULL
                        OR m.screened_through IS NULL OR m.screened_through < ",
            $day,
            ")"
        )
    };
}

/// A child who takes no part today, or is with somebody or promised.
macro_rules! child_out {
    ($child:literal) => {
        concat!(
            "SELECT c.id
                FROM children c
                WHERE c.id = ",
            $child,
            "
                    AND (c.deleted_at_ms IS NOT NULL OR NOT c.ready OR c.consent = 'no' OR c.wish = 'no'
                        OR EXISTS (SELECT l.id FROM pairings l WHERE l.child_id = c.id AND l.state <> 'ended')
                        OR EXISTS (SELECT o.child_id FROM proposal_children o
                            WHERE o.child_id = c.id AND o.is_open))"
        )
    };
}

/// A volunteer, or whoever meets children with her, who must not meet a child: refused, in conflict, or parted badly.
macro_rules! kept_apart {
    ($child:literal, $volunteer:literal) => {
        concat!(
            "SELECT w.id
                FROM volunteers n
                JOIN volunteers w ON w.id = n.id
                    OR (w.county_code = n.county_code AND w.unit = n.unit AND w.deleted_at_ms IS NULL)
                WHERE n.id = ",
            $volunteer,
            " AND (
                    EXISTS (SELECT r.child_id
                        FROM refusals r
                        WHERE r.child_id = ",
            $child,
            " AND r.volunteer_id = w.id)
                    OR EXISTS (SELECT e.id
                        FROM pairings e
                        WHERE e.child_id = ",
            $child,
            " AND e.volunteer_id = w.id AND e.went_well = FALSE)
                    OR EXISTS (SELECT t.id
                        FROM conflicts t
                        WHERE t.child_id = ",
            $child,
            " AND t.volunteer_id = w.id
                            AND t.cleared_at_ms IS NULL))"
        )
    };
}

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
         backup_volunteer_id, created_at_ms, updated_at_ms, joins_child_id)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, 'draft', '', $8, $9, $10, $11, $12)";
    /// Adds a child of a draft.
    ADD_CHILD = "INSERT INTO proposal_children (proposal_id, child_id, is_open) VALUES ($1, $2, FALSE)";
    /// Where a proposal came from, and its first child.
    FIND_PLACE = "SELECT p.run_id, p.volunteer_id, p.origin, p.region_code, MIN(i.child_id) AS child_id
        FROM proposals p
        JOIN proposal_children i ON i.proposal_id = p.id
        WHERE p.id = $1 AND p.region_code BETWEEN $2 AND $3
        GROUP BY p.run_id, p.volunteer_id, p.origin, p.region_code";
    /// One publication at a time: two whose divisions overlap must see each other. The row is nobody else's, so that whoever changes
    /// something meanwhile waits for nothing.
    TAKE_TURN = "INSERT INTO ticks (name, day, ended_at_ms) VALUES ('publication', '', 0)
        ON CONFLICT (name) DO UPDATE SET day = ticks.day";
    /// Published runs whose divisions overlap.
    LIST_OVERLAPPING = "SELECT id, region_code FROM runs
        WHERE state = 'published' AND id <> $1
            AND (region_code BETWEEN $2 AND $3 OR region_code IN ($4, $5, $6, $7))
        ORDER BY id";
    /// Another takes its place.
    SUPERSEDE = "UPDATE runs
        SET state = 'superseded', version = version + 1, superseded_by = $2, superseded_at_ms = $3
        WHERE id = $1 AND state = 'published'";
    /// Drafts that nobody has decided about go with it, some at a time: nobody can decide about them any more.
    WITHDRAW_DRAFTS = "UPDATE proposals
        SET state = 'withdrawn', reason = 'superseded', version = version + 1, updated_at_ms = $1
        WHERE id IN (
            SELECT p.id
            FROM runs r
            JOIN proposals p ON p.run_id = r.id
            WHERE r.state = 'superseded' AND p.state = 'draft'
            ORDER BY p.run_id, p.id
            LIMIT $2)";
    /// Drafts of which somebody takes no part today, is with another already, or was refused: nobody is to decide about them.
    WITHDRAW_IMPOSSIBLE = concat!("UPDATE proposals
        SET state = 'withdrawn', reason = 'not_possible_now', version = version + 1, updated_at_ms = $4
        WHERE run_id = $1 AND group_number BETWEEN $2 AND $3 AND state = 'draft'
            AND (EXISTS (", volunteer_out!("proposals.volunteer_id", "$5"), ")
                OR EXISTS (
                    SELECT k.child_id
                    FROM proposal_children k
                    WHERE k.proposal_id = proposals.id
                        AND (EXISTS (", child_out!("k.child_id"), ")
                            OR EXISTS (", kept_apart!("k.child_id", "proposals.volunteer_id"), "))))");
    /// Whether a volunteer, or whoever meets children with her, takes no part on a day.
    FIND_VOLUNTEER_OUT = volunteer_out!("$1", "$2");
    /// Whether a child takes no part today, is with somebody, or is promised.
    FIND_CHILD_OUT = child_out!("$1");
    /// Whether a child must not meet a volunteer.
    FIND_KEPT_APART = kept_apart!("$1", "$2");
    /// Whether a child who was proposed to a volunteer must not meet her.
    FIND_PROPOSED_APART = concat!("SELECT p.id
        FROM proposals p
        JOIN proposal_children k ON k.proposal_id = p.id
        WHERE p.run_id = $1 AND p.group_number = $2 AND p.volunteer_id = $3
            AND EXISTS (", kept_apart!("k.child_id", "p.volunteer_id"), ")
        LIMIT 1");
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
    /// The brother or sister whose pair stands and whom these join.
    pub joins_child_id: Option<String>,
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
struct Overlapping {
    id: String,
    region_code: String,
}

#[derive(FromRow)]
struct Out {
    #[expect(dead_code, reason = "that there is a row is all that is asked")]
    id: String,
}

impl Store {
    /// Withdraws what drafts of superseded runs are left, a stretch a transaction, so that nobody waits long for the writer; how many.
    ///
    /// # Errors
    /// Where the database fails; what is left then is withdrawn by the next call.
    pub async fn withdraw_superseded_drafts(&self) -> Result<u64, StoreError> {
        let mut withdrawn = 0;
        loop {
            let mut change = self.change(Actor::SYSTEM).await?;
            let values = bound![change.now_ms(), DRAFTS_AT_ONCE];
            let stretch = change.execute(WITHDRAW_DRAFTS, values).await?;
            change.commit(None).await?;
            withdrawn += stretch;
            if stretch < DRAFTS_AT_ONCE as u64 {
                return Ok(withdrawn);
            }
        }
    }
}

impl Change {
    /// What a plan is to be told where these may not be proposed to each other today: one of them takes no part or is taken, or
    /// something stands between the two.
    pub async fn stands_against_draft(
        &mut self,
        volunteer_id: &str,
        child_ids: &[String],
    ) -> Result<Option<PlanChangeKind>, StoreError> {
        if self.is_volunteer_out(volunteer_id).await? {
            return Ok(Some(PlanChangeKind::VolunteerLeaves));
        }
        if self.is_child_out(child_ids).await? {
            return Ok(Some(PlanChangeKind::GroupLeaves));
        }
        for child_id in child_ids {
            let apart: Option<Out> = self.optional(FIND_KEPT_APART, bound![child_id, volunteer_id]).await?;
            if apart.is_some() {
                return Ok(Some(PlanChangeKind::Decline));
            }
        }
        Ok(None)
    }

    /// Whether a volunteer, or whoever meets children with her, takes no part today.
    pub async fn is_volunteer_out(&mut self, volunteer_id: &str) -> Result<bool, StoreError> {
        let today = china_day(self.now_ms()).to_string();
        let out: Option<Out> = self.optional(FIND_VOLUNTEER_OUT, bound![volunteer_id, today]).await?;
        Ok(out.is_some())
    }

    /// Whether one of these children takes no part today, is with somebody, or is promised.
    pub async fn is_child_out(&mut self, child_ids: &[String]) -> Result<bool, StoreError> {
        for child_id in child_ids {
            let out: Option<Out> = self.optional(FIND_CHILD_OUT, bound![child_id]).await?;
            if out.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether children of a group must not meet a volunteer to whom they were proposed: somebody said no, or they are in conflict.
    pub async fn is_kept_apart(
        &mut self,
        run_id: &str,
        group_number: i64,
        volunteer_id: &str,
    ) -> Result<bool, StoreError> {
        let values = bound![run_id, group_number, volunteer_id];
        let apart: Option<Out> = self.optional(FIND_PROPOSED_APART, values).await?;
        Ok(apart.is_some())
    }

    /// Published runs whose divisions overlap that of a run, in the order of their ids.
    ///
    /// # Errors
    /// `run_reaches_further` where one of them has children for whom this publication may not speak: they lie neither in the run's
    /// division nor in the caller's.
    async fn overlapping(&mut self, span: &RegionSpan, run: &Run) -> Result<Vec<Overlapping>, StoreError> {
        let own = RegionSpan::of_prefix(&run.region_code);
        let [province, prefecture, county, township] =
            [2, 4, 6, 9].map(|digits| format!("{:0<12}", &run.region_code[..digits]));
        let values = bound![&run.id, &own.first, &own.last, province, prefecture, county, township];
        let overlapping: Vec<Overlapping> = self.all(LIST_OVERLAPPING, values).await?;
        let spoken_for = |other: &Overlapping| {
            let others = RegionSpan::of_prefix(&other.region_code);
            own.within(&others) == others || span.within(&others) == others
        };
        if overlapping.iter().all(spoken_for) {
            Ok(overlapping)
        } else {
            Err(StoreError::conflict("run_reaches_further"))
        }
    }

    /// Holds a run of the span that may be published.
    ///
    /// # Errors
    /// `state_conflict` where it has no plan or was published before, `run_provisional` where nothing of it may be offered,
    /// `run_too_old` where what it was made of is long ago, `run_reaches_further` where it would put a run out of force that reaches
    /// beyond the caller's divisions.
    pub async fn hold_run_to_publish(&mut self, span: &RegionSpan, id: &str) -> Result<Run, StoreError> {
        let held = self.execute(HOLD, bound![id, &span.first, &span.last]).await?;
        let run = self.run(span, id).await?;
        if held == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        if run.provisional {
            return Err(StoreError::conflict("run_provisional"));
        }
        let today = china_day(self.now_ms());
        let near = |day: Date| (today - day).get_days().abs() <= MOST_DAYS;
        let gathered = china_day(run.started_at_ms.unwrap_or(run.created_at_ms));
        if !near(gathered) || !run.today.parse::<Date>().is_ok_and(near) {
            return Err(StoreError::conflict("run_too_old"));
        }
        self.overlapping(span, &run).await?;
        Ok(run)
    }

    /// Adds drafts of groups that have no proposal yet. The run must be held. `drafts` are in the order of their groups. Those that
    /// have become impossible since the run was made are withdrawn at once, so that they are seen and not decided about.
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
            row.extend(bound![now_ms, now_ms, draft.joins_child_id.clone()]);
            rows.push(row);
        }
        self.insert_many(ADD, rows).await?;
        self.insert_many(ADD_CHILD, children).await?;
        let mut values = bound![&run.id, first.group_number, last.group_number, now_ms];
        values.extend(bound![china_day(now_ms).to_string()]);
        self.execute(WITHDRAW_IMPOSSIBLE, values).await.map(|_| ())
    }

    /// Puts a run into force, and what overlaps it out of force. Drafts of the latter are withdrawn afterwards, see
    /// [`Store::withdraw_superseded_drafts`].
    ///
    /// # Errors
    /// As [`hold_run_to_publish`](Self::hold_run_to_publish).
    pub async fn publish_run(&mut self, span: &RegionSpan, id: &str) -> Result<Run, StoreError> {
        self.execute(TAKE_TURN, bound![]).await?;
        let run = self.hold_run_to_publish(span, id).await?;
        let now_ms = self.now_ms();
        for other in self.overlapping(span, &run).await? {
            self.execute(SUPERSEDE, bound![&other.id, id, now_ms]).await?;
            self.add_run_event(&other.id, "superseded", ("done", 100)).await?;
            let other = self.run(&RegionSpan::everywhere(), &other.id).await?;
            self.record(other.event("run.superseded"));
        }
        let publisher = self.actor().id.clone().unwrap_or_default();
        if self.execute(PUBLISH, bound![id, publisher, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        // What became impossible since the run was made has no draft: others may have these places.
        self.note_settling(id).await?;
        self.add_run_event(id, "published", ("done", 100)).await?;
        self.record(run.event("run.published"));
        self.run(span, id).await
    }
}
