//! What children and adults share: ID number against sex and birth, dated answers, lists of ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::columns::Column;
use super::load::Context;
use super::row::Row;
use super::rule::InputRule;
use super::values::codes::{parse_languages, parse_sex};
use super::values::dates::parse_date;
use super::values::half_width;
use super::values::id_number::{IdNumber, agree, parse_id_number};
use crate::model::child::{Answer, Sex};
use crate::model::volunteer::Language;
use crate::model::{Private, VolunteerId};

/// Columns that say who somebody is.
pub(super) struct IdentityColumns {
    pub(super) sex: &'static Column,
    pub(super) birth_date: &'static Column,
    pub(super) id_number: &'static Column,
}

/// The rules under which identity is told, which differ for children and adults.
pub(super) struct IdentityRules {
    pub(super) unreadable: InputRule,
    pub(super) id_number: InputRule,
    pub(super) sex_unknown: InputRule,
    pub(super) birth_unknown: InputRule,
}

/// Who somebody is, as far as the row tells.
pub(super) struct Identity {
    pub(super) sex: Option<Sex>,
    pub(super) birth: Option<Date>,
    pub(super) id_number: Option<Private>,
    /// An ID number was given and is broken.
    pub(super) id_broken: bool,
}

/// Reads sex, birth and ID number and compares them. What the columns lack is taken from a sound number.
pub(super) fn read_identity(row: &mut Row<'_>, columns: &IdentityColumns, rules: &IdentityRules) -> Identity {
    let mut sex = row.read(columns.sex, rules.unreadable, parse_sex);
    let mut birth = row.read(columns.birth_date, rules.unreadable, parse_date);
    let given = !row.cell(columns.id_number).is_empty();
    let checked = |text: &str| {
        let id = parse_id_number(text)?;
        agree(&id, sex, birth).map(|()| id)
    };
    let id: Option<IdNumber> = row.read(columns.id_number, rules.id_number, checked);
    if let Some(id) = &id {
        sex = sex.or(Some(id.sex));
        birth = birth.or(Some(id.birth));
    }
    if sex.is_none() {
        row.tell(rules.sex_unknown, columns.sex);
    }
    if birth.is_none() {
        row.tell(rules.birth_unknown, columns.birth_date);
    }
    Identity { sex, birth, id_broken: given && id.is_none(), id_number: id.map(|id| id.number) }
}

/// Joins an answer with the date of its own column. A yes dated after the run is no yes yet.
pub(super) fn dated_answer(
    row: &mut Row<'_>,
    answer: Option<bool>,
    date_column: &'static Column,
    unreadable: InputRule,
    today: Date,
) -> Answer {
    let date = row.read(date_column, unreadable, parse_date);
    match (answer, date) {
        (None, _) => Answer::Unknown,
        (Some(false), _) => Answer::No,
        (Some(true), Some(date)) if date > today => {
            row.tell(InputRule::FutureDate, date_column);
            Answer::Unknown
        }
        (Some(true), date) => Answer::Yes(date),
    }
}

/// The languages of a cell; `None` where it names none.
pub(super) fn languages_of(cell: &str, context: &Context<'_>) -> Option<Arc<[Language]>> {
    let read = context.common.languages.read(cell, |cell| match parse_languages(cell) {
        none if none.is_empty() => Err(()),
        languages => Ok(languages.into()),
    });
    read.ok()
}

/// Every id of the volunteers' sheet with the id of its unit: a pair names the unit, whoever of it is written down.
pub(super) type UnitOf = BTreeMap<VolunteerId, VolunteerId>;

/// Reads a list of volunteers' ids. An id may hold the sign that parts the list, so known ids are tried first, the
/// longest before the shorter. Ids that nobody carries are kept and told.
pub(super) fn read_volunteer_ids(
    row: &mut Row<'_>,
    column: &'static Column,
    units: &UnitOf,
) -> Vec<VolunteerId> {
    let cell = row.text(column);
    if cell.is_empty() {
        return Vec::new();
    }
    let cuts: Vec<usize> = cell
        .char_indices()
        .filter(|(_, c)| matches!(c, '、' | ',' | ';' | '/' | '\n'))
        .flat_map(|(at, c)| [at, at + c.len_utf8()])
        .collect();
    let starts: Vec<usize> = std::iter::once(0).chain(cuts.iter().skip(1).step_by(2).copied()).collect();
    let ends: Vec<usize> = cuts.iter().step_by(2).copied().chain([cell.len()]).collect();
    let mut ids: Vec<VolunteerId> = Vec::new();
    let mut unknown = false;
    let mut next = 0;
    while next < starts.len() {
        let known = (next..ends.len()).rev().find_map(|last| {
            let id = VolunteerId::new(half_width(&cell[starts[next]..ends[last]]));
            units.get(&id).map(|unit| (unit.clone(), last))
        });
        let (id, last) = known.unwrap_or_else(|| {
            let text = half_width(&cell[starts[next]..ends[next]]);
            unknown |= !text.is_empty() && text != "无";
            (VolunteerId::new(text), next)
        });
        next = last + 1;
        if !matches!(id.as_str(), "" | "无") && !ids.contains(&id) {
            ids.push(id);
        }
    }
    if unknown {
        row.tell(InputRule::UnknownReference, column);
    }
    ids
}
