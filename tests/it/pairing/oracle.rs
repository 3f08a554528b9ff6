//! The rules once more, read plainly from SAFEGUARDS and the model, without anything of `candidates`.

use jiedui::model::availability::WeekMask;
use jiedui::model::child::{Answer, CallDevice, Category, Child, ConsentGiver, ParentStanding, Sex};
use jiedui::model::need::{Mode, Need, NeedKind, Strength};
use jiedui::model::policy::Assignment;
use jiedui::model::volunteer::{Reach, ScreeningKind, ScreeningResult, Volunteer};
use jiedui::model::{Instance, Location, Policy, Season};
use jiff::ToSpan;

/// Whether these children may be led together by this unit.
pub(super) fn may_lead(instance: &Instance, policy: &Policy, children: &[&Child], unit: &Volunteer) -> bool {
    unit.capacity > 0
        && unit.limits.max_siblings.is_none_or(|most| children.len() <= usize::from(most))
        && children.iter().all(|child| may_pair(instance, policy, child, unit))
}

fn may_pair(instance: &Instance, policy: &Policy, child: &Child, unit: &Volunteer) -> bool {
    child_agrees(instance, child)
        && unit_is_fit(instance, policy, unit)
        && !(child.sex == Sex::Female && unit.adults.iter().any(|adult| adult.sex == Sex::Male))
        && !child.excluded_volunteers.contains(&unit.id)
        && !instance.replies.iter().any(|r| !r.accepted && r.child == child.id && r.volunteer == unit.id)
        && unit.region_scope.is_none_or(|scope| scope.contains(child.place.region))
        && within_her_limits(instance, policy, child, unit)
        && child.languages.iter().any(|language| unit.languages.contains(language))
        && can_meet(instance, policy, child, unit)
}

fn yes(answer: Answer) -> bool {
    matches!(answer, Answer::Yes(_))
}

fn child_agrees(instance: &Instance, child: &Child) -> bool {
    let from_eight = child.age_on(instance.dates.today) >= 8;
    yes(child.consent.answer)
        && child.consent.giver != ConsentGiver::CarerAlone
        && child.wish != Answer::No
        && (yes(child.wish) || !from_eight)
}

fn unit_is_fit(instance: &Instance, policy: &Policy, unit: &Volunteer) -> bool {
    let (today, last) = (instance.dates.today, instance.dates.period.last);
    let committed = unit.committed_through.is_none_or(|through| {
        through >= today + i64::from(policy.eligibility.seasonal_min_days.unwrap()).days()
    });
    committed
        && unit.adults.iter().all(|adult| {
            let checked = adult.screening.as_ref().is_some_and(|check| {
                check.kind == ScreeningKind::Employment
                    && check.result == ScreeningResult::Passed
                    && !check.authority.is_empty()
                    && !check.reference.is_empty()
                    && check.checked_on.is_some_and(|day| day <= today && day + 365.days() >= last)
            });
            checked
                && !adult.held
                && yes(adult.query_consent)
                && yes(adult.training)
                && yes(adult.agreement)
                && adult.age_on(today) >= 18
        })
}

fn within_her_limits(instance: &Instance, policy: &Policy, child: &Child, unit: &Volunteer) -> bool {
    let age = child.age_on(instance.dates.today);
    let minutes: u32 = required(policy, child).iter().map(|need| u32::from(need.minutes_per_week)).sum();
    let limits = &unit.limits;
    limits.min_age.is_none_or(|least| age >= least)
        && limits.max_age.is_none_or(|most| age <= most)
        && limits.sex.is_none_or(|sex| sex == child.sex)
        && limits.minutes_per_week.is_none_or(|most| minutes <= u32::from(most))
        && !limits.excluded_villages.contains(&child.place.village)
}

/// Needs that the lead must meet; a call that the parent's standing forbids is none.
fn required<'a>(policy: &Policy, child: &'a Child) -> Vec<&'a Need> {
    let standing = child.parents.standing;
    let unknown =
        standing == ParentStanding::Unknown && child.categories.contains(&Category::DeFactoUnattended);
    let no_call = unknown || standing == ParentStanding::Detained;
    let asked = |need: &&Need| {
        need.strength == Strength::Required
            && policy.need(need.kind).assignment == Assignment::Lead
            && !(need.kind == NeedKind::VideoCall && no_call)
    };
    child.needs.iter().filter(asked).collect()
}

fn can_meet(instance: &Instance, policy: &Policy, child: &Child, unit: &Volunteer) -> bool {
    let needs = required(policy, child);
    let hosted = child.call_device == CallDevice::None;
    let face_to_face =
        |need: &Need| need.mode == Mode::InPerson || (need.kind == NeedKind::VideoCall && hosted);
    if needs.iter().any(|need| face_to_face(need)) && !in_reach(policy, child, unit) {
        return false;
    }
    Season::ALL.into_iter().filter(|season| touches(instance, policy, *season)).all(|season| {
        let due: Vec<(WeekMask, u32)> = needs
            .iter()
            .filter(|need| policy.need(need.kind).seasons.contains(&season))
            .map(|need| (common(child, unit, need, season), u32::from(need.minutes_per_week)))
            .collect();
        fit(&due)
    })
}

/// Whether some day of the period lies in the season.
fn touches(instance: &Instance, policy: &Policy, season: Season) -> bool {
    let period = instance.dates.period;
    let mut day = period.first;
    while day <= period.last {
        if policy.calendar.season_of(day) == season {
            return true;
        }
        day = day.tomorrow().unwrap();
    }
    false
}

fn common(child: &Child, unit: &Volunteer, need: &Need, season: Season) -> WeekMask {
    let both = child.availability.week(season).and(&unit.availability.week(season));
    if need.kind != NeedKind::VideoCall {
        return both;
    }
    // A parent east of China is ahead: the same instant is earlier on the child's clock.
    let ahead = (child.parents.utc_offset_min - 480) / 30;
    let mut parent = WeekMask::EMPTY;
    for slot in child.parents.availability.week(season).half_hours() {
        parent.insert((slot as i32 - ahead).rem_euclid(336) as usize);
    }
    both.and(&parent)
}

/// At most two needs: what each lacks outside the shared half-hours must fit into them.
fn fit(needs: &[(WeekMask, u32)]) -> bool {
    match needs {
        [] => true,
        [(window, minutes)] => window.minutes() >= *minutes,
        [(one, asked_one), (other, asked_other)] => {
            let shared = one.and(other).minutes();
            let lacks_one = asked_one.saturating_sub(one.minutes() - shared);
            let lacks_other = asked_other.saturating_sub(other.minutes() - shared);
            lacks_one + lacks_other <= shared
        }
        _ => panic!("the county has at most two required needs"),
    }
}

fn in_reach(policy: &Policy, child: &Child, unit: &Volunteer) -> bool {
    let km = kilometers(unit.place.location, child.place.location);
    let minutes = (km * policy.travel.detour / policy.travel.speed_kmh * 60.0).ceil() as u32;
    let own = match unit.reach {
        Reach::Kilometers(most) => km <= most,
        Reach::Minutes(most) => minutes <= most,
        Reach::Default => km <= policy.travel.default_reach_km,
    };
    own && minutes <= policy.travel.max_travel_min
}

/// Haversine on the sphere of mean radius.
fn kilometers(from: Location, to: Location) -> f64 {
    let half = |a: f64, b: f64| ((b - a).to_radians() / 2.0).sin().powi(2);
    let latitudes = from.latitude_deg().to_radians().cos() * to.latitude_deg().to_radians().cos();
    let chord = half(from.latitude_deg(), to.latitude_deg())
        + latitudes * half(from.longitude_deg(), to.longitude_deg());
    2.0 * 6371.0088 * chord.sqrt().asin()
}
