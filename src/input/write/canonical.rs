//! The canonical sheets: every field of every person in one spelling, rows by id.
//!
//! In: people of the model. Out: CSV in the columns of [`columns`](crate::input::columns). Reading these files back
//! under the same policy gives the same people, but for where their rows stood, how a place was found, and whether
//! hours were assumed. Coordinates are written in WGS-84, in the shortest digits that read back the same.

use std::collections::BTreeSet;

use rayon::slice::ParallelSliceMut;

use super::cells;
pub use super::digest::digest;
use super::rows::{Cells, render};
use crate::input::columns::{
    children as child, existing_pairs as pair, replies as reply, volunteers as unit,
};
use crate::model::pairing::PairState;
use crate::model::volunteer::{Adult, Reach, VolunteerKind};
use crate::model::{Child, ExistingPair, Place, Reply, Volunteer, VolunteerId};

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
    render(child::ALL, &sorted, |child| child_row(child))
}

fn child_row(of: &Child) -> Cells {
    let (consent, consent_date) = cells::answer(of.consent.answer, "同意", "不同意");
    let (wish, wish_date) = cells::answer(of.wish, "愿意", "不愿意");
    let [general, term, winter, festival, summer] = cells::hours(&of.availability, true);
    let private = |text: &Option<crate::model::Private>| {
        text.as_ref().map(|text| text.expose().to_owned()).unwrap_or_default()
    };
    let school = of.school.as_ref();
    let mut row = vec![
        (child::ID.key, of.id.to_string()),
        (child::NAME.key, of.name.expose().to_owned()),
        (child::SEX.key, cells::sex(of.sex)),
        (child::BIRTH_DATE.key, of.birth.to_string()),
        (child::ID_NUMBER.key, private(&of.id_number)),
        (child::PHONE.key, private(&of.phone)),
        (child::CATEGORIES.key, cells::list(of.categories.iter().map(|category| category.names().0))),
        (child::RISK.key, cells::risk(of.risk.level)),
        (child::RISK_ASSESSED_ON.key, cells::date(of.risk.assessed_on)),
        (child::LIVING_ALONE.key, cells::yes_no(of.living_alone)),
        (child::NOBODY_HOME_FOR_FESTIVAL.key, cells::yes_no(of.nobody_home_for_festival)),
        (child::HOUSEHOLD.key, of.household.as_ref().map(ToString::to_string).unwrap_or_default()),
        (child::GUARDIAN.key, of.guardian.expose().to_owned()),
        (child::LEGAL_BASIS.key, cells::legal_basis(of.legal_basis.as_ref())),
        (child::CONSENT.key, consent),
        (child::CONSENT_DATE.key, consent_date),
        (child::CONSENT_GIVER.key, cells::consent_giver(of.consent.giver)),
        (child::WISH.key, wish),
        (child::WISH_DATE.key, wish_date),
        (child::LANGUAGES.key, cells::languages(&of.languages)),
        (child::PREVIOUS_VOLUNTEERS.key, cells::list(of.previous_volunteers.iter().map(VolunteerId::as_str))),
        (child::EXCLUDED_VOLUNTEERS.key, cells::list(of.excluded_volunteers.iter().map(VolunteerId::as_str))),
        (child::NEEDS.key, cells::needs(&of.needs)),
        (child::AVAILABILITY.key, general),
        (child::TERM_HOURS.key, term),
        (child::WINTER_HOLIDAY_HOURS.key, winter),
        (child::SPRING_FESTIVAL_HOURS.key, festival),
        (child::SUMMER_HOLIDAY_HOURS.key, summer),
        (child::PARENT_STANDING.key, cells::standing(of.parents.standing)),
        (child::PARENT_HOURS.key, cells::plain_hours(&of.parents.availability)),
        (child::PARENT_TIME_ZONE.key, cells::time_zone(of.parents.utc_offset_min)),
        (child::PARENTS_HOME.key, cells::period(of.parents.home)),
        (child::CALL_DEVICE.key, cells::call_device(of.call_device)),
        (child::SCHOOL_TOWNSHIP.key, school.map(|place| place.township.to_string()).unwrap_or_default()),
        (child::SCHOOL_VILLAGE.key, school.map(|place| place.village.to_string()).unwrap_or_default()),
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
    render(unit::ALL, &rows, |(of, place, id)| {
        adult_row(of, &of.adults[*place], *place, id.clone().unwrap_or_else(|| of.id.to_string()))
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

fn adult_row(of: &Volunteer, adult: &Adult, place: usize, id: String) -> Cells {
    let unit_number = if of.adults.len() > 1 { of.id.to_string() } else { String::new() };
    let phone = adult.phone.as_ref().map(|phone| phone.expose().to_owned());
    let (query_consent, _) = cells::answer(adult.query_consent, "是", "否");
    let mut row = vec![
        (unit::ID.key, id),
        (unit::UNIT.key, unit_number),
        (unit::UNIT_KIND.key, cells::unit_kind(of.unit)),
        (unit::LEAD.key, cells::yes_no(place == 0)),
        (unit::NAME.key, adult.name.expose().to_owned()),
        (unit::SEX.key, cells::sex(adult.sex)),
        (unit::BIRTH_DATE.key, adult.birth.to_string()),
        (unit::PHONE.key, phone.unwrap_or_default()),
        (unit::QUERY_CONSENT.key, query_consent),
        (unit::TRAINING.key, cells::done(adult.training, "已完成", "未完成")),
        (unit::AGREEMENT.key, cells::done(adult.agreement, "已签", "未签")),
    ];
    row.extend(check_cells(adult));
    row.extend(unit_cells(of));
    row.extend(place_cells(&of.place));
    row
}

/// ID number and record check. An adult who is held stays so: by her ID number where that is missing, else by the
/// result that could not be read.
fn check_cells(adult: &Adult) -> Cells {
    let id_number = adult.id_number.as_ref().map(|number| number.expose().to_owned());
    let unread = adult.held && id_number.is_some();
    let id_number = id_number.unwrap_or_else(|| if adult.held { TO_BE_CORRECTED } else { "" }.to_owned());
    let mut row = vec![(unit::ID_NUMBER.key, id_number)];
    let Some(check) = &adult.screening else {
        row.extend(unread.then(|| (unit::SCREENING_RESULT.key, TO_BE_CORRECTED.to_owned())));
        return row;
    };
    row.extend([
        (unit::SCREENING_KIND.key, cells::screening_kind(check.kind)),
        (unit::SCREENING_RESULT.key, cells::screening_result(check.result)),
        (unit::SCREENING_AUTHORITY.key, check.authority.to_string()),
        (unit::SCREENING_DATE.key, cells::date(check.checked_on)),
        (unit::SCREENING_VALID_THROUGH.key, cells::date(check.valid_through)),
        (unit::SCREENING_REFERENCE.key, check.reference.expose().to_owned()),
    ]);
    row
}

fn unit_cells(of: &Volunteer) -> Cells {
    let [general, term, winter, festival, summer] = cells::hours(&of.availability, false);
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
        (unit::KINDS.key, cells::list(of.kinds.iter().map(kind))),
        (unit::TEAM.key, of.team.to_string()),
        (unit::CAPACITY.key, of.capacity.to_string()),
        (unit::SERVICE_CAPACITY.key, of.service_capacity.to_string()),
        (unit::MAX_SIBLINGS.key, number(limits.max_siblings.map(u32::from))),
        (unit::COMMITTED_THROUGH.key, cells::date(of.committed_through)),
        (unit::SKILLS.key, cells::skills(&of.skills)),
        (unit::REACH_KM.key, reach_km),
        (unit::REACH_MINUTES.key, reach_minutes),
        (unit::AVAILABILITY.key, general),
        (unit::TERM_HOURS.key, term),
        (unit::WINTER_HOLIDAY_HOURS.key, winter),
        (unit::SPRING_FESTIVAL_HOURS.key, festival),
        (unit::SUMMER_HOLIDAY_HOURS.key, summer),
        (unit::LANGUAGES.key, cells::languages(&of.languages)),
        (unit::AGE_RANGE.key, cells::age_range(limits.min_age, limits.max_age)),
        (unit::CHILD_SEX.key, limits.sex.map(cells::sex).unwrap_or_default()),
        (unit::SETTINGS.key, cells::list(limits.settings.iter().map(|site| site.names().0))),
        (unit::REGION_SCOPE.key, of.region_scope.map(|code| code.to_string()).unwrap_or_default()),
        (unit::REGIONS.key, cells::list(limits.regions.iter().map(ToString::to_string))),
        (unit::EXCLUDED_VILLAGES.key, cells::list(&limits.excluded_villages)),
        (unit::CATEGORY_LIMIT.key, cells::list(limits.categories.iter().map(|category| category.names().0))),
        (unit::MINUTES_PER_WEEK.key, number(limits.minutes_per_week.map(u32::from))),
    ]
}

/// The columns of a home, which both sheets name alike.
fn place_cells(place: &Place) -> Cells {
    vec![
        (child::REGION_CODE.key, place.region.to_string()),
        (child::TOWNSHIP.key, place.township.to_string()),
        (child::VILLAGE.key, place.village.to_string()),
        (child::LONGITUDE.key, place.location.longitude_deg().to_string()),
        (child::LATITUDE.key, place.location.latitude_deg().to_string()),
        (child::DATUM.key, "WGS-84".to_owned()),
    ]
}

/// `existing_pairs.csv`
pub fn existing_pairs(pairs: &[ExistingPair]) -> Vec<u8> {
    let mut sorted: Vec<&ExistingPair> = pairs.iter().collect();
    sorted.sort_by(|one, other| {
        (&one.child, &one.volunteer, one.state).cmp(&(&other.child, &other.volunteer, other.state))
    });
    let row = |of: &ExistingPair| {
        let state = match of.state {
            PairState::Kept => "保持",
            PairState::Pinned => "指定",
            PairState::Ended => "已结束",
        };
        let well = of.went_well.map_or("", |well| if well { "好" } else { "不好" });
        vec![
            (pair::CHILD.key, of.child.to_string()),
            (pair::VOLUNTEER.key, of.volunteer.to_string()),
            (pair::STATE.key, state.to_owned()),
            (pair::BEGAN_ON.key, cells::date(of.began_on)),
            (pair::ENDED_ON.key, cells::date(of.ended_on)),
            (pair::WENT_WELL.key, well.to_owned()),
        ]
    };
    render(pair::ALL, &sorted, |pair| row(pair)).concat()
}

/// `replies.csv`
pub fn replies(replies: &[Reply]) -> Vec<u8> {
    let mut sorted: Vec<&Reply> = replies.iter().collect();
    sorted.sort_by(|one, other| (&one.child, &one.volunteer).cmp(&(&other.child, &other.volunteer)));
    let row = |of: &Reply| {
        vec![
            (reply::CHILD.key, of.child.to_string()),
            (reply::VOLUNTEER.key, of.volunteer.to_string()),
            (reply::ANSWER.key, if of.accepted { "接受" } else { "婉拒" }.to_owned()),
            (reply::REASON.key, of.reason.clone()),
            (reply::ANSWERED_ON.key, cells::date(of.answered_on)),
        ]
    };
    render(reply::ALL, &sorted, |reply| row(reply)).concat()
}
