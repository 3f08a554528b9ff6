//! The cells of a person ↔ what is stored of them: JSON in clear, fields sealed one by one, and what belongs to records.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::legible::is_legible;
use crate::input::columns::{self, Column};
use crate::input::person_check::Cells;
use crate::input::values::dates::parse_date;
use crate::input::values::half_width;
use crate::input::values::id_number::parse_id_number;
use crate::input::values::lists::items;
use crate::model::child::completed_years;
use crate::secrets::masking::{mask_id_number, mask_name, mask_phone};
use crate::store::sealing::Clear;

/// Shown in place of a text that is sealed without a form of its own.
const HIDDEN: &str = "***";

/// How the cells of one sort of person are stored.
pub(super) struct Sort {
    /// Table and key space.
    pub(super) table: &'static str,
    columns: &'static [Column],
    /// Keys that records stand for.
    pub(super) records: &'static [&'static str],
}

/// Children.
pub(super) const CHILD: Sort = Sort {
    table: "children",
    columns: columns::children::ALL,
    records: &[
        "legal_basis",
        "consent",
        "consent_date",
        "consent_giver",
        "wish",
        "wish_date",
        "excluded_volunteers",
    ],
};
/// Volunteers.
pub(super) const VOLUNTEER: Sort = Sort {
    table: "volunteers",
    columns: columns::volunteers::ALL,
    records: &[
        "query_consent",
        "screening_kind",
        "screening_result",
        "screening_authority",
        "screening_date",
        "screening_valid_through",
        "screening_reference",
    ],
};

/// The volunteers a child must not meet: numbers become records, names that an office wrote there stay sealed.
pub(super) const EXCLUDED: &str = "excluded_volunteers";
/// Columns of the table itself.
const OWN_COLUMNS: [&str; 2] = ["id", "region_code"];
/// Places bear names of people, and stay in clear all the same: 王家村 tells nothing of a 王家. A door is no place.
const PLACES: [&str; 7] = [
    "township",
    "village",
    "school_township",
    "school_village",
    "excluded_villages",
    "region_scope",
    "regions",
];

/// Cells of records that are kept word for word.
const FREE_RECORDS: [&str; 2] = ["legal_basis", "screening_authority"];

/// A row taken apart.
pub(super) struct Parted {
    /// What is stored in clear.
    pub(super) clear: Cells,
    /// What is sealed.
    pub(super) sealed: Clear,
    /// What becomes records.
    pub(super) records: Cells,
}

impl Sort {
    /// Takes a row apart; blanks and keys of no column are left out. A cell of any column is sealed where it holds what
    /// belongs into a personal one.
    pub(super) fn part(&self, cells: &Cells) -> Parted {
        let mut parted = Parted { clear: Cells::new(), sealed: Clear::new(), records: Cells::new() };
        let filled = |column: &&Column| cells.get(column.key).is_some_and(|text| !text.trim().is_empty());
        let personal = own_texts(cells);
        for column in self.columns.iter().filter(filled) {
            let text = cells[column.key].trim();
            if OWN_COLUMNS.contains(&column.key) {
                continue;
            }
            if column.key == EXCLUDED {
                let (names, numbers): (Vec<String>, Vec<String>) =
                    items(text).into_iter().partition(|item| !is_a_number(item));
                put(&mut parted.sealed, column.key, &names.join("、"));
                put(&mut parted.records, column.key, &numbers.join("、"));
                continue;
            }
            let into = if self.records.contains(&column.key) {
                // Of records these two alone keep their text in clear. Sealed, they stand for nothing.
                if FREE_RECORDS.contains(&column.key) && tells_a_person(column.key, text, &personal) {
                    &mut parted.sealed
                } else {
                    &mut parted.records
                }
            } else if column.personal
                || !is_legible(column.key, text)
                || tells_a_person(column.key, text, &personal)
            {
                &mut parted.sealed
            } else {
                &mut parted.clear
            };
            into.insert(column.key.to_owned(), text.to_owned());
        }
        parted
    }
}

/// The names and numbers of a row, which may stand in other cells as well.
fn own_texts(cells: &Cells) -> Vec<&str> {
    let own = ["name", "guardian", "phone", "id_number"];
    let texts = own.into_iter().filter_map(|key| cells.get(key).map(|text| text.trim()));
    texts.filter(|text| text.chars().count() > 1).collect()
}

/// Whether a text that is kept in clear beside a person tells who she is: by what her sealed fields hold, or by what looks
/// like a phone, an ID number or an exact place.
pub(super) fn names_her(sealed: &Clear, text: &str) -> bool {
    tells_a_person("", text, &own_texts(sealed))
}

/// Whether a label that is kept in clear holds what looks like a phone or an ID number.
pub fn holds_a_persons_number(text: &str) -> bool {
    holds_a_long_number(&half_width(text), false)
}

fn put(cells: &mut Cells, key: &str, text: &str) {
    if !text.is_empty() {
        cells.insert(key.to_owned(), text.to_owned());
    }
}

/// Whether what stands where a number should is a name: a number has a digit or is plain ASCII.
fn is_a_name(text: &str) -> bool {
    !text.is_ascii() && !text.chars().any(|c| c.is_ascii_digit())
}

/// Whether a text may be a person's number in a county: short, no name, no phone, no ID number, no address.
pub fn is_a_number(text: &str) -> bool {
    let text = half_width(text);
    let longest_run = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    !text.is_empty()
        && text.chars().count() <= 64
        && !is_a_name(&text)
        && !matches!(longest_run, 11 | 15..)
        && !holds_a_degree(&text)
        && !holds_a_house(&text)
}

/// Whether a cell holds the row's own names and numbers, or what looks like a phone, an ID number or an exact place.
fn tells_a_person(key: &str, text: &str, personal: &[&str]) -> bool {
    let plain = half_width(text);
    let place = PLACES.contains(&key);
    // Two dates beside each other are one run of digits and hyphens.
    let dates = key.ends_with("_home") || key.ends_with("_date") || key.ends_with("_on");
    if !dates && (holds_a_long_number(&plain, place) || holds_a_degree(&plain)) {
        return true;
    }
    if place && holds_a_house(&plain) {
        return true;
    }
    !place && personal.iter().any(|name| text.contains(name))
}

/// Eight digits are a date, twelve a division; eleven are a phone, more an ID number, in whatever pieces they are written.
fn holds_a_long_number(plain: &str, place: bool) -> bool {
    plain.split(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-')).any(|run| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let mut pieces = run.split([' ', '-']).filter(|piece| !piece.is_empty());
        // Codes of divisions side by side.
        let divisions = place && pieces.all(|piece| matches!(piece.len(), 6 | 9 | 12));
        matches!(digits, 11 | 13..) && !divisions
    })
}

/// Whether a village goes on to a door: a numeral before 号, 室 and the like, as in 三组17号 or 2单元301室. 一号桥村 is a place.
fn holds_a_house(plain: &str) -> bool {
    let signs: Vec<char> = plain.chars().collect();
    let is_numeral = |sign: char| sign.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(sign);
    let ends = |sign: Option<&char>| {
        sign.is_none_or(|sign| !sign.is_alphabetic() || is_numeral(*sign) || "楼栋幢号室户".contains(*sign))
    };
    (1..signs.len())
        .any(|at| is_numeral(signs[at - 1]) && "号室栋幢户楼".contains(signs[at]) && ends(signs.get(at + 1)))
}

/// Whether there is a number with four decimals or more, which tells a house.
fn holds_a_degree(plain: &str) -> bool {
    let mut parts = plain.split('.');
    let mut before = parts.next().unwrap_or_default();
    for part in parts {
        let decimals = part.chars().take_while(char::is_ascii_digit).count();
        if decimals >= 4 && before.ends_with(|c: char| c.is_ascii_digit()) {
            return true;
        }
        before = part;
    }
    false
}

/// What may be seen of a person without a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// `张**`
    pub name: String,
    /// `138****1234`
    pub phone: String,
    /// `42************1234`
    pub id_number: String,
    /// Of a child: the guardian's name.
    pub guardian: String,
    /// The year of birth, where it can be read.
    pub birth_year: Option<i16>,
    /// Completed years.
    pub age: Option<u8>,
    /// Whether exact coordinates are known.
    pub has_point: bool,
    /// Other cells that are sealed, as stars.
    pub hidden: BTreeMap<String, String>,
}

impl Masked {
    /// Masks opened fields.
    pub(super) fn of(clear: &Clear, today: Date) -> Self {
        let get = |key: &str| clear.get(key).map_or("", String::as_str);
        let birth = birth_of(clear);
        let of_their_own = ["name", "phone", "id_number", "guardian", "birth_date", "longitude", "latitude"];
        let hidden = clear.keys().filter(|key| !of_their_own.contains(&key.as_str()));
        Self {
            name: mask_name(get("name")),
            phone: mask_phone(get("phone")),
            id_number: mask_id_number(get("id_number")),
            guardian: mask_name(get("guardian")),
            birth_year: birth.map(Date::year),
            age: birth.map(|birth| completed_years(birth, today)),
            has_point: clear.contains_key("longitude"),
            hidden: hidden.map(|key| (key.clone(), HIDDEN.to_owned())).collect(),
        }
    }
}

/// When somebody was born, by her birth date or her ID number.
pub(super) fn birth_of(clear: &Clear) -> Option<Date> {
    let said = clear.get("birth_date").and_then(|text| parse_date(text).ok());
    said.or_else(|| clear.get("id_number").and_then(|text| parse_id_number(text).ok()).map(|id| id.birth))
}
