//! Uploaded sheets: checked, corrected, committed or discarded.

pub(in crate::http) mod commit;
pub(in crate::http) mod create;
pub(in crate::http) mod discard;
pub(in crate::http) mod errors;
pub(in crate::http) mod get;
pub(in crate::http) mod list;
pub(in crate::http) mod rows;
mod workbook;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::language::Language;
use crate::http::time::rfc3339;
use crate::input::report::without_numbers;
use crate::model::Role;
use crate::model::private::mask;
use crate::store::{Import, RowFinding};

/// Who loads people.
const LOADERS: &[Role] = &[Role::Admin, Role::Coordinator];

/// What was found in a row, or about a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportFinding {
    /// Number of the input rule.
    rule: &'static str,
    /// What it does: `rejects_file`, `quarantines_row`, `holds_volunteer`, `drops_field`, `notes`.
    severity: &'static str,
    /// Key of the column, where it is about one.
    column: Option<String>,
    /// Row of the sheet, of a finding about the file.
    row: Option<u32>,
    /// What stood there, masked where it is personal.
    value: Option<String>,
    /// What is wrong.
    cause: String,
    /// What to do about it.
    remedy: String,
}

/// A value as it may be shown: a figure or what is masked already as it is, anything else by its first sign, as it may be
/// anybody's words. The workbook of errors has it in full.
fn shown(value: String) -> String {
    let is_figure = value.chars().skip(1).all(|c| c.is_ascii_digit() || "*-/.:… ".contains(c));
    if is_figure { value } else { mask(&value) }
}

impl ImportFinding {
    fn new(finding: RowFinding, language: Language) -> Self {
        let ((cause_zh, cause_en), (remedy_zh, remedy_en)) = (finding.cause, finding.remedy);
        let (cause, remedy) = match language {
            Language::Chinese => (cause_zh, remedy_zh),
            Language::English => (cause_en, remedy_en),
        };
        Self {
            rule: finding.rule,
            severity: finding.severity.word(),
            column: finding.column,
            row: finding.row,
            value: finding.value.map(shown),
            cause,
            remedy,
        }
    }
}

/// An import.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Import")]
pub(super) struct Wire {
    /// Its id.
    id: String,
    /// `children` or `volunteers`.
    kind: &'static str,
    /// The name the file came by; empty once it is forgotten.
    file_name: String,
    /// The division it is for.
    region_code: String,
    /// `checked`, `committing` (may be committed again to go on), `committed` or `discarded`.
    state: String,
    /// Keys of the columns the sheet has.
    columns: Vec<String>,
    /// Rows of people.
    rows_total: i64,
    /// Rows that can be committed, those done included.
    rows_good: i64,
    /// Rows to be corrected.
    rows_faulty: i64,
    /// Rows that have become people.
    rows_done: i64,
    /// What was found about the file as a whole.
    findings: Vec<ImportFinding>,
    /// When it was uploaded.
    created_at: String,
    /// Id of the user who uploaded it.
    created_by: String,
    /// When it was committed or discarded.
    ended_at: Option<String>,
    /// Its version, also the `ETag`.
    version: i64,
}

impl Wire {
    fn new(import: Import, language: Language) -> Self {
        let findings = import.findings.into_iter().map(|finding| ImportFinding::new(finding, language));
        Self {
            id: import.id,
            kind: import.kind.word(),
            file_name: without_numbers(&import.file_name),
            region_code: import.region_code,
            state: import.state,
            columns: import.columns,
            rows_total: import.rows_total,
            rows_good: import.rows_good,
            rows_faulty: import.rows_faulty,
            rows_done: import.rows_done,
            findings: findings.collect(),
            created_at: rfc3339(import.created_at_ms),
            created_by: import.created_by,
            ended_at: import.ended_at_ms.map(rfc3339),
            version: import.version,
        }
    }
}
