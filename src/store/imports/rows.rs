//! Rows of an import: sealed as they come in, listed, and taken away.
//!
//! The cells of a row are sealed as one text, bound to the row's number, so that no row can be read as another.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::findings::{self, RowFinding};
use super::{Import, OpenImport, TABLE, broken};
use crate::input::Finding;
use crate::input::person_check::Cells;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::paging::{Page, PageRequest};
use crate::store::people::row_indexes;
use crate::store::sealing::{Clear, PersonKey};
use crate::store::statement::{Value, bound, statements};
use crate::store::view::View;
use crate::store::{Store, json};

statements! {
    /// Adds a row.
    ADD = "INSERT INTO import_rows
        (import_id, number, status, region_code, sealed, findings, number_index, id_number_index)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Holds an import whose rows are coming; none come for one that was given up.
    HOLD = "UPDATE imports SET version = version WHERE id = $1 AND state = 'reading'";
    /// Rows in the order of the sheet.
    LIST = "SELECT number, status, region_code, sealed, findings, subject_id FROM import_rows
        WHERE import_id = $1 AND number > $2 AND ($3 = '' OR status = $3)
        ORDER BY number
        LIMIT $4";
    /// Takes all rows away.
    REMOVE = "DELETE FROM import_rows WHERE import_id = $1";
}

/// What may become of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowStatus {
    /// Will be somebody.
    Good,
    /// Must be corrected.
    Faulty,
    /// Has become somebody.
    Committed,
}

impl RowStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Good, Self::Faulty, Self::Committed];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Faulty => "faulty",
            Self::Committed => "committed",
        }
    }
}

/// A checked row to be kept.
#[derive(Clone, Debug)]
pub struct NewImportRow {
    /// The table of the people it speaks of, `children` or `volunteers`.
    pub table: &'static str,
    /// Row as Excel shows it.
    pub number: u32,
    /// What stood under each column.
    pub cells: Cells,
    /// The division of the person, twelve digits.
    pub region_code: String,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Whether it must be corrected.
    pub faulty: bool,
}

/// A row as it is kept.
#[derive(Clone, Debug)]
pub struct SealedRow {
    number: i64,
    status: RowStatus,
    region_code: String,
    sealed: String,
    findings: String,
    number_index: Option<String>,
    id_number_index: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Cell {
    cells: Cells,
}

/// The field a row's cells are sealed as.
pub(super) fn field(number: i64) -> String {
    format!("row {number}")
}

/// The field that what was found in a row is sealed as.
pub(super) fn findings_field(number: i64) -> String {
    format!("findings {number}")
}

impl SealedRow {
    pub(super) fn new(store: &Store, key: &PersonKey, row: NewImportRow) -> Self {
        let number = i64::from(row.number);
        let (number_index, id_number_index) = row_indexes(store, row.table, &row.region_code, &row.cells);
        let clear: Clear = BTreeMap::from([(field(number), json(&Cell { cells: row.cells }))]);
        Self {
            number,
            status: if row.faulty { RowStatus::Faulty } else { RowStatus::Good },
            region_code: row.region_code,
            sealed: store.seal(key, &clear),
            findings: findings::write(store, key, &findings_field(number), &row.findings),
            number_index,
            id_number_index,
        }
    }

    fn values(self, import_id: &str) -> Vec<Value> {
        let Self { number, status, region_code, sealed, findings, number_index, id_number_index } = self;
        bound![import_id, number, status.word(), region_code, sealed, findings, number_index, id_number_index]
    }
}

/// A row of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportRow {
    /// Row as Excel shows it.
    pub number: i64,
    /// What became of it.
    pub status: RowStatus,
    /// The division of the person.
    pub region_code: String,
    /// What stood under each column; none once it has become somebody.
    pub cells: Cells,
    /// What was found.
    pub findings: Vec<RowFinding>,
    /// Who it became.
    pub subject_id: Option<String>,
}

#[derive(FromRow)]
pub(super) struct Row {
    pub(super) number: i64,
    status: String,
    pub(super) region_code: String,
    sealed: String,
    pub(super) findings: String,
    subject_id: Option<String>,
}

impl Row {
    /// The cells, opened under the import's key.
    pub(super) fn cells(&self, view: &View, key: Option<&PersonKey>) -> Result<Cells, StoreError> {
        let Some(key) = key.filter(|_| !self.sealed.is_empty()) else { return Ok(Cells::new()) };
        let text = view.open(key, &self.sealed, None)?.remove(&field(self.number)).unwrap_or_default();
        let fault = |error: serde_json::Error| broken(&self.number.to_string(), "sealed", &error);
        serde_json::from_str(&text).map(|Cell { cells }| cells).map_err(fault)
    }

    fn opened(self, view: &View, key: Option<&PersonKey>) -> Result<ImportRow, StoreError> {
        let cells = self.cells(view, key)?;
        let status = RowStatus::ALL.into_iter().find(|status| status.word() == self.status);
        let number = self.number.to_string();
        let field = findings_field(self.number);
        let place = findings::Place { table: "import_rows", row: &number, field: &field };
        Ok(ImportRow {
            number: self.number,
            status: status.ok_or_else(|| broken(&number, "status", &"unknown word"))?,
            region_code: self.region_code,
            cells,
            findings: findings::read(view, key, &place, &self.findings)?,
            subject_id: self.subject_id,
        })
    }
}

impl View {
    /// Rows of an import in the order of the sheet; of one status, or all. The caller writes down that they were read.
    pub async fn import_rows(
        &mut self,
        import: &Import,
        status: Option<RowStatus>,
        page: &PageRequest,
    ) -> Result<Page<ImportRow>, StoreError> {
        let after: i64 = page.after.parse().unwrap_or(0);
        let status = status.map_or("", RowStatus::word);
        let rows: Vec<Row> = self.all(LIST, bound![&import.id, after, status, page.rows()]).await?;
        let key = self.person_key(TABLE, &import.id).await?;
        let rows: Result<Vec<ImportRow>, StoreError> =
            rows.into_iter().map(|row| row.opened(self, key.as_ref())).collect();
        Ok(page.page(rows?, |row| row.number.to_string()))
    }
}

impl Change {
    /// Adds rows of an import whose rows are coming.
    pub async fn add_import_rows(
        &mut self,
        import: &OpenImport,
        rows: Vec<SealedRow>,
    ) -> Result<(), StoreError> {
        if self.execute(HOLD, bound![&import.id]).await? == 0 {
            return Err(StoreError::not_found("import"));
        }
        let rows = rows.into_iter().map(|row| row.values(&import.id)).collect();
        self.insert_many(ADD, rows).await.map(|_| ())
    }

    pub(super) async fn remove_import_rows(&mut self, id: &str) -> Result<(), StoreError> {
        self.execute(REMOVE, bound![id]).await.map(|_| ())
    }
}
