//! The cells of one person → what the numbered rules say of them, by the very functions that read a sheet's row.
//!
//! For records that stand in a database instead of a sheet. What one row alone cannot tell is not told here: whether an
//! id stands twice, whether the volunteers it names exist, where a place lies (a home counts as known where it has
//! coordinates or the code of a township or village), and what the other adults of a unit do.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::adults::read_adult;
use super::children::{parse_legal_basis, read_child};
use super::columns::{self, Column};
use super::common::Common;
use super::load::Context;
use super::person::UnitOf;
use super::places::PlaceBook;
use super::report::Finding;
use super::row::Row;
use super::rule::InputRule;
use super::table::Sheet;
use super::values::regions::parse_region;
use super::values::{half_width, needs::parse_needs, skills::parse_skills};
use super::volunteers::read_one_unit;
use crate::model::child::LegalBasis;
use crate::model::instance::RunDates;
use crate::model::location::Datum;
use crate::model::{Child, NeedKind, Period, Policy, Volunteer};

/// Texts by the key of their column; blank and absent are the same.
pub type Cells = BTreeMap<String, String>;

/// Under what a person is read.
#[derive(Clone, Copy)]
pub struct PersonCheck<'a> {
    /// The rules of the deployment.
    pub policy: &'a Policy,
    /// The present day.
    pub today: Date,
    /// The coordinate system of cells that name none.
    pub datum: Option<Datum>,
}

/// What becomes of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Takes part.
    Usable,
    /// Known, but not paired until something is put right.
    Held,
    /// Stays out, by this rule.
    Quarantined(InputRule),
}

/// A person who was read.
#[derive(Clone, Debug)]
pub struct Checked<Person> {
    /// Every violation; none quotes a personal value in the clear.
    pub findings: Vec<Finding>,
    /// What becomes of her.
    pub outcome: Outcome,
    /// The person, where she is not in quarantine. An adult who does not lead her unit is no unit, and absent.
    pub person: Option<Person>,
}

/// The sheet of a file name that one row pretends to stand in.
fn sheet_of(name: &str, columns: &'static [Column], cells: &Cells) -> Sheet {
    let known = || columns.iter().filter_map(|column| Some((column, cells.get(column.key)?.as_str())));
    let mut sheet = Sheet::of_columns(name, known().map(|(column, _)| column));
    sheet.add_row(known().map(|(_, cell)| cell));
    sheet
}

impl PersonCheck<'_> {
    fn context<'c>(&'c self, places: &'c PlaceBook) -> Context<'c> {
        let period = Period { first: self.today, last: self.today };
        let dates = RunDates { today: self.today, period };
        Context { policy: self.policy, dates, datum: self.datum, places, common: Common::default() }
    }

    /// Reads a child.
    pub fn child(&self, cells: &Cells) -> Checked<Child> {
        let sheet = sheet_of("children", columns::children::ALL, cells);
        let places = named_places(cells);
        let context = self.context(&places);
        let mut findings = Vec::new();
        let read = {
            let row = &mut Row::new(&sheet, &sheet.rows[0], columns::children::ALL, &mut findings);
            read_child(row, &context, &UnitOf::new())
        };
        findings.retain(|finding| finding.rule != InputRule::UnknownReference);
        match read {
            Ok(child) => Checked { findings, outcome: Outcome::Usable, person: Some(child) },
            Err(rule) => Checked { findings, outcome: Outcome::Quarantined(rule), person: None },
        }
    }

    /// Reads an adult, and what she says for her unit where she leads it or is alone.
    pub fn volunteer(&self, cells: &Cells) -> Checked<Volunteer> {
        let sheet = sheet_of("volunteers", columns::volunteers::ALL, cells);
        let places = named_places(cells);
        let context = self.context(&places);
        let mut findings = Vec::new();
        let adult = read_adult(&sheet, &sheet.rows[0], &context, &mut findings);
        let alone = cells.get(columns::volunteers::UNIT.key).is_none_or(|unit| half_width(unit).is_empty());
        let held = adult.adult.as_ref().is_some_and(|adult| adult.held);
        let adult_stands = adult.adult.is_some();
        let leads = alone || adult.leads;
        let unit = if leads { read_one_unit(&sheet, adult, &context, &mut findings) } else { None };
        findings.retain(|finding| finding.rule != InputRule::UnitKindContradicts);
        let refused = findings.iter().map(|finding| finding.rule);
        let refused =
            refused.into_iter().find(|rule| rule.severity() == super::rule::Severity::QuarantinesRow);
        let stands = adult_stands && (!leads || unit.is_some());
        let outcome = match (stands, held) {
            (false, _) => Outcome::Quarantined(refused.unwrap_or(InputRule::AdultUnknown)),
            (true, true) => Outcome::Held,
            (true, false) => Outcome::Usable,
        };
        Checked { findings, outcome, person: unit }
    }

    /// The kinds of need in a cell, as far as it can be read.
    pub fn need_kinds(&self, cell: &str) -> Vec<NeedKind> {
        sorted(parse_needs(cell, self.policy).0.iter().map(|need| need.kind).collect())
    }

    /// Whether every need of a cell can be read.
    pub fn reads_needs(&self, cell: &str) -> bool {
        let (needs, problems) = parse_needs(cell, self.policy);
        problems.is_empty() && !needs.is_empty()
    }
}

/// What a cell of the column 法律依据 says, where it can be read.
pub fn legal_basis_of(cell: &str) -> Option<LegalBasis> {
    parse_legal_basis(cell).ok()
}

/// The kinds of need that the skills of a cell answer, as far as it can be read.
pub fn skill_kinds(cell: &str) -> Vec<NeedKind> {
    sorted(parse_skills(cell).0.iter().map(|skill| skill.kind).collect())
}

fn sorted(mut kinds: Vec<NeedKind>) -> Vec<NeedKind> {
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A list of places that holds what the row names under a code of township or village.
fn named_places(cells: &Cells) -> PlaceBook {
    let cell = |key: &str| cells.get(key).map(|text| half_width(text)).unwrap_or_default();
    let region = parse_region(&cell(columns::children::REGION_CODE.key)).ok();
    let Some(region) = region.filter(|region| region.prefix().len() >= 9) else {
        return PlaceBook::default();
    };
    let home = (cell(columns::children::TOWNSHIP.key), cell(columns::children::VILLAGE.key));
    let school = (cell(columns::children::SCHOOL_TOWNSHIP.key), cell(columns::children::SCHOOL_VILLAGE.key));
    PlaceBook::of_names(region, home, school)
}
