//! Dates as offices write them: 2013.5.1, 2013/05/01, 2013年5月1日, 20130501, Excel's serial days.
//!
//! In: the text of a cell. Out: a [`Date`] between 1900 and 2100. A month without a day and a year of two digits
//! are refused: both could be read in several ways.

use jiff::civil::{Date, date};

use super::{Text, ValueProblem, half_width};
use crate::model::Period;

/// Day 0 of Excel's calendar, which believes in 29 February 1900; right for every day after it.
const EXCEL_DAY_ZERO: Date = date(1899, 12, 30);
/// Serial days that can be a date of this century or the last: 1927-05-18 to 2099-12-31.
const EXCEL_DAYS: std::ops::RangeInclusive<i64> = 10_000..=73_050;

/// Reads one date.
///
/// # Errors
/// Where the text is no date of the years 1900 to 2100, or only a year or month.
///
/// # Example
/// ```
/// use jiedui::input::values::dates::parse_date;
/// use jiff::civil::date;
/// assert_eq!(parse_date("2013.5.1").unwrap(), date(2013, 5, 1));
/// assert_eq!(parse_date("41395").unwrap(), date(2013, 5, 1));
/// assert!(parse_date("2013年5月").is_err());
/// ```
pub fn parse_date(text: &str) -> Result<Date, ValueProblem> {
    let text = half_width(text);
    let text = without_midnight(&text);
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_digits(text);
    }
    let mut numbers: Vec<&str> = text
        .split(['.', '/', '-', '年', '月', '日', '号', '—', '–', '、', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    if numbers.iter().any(|part| part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(no_date());
    }
    match numbers.len() {
        3 => {
            // 5/1/2013 and 1/5/2013 are the same to a reader who does not know the writer.
            if numbers[0].len() < 3 {
                return Err(year_first());
            }
            let day = numbers.remove(2);
            calendar_day(numbers[0], numbers[1], day)
        }
        1 | 2 => Err(incomplete()),
        _ => Err(no_date()),
    }
}

/// Reads `2027.1.25-2027.2.20`, `2027-01-25至2027-02-20`, or one day. A second date may leave out its year.
///
/// # Errors
/// Where either end is no date, or the end comes before the beginning.
pub fn parse_period(text: &str) -> Result<Period, ValueProblem> {
    let text = half_width(text);
    if let Ok(day) = parse_date(&text) {
        return Ok(Period { first: day, last: day });
    }
    // A dash may part the dates or their numbers: take the first cut that leaves two dates.
    let cuts = text.char_indices().filter(|(_, c)| matches!(c, '-' | '至' | '到' | '~' | '～' | '—' | '–'));
    for (cut, sign) in cuts {
        let (head, tail) = (&text[..cut], &text[cut + sign.len_utf8()..]);
        let Ok(first) = parse_date(head) else { continue };
        let tail = tail.trim_start_matches(['-', '至', '到', '~', '—', '–', ' ']);
        let last = match parse_date(tail) {
            Ok(last) => last,
            Err(problem) => match parse_date(&format!("{}年{}", first.year(), tail)) {
                Ok(last) => last,
                Err(_) => return Err(problem),
            },
        };
        return Period::new(first, last).ok_or_else(|| {
            ValueProblem::new(
                Text::fixed("结束日期早于开始日期", "the period ends before it begins"),
                Text::fixed("核对两个日期", "check both dates"),
            )
        });
    }
    Err(ValueProblem::new(
        Text::fixed("起止日期读不懂", "these dates cannot be read"),
        Text::fixed("写成“2027.1.25-2027.2.20”", "write them like 2027.1.25-2027.2.20"),
    ))
}

/// Excel shows a date as `2013-05-01 00:00:00`.
fn without_midnight(text: &str) -> &str {
    let cut = text.strip_suffix("00:00:00").or_else(|| text.strip_suffix("0:00:00")).unwrap_or(text);
    cut.trim_end().trim_end_matches('T')
}

fn from_digits(digits: &str) -> Result<Date, ValueProblem> {
    match digits.len() {
        8 => calendar_day(&digits[..4], &digits[4..6], &digits[6..]),
        5 => {
            let days: i64 = digits.parse().map_err(|_| no_date())?;
            if !EXCEL_DAYS.contains(&days) {
                return Err(no_date());
            }
            let span = jiff::Span::new().try_days(days).map_err(|_| no_date())?;
            EXCEL_DAY_ZERO.checked_add(span).map_err(|_| no_date())
        }
        4 | 6 => Err(incomplete()),
        _ => Err(no_date()),
    }
}

fn calendar_day(year: &str, month: &str, day: &str) -> Result<Date, ValueProblem> {
    if year.len() != 4 {
        return Err(year_first());
    }
    let number = |text: &str| text.parse::<i16>().map_err(|_| no_date());
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    if !(1900..=2100).contains(&year) {
        return Err(no_date());
    }
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return Err(no_such_day()) };
    Date::new(year, month, day).map_err(|_| no_such_day())
}

fn no_date() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("不是日期", "this is no date"),
        Text::fixed("写成年、月、日，如 2013-05-01", "write year, month and day, such as 2013-05-01"),
    )
}

fn incomplete() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("日期不完整，缺年、月或日", "the date lacks its year, month or day"),
        Text::fixed("补全年、月、日，如 2013-05-01", "give year, month and day, such as 2013-05-01"),
    )
}

fn year_first() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("年份不是四位，或不在最前", "the year is not four digits, or not first"),
        Text::fixed("四位年份写在最前，如 2013-05-01", "put a year of four digits first, such as 2013-05-01"),
    )
}

fn no_such_day() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("日历上没有这一天", "the calendar has no such day"),
        Text::fixed("核对月和日", "check month and day"),
    )
}
