//! Rows of people who stand in a database instead of a folder → [`Loaded`], by the very functions that read sheets.
//!
//! In: cells by column, a row a person, place, pair or reply, in any order. Out: what the same rows in sheets would have given.
//! A person's [`source`](crate::model::instance::SourceRow) is the number of her row, from 1. Memory: the text of the cells.

use super::columns::{self, Column};
use super::load::{Loaded, People};
use super::person_check::Cells;
use super::policy::PolicyFile;
use super::report::{Finding, InputError};
use super::rule::InputRule;
use super::sources::Sheets;
use super::table::Sheet;
use crate::model::instance::RunDates;

/// Rows to be read together.
#[derive(Clone, Debug)]
pub struct PeopleRows {
    children: Rows,
    volunteers: Rows,
    places: Rows,
    pairs: Rows,
    replies: Rows,
}

#[derive(Clone, Debug)]
struct Rows {
    sheet: Sheet,
    columns: &'static [Column],
}

impl Rows {
    fn of(name: &str, columns: &'static [Column]) -> Self {
        Self { sheet: Sheet::of_columns(name, columns), columns }
    }

    fn add(&mut self, cells: &Cells) {
        let text = |column: &'static Column| cells.get(column.key).map_or("", String::as_str);
        self.sheet.add_row(self.columns.iter().map(text));
    }

    /// The sheet, where it has rows: most runs have neither pairs nor replies.
    fn filled(self) -> Option<Sheet> {
        (!self.sheet.rows.is_empty()).then_some(self.sheet)
    }
}

impl Default for PeopleRows {
    fn default() -> Self {
        Self {
            children: Rows::of("children", columns::children::ALL),
            volunteers: Rows::of("volunteers", columns::volunteers::ALL),
            places: Rows::of("places", columns::places::ALL),
            pairs: Rows::of("existing_pairs", columns::existing_pairs::ALL),
            replies: Rows::of("replies", columns::replies::ALL),
        }
    }
}

impl PeopleRows {
    /// Adds a child.
    pub fn add_child(&mut self, cells: &Cells) {
        self.children.add(cells);
    }

    /// Adds an adult.
    pub fn add_volunteer(&mut self, cells: &Cells) {
        self.volunteers.add(cells);
    }

    /// Adds a place.
    pub fn add_place(&mut self, cells: &Cells) {
        self.places.add(cells);
    }

    /// Adds a pair that stands, or stood.
    pub fn add_pair(&mut self, cells: &Cells) {
        self.pairs.add(cells);
    }

    /// Adds an answer.
    pub fn add_reply(&mut self, cells: &Cells) {
        self.replies.add(cells);
    }

    /// Reads them. Nobody has two rows: ids are the caller's to keep apart.
    ///
    /// # Errors
    /// Where there is no child or no volunteer at all, and where something else stands against planning.
    pub fn read(self, policy: PolicyFile, dates: RunDates) -> Result<Loaded, InputError> {
        let mut findings = Vec::new();
        for rows in [&self.children, &self.volunteers].into_iter().filter(|rows| rows.sheet.rows.is_empty()) {
            findings.push(Finding::about_file(InputRule::SheetEmpty, rows.sheet.file.clone()));
        }
        let sheets = Sheets {
            places: self.places.filled(),
            pairs: self.pairs.filled(),
            replies: self.replies.filled(),
            ..Sheets::default()
        };
        let people =
            People { children: self.children.sheet, volunteers: self.volunteers.sheet, sheets: &sheets };
        let (instance, report) = people.read(&policy.policy, dates, policy.datum, findings);
        if report.rejects() {
            return Err(InputError { report: Box::new(report) });
        }
        Ok(Loaded { instance, policy: policy.policy, report })
    }
}
