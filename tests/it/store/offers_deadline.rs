//! Until when an offer may be answered, against a clock that is looked at every quarter of an hour.

use jiedui::model::season::{Period, Season, SeasonCalendar, SeasonSpan};
use jiedui::store::offers::deadline_ms;
use jiedui::store::people::china_day;
use jiff::civil::date;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

const QUARTER_MS: i64 = 900_000;
/// 2027-01-30 00:00 in China.
const BEGIN_MS: i64 = 1_801_238_400_000;

fn calendar(first: i8, days: i8) -> SeasonCalendar {
    let span = |season, first, last| SeasonSpan { season, days: Period::new(first, last).unwrap() };
    let festival = date(2027, 2, first);
    let over = festival.checked_add(jiff::Span::new().days(i64::from(days) - 1)).unwrap();
    SeasonCalendar {
        spans: vec![
            span(Season::WinterHoliday, date(2027, 1, 20), date(2027, 1, 31)),
            span(Season::SpringFestival, festival, over),
            span(Season::SpringFestival, date(2028, 1, 20), date(2028, 2, 3)),
        ],
    }
}

#[test]
fn the_first_moment_is_the_one_that_is_meant() {
    assert_eq!(china_day(BEGIN_MS), date(2027, 1, 30));
    assert_eq!(china_day(BEGIN_MS - 1), date(2027, 1, 29));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn hours_of_the_spring_festival_do_not_count(
        quarters in 0..3_000_i64,
        hours in 1..400_u32,
        first in 1..20_i8,
        days in 1..20_i8
    ) {
        let (now_ms, calendar) = (BEGIN_MS + quarters * QUARTER_MS, calendar(first, days));
        let (mut at_ms, mut left) = (now_ms, i64::from(hours) * 4);
        while left > 0 {
            if calendar.season_of(china_day(at_ms)) != Season::SpringFestival {
                left -= 1;
            }
            at_ms += QUARTER_MS;
        }
        prop_assert_eq!(deadline_ms(now_ms, hours, &calendar), at_ms);
    }
}
