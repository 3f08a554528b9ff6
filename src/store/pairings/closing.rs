//! What closes or suspends pairs at once, whoever thought of them: a withdrawn consent, a child's no, a bar, a suspension, an archive, an
//! erasure, a check that ran out, a concern, a change of who they are.
//!
//! These are called where the cause is recorded, in its transaction. A pairing that only awaits an answer is not suspended: nobody
//! meets yet, and every rule is asked before they do.

use jiff::ToSpan;
use jiff::civil::Date;
use sqlx::FromRow;

use super::steps::Heard;
use super::{ACTIVE, AWAITING_GUARDIAN, ENDED, NewTask, Pairing, PairingScope, SUSPENDED};
use crate::model::Role;
use crate::store::people::china_day;
use crate::store::statement::{bound, statements};
use crate::store::{Change, EventKind, StoreError};

/// Days within which the child is to be told of an end that nobody could prepare.
const DAYS_TO_TELL: i64 = 3;
/// Something is another than what the rules were asked about; whoever lets the two meet again asks them.
pub const RULES_TO_CHECK: &str = "rules_to_check";
/// She was taken out of the lists.
pub(in crate::store) const VOLUNTEER_ARCHIVED: &str = "volunteer_archived";

statements! {
    /// Pairs of a child that live.
    OF_CHILD = "SELECT id FROM pairings WHERE child_id = $1 AND state <> 'ended' ORDER BY id";
    /// Pairs of a volunteer that live.
    OF_VOLUNTEER = "SELECT id FROM pairings WHERE volunteer_id = $1 AND state <> 'ended' ORDER BY id";
    /// Pairs that rest on an answer.
    OF_CONSENT = "SELECT id FROM pairings WHERE guardian_consent_id = $1 AND state <> 'ended' ORDER BY id";
    /// Pairs that meet, or are about to, and must not (S17): she, or whoever meets children with her.
    IN_CONFLICT = "SELECT p.id
        FROM pairings p
        JOIN volunteers l ON l.id = p.volunteer_id
        WHERE p.child_id = $1 AND p.state IN ('active', 'awaiting_guardian') AND EXISTS (
            SELECT t.id
            FROM conflicts t
            JOIN volunteers m ON m.id = t.volunteer_id
            WHERE t.child_id = p.child_id AND t.cleared_at_ms IS NULL AND (m.id = l.id
                OR (m.county_code = l.county_code AND m.unit = l.unit AND m.deleted_at_ms IS NULL)))
        ORDER BY p.id";
    /// Puts the division of a child's pairs.
    MOVE = "UPDATE pairings SET region_code = $2, version = version + 1, updated_at_ms = $3 WHERE child_id = $1";
    /// And of what is to be done about them.
    MOVE_TASKS = "UPDATE tasks SET region_code = $2
        WHERE done_at_ms IS NULL AND subject_id IN (SELECT p.id FROM pairings p WHERE p.child_id = $1)";
    /// Children who are in conflict with a volunteer and meet somebody.
    CHILDREN_IN_CONFLICT = "SELECT DISTINCT t.child_id AS id
        FROM conflicts t
        JOIN pairings p ON p.child_id = t.child_id AND p.state IN ('active', 'awaiting_guardian')
        WHERE t.volunteer_id = $1 AND t.cleared_at_ms IS NULL
        ORDER BY t.child_id";
    /// Whether somebody meets children together with others.
    FIND_UNIT = "SELECT id FROM volunteers WHERE id = $1 AND unit IS NOT NULL AND deleted_at_ms IS NULL";
    /// What was asked about a pairing need not be done any more.
    DROP_TASKS = "UPDATE tasks SET done_at_ms = $2, done_by = $3 WHERE subject_id = $1 AND done_at_ms IS NULL";
}

#[derive(FromRow)]
struct Id {
    id: String,
}

/// Why a volunteer's pairs cannot go on as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Halt {
    /// Never again.
    Ended(&'static str),
    /// Not at present.
    Suspended(&'static str),
}

impl Change {
    /// Ends a pairing that is held, with everything still to be told.
    pub(super) async fn close(
        &mut self,
        pairing: &Pairing,
        reason: &str,
        heard: &Heard,
    ) -> Result<(), StoreError> {
        let badly = matches!(reason, "volunteer_barred").then_some(false);
        self.put_sudden_end(&pairing.id, badly).await?;
        self.step(pairing, ENDED, reason, heard).await?;
        self.drop_every_task(&pairing.id).await?;
        if pairing.began_on.is_some() {
            self.ask_to_close_out(pairing).await?;
        } else {
            // They never met: there is nothing to be told to the child, and she who said yes is to hear of it.
            self.ask_about(pairing, ("tell_volunteer", Role::Coordinator)).await?;
            self.undo_acceptance(&pairing.proposal_id, reason).await?;
        }
        self.tell_of_pairing(EventKind::PairingEnded, pairing, reason).await
    }

    /// Suspends a pairing that is held, and has somebody look after the child meanwhile.
    pub(super) async fn stop(&mut self, pairing: &Pairing, reason: &str) -> Result<(), StoreError> {
        self.step(pairing, SUSPENDED, reason, &Heard::default()).await?;
        let today = china_day(self.now_ms());
        for (kind, role) in [("cover", Role::ChildDirector), ("pairing_suspended", Role::Coordinator)] {
            self.put_task(&NewTask {
                kind,
                role,
                region_code: &pairing.region_code,
                subject: ("pairings", &pairing.id),
                due_on: today,
            })
            .await?;
        }
        self.tell_of_pairing(EventKind::PairingSuspended, pairing, reason).await
    }

    pub(super) async fn drop_every_task(&mut self, pairing_id: &str) -> Result<(), StoreError> {
        let values = bound![pairing_id, self.now_ms(), self.recorder()];
        self.execute(DROP_TASKS, values).await.map(|_| ())
    }

    /// Asks the child director to tell the child, and the coordinator to decide what follows.
    pub(super) async fn ask_to_close_out(&mut self, pairing: &Pairing) -> Result<(), StoreError> {
        for task in [("tell_child", Role::ChildDirector), ("close_out", Role::Coordinator)] {
            self.ask_about(pairing, task).await?;
        }
        Ok(())
    }

    async fn ask_about(
        &mut self,
        pairing: &Pairing,
        (kind, role): (&'static str, Role),
    ) -> Result<(), StoreError> {
        let due_on = china_day(self.now_ms()).checked_add(DAYS_TO_TELL.days()).unwrap_or(Date::MAX);
        let subject = ("pairings", pairing.id.as_str());
        let task = NewTask { kind, role, region_code: &pairing.region_code, subject, due_on };
        self.put_task(&task).await.map(|_| ())
    }

    /// Suspends a pairing at once where it is active; whether it was.
    pub async fn suspend_at_once(&mut self, pairing_id: &str, reason: &str) -> Result<bool, StoreError> {
        let pairing = self.hold_pairing_row(&PairingScope::everywhere(), pairing_id).await?;
        let meets = pairing.state == ACTIVE;
        if meets {
            self.stop(&pairing, reason).await?;
        }
        Ok(meets)
    }

    /// Ends a pairing at once where it lives, with everything still to be told.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such pairing.
    pub async fn end_at_once(&mut self, pairing_id: &str, reason: &str) -> Result<(), StoreError> {
        let pairing = self.hold_pairing(&PairingScope::everywhere(), pairing_id).await?;
        if pairing.lives() {
            self.close(&pairing, reason, &Heard::default()).await?;
        }
        Ok(())
    }

    /// Ends whatever lives of the pairs of a child whose row is held, and what is promised to her.
    pub(in crate::store) async fn end_pairs_of_child(
        &mut self,
        child_id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.close_promises_of_child(child_id, reason).await?;
        let pairs: Vec<Id> = self.all(OF_CHILD, bound![child_id]).await?;
        self.close_of_child(pairs, reason).await
    }

    /// Ends what rests on an answer that is withdrawn, of a child whose row is held.
    pub(in crate::store) async fn end_pairs_of_consent(
        &mut self,
        consent_id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let pairs: Vec<Id> = self.all(OF_CONSENT, bound![consent_id]).await?;
        self.close_of_child(pairs, reason).await
    }

    async fn close_of_child(&mut self, pairs: Vec<Id>, reason: &str) -> Result<(), StoreError> {
        for Id { id } in pairs {
            let pairing = self.hold_pairing(&PairingScope::everywhere(), &id).await?;
            if pairing.lives() {
                self.close(&pairing, reason, &Heard::default()).await?;
            }
        }
        Ok(())
    }

    /// Suspends whatever is active of the pairs of a child whose row is held, and takes back what is promised to her.
    pub(in crate::store) async fn suspend_pairs_of_child(
        &mut self,
        child_id: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.close_promises_of_child(child_id, reason).await?;
        let pairs: Vec<Id> = self.all(OF_CHILD, bound![child_id]).await?;
        for pair in pairs {
            self.suspend_at_once(&pair.id, reason).await?;
        }
        Ok(())
    }

    /// Pairs of a child who moves go with her, with what is to be done about them: whoever sees to her now sees them.
    pub(in crate::store) async fn move_pairs_of_child(
        &mut self,
        child_id: &str,
        region_code: &str,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(MOVE, bound![child_id, region_code, now_ms]).await?;
        self.execute(MOVE_TASKS, bound![child_id, region_code]).await.map(|_| ())
    }

    /// Suspends what is active of a child's pairs and in conflict, ends what has not begun, takes back what is promised.
    pub(in crate::store) async fn suspend_pairs_in_conflict(
        &mut self,
        child_id: &str,
    ) -> Result<(), StoreError> {
        self.close_promises_in_conflict(child_id).await?;
        let pairs: Vec<Id> = self.all(IN_CONFLICT, bound![child_id]).await?;
        for pair in pairs {
            if !self.suspend_at_once(&pair.id, "conflict").await? {
                self.end_awaiting(&pair.id, "conflict").await?;
            }
        }
        Ok(())
    }

    /// Ends a pairing in which nobody has met yet.
    async fn end_awaiting(&mut self, pairing_id: &str, reason: &str) -> Result<(), StoreError> {
        let pairing = self.hold_pairing_row(&PairingScope::everywhere(), pairing_id).await?;
        if pairing.state == AWAITING_GUARDIAN {
            self.close(&pairing, reason, &Heard::default()).await?;
        }
        Ok(())
    }

    /// As above, of every child who is in conflict with this volunteer.
    pub(in crate::store) async fn suspend_conflicts_of_volunteer(
        &mut self,
        volunteer_id: &str,
    ) -> Result<(), StoreError> {
        let children: Vec<Id> = self.all(CHILDREN_IN_CONFLICT, bound![volunteer_id]).await?;
        for child in children {
            self.suspend_pairs_in_conflict(&child.id).await?;
        }
        Ok(())
    }

    /// Suspends whatever is active of the pairs of a volunteer and of everybody who meets children with her; which. To be called
    /// once the reason is written down, so that no pair becomes active beside it.
    pub async fn suspend_pairs_of_volunteer(
        &mut self,
        volunteer_id: &str,
        reason: &str,
    ) -> Result<Vec<String>, StoreError> {
        self.hold_unit(volunteer_id).await?;
        self.suspend_pairs_of_unit(volunteer_id, reason).await
    }

    /// Suspends what is active of a unit of which somebody becomes a member: the children have not agreed to her, and no rule was asked
    /// about her. To be called once she is written down as a member.
    pub(in crate::store) async fn suspend_pairs_joined_by(
        &mut self,
        volunteer_id: &str,
    ) -> Result<(), StoreError> {
        let in_unit: Option<Id> = self.optional(FIND_UNIT, bound![volunteer_id]).await?;
        if in_unit.is_some_and(|found| !found.id.is_empty()) {
            self.suspend_pairs_of_volunteer(volunteer_id, RULES_TO_CHECK).await?;
        }
        Ok(())
    }

    /// Suspends whatever is active of the pairs of these volunteers and their units, of whom something is another than what the rules
    /// were asked about. Who left a unit is named beside those who stay in it.
    pub(in crate::store) async fn suspend_pairs_to_check(
        &mut self,
        members: &[String],
    ) -> Result<(), StoreError> {
        let mut members = members.to_vec();
        members.sort_unstable();
        for member in members {
            self.suspend_pairs_of_volunteer(&member, RULES_TO_CHECK).await?;
        }
        Ok(())
    }

    /// Somebody has left a unit: those who stay do not meet children as they did, and nothing is offered to them as they were.
    pub(in crate::store) async fn halt_pairs_left_by(
        &mut self,
        stay: &[String],
        reason: &str,
    ) -> Result<(), StoreError> {
        let mut stay = stay.to_vec();
        stay.sort_unstable();
        for member in stay {
            self.suspend_pairs_of_volunteer(&member, reason).await?;
            self.close_promises_of_volunteer(&member, reason).await?;
        }
        Ok(())
    }

    async fn suspend_pairs_of_unit(
        &mut self,
        volunteer_id: &str,
        reason: &str,
    ) -> Result<Vec<String>, StoreError> {
        let mut suspended = Vec::new();
        for member in self.unit_members(volunteer_id).await? {
            let pairs: Vec<Id> = self.all(OF_VOLUNTEER, bound![&member]).await?;
            for pair in pairs {
                if self.suspend_at_once(&pair.id, reason).await? {
                    suspended.push(pair.id);
                }
            }
        }
        Ok(suspended)
    }

    /// Does with the pairs of a volunteer what her standing asks for, and takes back what is proposed or offered
    /// to her and to whoever meets children with her. What ends her own pairs suspends those of
    /// whoever meets children with her.
    pub(in crate::store) async fn halt_pairs_of_volunteer(
        &mut self,
        volunteer_id: &str,
        halt: Halt,
    ) -> Result<(), StoreError> {
        let (Halt::Ended(reason) | Halt::Suspended(reason)) = halt;
        self.hold_unit(volunteer_id).await?;
        for member in self.unit_members(volunteer_id).await? {
            self.close_promises_of_volunteer(&member, reason).await?;
        }
        if matches!(halt, Halt::Ended(_)) {
            let pairs: Vec<Id> = self.all(OF_VOLUNTEER, bound![volunteer_id]).await?;
            for Id { id } in pairs {
                let pairing = self.hold_pairing_row(&PairingScope::everywhere(), &id).await?;
                if pairing.lives() {
                    self.close(&pairing, reason, &Heard::default()).await?;
                }
            }
        }
        if reason == VOLUNTEER_ARCHIVED {
            // She is gone: no child waits for her.
            let pairs: Vec<Id> = self.all(OF_VOLUNTEER, bound![volunteer_id]).await?;
            for pair in pairs {
                self.end_awaiting(&pair.id, reason).await?;
            }
        }
        self.suspend_pairs_of_unit(volunteer_id, reason).await.map(|_| ())
    }
}
