//! Everybody of some divisions as rows of sheets, for a run: many by few statements, out of one moment.
//!
//! In: a view of one moment, a span, an id to go on from. Out: rows in the order of ids. Who takes no part (not ready, barred,
//! suspended, a refusal) comes with her number alone: nothing of her is opened. Cost: four statements a stretch, a few fields
//! opened a person.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::cells::{CHILD, VOLUNTEER};
use super::child_standing::{ChildRecords, whole};
use super::children::stored_cells;
use super::consents::Consent;
use super::county_of;
use super::legal_bases::LegalBasisRecord;
use super::screenings::ScreeningRecord;
use super::volunteers::{PeopleScope, VolunteerRow};
use super::wishes::Wish;
use crate::input::person_check::Cells;
use crate::input::values::half_width;
use crate::store::sealing::PersonKey;
use crate::store::statement::{bound, statements};
use crate::store::{RegionSpan, StoreError, View};

/// People read at once where only some of them are looked at.
const STRETCH: i64 = 2_000;
/// The column of a unit's number.
const UNIT: &str = "unit";

statements! {
    /// Answers of guardians of a stretch of children.
    LIST_CONSENTS = "SELECT t.id, t.child_id, t.purpose, t.answer, t.giver, t.relation, t.method, t.channel,
            t.text_version, t.sealed, t.given_on, t.recorded_at_ms, t.recorded_by, t.superseded_at_ms,
            t.withdrawn_at_ms, t.withdrawn_by, t.withdrawn_channel
        FROM consents t
        JOIN children c ON c.id = t.child_id
        WHERE c.region_code BETWEEN $1 AND $2 AND t.child_id > $3 AND t.child_id <= $4
        ORDER BY t.child_id, t.id";
    /// Legal bases of a stretch of children.
    LIST_BASES = "SELECT t.id, t.child_id, t.kind, t.authority, t.document, t.consent_id, t.recorded_at_ms,
            t.recorded_by, t.ended_at_ms
        FROM legal_bases t
        JOIN children c ON c.id = t.child_id
        WHERE c.region_code BETWEEN $1 AND $2 AND t.child_id > $3 AND t.child_id <= $4
        ORDER BY t.child_id, t.id";
    /// Wishes of a stretch of children.
    LIST_WISHES = "SELECT t.id, t.child_id, t.answer, t.asked_on, t.asked_by, t.recorded_at_ms, t.superseded_at_ms
        FROM wishes t
        JOIN children c ON c.id = t.child_id
        WHERE c.region_code BETWEEN $1 AND $2 AND t.child_id > $3 AND t.child_id <= $4
        ORDER BY t.child_id, t.id";
    /// Whom a stretch of children must not be paired with: the volunteer, or a number that nobody carries yet.
    LIST_EXCLUDED = "SELECT t.child_id, COALESCE(t.volunteer_id, t.volunteer_number) AS named
        FROM conflicts t
        JOIN children c ON c.id = t.child_id
        WHERE c.region_code BETWEEN $1 AND $2 AND t.child_id > $3 AND t.child_id <= $4 AND t.cleared_at_ms IS NULL
        GROUP BY t.child_id, COALESCE(t.volunteer_id, t.volunteer_number)
        ORDER BY t.child_id";
    /// Checks of a stretch of volunteers.
    LIST_SCREENINGS = "SELECT t.id, t.volunteer_id, t.kind, t.result, t.authority, t.screened_on, t.valid_through,
            t.query_consent, t.sealed, t.recorded_at_ms, t.recorded_by
        FROM screenings t
        JOIN volunteers v ON v.id = t.volunteer_id
        WHERE v.region_code BETWEEN $1 AND $2 AND t.volunteer_id > $3 AND t.volunteer_id <= $4
        ORDER BY t.volunteer_id, t.recorded_at_ms, t.id";
    /// Volunteers whom a bar meets, by record or by ID number; whoever was archived visits nobody, and her unit goes on without her.
    LIST_BARRED = "SELECT DISTINCT v.id
        FROM volunteers v
        JOIN bars b ON b.volunteer_id = v.id OR b.id_number_index = v.id_number_index
        WHERE v.region_code BETWEEN $1 AND $2 AND v.deleted_at_ms IS NULL AND b.lifted_at_ms IS NULL";
    /// Numbers of the children of these divisions.
    LIST_CHILD_NUMBERS = "SELECT id, number, region_code, ready FROM children
        WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL
        ORDER BY id";
    /// Numbers of the volunteers of these divisions.
    LIST_VOLUNTEER_NUMBERS = "SELECT id, number, region_code, ready FROM volunteers
        WHERE region_code BETWEEN $1 AND $2 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL
        ORDER BY id";
}

/// Somebody's number.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct PersonNumber {
    /// Her id.
    pub id: String,
    /// The county's own number.
    pub number: String,
    /// Her division.
    pub region_code: String,
    /// Whether she takes part in runs.
    pub ready: bool,
}

/// Somebody as a run sees her.
pub struct RunPerson {
    /// Her id.
    pub id: String,
    /// The county's own number.
    pub number: String,
    /// Her division.
    pub region_code: String,
    /// Households she takes; of a child 0.
    pub capacity: i64,
    /// Her row as a sheet would hold it; `None` where she takes no part. Volunteers a child must not meet stand in it by their
    /// id here, and by their number only where nobody carries it.
    pub cells: Option<Cells>,
    pub(in crate::store) key: PersonKey,
}

#[derive(FromRow)]
struct Named {
    child_id: String,
    named: String,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

/// Rows by their person, in the order they came in.
fn by_person<T>(rows: Vec<T>, person: impl Fn(&T) -> &String) -> BTreeMap<String, Vec<T>> {
    let mut sorted: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for row in rows {
        let of = person(&row).clone();
        sorted.entry(of).or_default().push(row);
    }
    sorted
}

impl View {
    /// Numbers of all children of a span who are not archived.
    pub async fn child_numbers(&mut self, span: &RegionSpan) -> Result<Vec<PersonNumber>, StoreError> {
        self.all(LIST_CHILD_NUMBERS, bound![&span.first, &span.last]).await
    }

    /// Numbers of all volunteers of a span who are not archived.
    pub async fn volunteer_numbers(&mut self, span: &RegionSpan) -> Result<Vec<PersonNumber>, StoreError> {
        self.all(LIST_VOLUNTEER_NUMBERS, bound![&span.first, &span.last]).await
    }

    /// The next children after an id, at most so many; none at the end.
    pub async fn children_for_run(
        &mut self,
        span: &RegionSpan,
        after: &str,
        most: i64,
    ) -> Result<Vec<RunPerson>, StoreError> {
        let rows = self.child_rows_for_run(span, after, most).await?;
        let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(Vec::new()) };
        let stretch = || bound![&span.first, &span.last, after, &last];
        let consents: Vec<Consent> = self.all(LIST_CONSENTS, stretch()).await?;
        let bases: Vec<LegalBasisRecord> = self.all(LIST_BASES, stretch()).await?;
        let wishes: Vec<Wish> = self.all(LIST_WISHES, stretch()).await?;
        let excluded: Vec<Named> = self.all(LIST_EXCLUDED, stretch()).await?;
        let mut consents = by_person(consents, |row| &row.child_id);
        let mut bases = by_person(bases, |row| &row.child_id);
        let mut wishes = by_person(wishes, |row| &row.child_id);
        let mut excluded = by_person(excluded, |row| &row.child_id);
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            let key = self.unwrap_person_key(CHILD.table, &row.id, &row.wrapped)?;
            let cells = if row.ready {
                let named = excluded.remove(&row.id).unwrap_or_default();
                let mut named: Vec<String> = named.into_iter().map(|row| row.named).collect();
                // The databases sort text each in its own way.
                named.sort();
                let records = ChildRecords {
                    consents: consents.remove(&row.id).unwrap_or_default(),
                    bases: bases.remove(&row.id).unwrap_or_default(),
                    wishes: wishes.remove(&row.id).unwrap_or_default(),
                    excluded: named,
                };
                let (clear, sealed) = row.opened(self, &key)?;
                Some(whole((&row.number, &row.region_code), clear, sealed, &records.standing()))
            } else {
                None
            };
            let (id, number, region_code) = (row.id, row.number, row.region_code);
            people.push(RunPerson { id, number, region_code, capacity: 0, cells, key });
        }
        Ok(people)
    }

    /// Volunteers whom a bar meets.
    pub async fn barred_volunteers(&mut self, span: &RegionSpan) -> Result<BTreeSet<String>, StoreError> {
        let rows: Vec<Id> = self.all(LIST_BARRED, bound![&span.first, &span.last]).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Units, by county and number, of which an adult takes no part: everybody who would meet the child must be fit to.
    pub async fn units_not_whole(
        &mut self,
        span: &RegionSpan,
        barred: &BTreeSet<String>,
    ) -> Result<BTreeSet<(String, String)>, StoreError> {
        let mut units = BTreeSet::new();
        let mut after = String::new();
        loop {
            let rows = self.volunteer_rows_out(span, &after, STRETCH).await?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            for row in &rows {
                units.extend(self.unit_of(row)?);
            }
        }
        for id in barred {
            let row = self.volunteer_row(&PeopleScope::region(span.clone()), id).await;
            if let Ok(row) = row {
                units.extend(self.unit_of(&row)?);
            }
        }
        Ok(units)
    }

    fn unit_of(&self, row: &VolunteerRow) -> Result<Option<(String, String)>, StoreError> {
        let cells = stored_cells(VOLUNTEER.table, &row.id, &row.cells)?;
        let unit = match cells.get(UNIT) {
            Some(unit) => unit.clone(),
            None => self.open(&row.key(self)?, &row.sealed, Some(&[UNIT]))?.remove(UNIT).unwrap_or_default(),
        };
        let unit = half_width(&unit);
        Ok((!unit.is_empty()).then(|| (county_of(&row.region_code).to_owned(), unit)))
    }

    /// The next volunteers after an id, at most so many; none at the end. `barred` is what
    /// [`barred_volunteers`](Self::barred_volunteers) gave.
    pub async fn volunteers_for_run(
        &mut self,
        span: &RegionSpan,
        after: &str,
        most: i64,
        barred: &BTreeSet<String>,
    ) -> Result<Vec<RunPerson>, StoreError> {
        let rows = self.volunteer_rows_for_run(span, after, most).await?;
        let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(Vec::new()) };
        let records: Vec<ScreeningRecord> =
            self.all(LIST_SCREENINGS, bound![&span.first, &span.last, after, &last]).await?;
        let mut records = by_person(records, |row| &row.volunteer_id);
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            let key = row.key(self)?;
            let takes_part = row.ready && row.suspended_at_ms.is_none() && !barred.contains(&row.id);
            let cells = if takes_part {
                let records = records.remove(&row.id).unwrap_or_default();
                let standing = self.standing_of(&row, Vec::new(), &records)?;
                Some(self.volunteer_cells(&row, &standing)?)
            } else {
                None
            };
            let (id, number, region_code) = (row.id, row.number, row.region_code);
            people.push(RunPerson { id, number, region_code, capacity: row.capacity, cells, key });
        }
        Ok(people)
    }
}
