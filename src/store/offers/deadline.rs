//! Until when an offer may be answered: so many hours from now, of which those of the Spring Festival do not count.
//!
//! In: a moment, hours, the policy's dated calendar; days are those of China. Out: a moment. The festival stops the clock; an
//! offer made in it begins to count when it is over.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::model::season::{Season, SeasonCalendar};
use crate::store::people::china_day;

const HOUR_MS: i64 = 3_600_000;

/// When a day begins in China, milliseconds.
fn begins_ms(day: Date) -> Option<i64> {
    Offset::constant(8).to_timestamp(day.at(0, 0, 0, 0)).ok().map(Timestamp::as_millisecond)
}

/// The moment at which an offer made now is over.
///
/// # Complexity
/// Linear in the stretches of the calendar.
pub fn deadline_ms(now_ms: i64, hours: u32, calendar: &SeasonCalendar) -> i64 {
    let (mut at_ms, mut left_ms) = (now_ms, i64::from(hours) * HOUR_MS);
    let mut festivals: Vec<(i64, i64)> = calendar
        .spans
        .iter()
        .filter(|span| span.season == Season::SpringFestival && span.days.last >= china_day(now_ms))
        .filter_map(|span| Some((begins_ms(span.days.first)?, begins_ms(span.days.last.tomorrow().ok()?)?)))
        .collect();
    festivals.sort_unstable();
    for (first_ms, after_ms) in festivals {
        let before_ms = (first_ms - at_ms).max(0);
        if left_ms <= before_ms {
            break;
        }
        left_ms -= before_ms;
        at_ms = at_ms.max(after_ms);
    }
    at_ms + left_ms
}
