//! What one child asks of anybody's hours, put together once: windows season by season, before the hours are known.

use super::{ANYWHERE, CHOICES, Rooms, WISHES};
use crate::candidates::meeting::{Sites, unions, window};
use crate::candidates::year::{Alike, Year, deciding_seasons};
use crate::candidates::{Prepared, Scope};
use crate::model::availability::WeekMask;
use crate::model::need::{Need, NeedKind};
use crate::model::{Rule, Season};
use crate::scoring::bound::ask::{ChildAsk, needs_of};

/// Required needs of one child whose windows are looked at together.
const DUE_TOGETHER: usize = 4;

/// What becomes of a child's needs in some hours.
pub(super) struct Time {
    /// Half-hours short of what was asked, at least.
    pub(super) short: u16,
    /// Wishes that find time, were each alone; a bit each.
    pub(super) wishes: u8,
    /// Where the required needs find room in every season.
    pub(super) rooms: Rooms,
}

/// What a child asks of the hours of one season.
struct InSeason {
    season: Season,
    anywhere: WeekMask,
    /// By [choice](CHOICES) of sites: the windows of every few required needs, with the minutes that these take together.
    required: [Vec<(WeekMask, u32)>; 3],
    /// The wishes that apply, with their windows and minutes.
    wishes: Vec<(usize, WeekMask, u32)>,
}

/// What a child asks of anybody's hours.
pub(super) struct Asked<'p> {
    prepared: &'p Prepared<'p>,
    alike: Alike,
    kinds: Vec<NeedKind>,
    /// Minutes a week of all that is asked.
    whole_min: u32,
    seasons: Vec<InSeason>,
}

impl<'p> Asked<'p> {
    /// What a child asks.
    pub(super) fn of(prepared: &'p Prepared<'p>, child: &ChildAsk, scope: &Scope) -> Self {
        let (person, own) = (prepared.child_of(child.child), &prepared.children[child.child as usize].hours);
        let due = || needs_of(prepared, child.child, scope).0.iter().map(|need| &person.needs[*need]);
        let wishes = || child.wishes.iter().take(WISHES).map(|wish| &person.needs[usize::from(wish.need)]);
        let in_season = |season: Season| {
            let hours = &own[season.index()];
            let applies = |need: &&Need| prepared.applying.has(need.kind, season);
            let free = |need: &Need, sites: Sites| window(need, person.call_device, hours, sites);
            let required = |sites: Sites| {
                let applying = due().filter(applies).take(DUE_TOGETHER);
                let windows = applying.map(|need| (free(need, sites), u32::from(need.minutes_per_week)));
                unions(&windows.collect::<Vec<_>>()).collect()
            };
            let with_window = |(at, need): (usize, &Need)| {
                (at, free(need, ANYWHERE), u32::from(need.minutes_per_week).next_multiple_of(30))
            };
            InSeason {
                season,
                anywhere: hours.anywhere,
                required: CHOICES.map(required),
                wishes: wishes().enumerate().filter(|(_, need)| applies(need)).map(with_window).collect(),
            }
        };
        Self {
            prepared,
            alike: own.alike(),
            kinds: due().chain(wishes()).map(|need| need.kind).collect(),
            whole_min: child.asked_min,
            seasons: prepared.seasons.iter().copied().map(in_season).collect(),
        }
    }

    /// What becomes of it in some hours.
    pub(super) fn in_hours(&self, hours: &Year<WeekMask>) -> Time {
        let alike = self.alike.and(hours.alike());
        let deciding = || {
            let deciding = deciding_seasons(self.prepared, self.kinds.iter().copied(), alike);
            deciding.filter_map(|season| self.seasons.iter().find(|asked| asked.season == season))
        };
        let common = |asked: &InSeason| asked.anywhere.and(&hours[asked.season.index()]).minutes();
        let common_min = deciding().map(common).min().unwrap_or(u32::MAX);
        let short = self.whole_min.saturating_sub(common_min).div_ceil(30) as u16;
        if !self.prepared.policy.enforces(Rule::CommonTime) {
            return Time { short, wishes: u8::MAX, rooms: Rooms::ALL };
        }
        let (mut wishes, mut rooms) = (u8::MAX, Rooms::ALL);
        for asked in deciding() {
            let free = &hours[asked.season.index()];
            let is_long_enough = |window: &WeekMask, minutes: u32| window.and(free).minutes() >= minutes;
            for (at, window, minutes) in &asked.wishes {
                if !is_long_enough(window, *minutes) {
                    wishes &= !(1 << at);
                }
            }
            for (sites, windows) in CHOICES.into_iter().zip(&asked.required) {
                if !windows.iter().all(|(window, minutes)| is_long_enough(window, *minutes)) {
                    rooms = rooms.without(sites);
                }
            }
        }
        Time { short, wishes, rooms }
    }
}
