//! What was done (联系记录): append-only. A correction is a further row that names the one it corrects, which no longer counts. What
//! somebody writes about it is sealed under the child's key.

use jiff::ToSpan;
use sqlx::FromRow;

use super::{ACTIVE, ENDED, NewTask, Pairing, PairingScope, SUSPENDED};
use crate::input::values::dates::parse_date;
use crate::model::Role;
use crate::store::people::china_day;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, EventKind, Page, PageRequest, StoreError, View};

/// Days in which the two meet only where somebody else sees them.
const DAYS_WATCHED: i64 = 90;

statements! {
    /// Records a contact.
    ADD = "INSERT INTO contacts
        (id, pairing_id, region_code, kind, setting, took_place, happened_on, minutes, present, sealed, amends_id,
         recorded_at_ms, recorded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// A page of a pairing's contacts, those that were corrected among them.
    LIST = "SELECT t.id, t.pairing_id, t.region_code, t.kind, t.setting, t.took_place, t.happened_on, t.minutes,
            t.present, t.amends_id, t.recorded_at_ms, t.recorded_by,
            (SELECT MIN(a.id) FROM contacts a WHERE a.amends_id = t.id) AS amended_by
        FROM contacts t
        WHERE t.pairing_id = $1 AND t.id > $2
        ORDER BY t.id
        LIMIT $3";
    /// One contact.
    FIND = "SELECT t.id, t.pairing_id, t.region_code, t.kind, t.setting, t.took_place, t.happened_on, t.minutes,
            t.present, t.amends_id, t.recorded_at_ms, t.recorded_by,
            (SELECT MIN(a.id) FROM contacts a WHERE a.amends_id = t.id) AS amended_by
        FROM contacts t
        WHERE t.id = $1";
    /// Nothing is overdue any more.
    CLEAR_LATE = "UPDATE tasks SET done_at_ms = $2, done_by = $3
        WHERE subject_id = $1 AND kind = 'contact_overdue' AND done_at_ms IS NULL";
}

/// A contact.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Contact {
    /// Id.
    pub id: String,
    /// The pairing.
    pub pairing_id: String,
    /// Its division.
    pub region_code: String,
    /// What sort of contact, a word.
    pub kind: String,
    /// In which setting (S22), a word; empty for the office's own calls.
    pub setting: String,
    /// Whether it took place.
    pub took_place: bool,
    /// The day.
    pub happened_on: String,
    /// How long.
    pub minutes: i64,
    /// Who was there, words.
    pub present: String,
    /// Which one it corrects.
    pub amends_id: Option<String>,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// By whom.
    pub recorded_by: String,
    /// Which one corrects it.
    pub amended_by: Option<String>,
}

/// A contact to be recorded.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// What sort of contact.
    pub kind: String,
    /// In which setting.
    pub setting: String,
    /// Whether it took place.
    pub took_place: bool,
    /// The day.
    pub happened_on: String,
    /// How long.
    pub minutes: i64,
    /// Who was there.
    pub present: Vec<String>,
    /// What somebody writes about it; sealed.
    pub note: String,
}

impl View {
    /// A page of a pairing's contacts, in the order in which they were recorded.
    pub async fn contacts(
        &mut self,
        scope: &PairingScope,
        pairing_id: &str,
        page: &PageRequest,
    ) -> Result<Page<Contact>, StoreError> {
        self.pairing(scope, pairing_id).await?;
        let rows: Vec<Contact> = self.all(LIST, bound![pairing_id, &page.after, page.rows()]).await?;
        Ok(page.page(rows, |row| row.id.clone()))
    }

    /// One contact of a pairing within reach.
    pub async fn contact(&mut self, scope: &PairingScope, id: &str) -> Result<Contact, StoreError> {
        let found: Option<Contact> = self.optional(FIND, bound![id]).await?;
        let contact = found.ok_or(StoreError::not_found("contact"))?;
        self.pairing(scope, &contact.pairing_id).await?;
        Ok(contact)
    }
}

impl Change {
    /// Records a contact; as it stands then.
    ///
    /// # Errors
    /// `state_conflict` where the two have never met, or met before the day on which they began.
    pub async fn add_contact(
        &mut self,
        scope: &PairingScope,
        pairing_id: &str,
        new: &NewContact,
    ) -> Result<Contact, StoreError> {
        self.put_contact(scope, pairing_id, new, None).await
    }

    /// Corrects a contact.
    ///
    /// # Errors
    /// `state_conflict` where it was corrected before: the correction is corrected instead.
    pub async fn amend_contact(
        &mut self,
        scope: &PairingScope,
        id: &str,
        new: &NewContact,
    ) -> Result<Contact, StoreError> {
        let contact = self.contact(scope, id).await?;
        // Held, so that of two corrections one is told.
        self.hold_pairing_row(scope, &contact.pairing_id).await?;
        if self.contact(scope, id).await?.amended_by.is_some() {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.put_contact(scope, &contact.pairing_id, new, Some(id)).await
    }

    async fn put_contact(
        &mut self,
        scope: &PairingScope,
        pairing_id: &str,
        new: &NewContact,
        amends_id: Option<&str>,
    ) -> Result<Contact, StoreError> {
        let pairing = self.pairing(scope, pairing_id).await?;
        let began_on = pairing.began_on.clone().ok_or(StoreError::conflict("state_conflict"))?;
        let after_end = pairing.ended_on.as_ref().is_some_and(|end| new.happened_on > *end);
        if new.happened_on < began_on || (pairing.state == ENDED && after_end) {
            return Err(StoreError::conflict("state_conflict"));
        }
        let (id, now_ms, recorder) = (self.store().new_id(), self.now_ms(), self.recorder());
        let mut clear = Clear::new();
        if !new.note.is_empty() {
            clear.insert(format!("contacts/{id}/note"), new.note.clone());
        }
        let key = self.person_key("children", &pairing.child_id).await?;
        let sealed = key.map_or_else(|| "{}".to_owned(), |key| self.seal(&key, &clear));
        let present = new.present.join(",");
        let values = bound![
            &id,
            pairing_id,
            &pairing.region_code,
            &new.kind,
            &new.setting,
            new.took_place,
            &new.happened_on,
            new.minutes,
            present,
            sealed,
            amends_id,
            now_ms,
            &recorder
        ];
        self.execute(ADD, values).await?;
        self.check_setting(&pairing, new).await?;
        self.check_suspension(&pairing, new).await?;
        let now = self.pairing(scope, pairing_id).await?;
        if now.overdue(china_day(now_ms)).is_none() {
            self.execute(CLEAR_LATE, bound![pairing_id, now_ms, &recorder]).await?;
        }
        let kind = if amends_id.is_some() { EventKind::ContactAmended } else { EventKind::ContactRecorded };
        let event = AuditEvent::new(kind.word(), "pairings", pairing_id, &pairing.region_code);
        self.record(event.of_fields(["contact"]).because(&new.kind));
        self.contact(scope, &id).await
    }

    /// A meeting on a day on which they were not to meet is written down as well, and told to the supervisor (S2).
    async fn check_suspension(&mut self, pairing: &Pairing, new: &NewContact) -> Result<(), StoreError> {
        let Ok(met_on) = parse_date(&new.happened_on) else { return Ok(()) };
        if !new.took_place || new.setting.is_empty() {
            return Ok(());
        }
        let steps = self.pairing_steps(&PairingScope::everywhere(), &pairing.id).await?;
        // Whoever met on the day itself may have met before.
        let mut before = steps.iter().filter(|step| china_day(step.at_ms) < met_on);
        let stood = before.next_back().is_some_and(|step| step.to_state == SUSPENDED);
        let resumed = steps.iter().any(|step| china_day(step.at_ms) == met_on && step.to_state == ACTIVE);
        if !stood || resumed {
            return Ok(());
        }
        self.put_task(&NewTask {
            kind: "met_while_suspended",
            role: Role::Supervisor,
            region_code: &pairing.region_code,
            subject: ("pairings", &pairing.id),
            due_on: met_on,
        })
        .await
        .map(|_| ())
    }

    /// What happened is written down as it was; that it should not have been is told to the supervisor (S22).
    async fn check_setting(&mut self, pairing: &Pairing, new: &NewContact) -> Result<(), StoreError> {
        let day = |text: &str| parse_date(text).ok();
        let began_on = pairing.began_on.as_deref().and_then(day);
        let (Some(began_on), Some(met_on)) = (began_on, day(&new.happened_on)) else { return Ok(()) };
        let settled = began_on.checked_add(DAYS_WATCHED.days()).is_ok_and(|until| met_on >= until);
        if !new.took_place || new.setting != "community" || settled {
            return Ok(());
        }
        self.put_task(&NewTask {
            kind: "setting_not_allowed",
            role: Role::Supervisor,
            region_code: &pairing.region_code,
            subject: ("pairings", &pairing.id),
            due_on: met_on,
        })
        .await
        .map(|_| ())
    }
}
