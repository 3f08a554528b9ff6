//! Weekly hours as 336 half-hours in a bit set.

use std::sync::Arc;

use super::season::Season;

/// Half-hours of a week.
pub const HALF_HOURS: usize = 7 * 48;

/// The half-hours of a week, Monday 00:00 first. Intersection is AND, common time is a popcount.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WeekMask([u64; 6]);

impl WeekMask {
    /// No time at all.
    pub const EMPTY: Self = Self([0; 6]);

    /// Every half-hour of the week.
    pub fn full() -> Self {
        let mut week = Self::EMPTY;
        (0..HALF_HOURS).for_each(|slot| week.insert(slot));
        week
    }

    /// Adds one half-hour.
    ///
    /// # Panics
    /// Where `half_hour` is not below [`HALF_HOURS`].
    pub fn insert(&mut self, half_hour: usize) {
        assert!(half_hour < HALF_HOURS, "a week has {HALF_HOURS} half-hours");
        self.0[half_hour / 64] |= 1 << (half_hour % 64);
    }

    /// Whether the half-hour is in the set.
    pub fn contains(&self, half_hour: usize) -> bool {
        half_hour < HALF_HOURS && self.0[half_hour / 64] >> (half_hour % 64) & 1 == 1
    }

    /// Adds a stretch of one day (0 = Monday) from minute to minute; only half-hours wholly inside count.
    /// A stretch that ends at or before its start runs past midnight into the next day, Sunday into Monday.
    ///
    /// # Units
    /// Minutes from midnight, 0 to 1440.
    pub fn insert_stretch(&mut self, day: usize, start_min: u32, end_min: u32) {
        let end_min = if end_min <= start_min { end_min + 1440 } else { end_min };
        let first = start_min.div_ceil(30) as usize;
        let last = (end_min / 30) as usize;
        for slot in first..last {
            self.insert((day * 48 + slot) % HALF_HOURS);
        }
    }

    /// Half-hours in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// Half-hours in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    /// Total length in minutes.
    pub fn minutes(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum::<u32>() * 30
    }

    /// Whether no half-hour is set.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 6]
    }

    /// The same instants read on another clock: every half-hour moved later by `half_hours`, round the week.
    /// A parent at UTC+9 who is free at 20:00 is free at 19:00 in China: `rotated(-2)`.
    #[must_use]
    pub fn rotated(&self, half_hours: i32) -> Self {
        let shift = half_hours.rem_euclid(HALF_HOURS as i32) as usize;
        if shift == 0 {
            return *self;
        }
        let mut turned = Self::EMPTY;
        self.half_hours().for_each(|slot| turned.insert((slot + shift) % HALF_HOURS));
        turned
    }

    /// The half-hours that are set, in order.
    pub fn half_hours(&self) -> impl Iterator<Item = usize> + '_ {
        (0..).step_by(64).zip(self.0).flat_map(|(first, word)| {
            // Takes the lowest bit off until none is left.
            let rest = std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)));
            rest.take_while(|rest| *rest != 0).map(move |rest| first + rest.trailing_zeros() as usize)
        })
    }

    /// The days (0 = Monday) on which some half-hour is set.
    pub fn days(&self) -> impl Iterator<Item = usize> + '_ {
        (0..7).filter(|day| (day * 48..day * 48 + 48).any(|slot| self.contains(slot)))
    }
}

impl std::fmt::Debug for WeekMask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WeekMask({} min)", self.minutes())
    }
}

/// Where somebody is, or may be met, during the hours of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// At home 家中.
    Home,
    /// At the (boarding) school 学校.
    School,
    /// In the city where the parents work 父母所在城市: can be called, not visited.
    ParentsCity,
    /// A community site 社区场所: 儿童之家, 文明实践所.
    CommunitySite,
}

impl Site {
    /// Every site.
    pub const ALL: [Self; 4] = [Self::Home, Self::School, Self::ParentsCity, Self::CommunitySite];

    /// Chinese and English name.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Home => ("家中", "home"),
            Self::School => ("学校", "school"),
            Self::ParentsCity => ("父母所在城市", "parents_city"),
            Self::CommunitySite => ("社区场所", "community_site"),
        }
    }
}

/// Hours that hold in one season (or in all), at one site.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AvailabilityRow {
    /// The season it speaks of; `None` for every season that has no row of its own.
    pub season: Option<Season>,
    /// Where.
    pub site: Site,
    /// When.
    pub week: WeekMask,
}

/// Somebody's weekly hours by season and site.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Availability {
    /// The rows as given, or as assumed. People with the same hours share them.
    pub rows: Arc<[AvailabilityRow]>,
    /// True where the sheet was blank and the policy's default hours stand in.
    pub assumed: bool,
}

impl Availability {
    /// The rows that hold in a season: its own rows, else the rows for every season.
    pub fn rows_in(&self, season: Season) -> impl Iterator<Item = &AvailabilityRow> {
        let own = self.rows.iter().any(|row| row.season == Some(season));
        let wanted = own.then_some(season);
        self.rows.iter().filter(move |row| row.season == wanted)
    }

    /// All hours of a season, wherever they are spent.
    pub fn week(&self, season: Season) -> WeekMask {
        self.rows_in(season).fold(WeekMask::EMPTY, |week, row| week.or(&row.week))
    }

    /// The hours of a season at one site.
    pub fn week_at(&self, season: Season, site: Site) -> WeekMask {
        self.rows_in(season)
            .filter(|row| row.site == site)
            .fold(WeekMask::EMPTY, |week, row| week.or(&row.week))
    }
}
