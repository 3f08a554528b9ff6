//! One row of the volunteers' sheet → one adult: who she is, and the papers that let her meet a child.
//!
//! Nothing counts as passed that is blank, unreadable, incomplete or dated after the run.

use super::columns::Column;
use super::columns::volunteers as columns;
use super::load::Context;
use super::person::{IdentityColumns, IdentityRules, read_identity};
use super::report::Finding;
use super::row::Row;
use super::rule::InputRule;
use super::table::{Sheet, SheetRow};
use super::values::codes::{parse_agreement, parse_done, parse_screening_kind, parse_screening_result};
use super::values::dates::parse_date;
use super::values::numbers::parse_yes_no;
use super::values::phones::parse_phone;
use super::volunteers::id_of;
use crate::model::child::Answer;
use crate::model::instance::{Flag, SourceRow};
use crate::model::volunteer::{Adult, Screening, ScreeningKind, ScreeningResult};
use crate::model::{Private, VolunteerId};

const IDENTITY: IdentityColumns =
    IdentityColumns { sex: &columns::SEX, birth_date: &columns::BIRTH_DATE, id_number: &columns::ID_NUMBER };
const IDENTITY_RULES: IdentityRules = IdentityRules {
    unreadable: InputRule::VolunteerField,
    id_number: InputRule::VolunteerIdNumber,
    sex_unknown: InputRule::AdultUnknown,
    birth_unknown: InputRule::AdultUnknown,
};

/// What a row gave.
pub(super) struct AdultRow {
    pub(super) id: VolunteerId,
    /// The row says 负责人.
    pub(super) leads: bool,
    /// The adult; `None` where the row cannot be used.
    pub(super) adult: Option<Adult>,
    /// What was dropped or is missing.
    pub(super) flags: Vec<Flag>,
}

/// Reads the personal part of a row.
pub(super) fn read_adult(
    sheet: &Sheet,
    row: &SheetRow,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> AdultRow {
    let row = &mut Row::new(sheet, row, columns::ALL, findings);
    let id = id_of(row);
    if id.as_str().is_empty() {
        row.tell(InputRule::BlankId, &columns::ID);
    }
    let leads = row.read(&columns::LEAD, InputRule::VolunteerField, parse_yes_no) == Some(true);
    let identity = read_identity(row, &IDENTITY, &IDENTITY_RULES);
    if identity.birth.is_some_and(|birth| birth > context.dates.today) {
        row.tell(InputRule::AdultUnknown, &columns::BIRTH_DATE);
    }
    let phone = row.read(&columns::PHONE, InputRule::VolunteerField, parse_phone);
    let consent =
        row.read(&columns::QUERY_CONSENT, InputRule::VolunteerSafetyField, parse_agreement).flatten();
    let query_consent = match consent {
        Some(true) => Answer::Yes(None),
        Some(false) => Answer::No,
        None => Answer::Unknown,
    };
    let (screening, outcome_clear) = read_screening(row, context);
    let training = read_done(row, &columns::TRAINING, context);
    let agreement = read_done(row, &columns::AGREEMENT, context);
    let told = [
        (phone.is_none(), Flag::NoPhone),
        (identity.id_broken, Flag::IdNumberDropped),
        (row.dropped, Flag::FieldDropped),
    ];
    let flags = told.into_iter().filter_map(|(applies, flag)| applies.then_some(flag)).collect();
    let adult =
        identity.sex.zip(identity.birth).filter(|_| row.refused_by.is_none()).map(|(sex, birth)| Adult {
            name: Private::new(row.text(&columns::NAME)),
            id_number: identity.id_number,
            phone,
            sex,
            birth,
            query_consent,
            screening,
            training,
            agreement,
            held: identity.id_broken || !outcome_clear,
            source: SourceRow(row.number()),
        });
    AdultRow { id, leads, adult, flags }
}

/// 已完成, 已签, or the day on which it was done.
fn read_done(row: &mut Row<'_>, column: &'static Column, context: &Context<'_>) -> Answer {
    let date = parse_date(row.cell(column)).ok();
    match date {
        Some(date) if date > context.dates.today => {
            row.tell(InputRule::FutureDate, column);
            Answer::Unknown
        }
        Some(date) => Answer::Yes(Some(date)),
        None => match row.read(column, InputRule::VolunteerSafetyField, parse_done) {
            Some(true) => Answer::Yes(None),
            // Not done yet is no refusal.
            Some(false) | None => Answer::Unknown,
        },
    }
}

/// The record check, and whether its outcome could be read. A bar stands whatever else is missing; a pass counts
/// only with kind, authority, date and reference (S1).
fn read_screening(row: &mut Row<'_>, context: &Context<'_>) -> (Option<Screening>, bool) {
    let said = !row.cell(&columns::SCREENING_RESULT).is_empty();
    let result = row.read(&columns::SCREENING_RESULT, InputRule::ScreeningUnreadable, parse_screening_result);
    let safety = InputRule::VolunteerSafetyField;
    let kind = row.read(&columns::SCREENING_KIND, safety, parse_screening_kind);
    let checked_on = row.read(&columns::SCREENING_DATE, safety, parse_date);
    let limited = !row.cell(&columns::SCREENING_VALID_THROUGH).is_empty();
    let valid_through = row.read(&columns::SCREENING_VALID_THROUGH, safety, parse_date);
    let authority = context.common.name(&row.text(&columns::SCREENING_AUTHORITY));
    let reference = Private::new(row.text(&columns::SCREENING_REFERENCE));
    let Some(mut result) = result else { return (None, !said) };
    if result == ScreeningResult::Passed {
        let missing = if kind.is_none() {
            Some(&columns::SCREENING_KIND)
        } else if authority.is_empty() {
            Some(&columns::SCREENING_AUTHORITY)
        } else if checked_on.is_none() {
            Some(&columns::SCREENING_DATE)
        } else if reference.is_empty() {
            Some(&columns::SCREENING_REFERENCE)
        } else if limited && valid_through.is_none() {
            Some(&columns::SCREENING_VALID_THROUGH)
        } else {
            None
        };
        if let Some(column) = missing {
            row.tell(InputRule::ScreeningIncomplete, column);
            result = ScreeningResult::Pending;
        } else if checked_on.is_some_and(|day| day > context.dates.today) {
            row.tell(InputRule::FutureDate, &columns::SCREENING_DATE);
            result = ScreeningResult::Pending;
        }
    }
    // A check of no known kind is never taken for the one that suffices.
    let kind = kind.unwrap_or(ScreeningKind::NoConviction);
    (Some(Screening { kind, result, authority, checked_on, valid_through, reference }), true)
}
