//! The year as families live it: term, winter holiday, Spring Festival, summer holiday.

use jiff::civil::Date;

/// A part of the year in which hours, places and needs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Season {
    /// School term 学期: many children board on weekdays.
    Term,
    /// Winter holiday 寒假.
    WinterHoliday,
    /// Spring Festival 春节: parents are home, calls pause.
    SpringFestival,
    /// Summer holiday 暑假: some children visit their parents' city.
    SummerHoliday,
}

impl Season {
    /// Every season, in the order of the year.
    pub const ALL: [Self; 4] = [Self::Term, Self::WinterHoliday, Self::SpringFestival, Self::SummerHoliday];

    /// Chinese and English name.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Term => ("学期", "term"),
            Self::WinterHoliday => ("寒假", "winter_holiday"),
            Self::SpringFestival => ("春节", "spring_festival"),
            Self::SummerHoliday => ("暑假", "summer_holiday"),
        }
    }

    /// Position in [`Season::ALL`], for tables by season.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Days from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day, not before the first.
    pub last: Date,
}

impl Period {
    /// A period; `None` where it would end before it begins.
    pub fn new(first: Date, last: Date) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// Whether the day lies inside.
    pub fn contains(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// One dated stretch of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeasonSpan {
    /// What the stretch is.
    pub season: Season,
    /// Its days.
    pub days: Period,
}

/// The dated calendar of a policy. Days that no span names are term.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SeasonCalendar {
    /// Stretches, in order of their first day, without overlap.
    pub spans: Vec<SeasonSpan>,
}

impl SeasonCalendar {
    /// The season of one day.
    pub fn season_of(&self, day: Date) -> Season {
        self.spans.iter().find(|span| span.days.contains(day)).map_or(Season::Term, |span| span.season)
    }

    /// The seasons that a period touches, in the order of [`Season::ALL`].
    pub fn seasons_in(&self, period: Period) -> Vec<Season> {
        let mut touched = [false; 4];
        let mut day = period.first;
        while day <= period.last {
            let span = self.spans.iter().find(|span| span.days.contains(day));
            touched[span.map_or(Season::Term, |span| span.season).index()] = true;
            let Ok(next) = span.map_or(day, |span| span.days.last).tomorrow() else { break };
            day = next;
        }
        Season::ALL.into_iter().filter(|season| touched[season.index()]).collect()
    }
}
