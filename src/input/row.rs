//! One row under the reader's eye: its cells, its place, and what was found in it.

use super::columns::Column;
use super::report::{Finding, shown};
use super::rule::{InputRule, Severity};
use super::table::{Sheet, SheetRow};
use super::values::{ValueProblem, half_width};

/// Findings of one row that are told one by one.
const MOST_FINDINGS: usize = 20;

/// A row that is being read. Findings go into the report's list, whatever becomes of the row.
pub(super) struct Row<'a> {
    sheet: &'a Sheet,
    cells: &'a SheetRow,
    columns: &'static [Column],
    findings: &'a mut Vec<Finding>,
    /// The first rule that keeps the row out of the plan.
    pub(super) refused_by: Option<InputRule>,
    /// Whether a cell was dropped.
    pub(super) dropped: bool,
}

impl<'a> Row<'a> {
    pub(super) fn new(
        sheet: &'a Sheet,
        cells: &'a SheetRow,
        columns: &'static [Column],
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self { sheet, cells, columns, findings, refused_by: None, dropped: false }
    }

    /// The row's number in Excel.
    pub(super) fn number(&self) -> u32 {
        self.cells.number
    }

    /// The cell, trimmed; empty where blank or where the sheet lacks the column.
    pub(super) fn cell(&self, column: &Column) -> &'a str {
        self.sheet.cell(self.cells, column)
    }

    /// The cell with full-width signs made ASCII.
    pub(super) fn text(&self, column: &Column) -> String {
        half_width(self.cell(column))
    }

    /// Reads a cell: `None` where it is blank, and where it cannot be read, which is told under `rule`.
    pub(super) fn read<T>(
        &mut self,
        column: &'static Column,
        rule: InputRule,
        parse: impl FnOnce(&str) -> Result<T, ValueProblem>,
    ) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        match parse(cell) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.tell_problem(rule, column, problem);
                None
            }
        }
    }

    /// Tells a violation with the rule's own words.
    pub(super) fn tell(&mut self, rule: InputRule, column: &'static Column) {
        self.push(rule, column, None);
    }

    /// Tells a violation with what the value says of itself.
    pub(super) fn tell_problem(&mut self, rule: InputRule, column: &'static Column, problem: ValueProblem) {
        self.push(rule, column, Some(problem));
    }

    /// Whether the row has as many findings as are told; only the last ones are looked at, a row's stand together.
    fn is_full(&self) -> bool {
        let of_row = |finding: &&Finding| finding.row == Some(self.cells.number);
        self.findings.iter().rev().take(MOST_FINDINGS).filter(of_row).count() == MOST_FINDINGS
    }

    fn push(&mut self, rule: InputRule, column: &'static Column, problem: Option<ValueProblem>) {
        let first_refusal = rule.severity() == Severity::QuarantinesRow && self.refused_by.is_none();
        match rule.severity() {
            Severity::QuarantinesRow if self.refused_by.is_none() => self.refused_by = Some(rule),
            Severity::DropsField => self.dropped = true,
            _ => {}
        }
        if self.is_full() && !first_refusal {
            // A cell of a hundred thousand bad items must not become as many sentences.
            if self.findings.last().is_some_and(|last| last.rule != InputRule::MoreFindings) {
                let more = Finding::about_file(InputRule::MoreFindings, self.sheet.file.clone());
                self.findings.push(Finding { row: Some(self.cells.number), ..more });
            }
            return;
        }
        let personal: Vec<&str> =
            self.columns.iter().filter(|column| column.personal).map(|column| self.cell(column)).collect();
        let value = shown(column, problem.as_ref(), self.cell(column), &personal);
        let (cause, remedy) = match problem {
            Some(problem) => (problem.cause, problem.remedy),
            None => (rule.cause(), rule.remedy()),
        };
        self.findings.push(Finding {
            rule,
            file: self.sheet.file.clone(),
            row: Some(self.cells.number),
            column: Some((column.zh, column.key)),
            value,
            cause,
            remedy,
        });
    }
}
