//! Where and when a child and a volunteer could meet.
//!
//! In every season served each required need must find its minutes in the hours that both have. Needs share
//! the week: by Hall's theorem the minutes of a set of needs fit into half-hours if and only if for every
//! subset of needs the union of their windows is long enough. With at most a handful of required needs all
//! subsets are looked at. References: P. Hall, On Representatives of Subsets, J. London Math. Soc. 10 (1935).

use super::prepared::{ChildHours, Prepared};
use super::travel::{TravelModel, distance_km};
use super::year::{Year, deciding_seasons};
use crate::model::availability::WeekMask;
use crate::model::child::CallDevice;
use crate::model::need::{Mode, Need, NeedKind};
use crate::model::{Place, Rule};

/// Where a volunteer meets a child: both kinds of site, one, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sites {
    /// The child's home or the village's community site.
    pub home: bool,
    /// The school.
    pub school: bool,
}

/// Needs of one pair that are looked at without memory of their own.
const FEW: usize = 8;

/// One-way minutes to each site that she may and can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    /// To the child's home or the village's community site.
    pub home_min: Option<u32>,
    /// To the school.
    pub school_min: Option<u32>,
}

impl Ways {
    /// The ways of a pair, within her reach and settings.
    pub fn of(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Self {
        let (person, unit) = (prepared.child_of(child), prepared.volunteer_of(volunteer));
        let limits = &prepared.volunteers[volunteer as usize];
        let way = |to: &Place, accepted: bool| {
            if !accepted {
                return None;
            }
            let away_km = distance_km(unit.place.location, to.location);
            if away_km > limits.reach_km {
                return None;
            }
            let minutes = prepared.travel.minutes_over(unit.place.location, to.location, away_km);
            (minutes <= limits.reach_min).then_some(minutes)
        };
        let home_min = way(&person.place, limits.sites.home);
        let school_min = match &person.school {
            Some(school) => way(school, limits.sites.school),
            // The school is in the village.
            None if limits.sites.home && limits.sites.school => home_min,
            None => way(&person.place, limits.sites.school),
        };
        Self { home_min, school_min }
    }

    /// The choices of sites that can be reached, the shortest way first, with the minutes of the longest leg.
    fn choices(self) -> [Option<(u32, Sites)>; 3] {
        let both = || Some(self.home_min?.max(self.school_min?));
        let mut choices = [
            self.home_min.map(|home| (home, Sites { home: true, school: false })),
            self.school_min.map(|school| (school, Sites { home: false, school: true })),
            both().map(|both| (both, Sites { home: true, school: true })),
        ];
        choices.sort_by_key(|choice| choice.map_or(u32::MAX, |choice| choice.0));
        choices
    }

    /// Whether any site can be reached.
    pub fn any(self) -> bool {
        self.home_min.is_some() || self.school_min.is_some()
    }
}

/// How a pair could meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Minutes one way for the needs met in person, in the worst season; 0 where none is.
    pub travel_min: u32,
    /// Common minutes a week, in the worst season.
    pub common_min: u32,
}

/// Whether a need can only be met face to face.
pub fn is_in_person(need: &Need, device: CallDevice) -> bool {
    need.mode == Mode::InPerson || (need.kind == NeedKind::VideoCall && device == CallDevice::None)
}

/// Whether a need asks for a visit: face to face, in some season served.
pub fn asks_for_visit(prepared: &Prepared<'_>, need: &Need, device: CallDevice) -> bool {
    is_in_person(need, device) && prepared.seasons_of(need.kind).next().is_some()
}

/// The window in which a need can be met in a season, before the volunteer's hours are taken into account.
pub fn window(need: &Need, device: CallDevice, hours: &ChildHours, sites: Sites) -> WeekMask {
    let call = need.kind == NeedKind::VideoCall;
    if !is_in_person(need, device) {
        return if call { hours.call } else { hours.anywhere };
    }
    let (home, school) =
        if call { (hours.hosted_call_home, hours.hosted_call_school) } else { (hours.home, hours.school) };
    let pick = |mask: WeekMask, wanted: bool| if wanted { mask } else { WeekMask::EMPTY };
    pick(home, sites.home).or(&pick(school, sites.school))
}

/// Whether the needs fit side by side into their windows (Hall's condition over all subsets).
pub fn fit_together(windows: &[(WeekMask, u32)]) -> bool {
    unions(windows).all(|(union, minutes)| union.minutes() >= minutes)
}

/// The windows of every subset of the needs taken together, with the minutes that these take.
pub fn unions(windows: &[(WeekMask, u32)]) -> impl Iterator<Item = (WeekMask, u32)> {
    (1_usize..1 << windows.len()).map(|subset| {
        let chosen = windows.iter().enumerate().filter(|(position, _)| subset >> position & 1 == 1);
        chosen.fold((WeekMask::EMPTY, 0), |(union, sum), (_, (mask, min))| {
            (union.or(mask), sum + min.next_multiple_of(30))
        })
    })
}

/// The same of windows that nobody holds.
fn all_fit_together(windows: impl Iterator<Item = (WeekMask, u32)>) -> bool {
    let mut few = [(WeekMask::EMPTY, 0); FEW];
    let mut windows = windows.peekable();
    let mut count = 0;
    for (place, window) in few.iter_mut().zip(std::iter::from_fn(|| windows.next())) {
        *place = window;
        count += 1;
    }
    if windows.peek().is_none() {
        return fit_together(&few[..count]);
    }
    fit_together(&few.into_iter().chain(windows).collect::<Vec<_>>())
}

/// How a pair can meet `needs` in every season served, by the shortest ways.
///
/// # Errors
/// [`Rule::WithinReach`] where a need asks for visits and no site is in reach, [`Rule::CommonTime`] where the
/// common hours do not suffice.
///
/// # Complexity
/// O(seasons · 3 · 2^needs) word operations.
pub fn meeting(
    prepared: &Prepared<'_>,
    child: u32,
    volunteer: u32,
    needs: &[usize],
) -> Result<Meeting, Rule> {
    meeting_by(prepared, child, volunteer, needs, || Ways::of(prepared, child, volunteer))
}

/// [`meeting`] by ways that are known: those of the pair.
///
/// # Errors
/// As [`meeting`].
pub fn meeting_by(
    prepared: &Prepared<'_>,
    child: u32,
    volunteer: u32,
    needs: &[usize],
    ways: impl FnOnce() -> Ways,
) -> Result<Meeting, Rule> {
    let hours = &prepared.children[child as usize].hours;
    let free = &prepared.volunteers[volunteer as usize].hours;
    meeting_at(prepared, child, needs, ways, (hours, free))
}

/// [`meeting`] as it would be with other ways or other hours, the child's and the volunteer's; ways are asked for only
/// where a need asks for visits.
///
/// # Errors
/// As [`meeting`].
pub fn meeting_at(
    prepared: &Prepared<'_>,
    child: u32,
    needs: &[usize],
    ways: impl FnOnce() -> Ways,
    (hours, free): (&Year<ChildHours>, &Year<WeekMask>),
) -> Result<Meeting, Rule> {
    let person = prepared.child_of(child);
    let device = person.call_device;
    let in_person = needs.iter().any(|need| asks_for_visit(prepared, &person.needs[*need], device));
    let choices = if in_person {
        let ways = ways();
        if !ways.any() {
            return Err(Rule::WithinReach);
        }
        ways.choices()
    } else {
        [Some((0, Sites::default())), None, None]
    };
    let choices = || choices.iter().flatten();
    let mut found = Meeting { travel_min: 0, common_min: u32::MAX };
    let kinds = needs.iter().map(|need| person.needs[*need].kind);
    for season in deciding_seasons(prepared, kinds, hours.alike().and(free.alike())) {
        let hours = &hours[season.index()];
        let free = &free[season.index()];
        let due = || {
            let needs = needs.iter().map(|need| &person.needs[*need]);
            needs.filter(|need| prepared.applying.has(need.kind, season))
        };
        found.common_min = found.common_min.min(hours.anywhere.and(free).minutes());
        let meets_here = due().any(|need| is_in_person(need, device));
        let fits = |sites: Sites| {
            let windows = due()
                .map(|need| (window(need, device, hours, sites).and(free), u32::from(need.minutes_per_week)));
            all_fit_together(windows)
        };
        let found_fit = choices().find(|(_, sites)| fits(*sites));
        let shortest = choices().next().filter(|_| !prepared.policy.enforces(Rule::CommonTime));
        let Some((travel_min, _)) = found_fit.or(shortest) else { return Err(Rule::CommonTime) };
        if meets_here {
            found.travel_min = found.travel_min.max(*travel_min);
        }
    }
    Ok(found)
}
