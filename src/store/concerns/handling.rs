//! What is done about a concern: it is assigned, written about, reported to the authority, closed by two, reopened. Every step is an
//! entry; the row's version makes two steps follow each other.

use sqlx::FromRow;

use super::reading::{Concern, ConcernReader};
use super::{TABLE, Texts, not_found};
use crate::model::Role;
use crate::store::statement::{bound, statements};
use crate::store::{Announcement, Change, Channel, EventKind, Recipient, RegionSpan, StoreError};

statements! {
    /// Makes the next version and holds the row.
    TOUCH = "UPDATE concerns SET version = version + 1, updated_at_ms = $2 WHERE id = $1";
    /// Somebody sees to it.
    ASSIGN = "UPDATE concerns
        SET assigned_to = $2, state = 'assigned'
        WHERE id = $1 AND state IN ('open', 'assigned')";
    /// It was reported to the authority; the first time counts.
    REPORTED = "UPDATE concerns
        SET reported_to_authority_at_ms = $2
        WHERE id = $1 AND reported_to_authority_at_ms IS NULL";
    /// The first of two persons.
    ASK = "UPDATE concerns
        SET state = 'closing', close_asked_by = $2, close_asked_at_ms = $3, outcome = $4
        WHERE id = $1 AND state IN ('open', 'assigned')";
    /// The second, who must be another: not by an account that the first made or let in anew since she asked.
    CLOSE = "UPDATE concerns
        SET state = 'closed', closed_by = $2, closed_at_ms = $3
        WHERE id = $1 AND state = 'closing' AND close_asked_by <> $2 AND outcome = $4
            AND NOT EXISTS (
                SELECT u.id
                FROM users u
                WHERE u.id = $2 AND (
                    (u.created_at_ms >= concerns.close_asked_at_ms AND (u.created_by = concerns.close_asked_by
                        OR u.created_by IN (SELECT k.id FROM api_keys k WHERE k.user_id = concerns.close_asked_by)))
                    OR (u.invited_at_ms >= concerns.close_asked_at_ms AND (u.invited_by = concerns.close_asked_by
                        OR u.invited_by IN (SELECT k.id FROM api_keys k WHERE k.user_id = concerns.close_asked_by)))))";
    /// It goes on.
    REOPEN = "UPDATE concerns
        SET state = CASE WHEN assigned_to IS NULL THEN 'open' ELSE 'assigned' END, close_asked_by = NULL,
            close_asked_at_ms = NULL, outcome = '', closed_by = NULL, closed_at_ms = NULL
        WHERE id = $1 AND state IN ('closing', 'closed')";
    /// Adds an entry behind the last one.
    ADD_ENTRY = "INSERT INTO concern_entries (concern_id, number, at_ms, actor_id, kind, sealed)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// How many entries there are.
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM concern_entries WHERE concern_id = $1";
    /// Somebody who can log in.
    HANDLER = "SELECT role, region_code, volunteer_id
        FROM users
        WHERE id = $1 AND disabled_at_ms IS NULL AND password_hash IS NOT NULL";
}

/// Roles a concern may be assigned to.
const HANDLERS: [Role; 3] = [Role::Supervisor, Role::Coordinator, Role::ChildDirector];

/// What is written about a concern.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// A word: what was done.
    pub kind: String,
    /// What is written, by field.
    pub texts: Texts,
}

/// What a request to close did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// It is asked for; another person must confirm.
    Asked,
    /// It is closed.
    Done,
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

#[derive(FromRow)]
struct Handler {
    role: String,
    region_code: String,
    volunteer_id: Option<String>,
}

impl Change {
    /// Holds a concern for this transaction.
    async fn hold_concern(&mut self, reader: &ConcernReader, id: &str) -> Result<Concern, StoreError> {
        self.concern(reader, id).await?;
        let now_ms = self.now_ms();
        if self.execute(TOUCH, bound![id, now_ms]).await? != 1 {
            return Err(not_found());
        }
        // What it is now that nobody else can change it.
        self.concern(reader, id).await
    }

    /// Adds an entry to a concern that is held.
    async fn write_entry(
        &mut self,
        concern: &Concern,
        entry: &NewEntry,
        user_id: &str,
    ) -> Result<(), StoreError> {
        let Number { number } = self.one(COUNT, bound![&concern.id]).await?;
        let number = number + 1;
        let key = self.row_key(TABLE, &concern.id).await?;
        let sealed = self.seal_part(&key, &number.to_string(), &entry.texts);
        let values = bound![&concern.id, number, self.now_ms(), user_id, &entry.kind, sealed];
        self.execute(ADD_ENTRY, values).await.map(|_| ())
    }

    /// Assigns a concern to somebody of its division.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the account is not one of a supervisor, coordinator or child director who answers for the
    /// division and can log in, or is its subject; `state_conflict` where it is being closed.
    pub async fn assign_concern(
        &mut self,
        reader: &ConcernReader,
        id: &str,
        user_id: &str,
    ) -> Result<(), StoreError> {
        let concern = self.hold_concern(reader, id).await?;
        let found: Option<Handler> = self.optional(HANDLER, bound![user_id]).await?;
        let handler = found.filter(|handler| may_handle(handler, &concern));
        let subject = concern.subject_user_id.as_deref() == Some(user_id)
            || handler.as_ref().is_some_and(|handler| {
                handler.volunteer_id.is_some() && handler.volunteer_id == concern.subject_volunteer_id
            });
        if handler.is_none() || subject {
            return Err(StoreError::not_found("user"));
        }
        if self.execute(ASSIGN, bound![id, user_id]).await? != 1 {
            return Err(StoreError::conflict("state_conflict"));
        }
        let texts = Texts::from([("user_id".to_owned(), user_id.to_owned())]);
        let entry = NewEntry { kind: "assigned".to_owned(), texts };
        self.write_entry(&concern, &entry, &reader.user_id).await?;
        self.record(concern.event("concern.assigned"));
        let told = Announcement::event(EventKind::ConcernAssigned, TABLE, id, &concern.region_code);
        self.announce(told.to(Recipient::User(user_id), Channel::Email)).await.map(|_| ())
    }

    /// Adds what was done. A closed concern takes entries too: what comes to light later belongs here.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where it is not for the reader.
    pub async fn add_concern_entry(
        &mut self,
        reader: &ConcernReader,
        id: &str,
        entry: &NewEntry,
    ) -> Result<(), StoreError> {
        let concern = self.hold_concern(reader, id).await?;
        self.write_entry(&concern, entry, &reader.user_id).await?;
        let event = concern.event("concern.entry_added").of_fields(entry.texts.keys().cloned());
        self.record(event.because(&entry.kind));
        Ok(())
    }

    /// Writes down that the authority was told, by whom and to whom. The first time stops the timer.
    ///
    /// # Errors
    /// As [`add_concern_entry`](Self::add_concern_entry).
    pub async fn report_concern_to_authority(
        &mut self,
        reader: &ConcernReader,
        id: &str,
        told_at_ms: i64,
        texts: Texts,
    ) -> Result<(), StoreError> {
        let concern = self.hold_concern(reader, id).await?;
        self.execute(REPORTED, bound![id, told_at_ms]).await?;
        let entry = NewEntry { kind: "reported_to_authority".to_owned(), texts };
        self.write_entry(&concern, &entry, &reader.user_id).await?;
        self.close_report_tasks(id, &reader.user_id).await?;
        let event = concern.event("concern.reported_to_authority").of_fields(entry.texts.into_keys());
        self.record(event);
        Ok(())
    }

    /// Asks for a concern to be closed, or confirms what another person asked. The second finds the same outcome.
    ///
    /// # Errors
    /// `second_person_needed` where the same person asks twice, or by an account she made or invited meanwhile, or where the first
    /// found another outcome; `state_conflict` where it is closed. Its subject never gets here: it is not found.
    pub async fn close_concern(
        &mut self,
        reader: &ConcernReader,
        id: &str,
        outcome: &str,
        texts: Texts,
    ) -> Result<Closing, StoreError> {
        let concern = self.hold_concern(reader, id).await?;
        let (now_ms, user_id) = (self.now_ms(), reader.user_id.as_str());
        // Confirming is for supervisors: whoever a concern is assigned to may ask.
        let may_confirm = reader.span.is_some();
        let entry = |kind: &str| NewEntry { kind: kind.to_owned(), texts: texts.clone() };
        if may_confirm && self.execute(CLOSE, bound![id, user_id, now_ms, outcome]).await? == 1 {
            self.write_entry(&concern, &entry("closed"), user_id).await?;
            self.close_report_tasks(id, user_id).await?;
            self.record(concern.event("concern.closed").because(outcome));
            return Ok(Closing::Done);
        }
        if self.execute(ASK, bound![id, user_id, now_ms, outcome]).await? == 1 {
            self.write_entry(&concern, &entry("close_asked"), user_id).await?;
            self.record(concern.event("concern.close_asked").because(outcome));
            self.tell_supervisors(&concern, EventKind::ConcernClosingAsked, user_id).await?;
            return Ok(Closing::Asked);
        }
        Err(StoreError::conflict(if concern.state == "closed" {
            "state_conflict"
        } else {
            "second_person_needed"
        }))
    }

    /// Takes a concern up again that was closed or about to be.
    ///
    /// # Errors
    /// `state_conflict` where it is neither.
    pub async fn reopen_concern(
        &mut self,
        reader: &ConcernReader,
        id: &str,
        texts: Texts,
    ) -> Result<(), StoreError> {
        let concern = self.hold_concern(reader, id).await?;
        if self.execute(REOPEN, bound![id]).await? != 1 {
            return Err(StoreError::conflict("state_conflict"));
        }
        let entry = NewEntry { kind: "reopened".to_owned(), texts };
        self.write_entry(&concern, &entry, &reader.user_id).await?;
        self.record(concern.event("concern.reopened"));
        Ok(())
    }

    /// Supervisors of the division are told, but one of them and its subject.
    pub(super) async fn tell_supervisors(
        &mut self,
        concern: &Concern,
        kind: EventKind,
        but: &str,
    ) -> Result<(), StoreError> {
        let event = Announcement::event(kind, TABLE, &concern.id, &concern.region_code);
        for user_id in self.users_for(Role::Supervisor, &concern.region_code).await? {
            if user_id != but && concern.subject_user_id.as_deref() != Some(user_id.as_str()) {
                self.announce(event.clone().to(Recipient::User(&user_id), Channel::Email)).await?;
            }
        }
        Ok(())
    }
}

/// Whether somebody may see to a concern: by role, and by division.
fn may_handle(handler: &Handler, concern: &Concern) -> bool {
    let role = Role::of_word(&handler.role);
    let span = match handler.region_code.as_str() {
        "" => RegionSpan::everywhere(),
        code => RegionSpan::of_prefix(code),
    };
    role.is_some_and(|role| HANDLERS.contains(&role)) && span.holds(&concern.region_code)
}
