//! A report comes in: whom it is about is looked up within the reporter's reach, the record is made, its subject's pairs rest,
//! and whoever answers for the division is told.

use sqlx::FromRow;

use super::reading::Phones;
use super::{REPORT_WITHIN_MS, TABLE, Texts};
use crate::model::Role;
use crate::store::people::{PeopleScope, china_day};
use crate::store::statement::{bound, statements};
use crate::store::{Announcement, AuditEvent, Change, Channel, EventKind, Recipient, RegionSpan, StoreError};

statements! {
    /// Adds a concern.
    ADD = "INSERT INTO concerns
        (id, version, region_code, child_id, pairing_id, subject_kind, subject_volunteer_id, subject_user_id, kind,
         severity, state, sealed, reported_by, reporter_kind, channel, report_due_at_ms, outcome, created_at_ms,
         updated_at_ms)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11, $12, $13, $14, '', $15, $15)";
    /// The division of a child, archived or not.
    CHILD = "SELECT region_code
        FROM children
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND erased_at_ms IS NULL";
    /// The division of a volunteer, archived or not.
    VOLUNTEER = "SELECT region_code
        FROM volunteers
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND ($4 = '' OR team_id = $4) AND ($5 = '' OR id = $5)
            AND erased_at_ms IS NULL";
    /// A user, disabled or not.
    USER = "SELECT volunteer_id FROM users WHERE id = $1 AND region_code BETWEEN $2 AND $3";
    /// A pair within reach, ended or not.
    PAIRING = "SELECT p.child_id, p.volunteer_id, p.region_code
        FROM pairings p
        JOIN volunteers v ON v.id = p.volunteer_id
        WHERE p.id = $1 AND p.region_code BETWEEN $2 AND $3 AND ($4 = '' OR v.team_id = $4)
            AND ($5 = '' OR p.volunteer_id = $5)";
}

/// Whom somebody may name in a report.
#[derive(Clone, Debug)]
pub struct ReporterScope {
    /// Volunteers and pairs she reaches.
    pub people: PeopleScope,
    /// Children she reaches; `None` where she sees none.
    pub children: Option<RegionSpan>,
    /// Divisions about which she may report without naming anybody.
    pub regions: RegionSpan,
    /// Her account.
    pub user_id: String,
}

/// A report.
#[derive(Clone, Debug)]
pub struct NewConcern {
    /// Where; may be left out where a child, pair or volunteer says it.
    pub region_code: Option<String>,
    /// The child.
    pub child_id: Option<String>,
    /// The pair.
    pub pairing_id: Option<String>,
    /// A word: who the subject is.
    pub subject_kind: String,
    /// The volunteer it is about. Of a pair, hers where none is named.
    pub subject_volunteer_id: Option<String>,
    /// The account it is about.
    pub subject_user_id: Option<String>,
    /// A word: what is feared.
    pub kind: String,
    /// A word: how bad.
    pub severity: String,
    /// A word: in whose name.
    pub reporter_kind: String,
    /// A word: how it was said.
    pub channel: String,
    /// What was said, by field.
    pub texts: Texts,
}

/// What became of a report.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The concern.
    pub id: String,
    /// Its division.
    pub region_code: String,
    /// Until when it is to be reported to the authority, milliseconds.
    pub report_due_at_ms: i64,
    /// Whom to call.
    pub phones: Phones,
}

#[derive(FromRow)]
struct Place {
    region_code: String,
}

#[derive(FromRow)]
struct Account {
    volunteer_id: Option<String>,
}

#[derive(FromRow)]
struct PairRow {
    child_id: String,
    volunteer_id: String,
    region_code: String,
}

/// How long the record may wait to be reported.
fn within_ms(severity: &str) -> i64 {
    let found = REPORT_WITHIN_MS.iter().find(|(word, _)| *word == severity);
    found.map_or(REPORT_WITHIN_MS[0].1, |(_, within_ms)| *within_ms)
}

impl Change {
    /// Records a concern.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where it names a child, pair, volunteer or account out of the reporter's reach, or no division
    /// that is within it.
    pub async fn report_concern(
        &mut self,
        scope: &ReporterScope,
        new: NewConcern,
    ) -> Result<Reported, StoreError> {
        let new = self.placed(scope, new).await?;
        let region_code = new.region_code.clone().unwrap_or_default();
        let (id, now_ms) = (self.store().new_id(), self.now_ms());
        let report_due_at_ms = now_ms + within_ms(&new.severity);
        let key = self.new_row_key(TABLE, &id).await?;
        let sealed = self.seal_part(&key, "", &new.texts);
        let mut values =
            bound![&id, &region_code, new.child_id.clone(), new.pairing_id.clone(), &new.subject_kind];
        values.extend(bound![new.subject_volunteer_id.clone(), new.subject_user_id.clone(), &new.kind]);
        values.extend(bound![&new.severity, sealed, &scope.user_id, &new.reporter_kind, &new.channel]);
        values.extend(bound![report_due_at_ms, now_ms]);
        self.execute(ADD, values).await?;
        let event = AuditEvent::new("concern.reported", TABLE, &id, &region_code);
        self.record(event.of_fields(new.texts.keys().cloned()));
        if let Some(volunteer_id) = &new.subject_volunteer_id {
            self.hold_subject(volunteer_id).await?;
        }
        self.open_report_task(&id, &region_code, china_day(report_due_at_ms)).await?;
        self.tell_of_report(&id, &region_code, new.subject_user_id.as_deref()).await?;
        let phones = self.phones_of(&region_code).await?;
        Ok(Reported { id, region_code, report_due_at_ms, phones })
    }

    /// The report with everything looked up: each that it names is within reach, and it has a division.
    async fn placed(&mut self, scope: &ReporterScope, mut new: NewConcern) -> Result<NewConcern, StoreError> {
        let mut place = None;
        // Whoever reaches a pair reaches its volunteer, wherever she moved.
        let mut of_pair = None;
        if let Some(id) = &new.pairing_id {
            let pair = self.pair(scope, id).await?;
            if new.child_id.as_ref().is_some_and(|child_id| *child_id != pair.child_id) {
                return Err(StoreError::not_found("child"));
            }
            if new.subject_kind == "volunteer" && new.subject_volunteer_id.is_none() {
                new.subject_volunteer_id = Some(pair.volunteer_id.clone());
            }
            new.child_id = Some(pair.child_id);
            place = Some(pair.region_code);
            of_pair = Some(pair.volunteer_id);
        } else if let Some(id) = &new.child_id {
            let span = scope.children.as_ref().ok_or(StoreError::not_found("child"))?;
            let found: Option<Place> = self.optional(CHILD, bound![id, &span.first, &span.last]).await?;
            place = Some(found.ok_or(StoreError::not_found("child"))?.region_code);
        }
        if let Some(id) = &new.subject_user_id {
            let span = &scope.regions;
            let found: Option<Account> = self.optional(USER, bound![id, &span.first, &span.last]).await?;
            let account = found.ok_or(StoreError::not_found("user"))?;
            if new.subject_volunteer_id.is_none() {
                of_pair = of_pair.or_else(|| account.volunteer_id.clone());
                new.subject_volunteer_id = account.volunteer_id;
            }
        }
        if let Some(id) = new.subject_volunteer_id.as_ref().filter(|id| of_pair.as_ref() != Some(*id)) {
            let found: Option<Place> = self.optional(VOLUNTEER, people(&scope.people, id)).await?;
            let found = found.ok_or(StoreError::not_found("volunteer"))?;
            place = place.or(Some(found.region_code));
        }
        let said = new.region_code.take().filter(|code| scope.regions.holds(code));
        new.region_code = Some(place.or(said).ok_or(StoreError::not_found("region"))?);
        Ok(new)
    }

    async fn pair(&mut self, scope: &ReporterScope, id: &str) -> Result<PairRow, StoreError> {
        let found: Option<PairRow> = self.optional(PAIRING, people(&scope.people, id)).await?;
        found.ok_or(StoreError::not_found("pairing"))
    }

    /// The volunteer whom a concern is about meets nobody until somebody resumes her, nor does anybody of her unit (S28). One who is
    /// suspended or archived already stays so.
    async fn hold_subject(&mut self, volunteer_id: &str) -> Result<(), StoreError> {
        let scope = PeopleScope::region(RegionSpan::everywhere());
        match self.suspend_volunteer(&scope, volunteer_id, "concern").await {
            Ok(()) | Err(StoreError::Conflict { .. } | StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        self.suspend_pairs_of_volunteer(volunteer_id, "concern").await.map(|_| ())
    }

    /// Supervisors of the division are told, but none whom it is about; where there is nobody else, admins, who cannot read it and must find somebody who can.
    async fn tell_of_report(
        &mut self,
        id: &str,
        region_code: &str,
        subject_user_id: Option<&str>,
    ) -> Result<(), StoreError> {
        let event = Announcement::event(EventKind::ConcernReported, TABLE, id, region_code);
        let mut told = self.users_for(Role::Supervisor, region_code).await?;
        told.retain(|user_id| Some(user_id.as_str()) != subject_user_id);
        if told.is_empty() {
            told = self.users_for(Role::Admin, region_code).await?;
        }
        for user_id in &told {
            self.announce(event.clone().to(Recipient::User(user_id), Channel::Email)).await?;
        }
        Ok(())
    }
}

/// Values of a statement that is held to a [`PeopleScope`].
fn people(scope: &PeopleScope, id: &str) -> Vec<crate::store::statement::Value> {
    let team = scope.team_id.as_deref().unwrap_or_default();
    let own = scope.volunteer_id.as_deref().unwrap_or_default();
    bound![id, &scope.region.first, &scope.region.last, team, own]
}
