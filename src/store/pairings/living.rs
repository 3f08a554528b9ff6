//! What a coordinator does with a pairing: activate, suspend, resume, end. Every entry to `active` asks the same questions.

use jiff::ToSpan;
use jiff::civil::Date;

use super::closing::RULES_TO_CHECK;
use super::steps::Heard;
use super::tasks::NewTask;
use super::{ACTIVE, AWAITING_GUARDIAN, ENDED, Pairing, PairingScope, RulesSay, SUSPENDED, YES};
use crate::model::Role;
use crate::store::people::china_day;
use crate::store::statement::{Value, bound, statements};
use crate::store::{Change, EventKind, StoreError, View};

statements! {
    /// The day on which they begin to meet.
    PUT_BEGINNING = "UPDATE pairings SET began_on = $2 WHERE id = $1 AND began_on IS NULL";
    /// How it ended.
    PUT_END = "UPDATE pairings
        SET ended_on = COALESCE(ended_on, $2), went_well = COALESCE($3, went_well), notice = $4, farewell = $5,
            replacement = $6
        WHERE id = $1";
    /// A duty phone of one of these divisions (S43).
    FIND_DUTY_PHONE = "SELECT code AS id FROM regions
        WHERE code IN ($1, $2, $3, $4) AND duty_phone IS NOT NULL AND duty_phone <> ''
        LIMIT 1";
    /// A concern of a pairing, its child, its volunteer or whoever meets children with her, that was closed since the pairing was suspended.
    FIND_CLOSED_CONCERN = "SELECT c.id FROM concerns c
        WHERE c.state = 'closed' AND (c.pairing_id = $1 OR c.child_id = $2 OR c.subject_volunteer_id IN (
                SELECT m.id
                FROM volunteers m
                JOIN volunteers l ON l.id = $3
                WHERE m.id = l.id OR (m.county_code = l.county_code AND m.unit = l.unit)))
            AND c.closed_at_ms >= (
                SELECT MAX(s.at_ms) FROM pairing_steps s WHERE s.pairing_id = $1 AND s.from_state = 'active'
                    AND s.to_state = 'suspended')
        LIMIT 1";
    /// A pairing to which one person alone said that everybody had said yes.
    FIND_ONE_VOICE = "SELECT p.id
        FROM pairings p
        WHERE p.id = $1 AND NOT EXISTS (
            SELECT s.number
            FROM pairing_steps s
            WHERE s.pairing_id = p.id AND s.reason IN ('guardian_yes', 'child_yes')
                AND (s.actor_id IS NULL OR s.actor_id <> p.approved_by))
        LIMIT 1";
    /// Somebody who sees to concerns in one of these divisions and can log in.
    FIND_HANDLER = "SELECT id FROM users
        WHERE role = 'supervisor' AND region_code IN ('', $1, $2, $3, $4, $5)
            AND disabled_at_ms IS NULL AND password_hash IS NOT NULL
        LIMIT 1";
}

/// How a pairing is ended (S30). Each is a word of a code list; `pending` where nobody can say yet.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Why.
    pub reason: String,
    /// Whether both would meet again; a no keeps them apart for good.
    pub went_well: Option<bool>,
    /// What was told to the child.
    pub notice: String,
    /// Whether there was a farewell, or why none.
    pub farewell: String,
    /// What follows.
    pub replacement: String,
}

/// Why the two must not come back to each other, whatever else is said of them (S17).
const KEEP_APART: &[&str] = &["safety", "do_not_get_along"];
/// Something is being looked into, or somebody feared something.
const CONCERN: &str = "concern";

/// Days within which answers that one person alone wrote down are asked for again.
const DAYS_TO_ASK_AGAIN: i64 = 14;

/// What nobody can say yet.
pub(super) const PENDING: &str = "pending";

#[derive(sqlx::FromRow)]
struct Id {
    id: String,
}

/// The divisions that a division lies in, itself first: village, township, county, prefecture, province.
fn with_those_above(code: &str) -> [String; 5] {
    [12, 9, 6, 4, 2].map(|digits| format!("{:0<12}", code.get(..digits).unwrap_or(code)))
}

impl View {
    /// Whether a concern about a child of this division would be heard: a duty phone is known, and somebody sees to concerns (S43).
    pub async fn concerns_are_heard(&mut self, region_code: &str) -> Result<bool, StoreError> {
        let [village, township, county, prefecture, province] = with_those_above(region_code);
        let values = bound![&village, &township, &county, &prefecture];
        let phone: Option<Id> = self.optional(FIND_DUTY_PHONE, values).await?;
        let values = bound![village, township, county, prefecture, province];
        let handler: Option<Id> = self.optional(FIND_HANDLER, values).await?;
        Ok(phone.is_some_and(|found| !found.id.is_empty())
            && handler.is_some_and(|found| !found.id.is_empty()))
    }
}

impl Change {
    /// Whether what a pairing was suspended for was looked into, and closed by two (S28, S29). One that was suspended for another reason
    /// has nothing to be closed.
    async fn concern_is_closed(&mut self, pairing: &Pairing) -> Result<bool, StoreError> {
        if pairing.state != SUSPENDED || pairing.reason != CONCERN {
            return Ok(true);
        }
        let values = bound![&pairing.id, &pairing.child_id, &pairing.volunteer_id];
        let closed: Option<Id> = self.optional(FIND_CLOSED_CONCERN, values).await?;
        Ok(closed.is_some_and(|found| !found.id.is_empty()))
    }

    /// Holds child and volunteers of a pairing until the transaction ends, so that what the rules say now is still so when it
    /// commits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the caller may not know of it.
    pub async fn hold_for_rules(&mut self, scope: &PairingScope, id: &str) -> Result<Pairing, StoreError> {
        let pairing = self.pairing(scope, id).await?;
        self.hold_child_row(&pairing.child_id).await?;
        self.hold_unit(&pairing.volunteer_id).await?;
        self.pairing(scope, id).await
    }

    /// Lets the two meet. `rules` is what the rules say in this transaction, after [`hold_for_rules`](Self::hold_for_rules).
    ///
    /// # Errors
    /// `state_conflict` where it is not awaited; `approval_missing` (S14), `consent_missing` (S9), `wish_missing` (S12),
    /// `not_eligible` (S1–S3, S16–S19), `no_concern_handler` (S43).
    pub async fn activate_pairing(
        &mut self,
        scope: &PairingScope,
        id: &str,
        rules: &RulesSay,
    ) -> Result<Pairing, StoreError> {
        self.enter_active(scope, id, (AWAITING_GUARDIAN, "activated", EventKind::PairingActivated), rules)
            .await
    }

    /// Lets the two meet again, on the same terms.
    ///
    /// # Errors
    /// As [`activate_pairing`](Self::activate_pairing), `state_conflict` where it is not suspended.
    pub async fn resume_pairing(
        &mut self,
        scope: &PairingScope,
        id: &str,
        rules: &RulesSay,
    ) -> Result<Pairing, StoreError> {
        self.enter_active(scope, id, (SUSPENDED, "resumed", EventKind::PairingResumed), rules).await
    }

    async fn enter_active(
        &mut self,
        scope: &PairingScope,
        id: &str,
        (from, reason, kind): (&str, &str, EventKind),
        rules: &RulesSay,
    ) -> Result<Pairing, StoreError> {
        let pairing = self.hold_pairing(scope, id).await?;
        let asked = rules.asked_children.contains(&pairing.child_id);
        let refused = if pairing.state != from {
            Some("state_conflict")
        } else if pairing.approved_by.is_empty() {
            Some("approval_missing")
        } else if pairing.guardian_answer != YES {
            Some("consent_missing")
        } else if asked && pairing.child_answer != YES {
            Some("wish_missing")
        } else if !rules.hold
            || self.concern_is_open(&pairing.volunteer_id).await?
            || !self.concern_is_closed(&pairing).await?
        {
            Some("not_eligible")
        } else if !self.concerns_are_heard(&pairing.region_code).await? {
            Some("no_concern_handler")
        } else {
            None
        };
        if let Some(code) = refused {
            return Err(StoreError::conflict(code));
        }
        let today = china_day(self.now_ms()).to_string();
        self.execute(PUT_BEGINNING, bound![id, today]).await?;
        self.step(&pairing, ACTIVE, reason, &Heard::default()).await?;
        self.drop_tasks(id, "ask_guardian").await?;
        for kind in ["cover", "pairing_suspended", "decide_pairing", RULES_TO_CHECK] {
            self.drop_tasks(id, kind).await?;
        }
        if from == AWAITING_GUARDIAN {
            self.ask_about_one_voice(&pairing).await?;
        }
        self.tell_of_pairing(kind, &pairing, reason).await?;
        self.pairing(scope, id).await
    }

    /// Where who approved also wrote down what guardian and child said, somebody else asks them again.
    async fn ask_about_one_voice(&mut self, pairing: &Pairing) -> Result<(), StoreError> {
        let alone: Option<Id> = self.optional(FIND_ONE_VOICE, bound![&pairing.id]).await?;
        if alone.is_some() {
            let due_on = china_day(self.now_ms()).checked_add(DAYS_TO_ASK_AGAIN.days()).unwrap_or(Date::MAX);
            self.put_task(&NewTask {
                kind: "check_answers",
                role: Role::Supervisor,
                region_code: &pairing.region_code,
                subject: ("pairings", &pairing.id),
                due_on,
            })
            .await?;
        }
        Ok(())
    }

    /// Whether a concern about a volunteer, or about somebody who meets children with her, is not settled (S28). She may be
    /// resumed meanwhile; her pairs are not.
    async fn concern_is_open(&mut self, volunteer_id: &str) -> Result<bool, StoreError> {
        for member in self.unit_members(volunteer_id).await? {
            if self.is_subject_of_concern(&member).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps the two from meeting for a time.
    ///
    /// # Errors
    /// `state_conflict` where they do not meet.
    pub async fn suspend_pairing(
        &mut self,
        scope: &PairingScope,
        id: &str,
        reason: &str,
    ) -> Result<Pairing, StoreError> {
        let pairing = self.hold_pairing(scope, id).await?;
        if pairing.state != ACTIVE {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.stop(&pairing, reason).await?;
        self.pairing(scope, id).await
    }

    /// Ends a pairing, or says of one that was ended at once what was told to the child, whether there was a farewell and what follows.
    ///
    /// # Errors
    /// `state_conflict` where all of that is known.
    pub async fn end_pairing(
        &mut self,
        scope: &PairingScope,
        id: &str,
        ending: &Ending,
    ) -> Result<Pairing, StoreError> {
        let pairing = self.hold_pairing(scope, id).await?;
        let open = [&pairing.notice, &pairing.farewell, &pairing.replacement];
        if !pairing.lives() && open.iter().all(|word| *word != PENDING) {
            return Err(StoreError::conflict("state_conflict"));
        }
        let (lives, reason) =
            if pairing.lives() { (true, ending.reason.as_str()) } else { (false, pairing.reason.as_str()) };
        let today = china_day(self.now_ms()).to_string();
        let words = [&ending.notice, &ending.farewell, &ending.replacement];
        // What was said to keep them apart is not taken back by a later word.
        let went_well = match pairing.went_well {
            Some(false) => None,
            _ if lives && KEEP_APART.contains(&reason) => Some(false),
            _ => ending.went_well,
        };
        if lives && reason == "family_wish" {
            let pair = (pairing.child_id.as_str(), pairing.volunteer_id.as_str());
            self.put_refusal(pair, "guardian", reason).await?;
        }
        let values = bound![id, today, Value::Truth(went_well), words[0], words[1], words[2]];
        self.execute(PUT_END, values).await?;
        let step = if lives { reason } else { "closed_out" };
        self.step(&pairing, ENDED, step, &Heard::default()).await?;
        self.drop_every_task(&pairing.id).await?;
        if words.iter().any(|word| *word == PENDING) {
            self.ask_to_close_out(&pairing).await?;
        }
        let kind = if lives { EventKind::PairingEnded } else { EventKind::PairingClosedOut };
        self.tell_of_pairing(kind, &pairing, reason).await?;
        self.pairing(scope, id).await
    }

    /// How a pairing ends that nobody could prepare: what is to be told to the child is still open.
    pub(super) async fn put_sudden_end(
        &mut self,
        id: &str,
        went_well: Option<bool>,
    ) -> Result<(), StoreError> {
        let today = china_day(self.now_ms()).to_string();
        let values = bound![id, today, Value::Truth(went_well), PENDING, PENDING, PENDING];
        self.execute(PUT_END, values).await.map(|_| ())
    }
}
