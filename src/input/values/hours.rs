//! Weekly hours as people write them: `周一、周三 16:00-18:00；周六上午；学校：周一至周四 17:00-18:00`.
//!
//! In: the text of a cell. Out: a [`WeekMask`] for each site. Stretches are parted by `；`; inside one, days come
//! before times, and a time holds for all days since the last time. A day without a time is the whole day
//! (08:00-20:00); a time without a day is refused, because it could mean any. Only half-hours wholly inside a
//! stretch count. Cost: one pass over the text.

mod tokens;

use super::{Text, ValueProblem};
use crate::model::{Site, WeekMask};
use tokens::{Token, tokens_of};

/// Minutes of a day.
const DAY_MIN: u32 = 1440;
/// A stretch that ends "before it starts" runs past midnight; one longer than this is taken for a slip of the pen.
const LONGEST_NIGHT_MIN: u32 = 720;
/// 全天, also meant by a day without a time.
const WHOLE_DAY: (u32, u32) = (8 * 60, 20 * 60);

/// Reads hours without regard to sites, as volunteers, parents and the policy give them.
///
/// # Errors
/// Where a piece is not understood, or would hold no whole half-hour.
///
/// # Example
/// ```
/// use jiedui::input::values::hours::parse_week;
/// assert_eq!(parse_week("周一、周三 16:00-18:00；周六上午").unwrap().minutes(), 8 * 60);
/// ```
pub fn parse_week(text: &str) -> Result<WeekMask, ValueProblem> {
    let sites = parse_hours(text)?;
    Ok(sites.iter().fold(WeekMask::EMPTY, |week, (_, hours)| week.or(hours)))
}

/// Reads hours by site, each site once, in the order of [`Site::ALL`]. No prefix means home; 无 means no time.
///
/// # Errors
/// Where a piece is not understood, or would hold no whole half-hour.
pub fn parse_hours(text: &str) -> Result<Vec<(Site, WeekMask)>, ValueProblem> {
    let text = canonical(text);
    let mut weeks: [Option<WeekMask>; Site::ALL.len()] = [None; Site::ALL.len()];
    for segment in text.split(';').map(str::trim).filter(|segment| !segment.is_empty()) {
        let (site, rest) = split_site(segment);
        let week = parse_segment(rest).map_err(|problem| problem.at(segment))?;
        let place = Site::ALL.iter().position(|known| *known == site).unwrap_or_default();
        weeks[place] = Some(weeks[place].unwrap_or_default().or(&week));
    }
    let read: Vec<_> =
        Site::ALL.into_iter().zip(weeks).filter_map(|(site, week)| Some((site, week?))).collect();
    if read.is_empty() { Err(not_understood()) } else { Ok(read) }
}

/// One dash, one comma, one semicolon, ASCII digits, small letters.
fn canonical(text: &str) -> String {
    super::half_width(text)
        .chars()
        .map(|c| match c {
            '至' | '到' | '~' | '—' | '–' | '―' | '‑' | '‒' | '−' => '-',
            '、' | '/' | '&' | '和' | '及' | '与' => ',',
            '。' | '\n' | '\r' => ';',
            '\t' => ' ',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// Takes a leading `学校:` off; Chinese names, English codes and the usual shorter words.
fn split_site(segment: &str) -> (Site, &str) {
    const SHORT: [(&str, Site); 8] = [
        ("家", Site::Home),
        ("家里", Site::Home),
        ("在家", Site::Home),
        ("在校", Site::School),
        ("社区", Site::CommunitySite),
        ("儿童之家", Site::CommunitySite),
        ("文明实践所", Site::CommunitySite),
        ("父母处", Site::ParentsCity),
    ];
    let Some((head, rest)) = segment.split_once(':') else { return (Site::Home, segment) };
    let head = head.trim();
    let named = Site::ALL.into_iter().find(|site| head == site.names().0 || head == site.names().1);
    let short = SHORT.iter().find(|(word, _)| head == *word).map(|(_, site)| *site);
    match named.or(short) {
        Some(site) => (site, rest.trim()),
        None => (Site::Home, segment),
    }
}

/// Days and times of one segment.
fn parse_segment(segment: &str) -> Result<WeekMask, ValueProblem> {
    if matches!(segment, "无" | "没有" | "无时间" | "没空" | "none" | "never") {
        return Ok(WeekMask::EMPTY);
    }
    if matches!(segment, "不限" | "随时" | "均可" | "都可以" | "任意时间" | "any" | "any time") {
        return parse_segment("每天全天");
    }
    let tokens = tokens_of(segment).ok_or_else(not_understood)?;
    let mut reader = Reader { tokens: &tokens, next: 0 };
    let mut week = WeekMask::EMPTY;
    while reader.next < tokens.len() {
        let days = reader.days()?;
        if reader.next == tokens.len() || matches!(reader.tokens[reader.next], Token::Days(_)) {
            add(&mut week, days, WHOLE_DAY);
            continue;
        }
        while let Some(stretch) = reader.stretch()? {
            add(&mut week, days, stretch);
        }
    }
    Ok(week)
}

fn add(week: &mut WeekMask, days: [bool; 7], (start_min, end_min): (u32, u32)) {
    for (day, _) in days.iter().enumerate().filter(|(_, wanted)| **wanted) {
        week.insert_stretch(day, start_min, end_min);
    }
}

/// Walks over the tokens of one segment.
struct Reader<'a> {
    tokens: &'a [Token],
    next: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.next).copied()
    }

    fn skip_commas(&mut self) {
        while self.peek() == Some(Token::Comma) {
            self.next += 1;
        }
    }

    /// One or more day words, lists and ranges (周一-周五, also round the week: 周六-周一).
    fn days(&mut self) -> Result<[bool; 7], ValueProblem> {
        let mut days = [false; 7];
        let mut found = false;
        self.skip_commas();
        while let Some(Token::Days(set)) = self.peek() {
            self.next += 1;
            found = true;
            let range_end = match (self.peek(), self.tokens.get(self.next + 1)) {
                (Some(Token::Dash), Some(Token::Days(end))) => Some(*end),
                _ => None,
            };
            if let Some(end) = range_end {
                self.next += 2;
                let (first, last) = single(set).zip(single(end)).ok_or_else(not_understood)?;
                let length = (last + 7 - first) % 7;
                (0..=length).for_each(|step| days[(first + step) % 7] = true);
            } else {
                (0..7).for_each(|day| days[day] |= set >> day & 1 == 1);
            }
            self.skip_commas();
        }
        if found { Ok(days) } else { Err(no_day()) }
    }

    /// The next stretch of time in minutes from midnight, if one comes before the next day word.
    fn stretch(&mut self) -> Result<Option<(u32, u32)>, ValueProblem> {
        self.skip_commas();
        match self.peek() {
            None | Some(Token::Days(_)) => Ok(None),
            Some(Token::Part(part)) => {
                self.next += 1;
                if let Some(Token::Clock { .. }) = self.peek() {
                    return self.clock_stretch(Some(part)).map(Some);
                }
                part.stretch().map(Some).ok_or_else(not_understood)
            }
            Some(Token::Clock { .. }) => self.clock_stretch(None).map(Some),
            Some(_) => Err(not_understood()),
        }
    }

    /// `16:00-18:00`, `下午2:00-4:00`, `22:00-次日01:00`, `4 pm - 6 pm`.
    fn clock_stretch(&mut self, part: Option<tokens::Part>) -> Result<(u32, u32), ValueProblem> {
        let mut start = self.clock()?;
        if self.peek() != Some(Token::Dash) {
            return Err(no_end());
        }
        self.next += 1;
        let next_day = self.peek() == Some(Token::NextDay);
        self.next += usize::from(next_day);
        let mut end_part = None;
        if let Some(Token::Part(own)) = self.peek() {
            self.next += 1;
            end_part = Some(own);
        }
        let mut end = self.clock()?;
        // "下午2:00-4:00" names the half of the day once; "4-6 pm" as well, at the end.
        if part.is_none() && !start.settled && end.settled && end_part.is_none() && start.minutes <= 720 {
            let shifted = start.minutes % 720 + end.minutes / 720 * 720;
            start.minutes = if shifted < end.minutes { shifted } else { start.minutes };
        }
        if let Some(part) = part {
            start.minutes = part.on_the_clock(start.minutes);
        }
        if let Some(part) = end_part.or(if next_day { None } else { part }) {
            end.minutes = part.on_the_clock(end.minutes);
        }
        checked_stretch(start.minutes, end.minutes, next_day)
    }

    fn clock(&mut self) -> Result<Clock, ValueProblem> {
        let Some(Token::Clock { minutes, settled }) = self.peek() else { return Err(no_end()) };
        self.next += 1;
        Ok(Clock { minutes, settled })
    }
}

/// A time of day; `settled` where am or pm was written.
struct Clock {
    minutes: u32,
    settled: bool,
}

/// Refuses stretches that are no time at all, longer than a day, or look like a slip of the pen.
fn checked_stretch(start_min: u32, end_min: u32, next_day: bool) -> Result<(u32, u32), ValueProblem> {
    let wraps = end_min <= start_min;
    if start_min >= DAY_MIN || end_min > DAY_MIN || start_min == end_min {
        return Err(impossible_time());
    }
    if (next_day && !wraps) || (wraps && !next_day && end_min + DAY_MIN - start_min > LONGEST_NIGHT_MIN) {
        return Err(ValueProblem::new(
            Text::fixed("结束时间早于开始时间", "the stretch ends before it starts"),
            Text::fixed(
                "核对起止时间；跨夜请写“22:00-次日01:00”",
                "check both times; past midnight write 22:00-次日01:00",
            ),
        ));
    }
    let end_within = if wraps { end_min + DAY_MIN } else { end_min };
    if start_min.div_ceil(30) >= end_within / 30 {
        return Err(ValueProblem::new(
            Text::fixed("时段不足完整的半小时", "the stretch holds no whole half-hour"),
            Text::fixed(
                "按整点或半点写，至少半小时，如 16:00-16:30",
                "write full or half hours, at least one half-hour, such as 16:00-16:30",
            ),
        ));
    }
    Ok((start_min, end_min))
}

/// The day of a set that holds exactly one.
fn single(set: u8) -> Option<usize> {
    set.is_power_of_two().then(|| set.trailing_zeros() as usize)
}

const EXAMPLE_ZH: &str = "如“周一、周三 16:00-18:00；周六上午”，没有时间写“无”";
const EXAMPLE_EN: &str = "for example \"Mon, Wed 16:00-18:00; Sat morning\", or 无 for no time at all";

fn not_understood() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("时段读不懂", "these hours cannot be read"),
        Text::composed(
            format!("写明周几和起止时间，{EXAMPLE_ZH}"),
            format!("name days and times, {EXAMPLE_EN}"),
        ),
    )
}

fn no_day() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("只有时间，没有周几", "a time without a day"),
        Text::fixed(
            "在前面写上周几或“每天”，如“每天 16:00-18:00”",
            "put the days first, such as 每天 16:00-18:00",
        ),
    )
}

fn no_end() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("时间缺起点或终点", "a time lacks its start or end"),
        Text::fixed("写起止两个时间，如“周一 16:00-18:00”", "write start and end, such as 周一 16:00-18:00"),
    )
}

fn impossible_time() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("没有这样的时间", "there is no such time of day"),
        Text::fixed(
            "按24小时制写 00:00 至 24:00，起止不相同",
            "write 00:00 to 24:00, start and end different",
        ),
    )
}
