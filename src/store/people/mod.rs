//! Children and volunteers with what rests on records of their own: legal bases, consents, wishes, screenings, bars,
//! conflicts.
//!
//! # A person is the cells of her row
//!
//! What stands in a sheet under a column stands here under the column's key. Personal cells are sealed one by one; the
//! others are JSON. [`View::child_cells_for_run`] and [`View::volunteer_cells_for_run`] give the row back, and the reader of
//! sheets makes a person of it: a server and a folder of sheets mean the same by the same words.
//!
//! # What no cell can say
//!
//! Legal basis, consent, wish, screening and conflicts are records with who, how and when. They become cells again for a
//! run (`child_standing`, `volunteer_standing`), from what is live at that moment. So nobody can write 同意 into a row,
//! and a withdrawn consent is gone from the next row that is read.
//!
//! # Order of locks
//!
//! Every change of a record begins with the row of its person (`children`'s and `volunteers`' `TOUCH`), so that two
//! changes of one person's records follow each other and the second sees what the first did.

mod bars;
mod carried_over;
mod cells;
mod child_changes;
mod child_standing;
mod children;
mod conflicts;
mod consents;
mod erasure;
mod for_runs;
mod legal_bases;
mod legible;
mod masked_forms;
mod screenings;
mod sheet_rows;
mod taking_in;
mod volunteer_changes;
mod volunteer_standing;
mod volunteers;
mod wishes;

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

pub use bars::{Bar, Lifted};
pub use cells::{Masked, holds_a_persons_number, is_a_number};
pub use child_changes::{Edit, NewChild, PersonPatch};
pub use children::{ChildFilter, StoredChild};
pub use conflicts::{Conflict, ConflictFilter, NewConflict};
pub use consents::{Consent, NewConsent, Withdrawal};
pub use erasure::Purged;
pub use for_runs::{PersonNumber, RunPerson};
pub use legal_bases::{LegalBasisRecord, NewDuty};
pub(super) use masked_forms::MaskedForms;
pub use screenings::{NewScreening, ScreeningRecord};
pub use sheet_rows::{Shown, TownshipCount};
pub use volunteer_changes::NewVolunteer;
pub use volunteers::{PeopleScope, StoredVolunteer, VolunteerFilter};
pub use wishes::{NewWish, Wish};

use super::statement::Statement;
use super::{Store, View, json};
use crate::input::person_check::{Cells, PersonCheck};
use crate::input::values::half_width;
use crate::input::{Finding, policy};
use crate::model::Policy;

/// Days between archiving and erasure.
pub const DAYS_UNTIL_PURGE: i64 = 30;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The statements of the files of this folder.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("people::bars", bars::STATEMENTS),
    ("people::carried_over", carried_over::STATEMENTS),
    ("people::child_changes", child_changes::STATEMENTS),
    ("people::children", children::STATEMENTS),
    ("people::conflicts", conflicts::STATEMENTS),
    ("people::consents", consents::STATEMENTS),
    ("people::erasure", erasure::STATEMENTS),
    ("people::for_runs", for_runs::STATEMENTS),
    ("people::legal_bases", legal_bases::STATEMENTS),
    ("people::screenings", screenings::STATEMENTS),
    ("people::sheet_rows", sheet_rows::STATEMENTS),
    ("people::taking_in", taking_in::STATEMENTS),
    ("people::volunteer_changes", volunteer_changes::STATEMENTS),
    ("people::volunteers", volunteers::STATEMENTS),
    ("people::wishes", wishes::STATEMENTS),
];

/// A rule that a person's cells break, without anything of the cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenRule {
    /// Number of the input rule.
    pub rule: String,
    /// Key of the column; empty where the rule is about the whole row.
    pub column: String,
}

impl From<&Finding> for BrokenRule {
    fn from(finding: &Finding) -> Self {
        let column = finding.column.map_or("", |(_, key)| key);
        Self { rule: finding.rule.code().to_owned(), column: column.to_owned() }
    }
}

/// The rules under which single rows are read: those of the balanced preset. A run reads the rows again under its own.
static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let text = policy::preset("balanced").unwrap_or_default();
    policy::parse(text, "balanced.toml").expect("a test reads every preset").policy
});

/// The day it is in China.
pub fn china_day(now_ms: i64) -> Date {
    let instant = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    Offset::constant(8).to_datetime(instant).date()
}

/// How single rows are read at a moment.
pub fn check_at(now_ms: i64) -> PersonCheck<'static> {
    PersonCheck { policy: &POLICY, today: china_day(now_ms), datum: None }
}

/// Words between commas, with one at either end, so that `%,word,%` finds each.
fn word_list(words: &[&str]) -> String {
    if words.is_empty() { String::new() } else { format!(",{},", words.join(",")) }
}

/// The words of such a list.
fn words_of(list: &str) -> Vec<String> {
    list.split(',').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The blind indexes of a phone and of an ID number; none where there are too few digits to tell anybody by.
fn blind_indexes(view: &View, phone: &str, id_number: &str) -> (Option<String>, Option<String>) {
    let keys = view.store().keys();
    let digits = |text: &str| half_width(text).chars().filter(char::is_ascii_digit).count();
    let phone = (digits(phone) >= 5).then(|| keys.index.phone(phone)).filter(|index| !index.is_empty());
    let number =
        (digits(id_number) >= 6).then(|| keys.index.id_number(id_number)).filter(|index| !index.is_empty());
    (phone, number)
}

/// The blind indexes of a sheet's row by which the person is found whom it speaks of: of her number in the county, and of
/// her ID number.
pub(super) fn row_indexes(
    store: &Store,
    table: &str,
    region_code: &str,
    cells: &Cells,
) -> (Option<String>, Option<String>) {
    let cell = |key: &str| cells.get(key).map_or("", String::as_str);
    let number = half_width(cell("id"));
    // Spelt in digits and letters, which is all that an index looks at.
    let place = format!("{table} {} {}", county_of(region_code), HEXLOWER.encode(number.as_bytes()));
    let number = (!number.is_empty()).then(|| store.keys().index.id_number(&place));
    let digits = half_width(cell("id_number")).chars().filter(char::is_ascii_digit).count();
    let id_number = (digits >= 6).then(|| store.keys().index.id_number(cell("id_number")));
    (number, id_number)
}

/// The county's code of a division.
fn county_of(region_code: &str) -> &str {
    region_code.get(..6).unwrap_or(region_code)
}
