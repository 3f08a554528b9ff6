//! The fewest half-hours more of the week with which a group and a volunteer could meet.
//!
//! A change of hours is one stretch, without a gap, within one part (morning, afternoon, evening) of one day of the
//! week, on one side: the volunteer's, or the children's, who can then be met at home. Its amount is the number of
//! its half-hours at which she is not free, or some child is not at home, already in every season served. There are
//! 21 parts of 8 or 12 half-hours, 1344 stretches in all; each of smaller amount than the best is tried on each
//! volunteer by [`meeting_at`], unless a count shows that it cannot do: where the windows of the required needs are
//! short of d half-hours with every site open to her, d half-hours of the stretch must lie in the windows of the
//! one side and in the free time of the other. So no stretch of smaller amount opens anybody.

use crate::candidates::Prepared;
use crate::candidates::meeting::{Sites, Ways, meeting_at, window};
use crate::candidates::prepared::{ChildHours, child_hours};
use crate::candidates::year::Year;
use crate::model::availability::{Site, WeekMask};
use crate::model::{Need, Season};

use super::relaxation::{Stretch, with_week};

/// The least stretch on a volunteer's side, and the volunteers whom it opens.
pub(super) fn of_volunteers(
    prepared: &Prepared<'_>,
    children: &[u32],
    volunteers: &[u32],
) -> Option<(Stretch, Vec<u32>)> {
    let pairs = shortages(prepared, children, volunteers);
    let stretches: Vec<(Stretch, WeekMask)> =
        Stretch::all().into_iter().map(|stretch| (stretch, stretch.week())).collect();
    let mut best: Option<Stretch> = None;
    for pair in &pairs {
        let below = |best: Option<Stretch>| best.map_or(u32::MAX, |best| best.new_half_hours);
        if pair.missing >= below(best) {
            break;
        }
        // Where all the week would not do, no stretch of it will.
        if count(&pair.window) < pair.missing + count(&pair.window.and(&pair.free)) {
            continue;
        }
        let free = &prepared.volunteers[pair.volunteer as usize].hours;
        let always = served(prepared, free.as_slice());
        for (stretch, week) in &stretches {
            let new = count(week) - count(&week.and(&always));
            if new == 0 || new >= below(best) || count(&week.and(&pair.window)) < pair.missing {
                continue;
            }
            if opens_volunteer(prepared, children, pair.volunteer, week) {
                best = Some(Stretch { new_half_hours: new, ..*stretch });
            }
        }
    }
    let best = best?;
    let week = best.week();
    let new = |volunteer: u32| {
        let always = served(prepared, prepared.volunteers[volunteer as usize].hours.as_slice());
        count(&week) - count(&week.and(&always))
    };
    let opened = volunteers.iter().copied().filter(|volunteer| {
        new(*volunteer) == best.new_half_hours && opens_volunteer(prepared, children, *volunteer, &week)
    });
    Some((best, opened.collect()))
}

/// The least stretch on the children's side, and the volunteers whom it opens.
pub(super) fn of_children(
    prepared: &Prepared<'_>,
    children: &[u32],
    volunteers: &[u32],
) -> Option<(Stretch, Vec<u32>)> {
    let pairs = shortages(prepared, children, volunteers);
    let at_home: Vec<[ChildHours; 4]> =
        children.iter().map(|child| hours_if_always_home(prepared, *child)).collect();
    let always = children.iter().fold(None, |always: Option<WeekMask>, child| {
        let hours = &prepared.child_of(*child).availability;
        let own = served(prepared, &Season::ALL.map(|season| hours.week_at(season, Site::Home)));
        Some(always.map_or(own, |always| always.and(&own)))
    })?;
    let mut stretches: Vec<Stretch> = Stretch::all();
    for stretch in &mut stretches {
        let week = stretch.week();
        stretch.new_half_hours = count(&week) - count(&week.and(&always));
    }
    stretches.retain(|stretch| stretch.new_half_hours > 0);
    stretches.sort_by_key(|stretch| stretch.new_half_hours);
    let opens = |stretch: &Stretch, volunteer: u32| {
        opens_children(prepared, children, &at_home, volunteer, &stretch.week())
    };
    let best = stretches.iter().find(|stretch| {
        let week = stretch.week();
        let able = pairs.iter().take_while(|pair| pair.missing <= stretch.new_half_hours);
        able.filter(|pair| count(&week.and(&pair.free)) >= pair.missing)
            .any(|pair| opens(stretch, pair.volunteer))
    })?;
    let opened = volunteers.iter().copied().filter(|volunteer| opens(best, *volunteer));
    Some((*best, opened.collect()))
}

/// What a pair lacks at least.
struct Shortage {
    volunteer: u32,
    /// Half-hours, in the season and for the child where most are missing.
    missing: u32,
    /// The union of the windows of that child's required needs, all sites open.
    window: WeekMask,
    /// Her free time in that season.
    free: WeekMask,
}

/// The volunteers by how much they lack at least, the least first.
fn shortages(prepared: &Prepared<'_>, children: &[u32], volunteers: &[u32]) -> Vec<Shortage> {
    let both = Sites { home: true, school: true };
    let mut windows: Vec<(Season, WeekMask, u32)> = Vec::new();
    for child in children.iter().copied() {
        let person = prepared.child_of(child);
        for season in prepared.seasons.iter().copied() {
            let hours = &prepared.children[child as usize].hours[season.index()];
            let needs = prepared.children[child as usize].required.iter().map(|need| &person.needs[*need]);
            let due: Vec<&Need> = needs.filter(|need| prepared.applying.has(need.kind, season)).collect();
            let all = due.iter().map(|need| window(need, person.call_device, hours, both));
            let asked = due.iter().map(|need| u32::from(need.minutes_per_week).div_ceil(30)).sum();
            windows.push((season, all.fold(WeekMask::EMPTY, |all, one| all.or(&one)), asked));
        }
    }
    let of = |volunteer: &u32| {
        let free = &prepared.volunteers[*volunteer as usize].hours;
        let missing = windows.iter().map(|(season, window, asked)| {
            let free = free[season.index()];
            let missing = asked.saturating_sub(count(&window.and(&free)));
            Shortage { volunteer: *volunteer, missing, window: *window, free }
        });
        // Where no union is short, a subset of the needs or the sites in reach are: then nothing is known of how
        // much.
        missing.reduce(|most, next| if next.missing > most.missing { next } else { most })
    };
    let mut pairs: Vec<Shortage> = volunteers.iter().filter_map(of).collect();
    pairs.sort_by_key(|pair| pair.missing);
    pairs
}

/// The half-hours at which somebody is free in every season served.
fn served(prepared: &Prepared<'_>, weeks: &[WeekMask]) -> WeekMask {
    let seasons = prepared.seasons.iter().map(|season| weeks[season.index()]);
    seasons.reduce(|all, one| all.and(&one)).unwrap_or_default()
}

fn count(week: &WeekMask) -> u32 {
    week.minutes() / 30
}

fn opens_volunteer(prepared: &Prepared<'_>, children: &[u32], volunteer: u32, week: &WeekMask) -> bool {
    let free = Year::of(prepared.volunteers[volunteer as usize].hours.each_ref().map(|own| own.or(week)));
    children.iter().all(|child| {
        let person = &prepared.children[*child as usize];
        let ways = || Ways::of(prepared, *child, volunteer);
        meeting_at(prepared, *child, &person.required, ways, (&person.hours, &free)).is_ok()
    })
}

fn opens_children(
    prepared: &Prepared<'_>,
    children: &[u32],
    at_home: &[[ChildHours; 4]],
    volunteer: u32,
    week: &WeekMask,
) -> bool {
    let free = &prepared.volunteers[volunteer as usize].hours;
    children.iter().zip(at_home).all(|(child, always)| {
        let person = &prepared.children[*child as usize];
        let hours =
            Year::of(std::array::from_fn(|season| widened(&person.hours[season], &always[season], week)));
        let ways = || Ways::of(prepared, *child, volunteer);
        meeting_at(prepared, *child, &person.required, ways, (&hours, free)).is_ok()
    })
}

/// A child's hours, were it at home all week.
fn hours_if_always_home(prepared: &Prepared<'_>, child: u32) -> [ChildHours; 4] {
    let mut person = prepared.child_of(child).clone();
    person.availability = with_week(&person.availability, WeekMask::full());
    Season::ALL.map(|season| child_hours(&person, season))
}

/// Hours with a stretch more at home: every window is a union over the hours at each site, each cut by the parents'
/// hours or not, so what the stretch adds to it is what being home all week would add, within the stretch.
fn widened(hours: &ChildHours, always: &ChildHours, week: &WeekMask) -> ChildHours {
    let more = |own: &WeekMask, all: &WeekMask| own.or(&all.and(week));
    ChildHours {
        anywhere: more(&hours.anywhere, &always.anywhere),
        home: more(&hours.home, &always.home),
        school: hours.school,
        call: more(&hours.call, &always.call),
        hosted_call_home: more(&hours.hosted_call_home, &always.hosted_call_home),
        hosted_call_school: hours.hosted_call_school,
    }
}
