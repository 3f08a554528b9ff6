//! Imports: an uploaded sheet of people, its rows checked and sealed, until it is committed or discarded.
//!
//! # How one goes
//!
//! `reading` while rows come in ([`Change::add_import`], [`Change::add_import_rows`]: short transactions, so that nobody waits
//! for a long sheet), `checked` once all are there, `committing` from the first row that became a person, `committed`
//! after the last, or `discarded`. A program that stopped in the midst of a commit goes on where it stopped: each row's
//! status changes in the transaction that makes its person.
//!
//! # What is kept
//!
//! Cells under the import's own key. A row that has become a person keeps none; discarding destroys the key with the rows; so
//! does age ([`Store::forget_old_imports`]).

mod commit;
mod findings;
mod forgetting;
mod rows;

use std::collections::BTreeMap;

use sqlx::FromRow;

pub use commit::{Committed, number_refused};
pub use findings::RowFinding;
pub use rows::{ImportRow, NewImportRow, RowStatus, SealedRow};

use super::audit::AuditEvent;
use super::change::Change;
use super::error::StoreError;
use super::paging::{Page, PageRequest};
use super::scope::RegionSpan;
use super::sealing::{Clear, PersonKey};
use super::statement::{Statement, bound, statements};
use super::view::View;
use super::{Store, json};
use crate::input::Finding;
use crate::input::sheet_kind::SheetKind;

/// The table, also the space of its keys.
const TABLE: &str = "imports";
/// The field that what was found about a file is sealed as.
const FINDINGS: &str = "findings";
/// The statements of the files of this folder.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("imports::commit", commit::STATEMENTS),
    ("imports::forgetting", forgetting::STATEMENTS),
    ("imports::mod", STATEMENTS),
    ("imports::rows", rows::STATEMENTS),
];

statements! {
    /// Adds an import.
    ADD = "INSERT INTO imports
        (id, version, kind, region_code, state, columns, sealed, rows_total, rows_good, rows_faulty, rows_done,
         findings, created_at_ms, created_by)
        VALUES ($1, 1, $2, $3, 'reading', $4, $5, 0, 0, 0, 0, $6, $7, $8)";
    /// One import with its key; one that is still being read is nobody's to see.
    FIND = "SELECT i.id, i.version, i.kind, i.region_code, i.state, i.columns, i.sealed, i.rows_total, i.rows_good,
            i.rows_faulty, i.rows_done, i.findings, i.created_at_ms, i.created_by, i.ended_at_ms, k.wrapped
        FROM imports i
        LEFT JOIN data_keys k ON k.subject_id = i.id
        WHERE i.id = $1 AND i.region_code BETWEEN $2 AND $3 AND i.state NOT IN ('reading', 'given_up')";
    /// Imports, oldest first.
    LIST = "SELECT i.id, i.version, i.kind, i.region_code, i.state, i.columns, i.sealed, i.rows_total, i.rows_good,
            i.rows_faulty, i.rows_done, i.findings, i.created_at_ms, i.created_by, i.ended_at_ms, k.wrapped
        FROM imports i
        LEFT JOIN data_keys k ON k.subject_id = i.id
        WHERE i.id > $1 AND i.region_code BETWEEN $2 AND $3 AND i.state NOT IN ('reading', 'given_up')
            AND ($4 = '' OR i.state = $4)
        ORDER BY i.id
        LIMIT $5";
    /// All rows are there.
    SET_CHECKED = "UPDATE imports
        SET state = 'checked', version = version + 1,
            rows_total = (SELECT COUNT(*) FROM import_rows r WHERE r.import_id = imports.id),
            rows_good = (SELECT COUNT(*) FROM import_rows r WHERE r.import_id = imports.id AND r.status = 'good'),
            rows_faulty = (SELECT COUNT(*) FROM import_rows r WHERE r.import_id = imports.id AND r.status = 'faulty')
        WHERE id = $1 AND state = 'reading'";
    /// Ends an import of which nothing more is to be committed.
    SET_DISCARDED = "UPDATE imports
        SET state = 'discarded', version = version + 1, ended_at_ms = $2, sealed = '{}', findings = '[]'
        WHERE id = $1 AND state IN ('checked', 'committing')";
    /// Takes an import that never was.
    REMOVE = "DELETE FROM imports WHERE id = $1 AND state = 'reading'";
}

/// An import.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: i64,
    /// What the sheet holds.
    pub kind: SheetKind,
    /// The name the file came by; empty once it is forgotten.
    pub file_name: String,
    /// The division it is for.
    pub region_code: String,
    /// `checked`, `committing`, `committed` or `discarded`.
    pub state: String,
    /// Keys of the columns the sheet has, in their order.
    pub columns: Vec<String>,
    /// Rows of people.
    pub rows_total: i64,
    /// Rows that can be committed, those done included.
    pub rows_good: i64,
    /// Rows to be corrected.
    pub rows_faulty: i64,
    /// Rows that have become people.
    pub rows_done: i64,
    /// What was found about the file as a whole.
    pub findings: Vec<RowFinding>,
    /// When it was uploaded, milliseconds.
    pub created_at_ms: i64,
    /// Who uploaded it.
    pub created_by: String,
    /// When it was committed or discarded.
    pub ended_at_ms: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    version: i64,
    kind: String,
    region_code: String,
    state: String,
    columns: String,
    sealed: String,
    rows_total: i64,
    rows_good: i64,
    rows_faulty: i64,
    rows_done: i64,
    findings: String,
    created_at_ms: i64,
    created_by: String,
    ended_at_ms: Option<i64>,
    wrapped: Option<String>,
}

/// An upload before its rows.
#[derive(Clone, Debug)]
pub struct NewImport {
    /// What the sheet holds.
    pub kind: SheetKind,
    /// The name the file came by.
    pub file_name: String,
    /// The division it is for, twelve digits.
    pub region_code: String,
    /// Keys of the columns the sheet has.
    pub columns: Vec<&'static str>,
    /// What was found about the file as a whole.
    pub findings: Vec<Finding>,
    /// Id of the user.
    pub created_by: String,
}

/// An import whose rows are coming: its id, and the key they are sealed under.
pub struct OpenImport {
    id: String,
    key: PersonKey,
}

impl OpenImport {
    /// The import's id.
    pub fn id(&self) -> &str {
        &self.id
    }
}

fn broken(id: &str, column: &'static str, cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Broken { table: TABLE, column, row: id.to_owned(), cause: cause.to_string() }
}

impl Row {
    fn opened(self, view: &View) -> Result<Import, StoreError> {
        let key = self.wrapped.as_ref().map(|wrapped| view.unwrap_person_key(TABLE, &self.id, wrapped));
        let key = key.transpose()?;
        let file_name = match &key {
            Some(key) if self.sealed != "{}" => {
                view.open(key, &self.sealed, None)?.remove("file_name").unwrap_or_default()
            }
            _ => String::new(),
        };
        let place = findings::Place { table: TABLE, row: &self.id, field: FINDINGS };
        let findings = findings::read(view, key.as_ref(), &place, &self.findings)?;
        let kind = SheetKind::of_word(&self.kind).ok_or_else(|| broken(&self.id, "kind", &"unknown word"))?;
        let columns =
            serde_json::from_str(&self.columns).map_err(|error| broken(&self.id, "columns", &error))?;
        Ok(Import {
            kind,
            file_name,
            columns,
            findings,
            id: self.id,
            version: self.version,
            region_code: self.region_code,
            state: self.state,
            rows_total: self.rows_total,
            rows_good: self.rows_good,
            rows_faulty: self.rows_faulty,
            rows_done: self.rows_done,
            created_at_ms: self.created_at_ms,
            created_by: self.created_by,
            ended_at_ms: self.ended_at_ms,
        })
    }
}

impl View {
    /// An import of the span.
    pub async fn import(&mut self, span: &RegionSpan, id: &str) -> Result<Import, StoreError> {
        let row: Option<Row> = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        row.ok_or(StoreError::not_found("import"))?.opened(self)
    }

    /// Imports of the span, oldest first; of one state, or of all.
    pub async fn imports(
        &mut self,
        span: &RegionSpan,
        state: &str,
        page: &PageRequest,
    ) -> Result<Page<Import>, StoreError> {
        let values = bound![&page.after, &span.first, &span.last, state, page.rows()];
        let rows: Vec<Row> = self.all(LIST, values).await?;
        let imports: Result<Vec<Import>, StoreError> = rows.into_iter().map(|row| row.opened(self)).collect();
        Ok(page.page(imports?, |import: &Import| import.id.clone()))
    }
}

impl Store {
    /// Seals a checked row under its import's key.
    pub fn seal_import_row(&self, import: &OpenImport, row: NewImportRow) -> SealedRow {
        SealedRow::new(self, &import.key, row)
    }
}

impl Change {
    /// Adds an import that waits for its rows.
    pub async fn add_import(&mut self, new: NewImport) -> Result<OpenImport, StoreError> {
        let id = self.store().new_id();
        let key = self.new_person_key(TABLE, &id).await?;
        let name: Clear = BTreeMap::from([("file_name".to_owned(), new.file_name)]);
        let sealed = self.seal(&key, &name);
        let findings = findings::write(self.store(), &key, FINDINGS, &new.findings);
        let columns = json(&new.columns);
        let now_ms = self.now_ms();
        let values =
            bound![&id, new.kind.word(), new.region_code, columns, sealed, findings, now_ms, new.created_by];
        self.execute(ADD, values).await?;
        Ok(OpenImport { id, key })
    }

    /// Says that all rows are there.
    pub async fn finish_import(&mut self, span: &RegionSpan, id: &str) -> Result<Import, StoreError> {
        if self.execute(SET_CHECKED, bound![id]).await? == 0 {
            return Err(StoreError::not_found("import"));
        }
        let import = self.import(span, id).await?;
        self.record(AuditEvent::new("import.created", TABLE, id, &import.region_code));
        Ok(import)
    }

    /// Destroys rows and key of an import. Rows that became people before stay people: so a commit that cannot go on is
    /// ended.
    ///
    /// # Errors
    /// `state_conflict` once all was committed, or it was discarded before.
    pub async fn discard_import(&mut self, span: &RegionSpan, id: &str) -> Result<Import, StoreError> {
        let import = self.import(span, id).await?;
        let now_ms = self.now_ms();
        if self.execute(SET_DISCARDED, bound![id, now_ms]).await? == 0 {
            return Err(StoreError::conflict("state_conflict"));
        }
        self.remove_import_rows(id).await?;
        self.destroy_person_key(id).await?;
        self.record(AuditEvent::new("import.discarded", TABLE, id, &import.region_code));
        self.import(span, id).await
    }

    /// Takes back an upload whose answer was given before.
    pub async fn take_back_import(&mut self, id: &str) -> Result<(), StoreError> {
        self.remove_import_rows(id).await?;
        self.destroy_person_key(id).await?;
        self.execute(REMOVE, bound![id]).await.map(|_| ())
    }
}
