//! Volunteers as they are found: one, a page, or those with a phone or ID number. Nothing personal leaves unmasked here.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::cells::{Masked, VOLUNTEER, is_a_number, names_her};
use super::children::{place_of, stored_cells, stored_findings};
use super::{BrokenRule, blind_indexes, china_day, words_of};
use crate::input::person_check::Cells;
use crate::store::sealing::{Clear, PersonKey};
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Page, PageRequest, RegionSpan, StoreError, View};

/// The columns of a row, with the person's key.
macro_rules! volunteer_columns {
    () => {
        "v.id, v.version, v.number, v.region_code, v.team_id, v.cells, v.sealed, v.skill_kinds, v.capacity,
            v.external_ref, v.ready, v.findings, v.screening, v.screened_through, v.suspended_at_ms, v.suspended_reason,
            v.created_at_ms, v.updated_at_ms, v.deleted_at_ms, v.purge_at_ms, k.wrapped
        FROM volunteers v
        JOIN data_keys k ON k.subject_id = v.id"
    };
}

statements! {
    /// One volunteer; an erased one is nobody.
    FIND = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.id = $1 AND v.erased_at_ms IS NULL AND v.region_code BETWEEN $2 AND $3
            AND ($4 = '' OR v.team_id = $4) AND ($5 = '' OR v.id = $5)");
    /// A page in the order of divisions.
    LIST = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.region_code BETWEEN $1 AND $2
            AND (v.region_code > $3 OR v.id > $4)
            AND v.erased_at_ms IS NULL
            AND (CASE WHEN v.deleted_at_ms IS NULL THEN 'no' ELSE 'yes' END) = $5
            AND ($6 = '' OR v.skill_kinds LIKE $6)
            AND ($7 = '' OR (CASE WHEN v.ready THEN 'yes' ELSE 'no' END) = $7)
            AND v.updated_at_ms >= $8
            AND ($9 = '' OR v.team_id = $9) AND ($10 = '' OR v.id = $10)
        ORDER BY v.region_code, v.id
        LIMIT $11");
    /// Those of these divisions who are not archived, in the order of their ids.
    LIST_FOR_RUN = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.region_code BETWEEN $1 AND $2 AND v.deleted_at_ms IS NULL AND v.erased_at_ms IS NULL AND v.id > $3
        ORDER BY v.id
        LIMIT $4");
    /// Those of them who take no part.
    LIST_OUT = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.region_code BETWEEN $1 AND $2 AND v.deleted_at_ms IS NULL AND v.erased_at_ms IS NULL AND v.id > $3
            AND (NOT v.ready OR v.suspended_at_ms IS NOT NULL)
        ORDER BY v.id
        LIMIT $4");
    /// Those with a phone.
    SEARCH_PHONE = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.phone_index = $1 AND v.region_code BETWEEN $2 AND $3 AND v.erased_at_ms IS NULL AND v.id > $4
            AND ($5 = '' OR v.team_id = $5) AND ($6 = '' OR v.id = $6)
        ORDER BY v.id
        LIMIT $7");
    /// Those with an ID number.
    SEARCH_ID_NUMBER = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.id_number_index = $1 AND v.region_code BETWEEN $2 AND $3 AND v.erased_at_ms IS NULL AND v.id > $4
            AND ($5 = '' OR v.team_id = $5) AND ($6 = '' OR v.id = $6)
        ORDER BY v.id
        LIMIT $7");
    /// Those with a number of the county's own.
    SEARCH_NUMBER = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.number = $1 AND v.region_code BETWEEN $2 AND $3 AND v.erased_at_ms IS NULL AND v.id > $4
            AND ($5 = '' OR v.team_id = $5) AND ($6 = '' OR v.id = $6)
        ORDER BY v.id
        LIMIT $7");
    /// The volunteer with a client's reference.
    FIND_REFERENCE = concat!("SELECT ", volunteer_columns!(), "
        WHERE v.external_ref = $1 AND v.region_code BETWEEN $2 AND $3 AND v.erased_at_ms IS NULL");
    /// Makes the next version of a volunteer, and other changes of her wait.
    TOUCH = "UPDATE volunteers
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1 AND region_code BETWEEN $3 AND $4 AND ($5 = '' OR team_id = $5) AND ($6 = '' OR id = $6)
            AND deleted_at_ms IS NULL AND erased_at_ms IS NULL";
    /// As above, archived or not.
    HOLD = "UPDATE volunteers
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1 AND region_code BETWEEN $3 AND $4 AND ($5 = '' OR team_id = $5) AND ($6 = '' OR id = $6)
            AND erased_at_ms IS NULL";
    /// As above, where she has the version that was seen.
    TOUCH_VERSION = "UPDATE volunteers
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1 AND region_code BETWEEN $3 AND $4 AND ($5 = '' OR team_id = $5) AND ($6 = '' OR id = $6)
            AND version = $7 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL";
}

/// Which volunteers somebody reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleScope {
    /// Those of these divisions,
    pub region: RegionSpan,
    /// and of this team, where it is set,
    pub team_id: Option<String>,
    /// and this very one, where it is set.
    pub volunteer_id: Option<String>,
}

impl PeopleScope {
    /// Everybody of these divisions.
    pub fn region(region: RegionSpan) -> Self {
        Self { region, team_id: None, volunteer_id: None }
    }

    fn team(&self) -> &str {
        self.team_id.as_deref().unwrap_or_default()
    }

    fn own(&self) -> &str {
        self.volunteer_id.as_deref().unwrap_or_default()
    }
}

#[derive(FromRow)]
pub(super) struct VolunteerRow {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) number: String,
    pub(super) region_code: String,
    pub(super) team_id: Option<String>,
    pub(super) cells: String,
    pub(super) sealed: String,
    pub(super) skill_kinds: String,
    pub(super) capacity: i64,
    pub(super) external_ref: Option<String>,
    pub(super) ready: bool,
    pub(super) findings: String,
    pub(super) screening: String,
    pub(super) screened_through: Option<String>,
    pub(super) suspended_at_ms: Option<i64>,
    pub(super) suspended_reason: Option<String>,
    pub(super) created_at_ms: i64,
    pub(super) updated_at_ms: i64,
    pub(super) deleted_at_ms: Option<i64>,
    pub(super) purge_at_ms: Option<i64>,
    pub(super) wrapped: String,
}

/// A volunteer as she may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVolunteer {
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// The organisation's own number.
    pub number: String,
    /// Division.
    pub region_code: String,
    /// Her team.
    pub team_id: Option<String>,
    /// Cells that are not personal, by column.
    pub cells: Cells,
    /// What may be seen of the personal ones.
    pub masked: Masked,
    /// Kinds of need that her skills answer.
    pub skill_kinds: Vec<String>,
    /// How many households she takes.
    pub capacity: i64,
    /// The client's own reference.
    pub external_ref: Option<String>,
    /// Whether she takes part in runs.
    pub ready: bool,
    /// What the input rules say of her row.
    pub findings: Vec<BrokenRule>,
    /// `passed`, `pending`, `barred`, or empty.
    pub screening: String,
    /// The last day of the check that counts.
    pub screened_through: Option<String>,
    /// Since when she is suspended.
    pub suspended_at_ms: Option<i64>,
    /// Why, a word.
    pub suspended_reason: Option<String>,
    /// When she was registered.
    pub created_at_ms: i64,
    /// When anything of her changed last.
    pub updated_at_ms: i64,
    /// When she was archived.
    pub deleted_at_ms: Option<i64>,
    /// When she will be erased.
    pub purge_at_ms: Option<i64>,
}

/// Which volunteers.
#[derive(Clone, Debug)]
pub struct VolunteerFilter {
    /// Of those the caller reaches.
    pub scope: PeopleScope,
    /// With a skill for this kind of need; empty for any.
    pub skill: String,
    /// Only those who take part in runs, or only those who do not.
    pub ready: Option<bool>,
    /// Archived ones instead of the others.
    pub archived: bool,
    /// Changed since, milliseconds.
    pub updated_since_ms: i64,
    /// With exactly this phone, ID number or number; empty for any.
    pub exactly: String,
}

impl VolunteerRow {
    pub(super) fn key(&self, view: &View) -> Result<PersonKey, StoreError> {
        view.unwrap_person_key(VOLUNTEER.table, &self.id, &self.wrapped)
    }

    /// The whole row as it was given: cells in clear, sealed fields opened.
    pub(super) fn opened(&self, view: &View, key: &PersonKey) -> Result<(Cells, Clear), StoreError> {
        let cells = stored_cells(VOLUNTEER.table, &self.id, &self.cells)?;
        Ok((cells, view.open(key, &self.sealed, None)?))
    }

    fn masked(self, view: &View) -> Result<StoredVolunteer, StoreError> {
        let today = china_day(view.store().now_ms());
        let open = || Ok(Masked::of(&view.open(&self.key(view)?, &self.sealed, None)?, today));
        let masked = view.store().masked_forms().of(&self.id, &self.sealed, today, open)?;
        Ok(StoredVolunteer {
            masked,
            cells: stored_cells(VOLUNTEER.table, &self.id, &self.cells)?,
            skill_kinds: words_of(&self.skill_kinds),
            findings: stored_findings(VOLUNTEER.table, &self.id, &self.findings)?,
            id: self.id,
            version: self.version,
            number: self.number,
            region_code: self.region_code,
            team_id: self.team_id,
            capacity: self.capacity,
            external_ref: self.external_ref,
            ready: self.ready,
            screening: self.screening,
            screened_through: self.screened_through,
            suspended_at_ms: self.suspended_at_ms,
            suspended_reason: self.suspended_reason,
            created_at_ms: self.created_at_ms,
            updated_at_ms: self.updated_at_ms,
            deleted_at_ms: self.deleted_at_ms,
            purge_at_ms: self.purge_at_ms,
        })
    }
}

impl StoredVolunteer {
    /// What is written down when something of her is shown in full.
    pub fn event(&self, action: &'static str) -> AuditEvent {
        AuditEvent::new(action, "volunteers", &self.id, &self.region_code)
    }
}

impl View {
    pub(super) async fn volunteer_row(
        &mut self,
        scope: &PeopleScope,
        id: &str,
    ) -> Result<VolunteerRow, StoreError> {
        let values = bound![id, &scope.region.first, &scope.region.last, scope.team(), scope.own()];
        self.optional(FIND, values).await?.ok_or(StoreError::not_found("volunteer"))
    }

    /// A volunteer within reach, archived or not.
    pub async fn volunteer(&mut self, scope: &PeopleScope, id: &str) -> Result<StoredVolunteer, StoreError> {
        self.volunteer_row(scope, id).await?.masked(self)
    }

    /// The volunteer with a client's reference.
    pub async fn volunteer_by_reference(
        &mut self,
        span: &RegionSpan,
        external_ref: &str,
    ) -> Result<Option<StoredVolunteer>, StoreError> {
        let found: Option<VolunteerRow> =
            self.optional(FIND_REFERENCE, bound![external_ref, &span.first, &span.last]).await?;
        found.map(|row| row.masked(self)).transpose()
    }

    /// A page of volunteers.
    pub async fn volunteers(
        &mut self,
        filter: &VolunteerFilter,
        page: &PageRequest,
    ) -> Result<Page<StoredVolunteer>, StoreError> {
        if !filter.exactly.is_empty() {
            return self.volunteers_exactly(filter, page).await;
        }
        let page = self.volunteer_rows(filter, page).await?;
        let items = page.items.into_iter().map(|row| row.masked(self)).collect::<Result<_, _>>()?;
        Ok(Page { items, next_after: page.next_after })
    }

    /// A page of rows, nothing opened.
    pub(super) async fn volunteer_rows(
        &mut self,
        filter: &VolunteerFilter,
        page: &PageRequest,
    ) -> Result<Page<VolunteerRow>, StoreError> {
        let scope = &filter.scope;
        let (region, id) = place_of(&page.after);
        let first = if region.is_empty() { scope.region.first.as_str() } else { region };
        let skill = if filter.skill.is_empty() { String::new() } else { format!("%,{},%", filter.skill) };
        let ready = filter.ready.map_or("", |ready| if ready { "yes" } else { "no" });
        let archived = if filter.archived { "yes" } else { "no" };
        let mut values =
            bound![first, &scope.region.last, first, id, archived, skill, ready, filter.updated_since_ms];
        values.extend(bound![scope.team(), scope.own(), page.rows()]);
        let rows: Vec<VolunteerRow> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| format!("{}/{}", row.region_code, row.id)))
    }

    /// Rows for a run, from an id on, nothing opened.
    pub(super) async fn volunteer_rows_for_run(
        &mut self,
        span: &RegionSpan,
        after: &str,
        most: i64,
    ) -> Result<Vec<VolunteerRow>, StoreError> {
        self.all(LIST_FOR_RUN, bound![&span.first, &span.last, after, most]).await
    }

    /// Rows of those who take no part, from an id on, nothing opened.
    pub(super) async fn volunteer_rows_out(
        &mut self,
        span: &RegionSpan,
        after: &str,
        most: i64,
    ) -> Result<Vec<VolunteerRow>, StoreError> {
        self.all(LIST_OUT, bound![&span.first, &span.last, after, most]).await
    }

    async fn volunteers_exactly(
        &mut self,
        filter: &VolunteerFilter,
        page: &PageRequest,
    ) -> Result<Page<StoredVolunteer>, StoreError> {
        let scope = &filter.scope;
        let (phone, id_number) = blind_indexes(self, &filter.exactly, &filter.exactly);
        let number = crate::input::values::half_width(&filter.exactly);
        // What is no number may be a name or a phone, which must not come to the database in clear, nor into its log.
        let number = Some(number).filter(|number| is_a_number(number));
        let searches = [(SEARCH_NUMBER, number), (SEARCH_PHONE, phone), (SEARCH_ID_NUMBER, id_number)];
        let mut found: BTreeMap<String, VolunteerRow> = BTreeMap::new();
        for (statement, text) in searches {
            let Some(text) = text else { continue };
            let mut values = bound![text, &scope.region.first, &scope.region.last, &page.after];
            values.extend(bound![scope.team(), scope.own(), page.rows()]);
            let rows: Vec<VolunteerRow> = self.all(statement, values).await?;
            found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
        }
        let fits = |row: &VolunteerRow| row.deleted_at_ms.is_some() == filter.archived;
        let page = page.page(found.into_values().collect(), |row| row.id.clone());
        let items =
            page.items.into_iter().filter(fits).map(|row| row.masked(self)).collect::<Result<_, _>>()?;
        Ok(Page { items, next_after: page.next_after })
    }

    /// Whether a text that would be kept in clear tells who a volunteer is.
    pub async fn volunteer_is_named_in(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        text: &str,
    ) -> Result<bool, StoreError> {
        let row = self.volunteer_row(scope, id).await?;
        let key = row.key(self)?;
        Ok(names_her(&self.open(&key, &row.sealed, None)?, text))
    }

    /// Named fields of one volunteer in full. Whoever asks must write down who, what and why.
    pub async fn reveal_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        fields: &[&str],
    ) -> Result<(StoredVolunteer, Clear), StoreError> {
        let row = self.volunteer_row(scope, id).await?;
        let key = row.key(self)?;
        let clear = self.open(&key, &row.sealed, Some(fields))?;
        Ok((row.masked(self)?, clear))
    }
}

impl Change {
    /// As [`touch_volunteer`](Self::touch_volunteer), archived or not: what bars her meets her all the same.
    pub(super) async fn hold_volunteer(&mut self, scope: &PeopleScope, id: &str) -> Result<(), StoreError> {
        let mut values = bound![id, self.now_ms(), &scope.region.first, &scope.region.last];
        values.extend(bound![scope.team(), scope.own()]);
        if self.execute(HOLD, values).await? == 1 {
            return Ok(());
        }
        Err(StoreError::not_found("volunteer"))
    }

    /// Makes the next version of a volunteer and holds her for this transaction.
    pub(super) async fn touch_volunteer(
        &mut self,
        scope: &PeopleScope,
        id: &str,
        seen: Option<i64>,
    ) -> Result<(), StoreError> {
        let mut values = bound![id, self.now_ms(), &scope.region.first, &scope.region.last];
        values.extend(bound![scope.team(), scope.own()]);
        let touched = match seen {
            None => self.execute(TOUCH, values).await?,
            Some(version) => {
                values.extend(bound![version]);
                self.execute(TOUCH_VERSION, values).await?
            }
        };
        if touched == 1 {
            return Ok(());
        }
        let row = self.volunteer_row(scope, id).await?;
        if row.deleted_at_ms.is_some() {
            return Err(StoreError::conflict("state_conflict"));
        }
        Err(StoreError::Stale { what: "volunteer", version: row.version })
    }
}
