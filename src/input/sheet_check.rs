//! Rows of an uploaded sheet, each checked by itself: cells by column, division, findings, and whether it can be taken.
//!
//! In: a sheet, the rules for single rows, the names of divisions, the division it was uploaded for. Out: one
//! [`CheckedRow`] a row, in any order the caller likes, so that a long sheet is checked piece by piece. A row is faulty
//! where nobody could be made of it, or nobody could say of whom it speaks; a row that only may not take part yet (no
//! legal basis, no known place) is good, and is kept without taking part.

use std::collections::BTreeMap;

use super::columns::{self, Column};
use super::person_check::{Cells, Outcome, PersonCheck};
use super::region_names::{Named, RegionNames};
use super::report::{Finding, shown_header};
use super::rule::InputRule;
use super::sheet_kind::SheetKind;
use super::table::{Sheet, SheetRow};
use super::values::regions::parse_region;
use super::values::{Text, ValueProblem, narrowed};
use crate::model::RegionCode;

/// Longest number of a person or unit, characters.
const LONGEST_NUMBER: usize = 64;
/// Longest other cell, characters.
const LONGEST_CELL: usize = 8_000;

/// A row that was checked.
#[derive(Clone, Debug)]
pub struct CheckedRow {
    /// Row as Excel shows it.
    pub number: u32,
    /// What stood under each known column; blanks are left out.
    pub cells: Cells,
    /// The division of the person.
    pub region: RegionCode,
    /// Every violation; none quotes a personal value in the clear.
    pub findings: Vec<Finding>,
    /// Whether the row must be corrected before anybody can be made of it.
    pub faulty: bool,
}

/// What is found in a file as a whole: unknown headers, rows that are no data, or no column of numbers.
pub fn about_file(sheet: &Sheet, kind: SheetKind) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !sheet.has(kind.id()) {
        findings.push(Finding::about_file(InputRule::NoIdColumn, sheet.file.clone()));
    }
    if sheet.rows.is_empty() {
        findings.push(Finding::about_file(InputRule::SheetEmpty, sheet.file.clone()));
    }
    for header in sheet.unknown_headers() {
        let mut finding = Finding::about_file(InputRule::UnknownHeader, sheet.file.clone());
        finding.value = Some(shown_header(header));
        findings.push(finding);
    }
    for skipped in &sheet.skipped {
        let mut finding = Finding::about_file(InputRule::RowSkipped, sheet.file.clone());
        finding.row = Some(skipped.number);
        findings.push(finding);
    }
    findings
}

/// Numbers that several rows bear, with those rows.
pub type NumbersTwice = BTreeMap<String, Vec<u32>>;

/// How the rows of one sheet are checked.
pub struct SheetCheck<'a> {
    /// What the sheet holds.
    pub kind: SheetKind,
    /// The rules of a single row.
    pub person: PersonCheck<'a>,
    /// Townships and villages by name.
    pub names: &'a RegionNames,
    /// The division of rows that say nothing of theirs; every row lies in it.
    pub region: RegionCode,
    /// What [`numbers_twice`](Self::numbers_twice) found.
    pub twice: &'a NumbersTwice,
}

impl SheetCheck<'_> {
    /// Looks for numbers that stand twice, which no row alone can tell. Cost: linear in the rows.
    pub fn numbers_twice(kind: SheetKind, sheet: &Sheet) -> NumbersTwice {
        let mut rows = NumbersTwice::new();
        for row in &sheet.rows {
            let id = narrowed(sheet.cell(row, kind.id()));
            if !id.is_empty() {
                rows.entry(id.into_owned()).or_default().push(row.number);
            }
        }
        rows.retain(|_, numbers| numbers.len() > 1);
        rows
    }

    /// Checks a row.
    pub fn row(&self, sheet: &Sheet, row: &SheetRow) -> CheckedRow {
        let (mut cells, mut too_long) = (Cells::new(), Vec::new());
        for column in self.kind.columns() {
            let cell = sheet.cell(row, column);
            if !cell.is_empty() {
                // What is too long is kept shortened, to be recognised, and not read.
                cells.insert(column.key.to_owned(), cell.chars().take(LONGEST_CELL).collect());
            }
            if is_too_long(column, cell) {
                too_long.push(column);
            }
        }
        let (region, told) = self.region_of(&cells);
        // Where names tell the division, the row is read as if it had written the code.
        let mut read = cells.clone();
        read.insert("region_code".to_owned(), region.to_string());
        for column in &too_long {
            read.remove(column.key);
        }
        let (mut findings, outcome) = match self.kind {
            SheetKind::Children => {
                let checked = self.person.child(&read);
                (checked.findings, checked.outcome)
            }
            SheetKind::Volunteers => {
                let checked = self.person.volunteer(&read);
                (checked.findings, checked.outcome)
            }
        };
        let mut faulty = match outcome {
            Outcome::Usable | Outcome::Held => false,
            Outcome::Quarantined(rule) => !kept_in_quarantine(rule),
        };
        for column in too_long {
            faulty = true;
            let rule = InputRule::CellTooLong;
            findings.push(told_of(rule, column, ValueProblem::new(rule.cause(), rule.remedy())));
        }
        let id = self.kind.id();
        if let Some(rows) = cells.get(id.key).and_then(|number| self.twice.get(&*narrowed(number))) {
            faulty = true;
            findings.push(told_of(InputRule::DuplicateId, id, twice(rows, row.number)));
        }
        if let Some(problem) = told {
            faulty = true;
            findings.push(told_of(InputRule::RegionUnreadable, &columns::children::REGION_CODE, problem));
        }
        for finding in &mut findings {
            finding.file.clone_from(&sheet.file);
            finding.row = Some(row.number);
        }
        CheckedRow { number: row.number, cells, region, findings, faulty }
    }

    /// The code of the row, else that of its names, else the upload's; with a problem where none of them can hold.
    fn region_of(&self, cells: &Cells) -> (RegionCode, Option<ValueProblem>) {
        let cell = |column: &Column| cells.get(column.key).map_or("", String::as_str);
        let code = cell(&columns::children::REGION_CODE);
        if !code.is_empty() {
            return match parse_region(code) {
                Ok(code) if self.region.contains(code) => (code, None),
                // A code that holds the upload's division says less than the upload does.
                Ok(code) if code.contains(self.region) => (self.region, None),
                Ok(_) => (self.region, Some(outside())),
                Err(problem) => (self.region, Some(problem)),
            };
        }
        let township = cell(&columns::children::TOWNSHIP);
        match self.names.find(township, cell(&columns::children::VILLAGE)) {
            Named::Division(code) => (code, None),
            Named::Unknown => (self.region, None),
            Named::Several => (self.region, Some(ambiguous())),
        }
    }
}

/// Whether a cell is longer than any that offices write, or holds a number that is.
fn is_too_long(column: &Column, cell: &str) -> bool {
    let numbers = ["id", "unit", "excluded_volunteers", "previous_volunteers"].contains(&column.key);
    let long_number = || {
        cell.split(|c: char| c.is_whitespace() || "、，,;；/".contains(c))
            .any(|number| number.chars().nth(LONGEST_NUMBER).is_some())
    };
    cell.chars().nth(LONGEST_CELL).is_some() || (numbers && long_number())
}

/// Rules under which a person is kept, and only takes no part: her row is complete enough to be somebody's.
fn kept_in_quarantine(rule: InputRule) -> bool {
    matches!(
        rule,
        InputRule::NoLegalBasis
            | InputRule::ChildPlaceUnknown
            | InputRule::VolunteerPlaceUnknown
            | InputRule::UnitIncomplete
    )
}

fn told_of(rule: InputRule, column: &Column, problem: ValueProblem) -> Finding {
    Finding {
        column: Some((column.zh, column.key)),
        cause: problem.cause,
        remedy: problem.remedy,
        ..Finding::about_file(rule, "")
    }
}

fn twice(rows: &[u32], own: u32) -> ValueProblem {
    let others: Vec<String> = rows.iter().filter(|row| **row != own).take(5).map(u32::to_string).collect();
    let more = if rows.len() > 6 { " …" } else { "" };
    let cause = Text::composed(
        format!("编号与第 {}{more} 行重复", others.join("、")),
        format!("the id stands in row {}{more} as well", others.join(", ")),
    );
    ValueProblem::new(cause, InputRule::DuplicateId.remedy())
}

fn outside() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("不在本次导入的区划之内", "it lies outside the division of this import"),
        Text::fixed(
            "核对代码，或由该地另行导入",
            "check the code, or leave the row to that division's own import",
        ),
    )
}

fn ambiguous() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("同名的乡镇或村不止一处", "more than one township or village bears that name"),
        Text::fixed("填写行政区划代码", "enter the division code"),
    )
}
