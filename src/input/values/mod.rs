//! One parser a kind of cell: text in, value or [`ValueProblem`] out.
//!
//! Parsers accept what offices write and refuse what could be read in two ways. They never panic, whatever the
//! text, and a problem never quotes the cell: the piece that could not be read travels apart, in
//! [`ValueProblem::fragment`], so that the report can mask it.

pub mod codes;
pub mod coordinates;
pub mod dates;
pub mod hours;
pub mod id_number;
pub mod kinds;
pub mod lists;
pub mod needs;
pub mod numbers;
pub mod phones;
pub mod regions;
pub mod skills;
pub mod time_zones;

use std::borrow::Cow;
use std::fmt;

/// One sentence in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Chinese, shown first.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// A sentence known at compile time.
    pub const fn fixed(zh: &'static str, en: &'static str) -> Self {
        Self { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// A sentence with numbers or names in it.
    pub fn composed(zh: String, en: String) -> Self {
        Self { zh: Cow::Owned(zh), en: Cow::Owned(en) }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.zh, self.en)
    }
}

/// Why a cell cannot be read, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueProblem {
    /// What is wrong; never quotes the cell.
    pub cause: Text,
    /// What to do about it.
    pub remedy: Text,
    /// The piece that was not understood, where the cell holds several; to be masked before it is shown.
    pub fragment: Option<String>,
}

impl ValueProblem {
    /// A problem with the whole cell.
    pub const fn new(cause: Text, remedy: Text) -> Self {
        Self { cause, remedy, fragment: None }
    }

    /// The same problem, pinned to a piece of the cell.
    #[must_use]
    pub fn at(mut self, fragment: impl Into<String>) -> Self {
        self.fragment = Some(fragment.into());
        self
    }
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} → {}", self.cause, self.remedy)
    }
}

/// Full-width letters, digits, signs and spaces become their ASCII twins; outer blanks go.
pub fn half_width(text: &str) -> String {
    narrowed(text).into_owned()
}

/// As [`half_width`]; the text itself, but for its outer blanks, where nothing is wide: so almost always.
pub fn narrowed(text: &str) -> Cow<'_, str> {
    let wide = |c: char| {
        matches!(
            c,
            '\u{ff01}'
                ..='\u{ff5e}' | '\u{3000}' | '\u{a0}' | '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        )
    };
    // Of all wide signs the first byte is one of these; no other is looked at sign by sign.
    let suspicious = text.bytes().any(|byte| matches!(byte, 0xc2 | 0xe2 | 0xe3 | 0xef));
    if !suspicious || !text.contains(wide) {
        return Cow::Borrowed(text.trim());
    }
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        })
        .filter(|c| !matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}'))
        .collect();
    Cow::Owned(narrow.trim().to_owned())
}
