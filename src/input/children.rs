//! Rows of the children's sheet → children, or quarantine with the number of the rule.
//!
//! A blank safety cell is no yes. A row that may not be processed, or cannot be, never disappears: it is counted in
//! quarantine with its township and village, and nothing else of it is kept.

use std::sync::Arc;

use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use super::columns::children as columns;
use super::load::Context;
use super::person::{
    IdentityColumns, IdentityRules, UnitOf, dated_answer, languages_of, read_identity, read_volunteer_ids,
};
use super::places::{HomeColumns, PlaceWords, PointColumns, read_home};
use super::report::Finding;
use super::row::Row;
use super::rule::InputRule;
use super::table::{Sheet, SheetRow};
use super::values::codes::{
    parse_agreement, parse_call_device, parse_categories, parse_consent_giver, parse_risk, parse_standing,
};
use super::values::dates::{parse_date, parse_period};
use super::values::needs::{default_need, parse_needs};
use super::values::numbers::parse_yes_no;
use super::values::phones::parse_phone;
use super::values::time_zones::parse_time_zone;
use super::values::{Text, ValueProblem, half_width};
use super::weekly::{HourColumns, read_availability, read_plain_availability};
use crate::model::child::{
    Answer, CallDevice, Category, Child, ConsentGiver, LegalBasis, PairingConsent, ParentStanding, Parents,
    Risk, RiskLevel, completed_years,
};
use crate::model::instance::{Flag, Quarantined, SourceRow};
use crate::model::need::{Need, NeedKind};
use crate::model::volunteer::Language;
use crate::model::{ChildId, HouseholdId, Place, Private};

/// Below this age nothing is processed without a legal basis (S9).
const BASIS_BELOW_AGE: u8 = 14;
/// Rows that are read before the memory of their cells is given back.
const ROWS_A_STRETCH: usize = 1 << 16;
/// Rows that one thread reads at a time.
const ROWS_A_TASK: usize = 1 << 10;
/// Children are under this age.
const ADULT_AGE: u8 = 18;

const IDENTITY: IdentityColumns =
    IdentityColumns { sex: &columns::SEX, birth_date: &columns::BIRTH_DATE, id_number: &columns::ID_NUMBER };
const IDENTITY_RULES: IdentityRules = IdentityRules {
    unreadable: InputRule::ChildField,
    id_number: InputRule::ChildIdNumber,
    sex_unknown: InputRule::ChildSexUnknown,
    birth_unknown: InputRule::ChildBirthUnknown,
};
const HOURS: HourColumns = HourColumns {
    general: &columns::AVAILABILITY,
    seasons: [
        &columns::TERM_HOURS,
        &columns::WINTER_HOLIDAY_HOURS,
        &columns::SPRING_FESTIVAL_HOURS,
        &columns::SUMMER_HOLIDAY_HOURS,
    ],
    sites: true,
    unreadable: InputRule::ChildField,
    assumed: InputRule::ChildHoursAssumed,
};
const HOME: HomeColumns = HomeColumns {
    region: &columns::REGION_CODE,
    township: &columns::TOWNSHIP,
    village: &columns::VILLAGE,
    point: PointColumns {
        longitude: &columns::LONGITUDE,
        latitude: &columns::LATITUDE,
        datum: &columns::DATUM,
    },
    unknown: InputRule::ChildPlaceUnknown,
};

/// What the children's sheet gave.
#[derive(Default)]
pub(super) struct ReadChildren {
    pub(super) children: Vec<Child>,
    pub(super) quarantined: Vec<Quarantined>,
}

/// Reads every row, many at once. What was found stands in the order of the rows; each row is forgotten once its
/// stretch was read.
pub(super) fn read_children(
    sheet: Sheet,
    context: &Context<'_>,
    units: &UnitOf,
    findings: &mut Vec<Finding>,
) -> ReadChildren {
    let mut read = ReadChildren::default();
    let (sheet, rows) = sheet.into_rows();
    read.children.reserve_exact(rows.len());
    let mut rows = rows.into_iter();
    loop {
        let stretch: Vec<SheetRow> = rows.by_ref().take(ROWS_A_STRETCH).collect();
        if stretch.is_empty() {
            return read;
        }
        let parts: Vec<(ReadChildren, Vec<Finding>)> =
            stretch.par_chunks(ROWS_A_TASK).map(|rows| read_rows(&sheet, rows, context, units)).collect();
        for (part, found) in parts {
            read.children.extend(part.children);
            read.quarantined.extend(part.quarantined);
            findings.extend(found);
        }
    }
}

/// Reads some rows one after the other.
fn read_rows(
    sheet: &Sheet,
    rows: &[SheetRow],
    context: &Context<'_>,
    units: &UnitOf,
) -> (ReadChildren, Vec<Finding>) {
    let (mut read, mut findings) = (ReadChildren::default(), Vec::new());
    for row in rows {
        let mut row = Row::new(sheet, row, columns::ALL, &mut findings);
        match read_child(&mut row, context, units) {
            Ok(child) => read.children.push(child),
            Err(rule) => {
                let id = row.text(&columns::ID);
                read.quarantined.push(Quarantined {
                    id: (!id.is_empty()).then(|| ChildId::new(id)),
                    township: row.text(&columns::TOWNSHIP),
                    village: row.text(&columns::VILLAGE),
                    rule: rule.code(),
                    source: SourceRow(row.number()),
                });
            }
        }
    }
    (read, findings)
}

/// Reads one row to its end, so that all its violations are told, then decides.
pub(super) fn read_child(
    row: &mut Row<'_>,
    context: &Context<'_>,
    units: &UnitOf,
) -> Result<Child, InputRule> {
    let mut flags = Vec::new();
    let id = row.text(&columns::ID);
    if id.is_empty() {
        row.tell(InputRule::BlankId, &columns::ID);
    }
    let identity = read_identity(row, &IDENTITY, &IDENTITY_RULES);
    if identity.id_broken {
        flags.push(Flag::IdNumberDropped);
    }
    let age = identity.birth.map(|birth| completed_years(birth, context.dates.today));
    if identity.birth.is_some_and(|birth| birth > context.dates.today) || age >= Some(ADULT_AGE) {
        row.tell(InputRule::NotAChild, &columns::BIRTH_DATE);
    }
    let legal_basis = read_legal_basis(row, context, age);
    let consent = read_consent(row, context);
    let wish = read_wish(row, context);
    let place = read_home(row, &HOME, context, &mut flags);
    let phone = read_phone(row, &mut flags);
    let categories = read_categories(row, &mut flags);
    let risk = read_risk(row, &mut flags);
    let needs = read_needs(row, context, &mut flags);
    let availability =
        read_availability(row, &HOURS, &context.common, &context.policy.default_hours.child, &mut flags);
    let yes = |row: &mut Row<'_>, column| row.read(column, InputRule::ChildField, parse_yes_no) == Some(true);
    let living_alone = yes(row, &columns::LIVING_ALONE);
    let nobody_home_for_festival = yes(row, &columns::NOBODY_HOME_FOR_FESTIVAL);
    let household = Some(row.text(&columns::HOUSEHOLD)).filter(|text| !text.is_empty()).map(HouseholdId::new);
    let previous_volunteers = read_volunteer_ids(row, &columns::PREVIOUS_VOLUNTEERS, units);
    let excluded_volunteers = read_volunteer_ids(row, &columns::EXCLUDED_VOLUNTEERS, units);
    let parents = read_parents(row, context);
    let call_device = row.read(&columns::CALL_DEVICE, InputRule::ChildField, parse_call_device);
    let school = read_school(row, context);
    let languages = read_languages(row, context);
    if row.dropped {
        flags.push(Flag::FieldDropped);
    }
    flags.sort_unstable();
    flags.dedup();
    let (None, Some(sex), Some(birth), Some(place)) = (row.refused_by, identity.sex, identity.birth, place)
    else {
        return Err(row.refused_by.unwrap_or(InputRule::BlankId));
    };
    Ok(Child {
        id: ChildId::new(id),
        name: Private::new(row.text(&columns::NAME)),
        id_number: identity.id_number,
        phone,
        sex,
        birth,
        categories,
        risk,
        living_alone,
        nobody_home_for_festival,
        household,
        guardian: Private::new(row.text(&columns::GUARDIAN)),
        legal_basis,
        consent,
        wish,
        languages,
        previous_volunteers,
        excluded_volunteers,
        needs,
        availability,
        parents,
        call_device: call_device.unwrap_or(CallDevice::None),
        place,
        school,
        flags,
        source: SourceRow(row.number()),
    })
}

/// 监护人同意, or 法定职责：机关，文号; a duty of the whole sheet stands in the policy.
fn read_legal_basis(row: &mut Row<'_>, context: &Context<'_>, age: Option<u8>) -> Option<LegalBasis> {
    let own = row.read(&columns::LEGAL_BASIS, InputRule::ChildSafetyField, parse_legal_basis);
    let basis = own.or_else(|| {
        let duty = context.policy.statutory_duty.as_ref()?;
        Some(LegalBasis::StatutoryDuty { authority: duty.authority.clone(), document: duty.document.clone() })
    });
    if basis.is_none() && age.is_none_or(|age| age < BASIS_BELOW_AGE) {
        row.tell(InputRule::NoLegalBasis, &columns::LEGAL_BASIS);
    }
    basis
}

pub(super) fn parse_legal_basis(text: &str) -> Result<LegalBasis, ValueProblem> {
    let text = half_width(text);
    if matches!(text.as_str(), "监护人同意" | "guardian_consent" | "guardian consent") {
        return Ok(LegalBasis::GuardianConsent);
    }
    let duty =
        ["法定职责", "statutory_duty", "statutory duty"].iter().find_map(|word| text.strip_prefix(word));
    let parts = duty.and_then(|duty| duty.trim_start_matches(':').trim().split_once([',', '、', ';']));
    match parts.map(|(authority, document)| (authority.trim(), document.trim())) {
        Some((authority, document)) if !authority.is_empty() && !document.is_empty() => {
            Ok(LegalBasis::StatutoryDuty { authority: authority.to_owned(), document: document.to_owned() })
        }
        _ => Err(ValueProblem::new(
            Text::fixed("不是完整的法律依据", "this is no complete legal basis"),
            Text::fixed(
                "写“监护人同意”，或“法定职责：机关，文号”",
                "write 监护人同意, or 法定职责：authority，document",
            ),
        )),
    }
}

fn read_consent(row: &mut Row<'_>, context: &Context<'_>) -> PairingConsent {
    let safety = InputRule::ChildSafetyField;
    let answer = row.read(&columns::CONSENT, safety, parse_agreement).flatten();
    let answer = dated_answer(row, answer, &columns::CONSENT_DATE, safety, context.dates.today);
    let giver = row.read(&columns::CONSENT_GIVER, safety, parse_consent_giver);
    if giver.is_none() && matches!(answer, Answer::Yes(_)) {
        row.tell(InputRule::ConsentGiverUnknown, &columns::CONSENT_GIVER);
    }
    // Whoever is not known to be entitled is not.
    PairingConsent { answer, giver: giver.unwrap_or(ConsentGiver::CarerAlone) }
}

fn read_wish(row: &mut Row<'_>, context: &Context<'_>) -> Answer {
    let safety = InputRule::ChildSafetyField;
    let answer = row.read(&columns::WISH, safety, parse_agreement).flatten();
    dated_answer(row, answer, &columns::WISH_DATE, safety, context.dates.today)
}

fn read_phone(row: &mut Row<'_>, flags: &mut Vec<Flag>) -> Option<Private> {
    let phone = row.read(&columns::PHONE, InputRule::ChildField, parse_phone);
    if phone.is_none() {
        row.tell(InputRule::NoPhone, &columns::PHONE);
        flags.push(Flag::NoPhone);
    }
    phone
}

fn read_school(row: &mut Row<'_>, context: &Context<'_>) -> Option<Place> {
    let township = row.text(&columns::SCHOOL_TOWNSHIP);
    let village = row.text(&columns::SCHOOL_VILLAGE);
    if township.is_empty() && village.is_empty() {
        return None;
    }
    let words = PlaceWords { township, village, ..PlaceWords::default() };
    match context.places.resolve(&words) {
        Ok(place) => Some(place),
        Err(problem) => {
            row.tell_problem(InputRule::ChildField, &columns::SCHOOL_TOWNSHIP, problem);
            None
        }
    }
}

fn read_categories(row: &mut Row<'_>, flags: &mut Vec<Flag>) -> Vec<Category> {
    match row.read(&columns::CATEGORIES, InputRule::ChildField, parse_categories) {
        Some(categories) if !categories.is_empty() => categories,
        _ => {
            row.tell(InputRule::CategoryAssumed, &columns::CATEGORIES);
            flags.push(Flag::CategoryAssumed);
            vec![Category::InDifficulty]
        }
    }
}

fn read_risk(row: &mut Row<'_>, flags: &mut Vec<Flag>) -> Risk {
    let assessed_on = row.read(&columns::RISK_ASSESSED_ON, InputRule::ChildField, parse_date);
    let level = row.read(&columns::RISK, InputRule::ChildField, parse_risk);
    if level.is_none() {
        row.tell(InputRule::RiskAssumed, &columns::RISK);
        flags.push(Flag::RiskAssumed);
    }
    Risk { level: level.unwrap_or(RiskLevel::Low), assessed_on }
}

fn read_needs(row: &mut Row<'_>, context: &Context<'_>, flags: &mut Vec<Flag>) -> Arc<[Need]> {
    let read = context.common.needs.read(row.cell(&columns::NEEDS), |cell| {
        let (needs, problems) = parse_needs(cell, context.policy);
        if problems.is_empty() && !needs.is_empty() { Ok(needs.into()) } else { Err((needs, problems)) }
    });
    let (needs, problems) = match read {
        Ok(needs) => return needs,
        Err(told) => told,
    };
    for problem in problems {
        row.tell_problem(InputRule::ChildField, &columns::NEEDS, problem);
    }
    if !needs.is_empty() {
        return needs.into();
    }
    row.tell(InputRule::NeedsAssumed, &columns::NEEDS);
    flags.push(Flag::NeedsAssumed);
    [default_need(NeedKind::Companionship, context.policy)].into()
}

fn read_languages(row: &mut Row<'_>, context: &Context<'_>) -> Arc<[Language]> {
    let languages = languages_of(row.cell(&columns::LANGUAGES), context);
    languages.unwrap_or_else(|| {
        row.tell(InputRule::LanguageAssumed, &columns::LANGUAGES);
        [Language(Language::MANDARIN.into())].into()
    })
}

fn read_parents(row: &mut Row<'_>, context: &Context<'_>) -> Parents {
    let safety = InputRule::ChildSafetyField;
    let standing = row.read(&columns::PARENT_STANDING, safety, parse_standing);
    let availability = read_plain_availability(
        row,
        &columns::PARENT_HOURS,
        InputRule::ChildField,
        &context.common,
        &context.policy.default_hours.parent,
    );
    let zone = |text: &str| parse_time_zone(text, context.dates.today);
    let utc_offset_min = row.read(&columns::PARENT_TIME_ZONE, InputRule::ChildField, zone).unwrap_or(480);
    let home = row.read(&columns::PARENTS_HOME, InputRule::ChildField, parse_period);
    Parents { standing: standing.unwrap_or(ParentStanding::Unknown), availability, utc_offset_min, home }
}
