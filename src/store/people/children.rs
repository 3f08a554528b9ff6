//! Children as they are found: one, a page, or those with a phone or ID number. Nothing personal leaves unmasked here.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::cells::{CHILD, Masked, is_a_number, names_her};
use super::{BrokenRule, blind_indexes, china_day, words_of};
use crate::input::person_check::Cells;
use crate::store::sealing::{Clear, PersonKey};
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, Page, PageRequest, RegionSpan, StoreError, View};

/// The columns of a row, with the person's key.
macro_rules! child_columns {
    () => {
        "c.id, c.version, c.number, c.region_code, c.cells, c.sealed, c.need_kinds, c.external_ref, c.ready, c.findings,
            c.legal_basis, c.consent, c.wish, c.created_at_ms, c.updated_at_ms, c.deleted_at_ms, c.purge_at_ms, k.wrapped
        FROM children c
        JOIN data_keys k ON k.subject_id = c.id"
    };
}

statements! {
    /// One child; an erased one is nobody.
    FIND = concat!("SELECT ", child_columns!(), "
        WHERE c.id = $1 AND c.erased_at_ms IS NULL AND c.region_code BETWEEN $2 AND $3");
    /// A page in the order of divisions.
    LIST = concat!("SELECT ", child_columns!(), "
        WHERE c.region_code BETWEEN $1 AND $2
            AND (c.region_code > $3 OR c.id > $4)
            AND c.erased_at_ms IS NULL
            AND (CASE WHEN c.deleted_at_ms IS NULL THEN 'no' ELSE 'yes' END) = $5
            AND ($6 = '' OR c.need_kinds LIKE $6)
            AND ($7 = '' OR (CASE WHEN c.ready THEN 'yes' ELSE 'no' END) = $7)
            AND c.updated_at_ms >= $8
        ORDER BY c.region_code, c.id
        LIMIT $9");
    /// Those of these divisions who are not archived, in the order of their ids.
    LIST_FOR_RUN = concat!("SELECT ", child_columns!(), "
        WHERE c.region_code BETWEEN $1 AND $2 AND c.deleted_at_ms IS NULL AND c.erased_at_ms IS NULL AND c.id > $3
        ORDER BY c.id
        LIMIT $4");
    /// Those with a phone, an ID number or a number of the county's own.
    SEARCH_PHONE = concat!("SELECT ", child_columns!(), "
        WHERE c.phone_index = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL AND c.id > $4
        ORDER BY c.id
        LIMIT $5");
    /// As above, by ID number.
    SEARCH_ID_NUMBER = concat!("SELECT ", child_columns!(), "
        WHERE c.id_number_index = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL AND c.id > $4
        ORDER BY c.id
        LIMIT $5");
    /// As above, by number.
    SEARCH_NUMBER = concat!("SELECT ", child_columns!(), "
        WHERE c.number = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL AND c.id > $4
        ORDER BY c.id
        LIMIT $5");
    /// As above, by reference.
    FIND_REFERENCE = concat!("SELECT ", child_columns!(), "
        WHERE c.external_ref = $1 AND c.region_code BETWEEN $2 AND $3 AND c.erased_at_ms IS NULL");
    /// Makes the next version of a child, and other changes of her wait.
    TOUCH = "UPDATE children
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1 AND region_code BETWEEN $3 AND $4 AND deleted_at_ms IS NULL AND erased_at_ms IS NULL";
    /// As above, archived or not.
    HOLD = "UPDATE children
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1 AND region_code BETWEEN $3 AND $4 AND erased_at_ms IS NULL";
    /// As above, where she has the version that was seen.
    TOUCH_VERSION = "UPDATE children
        SET version = version + 1, updated_at_ms = $2
        WHERE id = $1 AND version = $5 AND region_code BETWEEN $3 AND $4 AND deleted_at_ms IS NULL
            AND erased_at_ms IS NULL";
}

#[derive(FromRow)]
pub(super) struct ChildRow {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) number: String,
    pub(super) region_code: String,
    pub(super) cells: String,
    pub(super) sealed: String,
    pub(super) need_kinds: String,
    pub(super) external_ref: Option<String>,
    pub(super) ready: bool,
    pub(super) findings: String,
    pub(super) legal_basis: String,
    pub(super) consent: String,
    pub(super) wish: String,
    pub(super) created_at_ms: i64,
    pub(super) updated_at_ms: i64,
    pub(super) deleted_at_ms: Option<i64>,
    pub(super) purge_at_ms: Option<i64>,
    pub(super) wrapped: String,
}

/// A child as she may be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChild {
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// The county's own number.
    pub number: String,
    /// Division.
    pub region_code: String,
    /// Cells that are not personal, by column.
    pub cells: Cells,
    /// What may be seen of the personal ones.
    pub masked: Masked,
    /// Kinds of need.
    pub need_kinds: Vec<String>,
    /// The client's own reference.
    pub external_ref: Option<String>,
    /// Whether she takes part in runs.
    pub ready: bool,
    /// What the input rules say of her row.
    pub findings: Vec<BrokenRule>,
    /// `guardian_consent`, `statutory_duty`, or empty.
    pub legal_basis: String,
    /// The guardian's answer to a pairing: `yes`, `no`, or empty.
    pub consent: String,
    /// The child's own wish: `yes`, `no`, or empty.
    pub wish: String,
    /// When she was registered.
    pub created_at_ms: i64,
    /// When anything of her changed last.
    pub updated_at_ms: i64,
    /// When she was archived.
    pub deleted_at_ms: Option<i64>,
    /// When she will be erased.
    pub purge_at_ms: Option<i64>,
}

impl StoredChild {
    /// What is written down when she is shown.
    pub fn read_event(&self, action: &'static str) -> AuditEvent {
        let masked =
            ["name", "phone", "id_number", "guardian", "birth_date"].map(|key| format!("{key}:masked"));
        let fields = self.cells.keys().cloned().chain(masked);
        AuditEvent::new(action, "children", &self.id, &self.region_code).of_fields(fields)
    }
}

/// Which children.
#[derive(Clone, Debug)]
pub struct ChildFilter {
    /// In these divisions.
    pub region: RegionSpan,
    /// With a need of this kind; empty for any.
    pub need: String,
    /// Only those who take part in runs, or only those who do not.
    pub ready: Option<bool>,
    /// Archived ones instead of the others.
    pub archived: bool,
    /// Changed since, milliseconds.
    pub updated_since_ms: i64,
    /// With exactly this phone, ID number or number; empty for any.
    pub exactly: String,
}

impl ChildRow {
    pub(super) fn key(&self, view: &View) -> Result<PersonKey, StoreError> {
        view.unwrap_person_key(CHILD.table, &self.id, &self.wrapped)
    }

    /// The cells in clear.
    pub(super) fn clear_cells(&self) -> Result<Cells, StoreError> {
        stored_cells(CHILD.table, &self.id, &self.cells)
    }

    /// The whole row as it was given, sealed fields opened.
    pub(super) fn opened(&self, view: &View, key: &PersonKey) -> Result<(Cells, Clear), StoreError> {
        Ok((self.clear_cells()?, view.open(key, &self.sealed, None)?))
    }

    fn masked(self, view: &View) -> Result<StoredChild, StoreError> {
        let today = china_day(view.store().now_ms());
        let open = || Ok(Masked::of(&view.open(&self.key(view)?, &self.sealed, None)?, today));
        let masked = view.store().masked_forms().of(&self.id, &self.sealed, today, open)?;
        Ok(StoredChild {
            masked,
            cells: self.clear_cells()?,
            need_kinds: words_of(&self.need_kinds),
            findings: stored_findings(CHILD.table, &self.id, &self.findings)?,
            id: self.id,
            version: self.version,
            number: self.number,
            region_code: self.region_code,
            external_ref: self.external_ref,
            ready: self.ready,
            legal_basis: self.legal_basis,
            consent: self.consent,
            wish: self.wish,
            created_at_ms: self.created_at_ms,
            updated_at_ms: self.updated_at_ms,
            deleted_at_ms: self.deleted_at_ms,
            purge_at_ms: self.purge_at_ms,
        })
    }
}

/// Reads cells as they were stored.
pub(super) fn stored_cells(table: &'static str, id: &str, text: &str) -> Result<Cells, StoreError> {
    serde_json::from_str::<BTreeMap<String, String>>(text).map_err(|error| StoreError::Broken {
        table,
        column: "cells",
        row: id.to_owned(),
        cause: error.to_string(),
    })
}

/// Reads findings as they were stored.
pub(super) fn stored_findings(
    table: &'static str,
    id: &str,
    text: &str,
) -> Result<Vec<BrokenRule>, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Broken {
        table,
        column: "findings",
        row: id.to_owned(),
        cause: error.to_string(),
    })
}

/// Splits the sort key of a page, `division/id`.
pub(super) fn place_of(after: &str) -> (&str, &str) {
    after.split_once('/').unwrap_or(("", ""))
}

impl View {
    pub(super) async fn child_row(&mut self, span: &RegionSpan, id: &str) -> Result<ChildRow, StoreError> {
        let found = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        found.ok_or(StoreError::not_found("child"))
    }

    /// A child of these divisions, archived or not.
    pub async fn child(&mut self, span: &RegionSpan, id: &str) -> Result<StoredChild, StoreError> {
        self.child_row(span, id).await?.masked(self)
    }

    /// The child with a client's reference.
    pub async fn child_by_reference(
        &mut self,
        span: &RegionSpan,
        external_ref: &str,
    ) -> Result<Option<StoredChild>, StoreError> {
        let found: Option<ChildRow> =
            self.optional(FIND_REFERENCE, bound![external_ref, &span.first, &span.last]).await?;
        found.map(|row| row.masked(self)).transpose()
    }

    /// A page of children. Cost: a search in the index of divisions, and five fields opened a child.
    pub async fn children(
        &mut self,
        filter: &ChildFilter,
        page: &PageRequest,
    ) -> Result<Page<StoredChild>, StoreError> {
        if !filter.exactly.is_empty() {
            return self.children_exactly(filter, page).await;
        }
        let page = self.child_rows(filter, page).await?;
        let items = page.items.into_iter().map(|row| row.masked(self)).collect::<Result<_, _>>()?;
        Ok(Page { items, next_after: page.next_after })
    }

    /// A page of rows, nothing opened.
    pub(super) async fn child_rows(
        &mut self,
        filter: &ChildFilter,
        page: &PageRequest,
    ) -> Result<Page<ChildRow>, StoreError> {
        let span = &filter.region;
        let (region, id) = place_of(&page.after);
        let first = if region.is_empty() { span.first.as_str() } else { region };
        let need = if filter.need.is_empty() { String::new() } else { format!("%,{},%", filter.need) };
        let ready = filter.ready.map_or("", |ready| if ready { "yes" } else { "no" });
        let archived = if filter.archived { "yes" } else { "no" };
        let values =
            bound![first, &span.last, first, id, archived, need, ready, filter.updated_since_ms, page.rows()];
        let rows: Vec<ChildRow> = self.all(LIST, values).await?;
        Ok(page.page(rows, |row| format!("{}/{}", row.region_code, row.id)))
    }

    /// Rows for a run, from an id on, nothing opened.
    pub(super) async fn child_rows_for_run(
        &mut self,
        span: &RegionSpan,
        after: &str,
        most: i64,
    ) -> Result<Vec<ChildRow>, StoreError> {
        self.all(LIST_FOR_RUN, bound![&span.first, &span.last, after, most]).await
    }

    async fn children_exactly(
        &mut self,
        filter: &ChildFilter,
        page: &PageRequest,
    ) -> Result<Page<StoredChild>, StoreError> {
        let (phone, id_number) = blind_indexes(self, &filter.exactly, &filter.exactly);
        let number = crate::input::values::half_width(&filter.exactly);
        // What is no number may be a name or a phone, which must not come to the database in clear, nor into its log.
        let number = Some(number).filter(|number| is_a_number(number));
        let searches = [(SEARCH_NUMBER, number), (SEARCH_PHONE, phone), (SEARCH_ID_NUMBER, id_number)];
        let mut found: BTreeMap<String, ChildRow> = BTreeMap::new();
        for (statement, text) in searches {
            let Some(text) = text else { continue };
            let values = bound![text, &filter.region.first, &filter.region.last, &page.after, page.rows()];
            let rows: Vec<ChildRow> = self.all(statement, values).await?;
            found.extend(rows.into_iter().map(|row| (row.id.clone(), row)));
        }
        let fits = |row: &ChildRow| row.deleted_at_ms.is_some() == filter.archived;
        let page = page.page(found.into_values().collect(), |row| row.id.clone());
        let items =
            page.items.into_iter().filter(fits).map(|row| row.masked(self)).collect::<Result<_, _>>()?;
        Ok(Page { items, next_after: page.next_after })
    }

    /// Whether a text that would be kept in clear tells who a child is.
    pub async fn child_is_named_in(
        &mut self,
        span: &RegionSpan,
        id: &str,
        text: &str,
    ) -> Result<bool, StoreError> {
        let row = self.child_row(span, id).await?;
        let key = row.key(self)?;
        Ok(names_her(&self.open(&key, &row.sealed, None)?, text))
    }

    /// Named fields of one child in full. Whoever asks must write down who, what and why.
    pub async fn reveal_child(
        &mut self,
        span: &RegionSpan,
        id: &str,
        fields: &[&str],
    ) -> Result<(StoredChild, Clear), StoreError> {
        let row = self.child_row(span, id).await?;
        let key = row.key(self)?;
        let clear = self.open(&key, &row.sealed, Some(fields))?;
        Ok((row.masked(self)?, clear))
    }
}

impl Change {
    /// As [`touch_child`](Self::touch_child), archived or not: a withdrawal is never refused.
    pub(super) async fn hold_child(&mut self, span: &RegionSpan, id: &str) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        if self.execute(HOLD, bound![id, now_ms, &span.first, &span.last]).await? == 1 {
            return Ok(());
        }
        Err(StoreError::not_found("child"))
    }

    /// Makes the next version of a child and holds her for this transaction.
    pub(super) async fn touch_child(
        &mut self,
        span: &RegionSpan,
        id: &str,
        seen: Option<i64>,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let touched = match seen {
            None => self.execute(TOUCH, bound![id, now_ms, &span.first, &span.last]).await?,
            Some(version) => {
                self.execute(TOUCH_VERSION, bound![id, now_ms, &span.first, &span.last, version]).await?
            }
        };
        if touched == 1 {
            return Ok(());
        }
        let row = self.child_row(span, id).await?;
        if row.deleted_at_ms.is_some() {
            return Err(StoreError::conflict("state_conflict"));
        }
        Err(StoreError::Stale { what: "child", version: row.version })
    }
}
