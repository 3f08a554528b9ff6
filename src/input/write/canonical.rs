//! The canonical sheets: every field of every person in one spelling, rows by id.
//!
//! In: people of the model. Out: CSV in the columns of [`columns`](crate::input::columns). Reading these files back
//! under the same policy gives the same people, but for where their rows stood, how a place was found, and whether
//! hours were assumed. Coordinates are written in WGS-84, in the shortest digits that read back the same.

use std::collections::BTreeSet;

use rayon::slice::ParallelSliceMut;

use super::cells;
pub use super::digest::digest;
use super::rows::{Cells, cell, render};
use super::spelled::Spelled;
use crate::input::columns::{
    children as child, existing_pairs as pair, replies as reply, volunteers as unit,
};
use crate::model::pairing::PairState;
use crate::model::volunteer::{Adult, Reach, VolunteerKind};
use crate::model::{Child, ExistingPair, HouseholdId, Place, Reply, Volunteer, VolunteerId};

/// Stands for an ID number or a result that could not be read: read again, it holds the volunteer again.
const TO_BE_CORRECTED: &str = "待更正";

/// `children.csv`
pub fn children(children: &[Child]) -> Vec<u8> {
    children_pieces(children).concat()
}

/// `children.csv` in pieces.
pub(super) fn children_pieces(children: &[Child]) -> Vec<Vec<u8>> {
    let mut sorted: Vec<&Child> = children.iter().collect();
    sorted.par_sort_by(|one, other| one.id.cmp(&other.id));
    render(child::ALL, &sorted, |of, spelled| child_row(of, spelled))
}

fn child_row<'a>(of: &'a Child, spelled: &mut Spelled) -> Cells<'a> {
    let (consent, consent_date) = cells::answer(of.consent.answer, "同意", "不同意");
    let (wish, wish_date) = cells::answer(of.wish, "愿意", "不愿意");
    let [general, term, winter, festival, summer] = spelled.hours(&of.availability, true);
    let private = |text: &'a Option<crate::model::Private>| {
        text.as_ref().map(crate::model::Private::expose).unwrap_or_default()
    };
    let school = of.school.as_ref();
    let mut row = vec![
        cell(&child::ID, of.id.as_str()),
        cell(&child::NAME, of.name.expose()),
        cell(&child::SEX, cells::sex(of.sex)),
        cell(&child::BIRTH_DATE, of.birth.to_string()),
        cell(&child::ID_NUMBER, private(&of.id_number)),
        cell(&child::PHONE, private(&of.phone)),
        cell(&child::CATEGORIES, cells::list(of.categories.iter().map(|category| category.names().0))),
        cell(&child::RISK, cells::risk(of.risk.level)),
        cell(&child::RISK_ASSESSED_ON, cells::date(of.risk.assessed_on)),
        cell(&child::LIVING_ALONE, cells::yes_no(of.living_alone)),
        cell(&child::NOBODY_HOME_FOR_FESTIVAL, cells::yes_no(of.nobody_home_for_festival)),
        cell(&child::HOUSEHOLD, of.household.as_ref().map(HouseholdId::as_str).unwrap_or_default()),
        cell(&child::GUARDIAN, of.guardian.expose()),
        cell(&child::LEGAL_BASIS, cells::legal_basis(of.legal_basis.as_ref())),
        cell(&child::CONSENT, consent),
        cell(&child::CONSENT_DATE, consent_date),
        cell(&child::CONSENT_GIVER, cells::consent_giver(of.consent.giver)),
        cell(&child::WISH, wish),
        cell(&child::WISH_DATE, wish_date),
        cell(&child::LANGUAGES, cells::languages(&of.languages)),
        cell(
            &child::PREVIOUS_VOLUNTEERS,
            cells::list(of.previous_volunteers.iter().map(VolunteerId::as_str)),
        ),
        cell(
            &child::EXCLUDED_VOLUNTEERS,
            cells::list(of.excluded_volunteers.iter().map(VolunteerId::as_str)),
        ),
        cell(&child::NEEDS, spelled.needs(&of.needs)),
        cell(&child::AVAILABILITY, general),
        cell(&child::TERM_HOURS, term),
        cell(&child::WINTER_HOLIDAY_HOURS, winter),
        cell(&child::SPRING_FESTIVAL_HOURS, festival),
        cell(&child::SUMMER_HOLIDAY_HOURS, summer),
        cell(&child::PARENT_STANDING, cells::standing(of.parents.standing)),
        cell(&child::PARENT_HOURS, spelled.plain_hours(&of.parents.availability)),
        cell(&child::PARENT_TIME_ZONE, cells::time_zone(of.parents.utc_offset_min)),
        cell(&child::PARENTS_HOME, cells::period(of.parents.home)),
        cell(&child::CALL_DEVICE, cells::call_device(of.call_device)),
        cell(&child::SCHOOL_TOWNSHIP, school.map(|place| &*place.township).unwrap_or_default()),
        cell(&child::SCHOOL_VILLAGE, school.map(|place| &*place.village).unwrap_or_default()),
    ];
    row.extend(place_cells(&of.place));
    row
}

/// `volunteers.csv`, one row an adult, the lead first. The sheet's own numbers of the other adults are not kept in
/// the model; they get numbers made of the lead's.
pub fn volunteers(volunteers: &[Volunteer]) -> Vec<u8> {
    volunteers_pieces(volunteers).concat()
}

/// `volunteers.csv` in pieces.
pub(super) fn volunteers_pieces(volunteers: &[Volunteer]) -> Vec<Vec<u8>> {
    let mut sorted: Vec<&Volunteer> = volunteers.iter().collect();
    sorted.par_sort_by(|one, other| one.id.cmp(&other.id));
    let mut made = BTreeSet::new();
    let mut rows = Vec::new();
    for &of in &sorted {
        for place in 0..of.adults.len() {
            rows.push((of, place, (place > 0).then(|| free_id(of, place, &sorted, &mut made))));
        }
    }
    render(unit::ALL, &rows, |(of, place, id), spelled| {
        adult_row(of, &of.adults[*place], *place, id.as_deref().unwrap_or(of.id.as_str()), spelled)
    })
}

/// An id that is neither a unit's nor was made before.
fn free_id(of: &Volunteer, place: usize, sorted: &[&Volunteer], made: &mut BTreeSet<String>) -> String {
    let mut id = format!("{}#{place:03}", of.id);
    while sorted.binary_search_by(|unit| unit.id.as_str().cmp(&id)).is_ok() || !made.insert(id.clone()) {
        id.push('#');
    }
    id
}

fn adult_row<'a>(
    of: &'a Volunteer,
    adult: &'a Adult,
    place: usize,
    id: &'a str,
    spelled: &mut Spelled,
) -> Cells<'a> {
    let unit_number = if of.adults.len() > 1 { of.id.as_str() } else { "" };
    let phone = adult.phone.as_ref().map(crate::model::Private::expose);
    let (query_consent, _) = cells::answer(adult.query_consent, "是", "否");
    let mut row = vec![
        cell(&unit::ID, id),
        cell(&unit::UNIT, unit_number),
        cell(&unit::UNIT_KIND, cells::unit_kind(of.unit)),
        cell(&unit::LEAD, cells::yes_no(place == 0)),
        cell(&unit::NAME, adult.name.expose()),
        cell(&unit::SEX, cells::sex(adult.sex)),
        cell(&unit::BIRTH_DATE, adult.birth.to_string()),
        cell(&unit::PHONE, phone.unwrap_or_default()),
        cell(&unit::QUERY_CONSENT, query_consent),
        cell(&unit::TRAINING, cells::done(adult.training, "已完成", "未完成")),
        cell(&unit::AGREEMENT, cells::done(adult.agreement, "已签", "未签")),
    ];
    row.extend(check_cells(adult));
    row.extend(unit_cells(of, spelled));
    row.extend(place_cells(&of.place));
    row
}

/// ID number and record check. An adult who is held stays so: by her ID number where that is missing, else by the
/// result that could not be read.
fn check_cells(adult: &Adult) -> Cells<'_> {
    let id_number = adult.id_number.as_ref().map(crate::model::Private::expose);
    let unread = adult.held && id_number.is_some();
    let id_number = id_number.unwrap_or(if adult.held { TO_BE_CORRECTED } else { "" });
    let mut row = vec![cell(&unit::ID_NUMBER, id_number)];
    let Some(check) = &adult.screening else {
        row.extend(unread.then(|| cell(&unit::SCREENING_RESULT, TO_BE_CORRECTED)));
        return row;
    };
    row.extend([
        cell(&unit::SCREENING_KIND, cells::screening_kind(check.kind)),
        cell(&unit::SCREENING_RESULT, cells::screening_result(check.result)),
        cell(&unit::SCREENING_AUTHORITY, &*check.authority),
        cell(&unit::SCREENING_DATE, cells::date(check.checked_on)),
        cell(&unit::SCREENING_VALID_THROUGH, cells::date(check.valid_through)),
        cell(&unit::SCREENING_REFERENCE, check.reference.expose()),
    ]);
    row
}

fn unit_cells<'a>(of: &'a Volunteer, spelled: &mut Spelled) -> Cells<'a> {
    let [general, term, winter, festival, summer] = spelled.hours(&of.availability, false);
    let (reach_km, reach_minutes) = match of.reach {
        Reach::Kilometers(kilometers) => (kilometers.to_string(), String::new()),
        Reach::Minutes(minutes) => (String::new(), minutes.to_string()),
        Reach::Default => (String::new(), String::new()),
    };
    let kind = |kind: &VolunteerKind| {
        VolunteerKind::ALL.into_iter().find(|(known, ..)| known == kind).map_or("", |(_, zh, _)| zh)
    };
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let limits = &of.limits;
    vec![
        cell(&unit::KINDS, cells::list(of.kinds.iter().map(kind))),
        cell(&unit::TEAM, &*of.team),
        cell(&unit::CAPACITY, of.capacity.to_string()),
        cell(&unit::SERVICE_CAPACITY, of.service_capacity.to_string()),
        cell(&unit::MAX_SIBLINGS, number(limits.max_siblings.map(u32::from))),
        cell(&unit::COMMITTED_THROUGH, cells::date(of.committed_through)),
        cell(&unit::SKILLS, cells::skills(&of.skills)),
        cell(&unit::REACH_KM, reach_km),
        cell(&unit::REACH_MINUTES, reach_minutes),
        cell(&unit::AVAILABILITY, general),
        cell(&unit::TERM_HOURS, term),
        cell(&unit::WINTER_HOLIDAY_HOURS, winter),
        cell(&unit::SPRING_FESTIVAL_HOURS, festival),
        cell(&unit::SUMMER_HOLIDAY_HOURS, summer),
        cell(&unit::LANGUAGES, cells::languages(&of.languages)),
        cell(&unit::AGE_RANGE, cells::age_range(limits.min_age, limits.max_age)),
        cell(&unit::CHILD_SEX, limits.sex.map(cells::sex).unwrap_or_default()),
        cell(&unit::SETTINGS, cells::list(limits.settings.iter().map(|site| site.names().0))),
        cell(&unit::REGION_SCOPE, of.region_scope.map(|code| code.to_string()).unwrap_or_default()),
        cell(&unit::REGIONS, cells::list(limits.regions.iter().map(ToString::to_string))),
        cell(&unit::EXCLUDED_VILLAGES, cells::list(&limits.excluded_villages)),
        cell(&unit::CATEGORY_LIMIT, cells::list(limits.categories.iter().map(|category| category.names().0))),
        cell(&unit::MINUTES_PER_WEEK, number(limits.minutes_per_week.map(u32::from))),
    ]
}

/// The columns of a home, which both sheets name alike.
fn place_cells(place: &Place) -> Cells<'_> {
    vec![
        cell(&child::REGION_CODE, place.region.to_string()),
        cell(&child::TOWNSHIP, &*place.township),
        cell(&child::VILLAGE, &*place.village),
        cell(&child::LONGITUDE, place.location.longitude_deg().to_string()),
        cell(&child::LATITUDE, place.location.latitude_deg().to_string()),
        cell(&child::DATUM, "WGS-84"),
    ]
}

/// `existing_pairs.csv`
pub fn existing_pairs(pairs: &[ExistingPair]) -> Vec<u8> {
    let mut sorted: Vec<&ExistingPair> = pairs.iter().collect();
    sorted.sort_by(|one, other| {
        (&one.child, &one.volunteer, one.state).cmp(&(&other.child, &other.volunteer, other.state))
    });
    render(pair::ALL, &sorted, |pair, _| pair_row(pair)).concat()
}

/// `replies.csv`
pub fn replies(replies: &[Reply]) -> Vec<u8> {
    let mut sorted: Vec<&Reply> = replies.iter().collect();
    sorted.sort_by(|one, other| (&one.child, &one.volunteer).cmp(&(&other.child, &other.volunteer)));
    render(reply::ALL, &sorted, |reply, _| reply_row(reply)).concat()
}

fn pair_row(of: &ExistingPair) -> Cells<'_> {
    let state = match of.state {
        PairState::Kept => "保持",
        PairState::Pinned => "指定",
        PairState::Ended => "已结束",
    };
    let well = of.went_well.map_or("", |well| if well { "好" } else { "不好" });
    vec![
        cell(&pair::CHILD, of.child.as_str()),
        cell(&pair::VOLUNTEER, of.volunteer.as_str()),
        cell(&pair::STATE, state),
        cell(&pair::BEGAN_ON, cells::date(of.began_on)),
        cell(&pair::ENDED_ON, cells::date(of.ended_on)),
        cell(&pair::WENT_WELL, well),
    ]
}

fn reply_row(of: &Reply) -> Cells<'_> {
    vec![
        cell(&reply::CHILD, of.child.as_str()),
        cell(&reply::VOLUNTEER, of.volunteer.as_str()),
        cell(&reply::ANSWER, if of.accepted { "接受" } else { "婉拒" }),
        cell(&reply::REASON, of.reason.as_str()),
        cell(&reply::ANSWERED_ON, cells::date(of.answered_on)),
    ]
}
