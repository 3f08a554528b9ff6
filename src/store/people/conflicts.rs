//! Who must not be paired (S17): kinship, dispute, an incident, a refusal. Symmetric, and permanent until cleared.

use std::collections::BTreeSet;

use sqlx::FromRow;

use super::county_of;
use super::volunteers::PeopleScope;
use crate::input::values::half_width;
use crate::input::values::lists::items;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Page, PageRequest, RegionSpan, StoreError, View};

statements! {
    /// Records a conflict.
    ADD = "INSERT INTO conflicts
        (id, child_id, volunteer_id, county_code, volunteer_number, kind, recorded_at_ms, recorded_by,
         volunteer_index)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT v.id_number_index FROM volunteers v WHERE v.id = $3))
        ON CONFLICT DO NOTHING";
    /// Numbers of the volunteers a child must not be paired with.
    LIST_NUMBERS = "SELECT COALESCE(v.number, t.volunteer_number) AS number
        FROM conflicts t
        LEFT JOIN volunteers v ON v.id = t.volunteer_id
        WHERE t.child_id = $1 AND t.cleared_at_ms IS NULL
        GROUP BY COALESCE(v.number, t.volunteer_number)
        ORDER BY number";
    /// A page of conflicts of children of these divisions.
    LIST = "SELECT t.id, t.child_id, t.volunteer_id, t.volunteer_number, t.kind, t.recorded_at_ms, t.recorded_by,
            t.cleared_at_ms, t.cleared_by, c.region_code
        FROM conflicts t
        JOIN children c ON c.id = t.child_id
        WHERE c.region_code BETWEEN $1 AND $2 AND c.erased_at_ms IS NULL AND t.id > $3
            AND ($4 = '' OR t.child_id = $4) AND ($5 = '' OR t.volunteer_id = $5)
        ORDER BY t.id
        LIMIT $6";
    /// One conflict.
    FIND = "SELECT t.id, t.child_id, t.volunteer_id, t.volunteer_number, t.kind, t.recorded_at_ms, t.recorded_by,
            t.cleared_at_ms, t.cleared_by, c.region_code
        FROM conflicts t
        JOIN children c ON c.id = t.child_id
        WHERE t.id = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL";
    /// Clears.
    CLEAR = "UPDATE conflicts
        SET cleared_at_ms = $2, cleared_by = $3
        WHERE id = $1 AND cleared_at_ms IS NULL";
    /// Numbers that waited for a volunteer find her.
    MEET = "UPDATE conflicts
        SET volunteer_id = $1, volunteer_index = (SELECT v.id_number_index FROM volunteers v WHERE v.id = $1)
        WHERE county_code = $2 AND volunteer_number = $3 AND volunteer_id IS NULL";
    /// The volunteer of a number.
    FIND_VOLUNTEER = "SELECT id FROM volunteers WHERE county_code = $1 AND number = $2 AND erased_at_ms IS NULL";
}

/// A recorded conflict.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Conflict {
    /// Id.
    pub id: String,
    /// The child.
    pub child_id: String,
    /// The volunteer, once she is registered.
    pub volunteer_id: Option<String>,
    /// Her number when it was recorded.
    pub volunteer_number: String,
    /// Of which kind.
    pub kind: String,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// By which user.
    pub recorded_by: String,
    /// When it was cleared.
    pub cleared_at_ms: Option<i64>,
    /// By which user.
    pub cleared_by: Option<String>,
    /// The child's division.
    pub region_code: String,
}

impl Conflict {
    /// What is written down when it is shown: it tells of the child.
    pub fn read_event(&self) -> AuditEvent {
        let event = AuditEvent::new("conflict.read", "children", &self.child_id, &self.region_code);
        event.of_fields(["excluded_volunteers"])
    }
}

/// A conflict to be recorded.
#[derive(Clone, Debug)]
pub struct NewConflict {
    /// The child.
    pub child_id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// Of which kind.
    pub kind: String,
}

/// Which conflicts.
#[derive(Clone, Debug)]
pub struct ConflictFilter {
    /// Of children of these divisions.
    pub region: RegionSpan,
    /// Of one child; empty for all.
    pub child_id: String,
    /// Of one volunteer; empty for all.
    pub volunteer_id: String,
}

#[derive(FromRow)]
struct Number {
    number: String,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

impl View {
    pub(super) async fn excluded_numbers(&mut self, child_id: &str) -> Result<Vec<String>, StoreError> {
        let rows: Vec<Number> = self.all(LIST_NUMBERS, bound![child_id]).await?;
        let mut numbers: Vec<String> = rows.into_iter().map(|row| row.number).collect();
        // The databases sort text each in its own way.
        numbers.sort();
        Ok(numbers)
    }

    /// A page of conflicts, cleared ones included.
    pub async fn conflicts(
        &mut self,
        filter: &ConflictFilter,
        page: &PageRequest,
    ) -> Result<Page<Conflict>, StoreError> {
        let values = bound![
            &filter.region.first,
            &filter.region.last,
            &page.after,
            &filter.child_id,
            &filter.volunteer_id,
            page.rows()
        ];
        let rows: Vec<Conflict> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| row.id.clone()))
    }

    /// One conflict.
    pub async fn conflict(&mut self, span: &RegionSpan, id: &str) -> Result<Conflict, StoreError> {
        let found = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        found.ok_or(StoreError::not_found("conflict"))
    }
}

impl Change {
    /// Records that two must not be paired; its id. Where they meet, they do not from now on.
    ///
    /// # Errors
    /// `already_exists` where it is recorded already.
    pub async fn add_conflict(&mut self, span: &RegionSpan, new: &NewConflict) -> Result<String, StoreError> {
        self.touch_child(span, &new.child_id, None).await?;
        let recorded = self.put_conflict(span, new).await?;
        recorded.ok_or(StoreError::conflict("already_exists"))
    }

    /// As above, of a volunteer and each child of a family that she knows, archived or not: she is to come into that home for none of
    /// them. What is recorded already is kept as it is, and they do not meet all the same.
    pub(in crate::store) async fn keep_family_apart(
        &mut self,
        child_ids: &[String],
        volunteer_id: &str,
        kind: &str,
    ) -> Result<(), StoreError> {
        let everywhere = RegionSpan::everywhere();
        let child_ids: BTreeSet<&String> = child_ids.iter().collect();
        for child_id in &child_ids {
            self.hold_child(&everywhere, child_id).await?;
        }
        for child_id in child_ids {
            let new = NewConflict {
                child_id: child_id.clone(),
                volunteer_id: volunteer_id.to_owned(),
                kind: kind.to_owned(),
            };
            if self.put_conflict(&everywhere, &new).await?.is_none() {
                self.suspend_pairs_in_conflict(child_id).await?;
            }
        }
        Ok(())
    }

    /// Of a child who is held; none where it is recorded already.
    async fn put_conflict(
        &mut self,
        span: &RegionSpan,
        new: &NewConflict,
    ) -> Result<Option<String>, StoreError> {
        let volunteer = self.volunteer_row(&PeopleScope::region(span.clone()), &new.volunteer_id).await?;
        let (id, now_ms, recorder) = (self.store().new_id(), self.now_ms(), self.recorder());
        let values = bound![
            &id,
            &new.child_id,
            &new.volunteer_id,
            county_of(&volunteer.region_code),
            &volunteer.number,
            &new.kind,
            now_ms,
            recorder
        ];
        if self.execute(ADD, values).await? == 0 {
            return Ok(None);
        }
        self.refresh_child(span, &new.child_id).await?;
        self.suspend_pairs_in_conflict(&new.child_id).await?;
        let region_code = self.child_row(span, &new.child_id).await?.region_code;
        let event = AuditEvent::new("conflict.recorded", "children", &new.child_id, &region_code);
        self.record(event.of_fields(["excluded_volunteers"]).because(&new.kind));
        Ok(Some(id))
    }

    /// Clears a conflict.
    ///
    /// # Errors
    /// `state_conflict` where it was cleared before.
    pub async fn clear_conflict(&mut self, span: &RegionSpan, id: &str) -> Result<(), StoreError> {
        let conflict = self.conflict(span, id).await?;
        self.touch_child(span, &conflict.child_id, None).await?;
        let (now_ms, recorder) = (self.now_ms(), self.recorder());
        if self.execute(CLEAR, bound![id, now_ms, recorder]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.refresh_child(span, &conflict.child_id).await?;
        let event =
            AuditEvent::new("conflict.cleared", "children", &conflict.child_id, &conflict.region_code);
        self.record(event.of_fields(["excluded_volunteers"]).because(&conflict.kind));
        Ok(())
    }

    /// The cell 回避志愿者 of a sheet. Numbers of the child's own county; one that nobody carries yet waits.
    pub(super) async fn record_conflict_cell(
        &mut self,
        child_id: &str,
        region_code: &str,
        cell: &str,
    ) -> Result<(), StoreError> {
        let county = county_of(region_code).to_owned();
        let whole = half_width(cell);
        // A number may hold the sign that parts the list: one that is known goes before its pieces.
        let known: Option<Id> = self.optional(FIND_VOLUNTEER, bound![&county, &whole]).await?;
        let numbers = if known.is_some() { vec![whole] } else { items(cell) };
        for number in numbers {
            let volunteer: Option<Id> = self.optional(FIND_VOLUNTEER, bound![&county, &number]).await?;
            let volunteer_id = volunteer.map(|found| found.id);
            let (id, now_ms, recorder) = (self.store().new_id(), self.now_ms(), self.recorder());
            let values = bound![id, child_id, volunteer_id, &county, number, "sheet", now_ms, recorder];
            self.execute(ADD, values).await?;
        }
        self.suspend_pairs_in_conflict(child_id).await
    }

    /// Conflicts that waited for a number find its volunteer.
    pub(super) async fn meet_conflicts(
        &mut self,
        volunteer_id: &str,
        county_code: &str,
        number: &str,
    ) -> Result<(), StoreError> {
        self.execute(MEET, bound![volunteer_id, county_code, number]).await.map(|_| ())
    }
}
