//! Rows of the volunteers' sheet → volunteer units.
//!
//! Rows with the same 组队编号 are one unit; what concerns the unit is read from its lead's row. Every adult who meets
//! a child must be known, so a unit with one unusable row stays out whole. A limit that cannot be read keeps the
//! unit out as well: taken as blank, it would send her where she will not go.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;

use super::adults::{AdultRow, read_adult};
use super::columns::volunteers as columns;
use super::load::Context;
use super::person::{UnitOf, languages_of};
use super::places::{HomeColumns, PointColumns, read_home};
use super::report::Finding;
use super::row::Row;
use super::rule::InputRule;
use super::table::{Sheet, SheetRow};
use super::values::codes::{
    parse_age_range, parse_categories, parse_sex, parse_sites, parse_unit_kind, parse_volunteer_kinds,
};
use super::values::dates::parse_date;
use super::values::lists::items;
use super::values::numbers::{parse_decimal, parse_whole};
use super::values::regions::parse_region;
use super::values::skills::parse_skills;
use super::values::{ValueProblem, half_width, narrowed};
use super::weekly::{HourColumns, read_availability};
use crate::model::instance::{Flag, SourceRow};
use crate::model::volunteer::{Adult, Language, Limits, Reach, Skill, UnitKind};
use crate::model::{RegionCode, Volunteer, VolunteerId};

/// More households than one unit can visit.
const MOST_HOUSEHOLDS: u32 = 200;
/// More children than one specialist can serve.
const MOST_SERVICES: u32 = 1000;
/// Units that one thread reads at a time.
const UNITS_A_TASK: usize = 1 << 10;
/// Minutes of a week.
const WEEK_MIN: u32 = 7 * 1440;

const HOURS: HourColumns = HourColumns {
    general: &columns::AVAILABILITY,
    seasons: [
        &columns::TERM_HOURS,
        &columns::WINTER_HOLIDAY_HOURS,
        &columns::SPRING_FESTIVAL_HOURS,
        &columns::SUMMER_HOLIDAY_HOURS,
    ],
    sites: false,
    unreadable: InputRule::VolunteerField,
    assumed: InputRule::VolunteerHoursAssumed,
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
    unknown: InputRule::VolunteerPlaceUnknown,
};

/// What the volunteers' sheet gave.
pub(super) struct ReadVolunteers {
    pub(super) volunteers: Vec<Volunteer>,
    pub(super) units: UnitOf,
    pub(super) rejected_rows: usize,
}

/// Joins rows to units and reads them, many at once. What was found stands in the order in which units first appear.
pub(super) fn read_volunteers(
    sheet: &Sheet,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> ReadVolunteers {
    let parts: Vec<(ReadUnits, Vec<Finding>)> = units_of(sheet)
        .par_chunks(UNITS_A_TASK)
        .map(|units| {
            let (mut read, mut found) = (ReadUnits::default(), Vec::new());
            for rows in units {
                read.add(sheet, rows, context, &mut found);
            }
            (read, found)
        })
        .collect();
    let mut read = ReadVolunteers { volunteers: Vec::new(), units: UnitOf::new(), rejected_rows: 0 };
    for (part, found) in parts {
        read.volunteers.extend(part.volunteers);
        read.units.extend(part.unit_of);
        read.rejected_rows += part.rejected_rows;
        findings.extend(found);
    }
    read
}

/// What some of the units gave.
#[derive(Default)]
struct ReadUnits {
    volunteers: Vec<Volunteer>,
    /// The id of each adult, and that of the unit.
    unit_of: Vec<(VolunteerId, VolunteerId)>,
    rejected_rows: usize,
}

impl ReadUnits {
    /// Reads the rows of one unit.
    fn add(&mut self, sheet: &Sheet, rows: &[&SheetRow], context: &Context<'_>, findings: &mut Vec<Finding>) {
        let adults: Vec<AdultRow> =
            rows.iter().map(|row| read_adult(sheet, row, context, findings)).collect();
        let lead = lead_of(sheet, rows, &adults, findings);
        let unit = read_unit(sheet, rows, lead, &adults, context, findings);
        let whole = adults.iter().all(|adult| adult.adult.is_some());
        if let (Some(mut unit), true) = (unit, whole) {
            self.unit_of.extend(adults.iter().map(|row| (row.id.clone(), unit.id.clone())));
            unit.adults = lead_first(adults, lead);
            self.volunteers.push(unit);
            return;
        }
        self.rejected_rows += rows.len();
        // The rows that were sound hear why they stay out.
        for (place, row) in rows.iter().enumerate().filter(|(place, _)| adults[*place].adult.is_some()) {
            if !whole || place != lead {
                Row::new(sheet, row, columns::ALL, findings).tell(InputRule::UnitIncomplete, &columns::UNIT);
            }
        }
    }
}

/// The lead, then the others by id, so that the order of rows tells nothing.
fn lead_first(mut rows: Vec<AdultRow>, lead: usize) -> Vec<Adult> {
    rows[..=lead].rotate_right(1);
    rows[1..].sort_by(|one, other| one.id.cmp(&other.id));
    rows.into_iter().filter_map(|row| row.adult).collect()
}

/// Rows by unit, in the order in which units first appear. A blank 组队编号 is a unit of its own.
fn units_of(sheet: &Sheet) -> Vec<Vec<&SheetRow>> {
    let mut units: Vec<Vec<&SheetRow>> = Vec::new();
    let mut place_of: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    for row in &sheet.rows {
        let name = narrowed(sheet.cell(row, &columns::UNIT));
        let place = if name.is_empty() { units.len() } else { *place_of.entry(name).or_insert(units.len()) };
        if place == units.len() {
            units.push(Vec::new());
        }
        units[place].push(row);
    }
    units
}

/// The row of the lead: the first that says so, else the first. Told where it is not plain.
fn lead_of(sheet: &Sheet, rows: &[&SheetRow], adults: &[AdultRow], findings: &mut Vec<Finding>) -> usize {
    let leads: Vec<usize> = (0..rows.len()).filter(|row| adults[*row].leads).collect();
    if rows.len() > 1 && leads.len() != 1 {
        let about = leads.get(1).copied().unwrap_or_default();
        Row::new(sheet, rows[about], columns::ALL, findings).tell(InputRule::UnitLead, &columns::LEAD);
    }
    leads.first().copied().unwrap_or_default()
}

/// Everything of the unit but its adults, from the lead's row.
fn read_unit(
    sheet: &Sheet,
    rows: &[&SheetRow],
    lead: usize,
    adults: &[AdultRow],
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Volunteer> {
    let row = &mut Row::new(sheet, rows[lead], columns::ALL, findings);
    let mut flags = Vec::new();
    let unit = read_unit_kind(row, rows.len());
    let limit = InputRule::VolunteerLimit;
    let capacity =
        row.read(&columns::CAPACITY, limit, |text| parse_whole(text, 0, MOST_HOUSEHOLDS)).unwrap_or(1);
    let service_capacity =
        row.read(&columns::SERVICE_CAPACITY, limit, |text| parse_whole(text, 0, MOST_SERVICES));
    let limits = read_limits(row);
    let committed_through = row.read(&columns::COMMITTED_THROUGH, limit, parse_date);
    let reach = read_reach(row);
    let region_scope = row.read(&columns::REGION_SCOPE, limit, parse_region);
    let place = read_home(row, &HOME, context, &mut flags);
    let skills = read_skills(row, context);
    let kinds =
        row.read(&columns::KINDS, InputRule::VolunteerField, parse_volunteer_kinds).unwrap_or_default();
    let availability =
        read_availability(row, &HOURS, &context.common, &context.policy.default_hours.volunteer, &mut flags);
    let languages = languages_of(row.cell(&columns::LANGUAGES), context)
        .unwrap_or_else(|| [Language(Language::MANDARIN.into())].into());
    if row.dropped {
        flags.push(Flag::FieldDropped);
    }
    flags.extend(adults.iter().flat_map(|adult| &adult.flags));
    flags.sort_unstable();
    flags.dedup();
    if row.refused_by.is_some() {
        return None;
    }
    Some(Volunteer {
        id: adults[lead].id.clone(),
        unit,
        team: context.common.name(&row.text(&columns::TEAM)),
        adults: Vec::new(),
        kinds,
        capacity,
        service_capacity: service_capacity.unwrap_or(context.policy.default_service_capacity),
        limits,
        committed_through,
        skills,
        reach,
        availability,
        languages,
        region_scope,
        place: place?,
        flags,
        source: SourceRow(row.number()),
    })
}

/// The unit of an adult whose row stands in no sheet of others.
pub(super) fn read_one_unit(
    sheet: &Sheet,
    adult: AdultRow,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Volunteer> {
    let rows: Vec<&SheetRow> = sheet.rows.iter().take(1).collect();
    let adults = [adult];
    let mut unit = read_unit(sheet, &rows, 0, &adults, context, findings)?;
    unit.adults = adults.into_iter().filter_map(|row| row.adult).collect();
    (!unit.adults.is_empty()).then_some(unit)
}

/// One row is a person; several are a family or, unless said otherwise, a team.
fn read_unit_kind(row: &mut Row<'_>, adults: usize) -> UnitKind {
    let said = row.read(&columns::UNIT_KIND, InputRule::VolunteerField, parse_unit_kind);
    match (said, adults) {
        (Some(UnitKind::Person), 2..) => {
            row.tell(InputRule::UnitKindContradicts, &columns::UNIT_KIND);
            UnitKind::Team
        }
        (Some(UnitKind::Family | UnitKind::Team), 1) => {
            row.tell(InputRule::UnitKindContradicts, &columns::UNIT_KIND);
            UnitKind::Person
        }
        (Some(kind), _) => kind,
        (None, 1) => UnitKind::Person,
        (None, _) => UnitKind::Team,
    }
}

fn read_limits(row: &mut Row<'_>) -> Limits {
    let rule = InputRule::VolunteerLimit;
    let (min_age, max_age) = row.read(&columns::AGE_RANGE, rule, parse_age_range).unwrap_or_default();
    let any = |text: &str| matches!(half_width(text).as_str(), "不限" | "均可" | "男女均可" | "无" | "any");
    let sex = row
        .read(&columns::CHILD_SEX, rule, |text| if any(text) { Ok(None) } else { parse_sex(text).map(Some) });
    let settings =
        row.read(&columns::SETTINGS, rule, |text| if any(text) { Ok(Vec::new()) } else { parse_sites(text) });
    let categories = row.read(&columns::CATEGORY_LIMIT, rule, |text| {
        if any(text) { Ok(Vec::new()) } else { parse_categories(text) }
    });
    let minutes = row.read(&columns::MINUTES_PER_WEEK, rule, |text| parse_whole(text, 1, WEEK_MIN));
    let siblings = row.read(&columns::MAX_SIBLINGS, rule, |text| parse_whole(text, 1, 20));
    Limits {
        min_age,
        max_age,
        sex: sex.flatten(),
        settings: settings.unwrap_or_default(),
        regions: row.read(&columns::REGIONS, rule, parse_regions).unwrap_or_default(),
        excluded_villages: items(row.cell(&columns::EXCLUDED_VILLAGES)),
        categories: categories.unwrap_or_default(),
        minutes_per_week: minutes.map(|minutes| minutes as u16),
        max_siblings: siblings.map(|siblings| siblings as u8),
    }
}

fn parse_regions(text: &str) -> Result<Vec<RegionCode>, ValueProblem> {
    items(text).into_iter().map(|item| parse_region(&item).map_err(|problem| problem.at(item))).collect()
}

/// Kilometres or minutes; where both stand, the minutes, which say more about the road.
fn read_reach(row: &mut Row<'_>) -> Reach {
    let rule = InputRule::VolunteerLimit;
    let kilometers = row.read(&columns::REACH_KM, rule, |text| parse_decimal(text, 0.0, 2000.0));
    let minutes = row.read(&columns::REACH_MINUTES, rule, |text| parse_whole(text, 0, 1440));
    match (minutes, kilometers) {
        (Some(minutes), _) => Reach::Minutes(minutes),
        (None, Some(kilometers)) => Reach::Kilometers(kilometers),
        (None, None) => Reach::Default,
    }
}

fn read_skills(row: &mut Row<'_>, context: &Context<'_>) -> Arc<[Skill]> {
    let read = context.common.skills.read(row.cell(&columns::SKILLS), |cell| {
        let (skills, problems) = parse_skills(cell);
        if problems.is_empty() { Ok(skills.into()) } else { Err((skills, problems)) }
    });
    read.unwrap_or_else(|(skills, problems)| {
        for problem in problems {
            row.tell_problem(InputRule::VolunteerField, &columns::SKILLS, problem);
        }
        skills.into()
    })
}

/// The id of a row as the county wrote it.
pub(super) fn id_of(row: &Row<'_>) -> VolunteerId {
    VolunteerId::new(row.text(&columns::ID))
}
