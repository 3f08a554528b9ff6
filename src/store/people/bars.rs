//! Permanent bars (S3). A bar holds the blind index of the ID number, so it meets the same person however often she
//! registers; it outlives her record, and erasing her does not touch it (S41). Two persons lift it.

use sqlx::FromRow;

use super::volunteers::PeopleScope;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Page, PageRequest, RegionSpan, StoreError, View};

statements! {
    /// Records a bar.
    ADD = "INSERT INTO bars
        (id, volunteer_id, id_number_index, reason, region_code, recorded_at_ms, recorded_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Bars that stand against a person, by her record or her ID number.
    FIND_LIVE = "SELECT id, volunteer_id, reason, region_code, recorded_at_ms, recorded_by, lift_asked_by,
            lift_asked_at_ms, lifted_by, lifted_at_ms
        FROM bars
        WHERE lifted_at_ms IS NULL AND (volunteer_id = $1 OR id_number_index = $2)
        ORDER BY id";
    /// One bar.
    FIND = "SELECT id, volunteer_id, reason, region_code, recorded_at_ms, recorded_by, lift_asked_by,
            lift_asked_at_ms, lifted_by, lifted_at_ms
        FROM bars
        WHERE id = $1 AND region_code BETWEEN $2 AND $3";
    /// A page of bars.
    LIST = "SELECT id, volunteer_id, reason, region_code, recorded_at_ms, recorded_by, lift_asked_by,
            lift_asked_at_ms, lifted_by, lifted_at_ms
        FROM bars
        WHERE region_code BETWEEN $1 AND $2 AND id > $3
        ORDER BY id
        LIMIT $4";
    /// The first of two persons.
    ASK = "UPDATE bars
        SET lift_asked_by = $2, lift_asked_at_ms = $3
        WHERE id = $1 AND lift_asked_by IS NULL AND lifted_at_ms IS NULL";
    /// The second, who must be another: not by an account that the first made or let in anew since she asked.
    LIFT = "UPDATE bars
        SET lifted_by = $2, lifted_at_ms = $3
        WHERE id = $1 AND lift_asked_by IS NOT NULL AND lift_asked_by <> $2 AND lifted_at_ms IS NULL
            AND NOT EXISTS (
                SELECT u.id
                FROM users u
                WHERE u.id = $2 AND (
                    (u.created_at_ms >= bars.lift_asked_at_ms AND (u.created_by = bars.lift_asked_by
                        OR u.created_by IN (SELECT k.id FROM api_keys k WHERE k.user_id = bars.lift_asked_by)))
                    OR (u.invited_at_ms >= bars.lift_asked_at_ms AND (u.invited_by = bars.lift_asked_by
                        OR u.invited_by IN (SELECT k.id FROM api_keys k WHERE k.user_id = bars.lift_asked_by)))))";
    /// A number that became known later is barred too.
    LEARN_NUMBER = "UPDATE bars
        SET id_number_index = $2
        WHERE volunteer_id = $1 AND id_number_index IS NULL AND lifted_at_ms IS NULL";
    /// Whose records a bar holds still.
    HELD = "SELECT v.id
        FROM volunteers v
        JOIN bars b ON b.id = $1
        WHERE v.erased_at_ms IS NULL AND (v.id = b.volunteer_id OR v.id_number_index = b.id_number_index)
        ORDER BY v.id";
    /// She is another version of herself without the bar.
    NEXT_VERSION = "UPDATE volunteers
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1";
    /// The blind index of a volunteer's ID number.
    FIND_INDEX = "SELECT id_number_index FROM volunteers WHERE id = $1";
}

/// A bar.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Bar {
    /// Id.
    pub id: String,
    /// The record it was made for, which may be gone.
    pub volunteer_id: String,
    /// Why, a word.
    pub reason: String,
    /// Division.
    pub region_code: String,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// By which user.
    pub recorded_by: String,
    /// Who asked for it to be lifted.
    pub lift_asked_by: Option<String>,
    /// When.
    pub lift_asked_at_ms: Option<i64>,
    /// Who confirmed.
    pub lifted_by: Option<String>,
    /// When it was lifted.
    pub lifted_at_ms: Option<i64>,
}

/// What a request to lift a bar did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifted {
    /// It is asked for; another person must confirm.
    Asked,
    /// It is lifted.
    Done,
}

#[derive(FromRow)]
struct Index {
    id_number_index: Option<String>,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

impl View {
    /// Bars that stand against a person. An index of none never meets another of none.
    pub(super) async fn live_bars(
        &mut self,
        volunteer_id: &str,
        id_number_index: Option<&str>,
    ) -> Result<Vec<Bar>, StoreError> {
        self.all(FIND_LIVE, bound![volunteer_id, id_number_index]).await
    }

    pub(super) async fn index_of(&mut self, volunteer_id: &str) -> Result<Option<String>, StoreError> {
        let found: Option<Index> = self.optional(FIND_INDEX, bound![volunteer_id]).await?;
        Ok(found.and_then(|found| found.id_number_index))
    }

    /// A bar of these divisions.
    pub async fn bar(&mut self, span: &RegionSpan, id: &str) -> Result<Bar, StoreError> {
        let found = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        found.ok_or(StoreError::not_found("bar"))
    }

    /// A page of bars, lifted ones included.
    pub async fn bars(&mut self, span: &RegionSpan, page: &PageRequest) -> Result<Page<Bar>, StoreError> {
        let rows: Vec<Bar> =
            self.all(LIST, bound![&span.first, &span.last, &page.after, page.rows()]).await?;
        Ok(page.page(rows, |row| row.id.clone()))
    }
}

impl Change {
    /// Writes a bar down; what it means for her is the caller's to refresh.
    pub(super) async fn put_bar(
        &mut self,
        volunteer_id: &str,
        region_code: &str,
        reason: &str,
    ) -> Result<String, StoreError> {
        let index = self.index_of(volunteer_id).await?;
        let (id, now_ms, recorder) = (self.store().new_id(), self.now_ms(), self.recorder());
        let values = bound![&id, volunteer_id, index, reason, region_code, now_ms, recorder];
        self.execute(ADD, values).await?;
        let event = AuditEvent::new("volunteer.barred", "volunteers", volunteer_id, region_code);
        self.record(event.because(reason));
        self.stop_the_others(&id, volunteer_id).await?;
        Ok(id)
    }

    /// Whoever else a bar holds: the same person registered again is barred in the same transaction.
    async fn stop_the_others(&mut self, bar_id: &str, volunteer_id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let held: Vec<Id> = self.all(HELD, bound![bar_id]).await?;
        for other in held.into_iter().filter(|other| other.id != volunteer_id) {
            self.execute(NEXT_VERSION, bound![&other.id, now_ms]).await?;
            self.refresh_volunteer(&other.id).await?;
        }
        Ok(())
    }

    /// Bars a volunteer for good, archived or not; the bar's id.
    pub async fn bar_volunteer(
        &mut self,
        scope: &PeopleScope,
        volunteer_id: &str,
        reason: &str,
    ) -> Result<String, StoreError> {
        self.hold_volunteer(scope, volunteer_id).await?;
        let region_code = self.volunteer_row(scope, volunteer_id).await?.region_code;
        let id = self.put_bar(volunteer_id, &region_code, reason).await?;
        self.refresh_volunteer(volunteer_id).await?;
        Ok(id)
    }

    /// Asks for a bar to be lifted, or confirms what another person asked. `user_id` is a person, never a key of hers.
    ///
    /// # Errors
    /// `second_person_needed` where the same person asks twice, or by an account she made or invited meanwhile; `state_conflict` where it was lifted before.
    pub async fn lift_bar(
        &mut self,
        span: &RegionSpan,
        id: &str,
        user_id: &str,
    ) -> Result<Lifted, StoreError> {
        let bar = self.bar(span, id).await?;
        let now_ms = self.now_ms();
        let event = |action| AuditEvent::new(action, "bars", id, &bar.region_code);
        if self.execute(LIFT, bound![id, user_id, now_ms]).await? == 1 {
            let held: Vec<Id> = self.all(HELD, bound![id]).await?;
            for volunteer in held {
                self.execute(NEXT_VERSION, bound![&volunteer.id, now_ms]).await?;
                self.refresh_volunteer(&volunteer.id).await?;
            }
            self.record(event("bar.lifted"));
            return Ok(Lifted::Done);
        }
        if self.execute(ASK, bound![id, user_id, now_ms]).await? == 1 {
            self.record(event("bar.lift_asked"));
            return Ok(Lifted::Asked);
        }
        let lifted = self.bar(span, id).await?.lifted_at_ms.is_some();
        Err(StoreError::conflict(if lifted { "state_conflict" } else { "second_person_needed" }))
    }

    /// Bars of a record learn the ID number that became known.
    pub(super) async fn teach_bars(
        &mut self,
        volunteer_id: &str,
        id_number_index: &str,
    ) -> Result<(), StoreError> {
        self.execute(LEARN_NUMBER, bound![volunteer_id, id_number_index]).await?;
        for bar in self.live_bars(volunteer_id, Some(id_number_index)).await? {
            self.stop_the_others(&bar.id, volunteer_id).await?;
        }
        Ok(())
    }
}
