//! A parent's clock: `UTC+9`, `东九区`, a city, or an IANA name; out come minutes east of Greenwich.
//!
//! Names are looked up in the zone table that is compiled in, on the day of the run, so that summer time counts
//! and every machine reads the same.

use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;

use super::{Text, ValueProblem, half_width};

/// Places where parents work, and what the zone table calls them.
const PLACES: [(&str, &str); 22] = [
    ("东京", "Asia/Tokyo"),
    ("日本", "Asia/Tokyo"),
    ("首尔", "Asia/Seoul"),
    ("韩国", "Asia/Seoul"),
    ("新加坡", "Asia/Singapore"),
    ("吉隆坡", "Asia/Kuala_Lumpur"),
    ("曼谷", "Asia/Bangkok"),
    ("河内", "Asia/Ho_Chi_Minh"),
    ("金边", "Asia/Phnom_Penh"),
    ("仰光", "Asia/Yangon"),
    ("雅加达", "Asia/Jakarta"),
    ("迪拜", "Asia/Dubai"),
    ("香港", "Asia/Hong_Kong"),
    ("澳门", "Asia/Macau"),
    ("台北", "Asia/Taipei"),
    ("莫斯科", "Europe/Moscow"),
    ("巴黎", "Europe/Paris"),
    ("罗马", "Europe/Rome"),
    ("马德里", "Europe/Madrid"),
    ("伦敦", "Europe/London"),
    ("纽约", "America/New_York"),
    ("悉尼", "Australia/Sydney"),
];

/// Reads a clock as minutes east of Greenwich on a day; whole half-hours only, as weeks are made of them.
///
/// # Errors
/// Where the name or offset is unknown.
///
/// # Example
/// ```
/// use jiedui::input::values::time_zones::parse_time_zone;
/// let day = jiff::civil::date(2026, 11, 1);
/// assert_eq!(parse_time_zone("东京", day), Ok(540));
/// assert_eq!(parse_time_zone("UTC+5:30", day), Ok(330));
/// ```
pub fn parse_time_zone(text: &str, day: Date) -> Result<i32, ValueProblem> {
    let text = half_width(text);
    let name = PLACES.iter().find(|(place, _)| *place == text).map_or(text.as_str(), |(_, zone)| *zone);
    if matches!(name, "北京" | "北京时间" | "中国") {
        return Ok(480);
    }
    let minutes = match offset(name) {
        Some(minutes) => minutes,
        None => zone_offset(name, day).ok_or_else(unknown)?,
    };
    if (-720..=840).contains(&minutes) && minutes % 30 == 0 { Ok(minutes) } else { Err(unknown()) }
}

/// `UTC+9`, `GMT-3:30`, `+8`, `东八区`, `西5区`.
fn offset(text: &str) -> Option<i32> {
    let upper = text.to_ascii_uppercase();
    let (east, digits) = if let Some(zone) = upper.strip_suffix('区') {
        let (east, number) =
            zone.strip_prefix('东').map(|n| (true, n)).or(zone.strip_prefix('西').map(|n| (false, n)))?;
        (east, number.to_owned())
    } else {
        let bare = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT")).unwrap_or(&upper).trim();
        match bare.chars().next() {
            None => return (upper == "UTC" || upper == "GMT").then_some(0),
            Some('+') => (true, bare[1..].to_owned()),
            Some('-') => (false, bare[1..].to_owned()),
            Some(_) => return None,
        }
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((&digits, "0"));
    let hours = chinese_hours(hours).or_else(|| hours.parse::<u8>().ok().map(i32::from))?;
    let minutes = minutes.parse::<u8>().ok().map(i32::from).filter(|minutes| *minutes < 60)?;
    let total = hours * 60 + minutes;
    Some(if east { total } else { -total })
}

/// 一 to 十二.
fn chinese_hours(text: &str) -> Option<i32> {
    const NAMES: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    NAMES.iter().position(|name| *name == text).map(|index| index as i32 + 1)
}

fn zone_offset(name: &str, day: Date) -> Option<i32> {
    let zone = TimeZoneDatabase::bundled().get(name).ok()?;
    let noon = zone.to_timestamp(day.at(12, 0, 0, 0)).ok()?;
    Some(zone.to_offset(noon).seconds() / 60)
}

fn unknown() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("不认识的时区", "an unknown time zone"),
        Text::fixed(
            "写 UTC+9 这样的时差，或 Asia/Tokyo 这样的名称；空白即北京时间",
            "write an offset like UTC+9 or a name like Asia/Tokyo; blank is China's time",
        ),
    )
}
