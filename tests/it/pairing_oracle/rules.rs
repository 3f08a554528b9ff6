//! H01–H21 once more, read straight from the people and the policy, as a careful clerk would check them by hand.
//!
//! Nothing here is fast: distances are computed pair by pair, hours half-hour by half-hour, and whether needs fit
//! side by side is found by seating each half-hour of each need.

use std::collections::{BTreeMap, BTreeSet};

use jiedui::model::availability::Site;
use jiedui::model::child::{Answer, CallDevice, Category, ConsentGiver, ParentStanding, Sex};
use jiedui::model::need::{Mode, Need, NeedKind, Strength, Subject};
use jiedui::model::pairing::PairState;
use jiedui::model::policy::Assignment;
use jiedui::model::volunteer::{Adult, Reach, ScreeningKind, ScreeningResult};
use jiedui::model::{Availability, Child, Location, Rule, Season, Volunteer};
use jiff::ToSpan;
use jiff::civil::Date;

use super::people::County;

/// What a volunteer is to do for a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    Lead,
    Need(usize),
}

/// Every rule that is broken if the unit serves these children together.
pub(super) fn broken(county: &County, children: &[usize], unit: usize, duty: Duty) -> BTreeSet<Rule> {
    let mut broken = BTreeSet::new();
    let volunteer = &county.instance.volunteers[unit];
    unit_alone(county, volunteer, duty, &mut broken);
    for child in children {
        let child = &county.instance.children[*child];
        child_alone(county, child, &mut broken);
        both(county, child, volunteer, duty, &mut broken);
    }
    if volunteer.limits.max_siblings.is_some_and(|most| children.len() > usize::from(most)) {
        broken.insert(Rule::Siblings);
    }
    broken.retain(|rule| county.policy.enforces(*rule));
    for child in children {
        // Looked at last: with these two switched off a meeting may still be impossible.
        broken.extend(no_meeting(county, &county.instance.children[*child], volunteer, duty));
    }
    broken
}

/// The needs that the unit must meet.
pub(super) fn due<'a>(county: &County, child: &'a Child, duty: Duty) -> Vec<&'a Need> {
    match duty {
        Duty::Need(position) => vec![&child.needs[position]],
        Duty::Lead => child
            .needs
            .iter()
            .filter(|need| {
                need.strength == Strength::Required
                    && county.policy.need(need.kind).assignment == Assignment::Lead
                    && !(need.kind == NeedKind::VideoCall && call_is_withheld(child))
            })
            .collect(),
    }
}

fn call_is_withheld(child: &Child) -> bool {
    match child.parents.standing {
        ParentStanding::Free => false,
        ParentStanding::Unknown => child.categories.contains(&Category::DeFactoUnattended),
        _ => true,
    }
}

fn child_alone(county: &County, child: &Child, broken: &mut BTreeSet<Rule>) {
    let pending = county.provisional;
    match child.consent.answer {
        Answer::Yes(_) if child.consent.giver == ConsentGiver::CarerAlone && !pending => {
            broken.insert(Rule::EntitledGuardian);
        }
        Answer::Yes(_) => {}
        Answer::Unknown if pending => {}
        Answer::Unknown | Answer::No => {
            broken.insert(Rule::GuardianConsent);
        }
    }
    let asked = child.age_on(county.instance.dates.today) >= county.policy.eligibility.wish_from_age;
    if child.wish == Answer::No || (child.wish == Answer::Unknown && asked && !pending) {
        broken.insert(Rule::ChildWish);
    }
}

fn unit_alone(county: &County, unit: &Volunteer, duty: Duty, broken: &mut BTreeSet<Rule>) {
    let today = county.instance.dates.today;
    for adult in &unit.adults {
        one_adult(county, adult, broken);
    }
    let eligibility = &county.policy.eligibility;
    let shortest = match duty {
        Duty::Need(_) => 0,
        Duty::Lead => eligibility.seasonal_min_days.unwrap_or(eligibility.min_term_days),
    };
    if unit.committed_through.is_some_and(|through| through < today + i64::from(shortest).days()) {
        broken.insert(Rule::Commitment);
    }
    let places = if duty == Duty::Lead { unit.capacity } else { unit.service_capacity };
    if places == 0 {
        broken.insert(Rule::Capacity);
    }
}

fn one_adult(county: &County, adult: &Adult, broken: &mut BTreeSet<Rule>) {
    let (dates, pending) = (county.instance.dates, county.provisional);
    let check = adult.screening.as_ref();
    let mut breaks = |rule: Rule, broken_now: bool| {
        if broken_now {
            broken.insert(rule);
        }
    };
    breaks(Rule::NotBarred, check.is_some_and(|check| check.result == ScreeningResult::Barred));
    breaks(Rule::IdentityClear, adult.held);
    breaks(
        Rule::QueryConsent,
        adult.query_consent == Answer::No || (adult.query_consent == Answer::Unknown && !pending),
    );
    let sound = check.filter(|check| {
        check.result == ScreeningResult::Passed
            && (check.kind == ScreeningKind::Employment || county.policy.eligibility.accept_no_conviction)
            && check.checked_on.is_some_and(|day| day <= dates.today)
            && !check.authority.is_empty()
            && !check.reference.is_empty()
    });
    breaks(Rule::ScreeningPassed, sound.is_none() && !pending);
    let runs_out = sound.is_some_and(|check| {
        let checked: Date = check.checked_on.expect("a sound check has its day");
        let counts_until = checked + i64::from(county.policy.eligibility.screening_days).days();
        counts_until < dates.period.last || check.valid_through.is_some_and(|day| day < dates.period.last)
    });
    breaks(Rule::ScreeningInDate, runs_out && !pending);
    let done = |answer: Answer| matches!(answer, Answer::Yes(_));
    let prepared = done(adult.training) && done(adult.agreement);
    breaks(Rule::TrainingDone, !prepared && !pending);
    breaks(Rule::AdultVolunteer, adult.age_on(dates.today) < 18);
}

fn both(county: &County, child: &Child, unit: &Volunteer, duty: Duty, broken: &mut BTreeSet<Rule>) {
    let mut needs_to_hold = |rule: Rule, holds: bool| {
        if !holds {
            broken.insert(rule);
        }
    };
    let man = unit.adults.iter().any(|adult| adult.sex == Sex::Male);
    needs_to_hold(Rule::Gender, !(man && child.sex == Sex::Female));
    needs_to_hold(Rule::NoConflict, !is_barred(county, child, unit));
    needs_to_hold(
        Rule::RegionScope,
        unit.region_scope.is_none_or(|scope| scope.contains(child.place.region)),
    );
    let (limits, age) = (&unit.limits, child.age_on(county.instance.dates.today));
    let due = due(county, child, duty);
    let minutes: u16 = due.iter().map(|need| need.minutes_per_week).sum();
    needs_to_hold(Rule::OwnLimits, limits.min_age.is_none_or(|least| least <= age));
    needs_to_hold(Rule::OwnLimits, limits.max_age.is_none_or(|most| age <= most));
    needs_to_hold(Rule::OwnLimits, limits.sex.is_none_or(|sex| sex == child.sex));
    let inside = limits.regions.iter().any(|region| region.contains(child.place.region));
    needs_to_hold(Rule::OwnLimits, limits.regions.is_empty() || inside);
    needs_to_hold(
        Rule::OwnLimits,
        !limits.excluded_villages.iter().any(|village| **village == *child.place.village),
    );
    let of_hers = child.categories.iter().any(|category| limits.categories.contains(category));
    needs_to_hold(Rule::OwnLimits, limits.categories.is_empty() || of_hers);
    needs_to_hold(Rule::OwnLimits, limits.minutes_per_week.is_none_or(|most| minutes <= most));
    needs_to_hold(Rule::Language, child.languages.iter().any(|language| unit.languages.contains(language)));
    needs_to_hold(Rule::NeedCovered, due.iter().all(|need| is_able(county, unit, need)));
}

/// Named as a conflict, refused before, or ended badly.
pub(super) fn is_barred(county: &County, child: &Child, unit: &Volunteer) -> bool {
    let badly = county.instance.existing_pairs.iter().any(|row| {
        row.state == PairState::Ended
            && row.went_well == Some(false)
            && row.child == child.id
            && row.volunteer == unit.id
    });
    let refused = county
        .instance
        .replies
        .iter()
        .any(|reply| !reply.accepted && reply.child == child.id && reply.volunteer == unit.id);
    badly || refused || child.excluded_volunteers.contains(&unit.id)
}

fn is_able(county: &County, unit: &Volunteer, need: &Need) -> bool {
    let last = county.instance.dates.period.last;
    let of_kind = || unit.skills.iter().filter(|skill| skill.kind == need.kind);
    match need.kind {
        NeedKind::PsychologicalSupport => of_kind().any(|skill| {
            let held = skill.qualification.as_ref();
            held.is_some_and(|held| held.valid_through.is_none_or(|day| last <= day))
        }),
        NeedKind::Tutoring => of_kind().any(|skill| {
            let subject = need.subject == Some(Subject::Homework)
                || skill.subject.is_none()
                || need.subject.is_none()
                || skill.subject == need.subject;
            let most = skill.up_to_grade;
            subject && (most.is_none() || need.grade.is_none() || need.grade <= most)
        }),
        _ => true,
    }
}

/// Which of H20 and H21 keeps the two from meeting, if one does.
fn no_meeting(county: &County, child: &Child, unit: &Volunteer, duty: Duty) -> Option<Rule> {
    let seasons = seasons_served(county);
    let needs = due(county, child, duty);
    let applies = |need: &Need, season: Season| county.policy.need(need.kind).seasons.contains(&season);
    let in_person = |need: &Need| {
        need.mode == Mode::InPerson
            || (need.kind == NeedKind::VideoCall && child.call_device == CallDevice::None)
    };
    let settings = &unit.limits.settings;
    let home =
        (settings.is_empty() || settings.contains(&Site::Home) || settings.contains(&Site::CommunitySite))
            && is_in_reach(county, unit, child.place.location);
    let school = (settings.is_empty() || settings.contains(&Site::School))
        && is_in_reach(county, unit, child.school.as_ref().unwrap_or(&child.place).location);
    let visits =
        needs.iter().any(|need| in_person(need) && seasons.iter().any(|season| applies(need, *season)));
    if visits && !home && !school {
        return Some(Rule::WithinReach);
    }
    let all_seated = seasons.iter().all(|season| {
        let hers = half_hours(&unit.availability, *season, &Site::ALL);
        let at = |sites: &[Site]| half_hours(&child.availability, *season, sites);
        let village = [Site::Home, Site::CommunitySite];
        let parents = parents_half_hours(child, *season);
        let windows = needs.iter().filter(|need| applies(need, *season)).map(|need| {
            let mut window = BTreeSet::new();
            if in_person(need) {
                window.extend(home.then(|| at(&village)).into_iter().flatten());
                window.extend(school.then(|| at(&[Site::School])).into_iter().flatten());
            } else if need.kind != NeedKind::VideoCall {
                window = at(&Site::ALL);
            } else {
                window = match child.call_device {
                    CallDevice::Home => at(&[Site::Home]),
                    CallDevice::CommunitySite => at(&village),
                    CallDevice::School => at(&[Site::School]),
                    CallDevice::None => BTreeSet::new(),
                };
            }
            if need.kind == NeedKind::VideoCall {
                window.retain(|slot| parents.contains(slot));
            }
            window.retain(|slot| hers.contains(slot));
            (window, usize::from(need.minutes_per_week).div_ceil(30))
        });
        seat_all(&windows.collect::<Vec<_>>())
    });
    (!all_seated && county.policy.enforces(Rule::CommonTime)).then_some(Rule::CommonTime)
}

/// The seasons of the days served, day by day.
fn seasons_served(county: &County) -> BTreeSet<Season> {
    let period = county.instance.dates.period;
    let days = std::iter::successors(Some(period.first), |day| day.tomorrow().ok());
    days.take_while(|day| *day <= period.last)
        .map(|day| {
            let mut spans = county.policy.calendar.spans.iter();
            let own = spans.find(|span| span.days.first <= day && day <= span.days.last);
            own.map_or(Season::Term, |span| span.season)
        })
        .collect()
}

fn half_hours(hours: &Availability, season: Season, sites: &[Site]) -> BTreeSet<usize> {
    let own = hours.rows.iter().any(|row| row.season == Some(season));
    let rows = hours.rows.iter().filter(|row| row.season == own.then_some(season));
    rows.filter(|row| sites.contains(&row.site)).flat_map(|row| row.week.half_hours()).collect()
}

/// The parents' half-hours on the clock of China.
fn parents_half_hours(child: &Child, season: Season) -> BTreeSet<usize> {
    let week = 7 * 24 * 60;
    let on_our_clock = |slot: usize| {
        let minute = slot as i32 * 30 - child.parents.utc_offset_min + 480;
        (minute.rem_euclid(week) / 30) as usize
    };
    half_hours(&child.parents.availability, season, &Site::ALL).into_iter().map(on_our_clock).collect()
}

/// Haversine, in kilometres.
pub(super) fn distance_km(from: Location, to: Location) -> f64 {
    let (from_lat, to_lat) = (from.latitude_deg().to_radians(), to.latitude_deg().to_radians());
    let north = (to_lat - from_lat) / 2.0;
    let east = (to.longitude_deg() - from.longitude_deg()).to_radians() / 2.0;
    let chord = north.sin().powi(2) + from_lat.cos() * to_lat.cos() * east.sin().powi(2);
    2.0 * 6_371.008_8 * chord.sqrt().asin()
}

fn is_in_reach(county: &County, unit: &Volunteer, to: Location) -> bool {
    let travel = &county.policy.travel;
    let km = distance_km(unit.place.location, to);
    let minutes = km * travel.detour / travel.speed_kmh * 60.0;
    let own = match unit.reach {
        Reach::Kilometers(most) => km <= most,
        Reach::Minutes(most) => minutes <= f64::from(most),
        Reach::Default => km <= travel.default_reach_km,
    };
    !county.policy.enforces(Rule::WithinReach) || (own && minutes <= f64::from(travel.max_travel_min))
}

/// Whether every half-hour of every need finds a half-hour of its own: augmenting paths, one seat at a time.
fn seat_all(windows: &[(BTreeSet<usize>, usize)]) -> bool {
    let wanted: Vec<&BTreeSet<usize>> =
        windows.iter().flat_map(|(window, count)| std::iter::repeat_n(window, *count)).collect();
    let mut holder: BTreeMap<usize, usize> = BTreeMap::new();
    (0..wanted.len()).all(|guest| seat(guest, &wanted, &mut holder, &mut BTreeSet::new()))
}

fn seat(
    guest: usize,
    wanted: &[&BTreeSet<usize>],
    holder: &mut BTreeMap<usize, usize>,
    tried: &mut BTreeSet<usize>,
) -> bool {
    wanted[guest].iter().any(|slot| {
        let free = tried.insert(*slot)
            && holder.get(slot).copied().is_none_or(|other| seat(other, wanted, holder, tried));
        if free {
            holder.insert(*slot, guest);
        }
        free
    })
}
