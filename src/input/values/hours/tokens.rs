//! Cuts one stretch of hours into day words, parts of the day, clock times and signs.

/// A part of the day by its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Night,
    Morning,
    Noon,
    Afternoon,
    Evening,
    WholeDay,
}

impl Part {
    /// The hours meant where the word stands alone, in minutes; 凌晨 alone says too little.
    pub(super) fn stretch(self) -> Option<(u32, u32)> {
        match self {
            Self::Night => None,
            Self::Morning => Some((8 * 60, 12 * 60)),
            Self::Noon => Some((12 * 60, 14 * 60)),
            Self::Afternoon => Some((14 * 60, 18 * 60)),
            Self::Evening => Some((19 * 60, 21 * 60)),
            Self::WholeDay => Some((8 * 60, 20 * 60)),
        }
    }

    /// A time read after the word: 下午2:00 is 14:00, 中午1:00 is 13:00, 晚上12:00 is midnight.
    pub(super) fn on_the_clock(self, minutes: u32) -> u32 {
        match self {
            Self::Evening if (720..780).contains(&minutes) => minutes + 720,
            Self::Afternoon | Self::Evening if minutes < 720 => minutes + 720,
            Self::Noon if minutes < 360 => minutes + 720,
            _ => minutes,
        }
    }
}

/// A piece of a stretch of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A set of days, bit 0 = Monday.
    Days(u8),
    /// 上午, evening …
    Part(Part),
    /// Minutes from midnight; `settled` where am or pm said which half.
    Clock {
        minutes: u32,
        settled: bool,
    },
    /// 次日
    NextDay,
    Dash,
    Comma,
}

const WEEKDAYS: u8 = 0b001_1111;
const WEEKEND: u8 = 0b110_0000;
const EVERY_DAY: u8 = 0b111_1111;

/// Words and what they mean. Where one begins another, the longer stands first.
const WORDS: &[(&str, Token)] = &[
    ("工作日", Token::Days(WEEKDAYS)),
    ("平日", Token::Days(WEEKDAYS)),
    ("双休日", Token::Days(WEEKEND)),
    ("每周末", Token::Days(WEEKEND)),
    ("周末", Token::Days(WEEKEND)),
    ("每天", Token::Days(EVERY_DAY)),
    ("每日", Token::Days(EVERY_DAY)),
    ("天天", Token::Days(EVERY_DAY)),
    ("weekdays", Token::Days(WEEKDAYS)),
    ("weekends", Token::Days(WEEKEND)),
    ("weekend", Token::Days(WEEKEND)),
    ("every day", Token::Days(EVERY_DAY)),
    ("daily", Token::Days(EVERY_DAY)),
    ("monday", Token::Days(1)),
    ("mon", Token::Days(1)),
    ("tuesday", Token::Days(1 << 1)),
    ("tues", Token::Days(1 << 1)),
    ("tue", Token::Days(1 << 1)),
    ("wednesday", Token::Days(1 << 2)),
    ("wed", Token::Days(1 << 2)),
    ("thursday", Token::Days(1 << 3)),
    ("thurs", Token::Days(1 << 3)),
    ("thu", Token::Days(1 << 3)),
    ("friday", Token::Days(1 << 4)),
    ("fri", Token::Days(1 << 4)),
    ("saturday", Token::Days(1 << 5)),
    ("sat", Token::Days(1 << 5)),
    ("sunday", Token::Days(1 << 6)),
    ("sun", Token::Days(1 << 6)),
    ("次日", Token::NextDay),
    ("第二天", Token::NextDay),
    ("翌日", Token::NextDay),
    ("next day", Token::NextDay),
    ("凌晨", Token::Part(Part::Night)),
    ("上午", Token::Part(Part::Morning)),
    ("早上", Token::Part(Part::Morning)),
    ("morning", Token::Part(Part::Morning)),
    ("中午", Token::Part(Part::Noon)),
    ("noon", Token::Part(Part::Noon)),
    ("下午", Token::Part(Part::Afternoon)),
    ("afternoon", Token::Part(Part::Afternoon)),
    ("晚上", Token::Part(Part::Evening)),
    ("晚间", Token::Part(Part::Evening)),
    ("evening", Token::Part(Part::Evening)),
    ("全天", Token::Part(Part::WholeDay)),
    ("整天", Token::Part(Part::WholeDay)),
    ("all day", Token::Part(Part::WholeDay)),
    ("and", Token::Comma),
    ("to", Token::Dash),
    ("until", Token::Dash),
];

/// The tokens of a segment; `None` where something is no word of the grammar.
pub(super) fn tokens_of(segment: &str) -> Option<Vec<Token>> {
    let mut rest = segment.trim_start();
    let mut tokens: Vec<Token> = Vec::new();
    while let Some(first) = rest.chars().next() {
        let after_day = tokens.iter().rev().find(|token| **token != Token::Comma && **token != Token::Dash);
        let after_day = matches!(after_day, Some(Token::Days(_)));
        let (token, tail) = next_token(rest, first, after_day)?;
        // "——" is one dash.
        if !(token == Token::Dash && tokens.last() == Some(&Token::Dash)) {
            tokens.push(token);
        }
        rest = tail.trim_start();
    }
    Some(tokens)
}

fn next_token(rest: &str, first: char, after_day: bool) -> Option<(Token, &str)> {
    match first {
        ',' => return Some((Token::Comma, &rest[1..])),
        '-' => return Some((Token::Dash, &rest[1..])),
        '0'..='9' => return clock(rest),
        _ => {}
    }
    if let Some((word, token)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
        // "monkey" is not Monday.
        let tail = &rest[word.len()..];
        let broken = first.is_ascii_alphabetic() && tail.starts_with(|c: char| c.is_ascii_alphabetic());
        return (!broken).then_some((*token, tail));
    }
    let named = rest.strip_prefix('每').unwrap_or(rest);
    for name in ["周", "星期", "礼拜"] {
        if let Some(tail) = named.strip_prefix(name) {
            return day_set(tail, true);
        }
    }
    // 周一、三、五
    if after_day { day_set(rest, false) } else { None }
}

/// One or more day characters, `一三五` or `6`; a digit only right after 周.
fn day_set(text: &str, digits_too: bool) -> Option<(Token, &str)> {
    let mut set = 0u8;
    let mut tail = text;
    while let Some(first) = tail.chars().next() {
        let day = match first {
            '一' => 0,
            '二' => 1,
            '三' => 2,
            '四' => 3,
            '五' => 4,
            '六' => 5,
            '日' | '天' | '末' => 6,
            '1'..='7' if digits_too && set == 0 => first as u32 - '1' as u32,
            _ => break,
        };
        set |= if first == '末' { WEEKEND } else { 1 << day };
        tail = &tail[first.len_utf8()..];
        if first.is_ascii_digit() {
            break;
        }
    }
    (set != 0).then_some((Token::Days(set), tail))
}

/// `16:00`, `1600`, `16`, `4点`, `4点半`, `16时30分`, each perhaps followed by am or pm.
fn clock(text: &str) -> Option<(Token, &str)> {
    let (digits, mut tail) = leading_digits(text);
    let (hours, mut minutes) = match digits.len() {
        1 | 2 => (digits.parse::<u32>().ok()?, 0),
        4 => (digits[..2].parse::<u32>().ok()?, digits[2..].parse::<u32>().ok()?),
        _ => return None,
    };
    if let Some(after) = tail.strip_prefix(':') {
        let (digits, after) = leading_digits(after);
        minutes = if digits.len() == 2 { digits.parse().ok()? } else { return None };
        // 16:00:00, as Excel shows times.
        tail = after.strip_prefix(":00").unwrap_or(after);
    } else if let Some(after) = tail.strip_prefix(['点', '时']) {
        let after = after.strip_prefix(['整', '钟']).unwrap_or(after);
        let (digits, after_digits) = leading_digits(after);
        (minutes, tail) = match (after.strip_prefix('半'), digits.len()) {
            (Some(after), _) => (30, after),
            (None, 0) => (0, after),
            (None, 2) => (digits.parse().ok()?, after_digits.strip_prefix('分').unwrap_or(after_digits)),
            _ => return None,
        };
    }
    if minutes > 59 || hours > 24 {
        return None;
    }
    let minutes = hours * 60 + minutes;
    let half = tail.trim_start();
    for (mark, second_half) in [("am", false), ("a.m.", false), ("pm", true), ("p.m.", true)] {
        if let Some(after) = half.strip_prefix(mark) {
            let in_half = (1..=12).contains(&hours).then_some(minutes % 720)?;
            let minutes = in_half + if second_half { 720 } else { 0 };
            return Some((Token::Clock { minutes, settled: true }, after));
        }
    }
    Some((Token::Clock { minutes, settled: false }, tail))
}

fn leading_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}
