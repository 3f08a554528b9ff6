//! An accepted proposal becomes a pairing for each of its children, and takes one place of its volunteer's unit for all of them; a
//! brother or sister who joins shares the place that is taken.
//!
//! The place is counted and taken under the lock of the volunteer's row; a child who has a live pairing refuses another by a
//! unique index. Of any number of transactions for one child or one last place, one succeeds.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use sqlx::FromRow;

use super::AWAITING_GUARDIAN;
use super::steps::Heard;
use super::tasks::NewTask;
use crate::input::values::dates::parse_date;
use crate::model::Role;
use crate::store::people::{PeopleScope, china_day};
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, EventKind, RegionSpan, StoreError, View};

/// Days within which guardian and child are to be asked.
const DAYS_TO_ASK: i64 = 7;

statements! {
    /// Holds a proposal until the transaction ends.
    HOLD_PROPOSAL = "UPDATE proposals SET version = version WHERE id = $1";
    /// What a pairing takes from its proposal.
    FIND_PROPOSAL = "SELECT p.volunteer_id, p.kind, p.state, p.approved_by, r.policy_id
        FROM proposals p
        JOIN runs r ON r.id = p.run_id
        WHERE p.id = $1";
    /// Its children, with their divisions.
    LIST_CHILDREN = "SELECT c.id, c.region_code
        FROM proposal_children t
        JOIN children c ON c.id = t.child_id
        WHERE t.proposal_id = $1
        ORDER BY c.id";
    /// Holds a child's row until the transaction ends.
    HOLD_CHILD = "UPDATE children SET version = version WHERE id = $1";
    /// Holds a volunteer's row until the transaction ends.
    HOLD_VOLUNTEER = "UPDATE volunteers SET version = version WHERE id = $1";
    /// The household with which the children of a proposal are one: a brother or sister whom it joins is with a volunteer, or with
    /// her is one who joins a child of it.
    FIND_HOUSEHOLD = "SELECT l.household
        FROM pairings l
        JOIN proposals o ON o.id = l.proposal_id
        WHERE l.volunteer_id = $2 AND l.state <> 'ended'
            AND (l.child_id = (SELECT p.joins_child_id FROM proposals p WHERE p.id = $1)
                OR o.joins_child_id IN (SELECT k.child_id FROM proposal_children k WHERE k.proposal_id = $1))
        ORDER BY l.id
        LIMIT 1";
    /// Takes the lowest free place, where she has one left. Of places above a lowered capacity, each counts all the same, and so
    /// do those of whoever meets children with her: a unit has one capacity, whoever leads it.
    TAKE_PLACE = "INSERT INTO pairing_places (volunteer_id, place, proposal_id)
        SELECT v.id, (
            SELECT MIN(p.place + 1)
            FROM (SELECT 0 AS place UNION ALL SELECT h.place FROM pairing_places h WHERE h.volunteer_id = $1) p
            WHERE NOT EXISTS (SELECT q.place FROM pairing_places q WHERE q.volunteer_id = $1 AND q.place = p.place + 1)
        ), $2
        FROM volunteers v
        WHERE v.id = $1 AND v.deleted_at_ms IS NULL AND v.erased_at_ms IS NULL
            AND v.capacity > (SELECT COUNT(*) FROM pairing_places n WHERE n.volunteer_id = $1)
                + (SELECT COUNT(*)
                    FROM volunteers m
                    JOIN pairing_places n ON n.volunteer_id = m.id
                    WHERE m.county_code = v.county_code AND m.unit = v.unit AND m.id <> v.id
                        AND m.deleted_at_ms IS NULL)";
    /// How many places the pairs of a volunteer and of whoever meets children with her hold.
    COUNT_PLACES = "SELECT (SELECT COUNT(*) FROM pairing_places n WHERE n.volunteer_id = v.id)
            + (SELECT COUNT(*)
                FROM volunteers m
                JOIN pairing_places n ON n.volunteer_id = m.id
                WHERE m.county_code = v.county_code AND m.unit = v.unit AND m.id <> v.id
                    AND m.deleted_at_ms IS NULL) AS taken
        FROM volunteers v
        WHERE v.id = $1";
    /// Begins a pairing, unless the child has one that lives.
    ADD = "INSERT INTO pairings
        (id, version, child_id, volunteer_id, proposal_id, household, policy_id, region_code, kind, state, reason,
         approved_by, guardian_answer, child_answer, ends_on, notice, farewell, replacement, created_at_ms, updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $11, $5, $6, $7, 'awaiting_guardian', '', $8, '', '', $9, '', '', '', $10, $10)
        ON CONFLICT DO NOTHING";
}

#[derive(FromRow)]
struct Proposal {
    volunteer_id: String,
    kind: String,
    state: String,
    approved_by: Option<String>,
    policy_id: String,
}

#[derive(FromRow)]
struct Child {
    id: String,
    region_code: String,
}

#[derive(FromRow)]
struct Household {
    household: String,
}

#[derive(FromRow)]
struct Places {
    taken: i64,
}

impl View {
    /// How many households a volunteer has at present.
    pub async fn places_taken(&mut self, volunteer_id: &str) -> Result<i64, StoreError> {
        let Places { taken } = self.one(COUNT_PLACES, bound![volunteer_id]).await?;
        Ok(taken)
    }

    /// The household of brothers and sisters whom the children of a proposal join with a volunteer or whoever meets children with
    /// her; none where they take a place of their own.
    pub(super) async fn household_joined(
        &mut self,
        proposal_id: &str,
        volunteer_id: &str,
    ) -> Result<Option<String>, StoreError> {
        for member in self.unit_members(volunteer_id).await? {
            let found: Option<Household> = self.optional(FIND_HOUSEHOLD, bound![proposal_id, member]).await?;
            if let Some(found) = found {
                return Ok(Some(found.household));
            }
        }
        Ok(None)
    }
}

impl Change {
    /// Makes other changes of a child's pairs wait for this transaction.
    pub(super) async fn hold_child_row(&mut self, id: &str) -> Result<(), StoreError> {
        self.execute(HOLD_CHILD, bound![id]).await.map(|_| ())
    }

    /// As above, of a volunteer's and of everybody's who meets children with her.
    pub(super) async fn hold_unit(&mut self, volunteer_id: &str) -> Result<(), StoreError> {
        let mut held = BTreeSet::new();
        loop {
            // Whoever joined while the others were waited for is held too.
            let members: BTreeSet<String> = self.unit_members(volunteer_id).await?.into_iter().collect();
            let further: Vec<String> = members.difference(&held).cloned().collect();
            if further.is_empty() {
                return Ok(());
            }
            for member in further {
                self.execute(HOLD_VOLUNTEER, bound![&member]).await?;
                held.insert(member);
            }
        }
    }

    /// Holds a proposal, its children and its volunteer's unit, so that what is read of them now is still so when this transaction
    /// commits.
    async fn hold_proposal(&mut self, proposal_id: &str) -> Result<(Proposal, Vec<Child>), StoreError> {
        self.execute(HOLD_PROPOSAL, bound![proposal_id]).await?;
        let found: Option<Proposal> = self.optional(FIND_PROPOSAL, bound![proposal_id]).await?;
        let proposal = found.ok_or(StoreError::not_found("proposal"))?;
        let children: Vec<Child> = self.all(LIST_CHILDREN, bound![proposal_id]).await?;
        for child in &children {
            self.hold_child_row(&child.id).await?;
        }
        self.hold_unit(&proposal.volunteer_id).await?;
        Ok((proposal, children))
    }

    /// Holds children, and the units of volunteers, who are to be proposed to each other: whatever stands against it is known by then, or
    /// finds the proposal.
    pub async fn hold_for_drafts(
        &mut self,
        child_ids: &BTreeSet<String>,
        volunteer_ids: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        for child_id in child_ids {
            self.hold_child_row(child_id).await?;
        }
        for volunteer_id in volunteer_ids {
            self.hold_unit(volunteer_id).await?;
        }
        Ok(())
    }

    /// As above, for whoever asks the rules about them before they begin.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such proposal.
    pub async fn hold_proposal_for_rules(&mut self, proposal_id: &str) -> Result<(), StoreError> {
        self.hold_proposal(proposal_id).await.map(|_| ())
    }

    /// Begins a pairing for each child of a proposal that its volunteer accepts; their ids, in the order of the children's. Whether
    /// the rules still hold is asked before, by `runs::eligibility`, after
    /// [`hold_proposal_for_rules`](Self::hold_proposal_for_rules).
    ///
    /// # Errors
    /// `state_conflict` where the proposal is not offered or accepted, `approval_missing` where no coordinator approved it (S14),
    /// `already_paired` where a child has a live pairing, `capacity_exhausted` where the volunteer has no place left. Nothing
    /// of the transaction may be committed after any of them.
    pub async fn begin_pairings(&mut self, proposal_id: &str) -> Result<Vec<String>, StoreError> {
        let (proposal, children) = self.hold_proposal(proposal_id).await?;
        if !matches!(proposal.state.as_str(), "offered" | "accepted") {
            return Err(StoreError::conflict("state_conflict"));
        }
        let approved_by = proposal.approved_by.clone().filter(|by| !by.is_empty());
        let approved_by = approved_by.ok_or(StoreError::conflict("approval_missing"))?;
        let ends_on = self.known_end(&proposal).await?;
        let joined = self.household_joined(proposal_id, &proposal.volunteer_id).await?;
        let now_ms = self.now_ms();
        let mut pairings = Vec::with_capacity(children.len());
        for child in &children {
            let id = self.store().new_id();
            let values = bound![
                &id,
                &child.id,
                &proposal.volunteer_id,
                proposal_id,
                &proposal.policy_id,
                &child.region_code,
                &proposal.kind,
                &approved_by,
                ends_on.clone(),
                now_ms,
                joined.as_deref().unwrap_or(proposal_id)
            ];
            if self.execute(ADD, values).await? == 0 {
                return Err(StoreError::conflict("already_paired"));
            }
            pairings.push((id, child));
        }
        if joined.is_none() {
            self.take_place(&proposal.volunteer_id, proposal_id).await?;
        }
        for (id, child) in &pairings {
            self.tell_of_beginning(id, child).await?;
        }
        Ok(pairings.into_iter().map(|(id, _)| id).collect())
    }

    /// The first step, the audit trail, and whom the child director has to ask until when.
    async fn tell_of_beginning(&mut self, id: &str, child: &Child) -> Result<(), StoreError> {
        let moved = (child.id.as_str(), "", AWAITING_GUARDIAN);
        self.put_step(id, moved, "accepted", &Heard::default()).await?;
        let kind = EventKind::PairingCreated;
        self.record(AuditEvent::new(kind.word(), "pairings", id, &child.region_code));
        let until = china_day(self.now_ms()).checked_add(DAYS_TO_ASK.days()).unwrap_or(Date::MAX);
        self.put_task(&NewTask {
            kind: "ask_guardian",
            role: Role::ChildDirector,
            region_code: &child.region_code,
            subject: ("pairings", id),
            due_on: until,
        })
        .await
        .map(|_| ())
    }

    async fn take_place(&mut self, volunteer_id: &str, proposal_id: &str) -> Result<(), StoreError> {
        let taken = self.execute(TAKE_PLACE, bound![volunteer_id, proposal_id]).await;
        // The row was held, so that a place which is taken all the same was taken behind the store's back.
        let taken = taken.map_err(|error| {
            if error.is_unique_violation() { StoreError::conflict("capacity_exhausted") } else { error }
        })?;
        if taken == 0 { Err(StoreError::conflict("capacity_exhausted")) } else { Ok(()) }
    }

    /// Of a seasonal pairing the day until which she serves, which everybody knows beforehand.
    async fn known_end(&mut self, proposal: &Proposal) -> Result<Option<String>, StoreError> {
        if proposal.kind != "seasonal" {
            return Ok(None);
        }
        let scope = PeopleScope::region(RegionSpan::everywhere());
        let volunteer = self.volunteer(&scope, &proposal.volunteer_id).await?;
        let day = volunteer.cells.get("committed_through");
        let day = day.and_then(|cell| parse_date(cell).ok());
        Ok(day.map(|day| day.to_string()))
    }
}
