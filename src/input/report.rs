//! What the reader found: every violation of every row, with its place, cause and remedy.
//!
//! A report never holds a personal value in the clear: cells of personal columns are masked, and personal texts of
//! the same row are masked wherever else they turn up.

use std::fmt;

use super::columns::Column;
use super::rule::{InputRule, Severity};
use super::values::{Text, ValueProblem};
use crate::model::private::mask;

/// Longest piece of a cell that a message shows, in characters.
const SHOWN: usize = 40;

/// Columns of ids. Offices write names there as well, which are masked: an id has a digit or is plain ASCII.
const NAMES_PEOPLE: [&str; 5] = ["id", "child", "volunteer", "previous_volunteers", "excluded_volunteers"];

/// One violation of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: InputRule,
    /// File, with the sheet where there are several.
    pub file: String,
    /// Row as Excel shows it; `None` for the whole file.
    pub row: Option<u32>,
    /// Chinese and English header of the column.
    pub column: Option<(&'static str, &'static str)>,
    /// What stood there, masked where it is personal.
    pub value: Option<String>,
    /// What is wrong.
    pub cause: Text,
    /// What to do about it.
    pub remedy: Text,
}

impl Finding {
    /// A finding about a whole file, with the rule's own words.
    pub fn about_file(rule: InputRule, file: impl Into<String>) -> Self {
        Self {
            rule,
            file: file.into(),
            row: None,
            column: None,
            value: None,
            cause: rule.cause(),
            remedy: rule.remedy(),
        }
    }

    /// A finding about a whole file in the words of the reader that failed, which name place, cause and remedy.
    pub(super) fn told_by(rule: InputRule, file: impl Into<String>, error: &dyn fmt::Display) -> Self {
        let cause = Text::composed(error.to_string(), rule.cause().en.into_owned());
        Self { cause, ..Self::about_file(rule, file) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.rule.code(), self.file)?;
        if let Some(row) = self.row {
            write!(f, " 第{row}行 row {row}")?;
        }
        if let Some((zh, en)) = self.column {
            write!(f, "「{zh} {en}」")?;
        }
        if let Some(value) = &self.value {
            write!(f, "“{value}”")?;
        }
        write!(f, "\n  {}；{}。\n  {}; {}.", self.cause.zh, self.remedy.zh, self.cause.en, self.remedy.en)
    }
}

/// How many rows became what. No row disappears: rows in = people + quarantined + rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LoadCounts {
    /// Rows of the children's sheet.
    pub child_rows: usize,
    /// Children in the pool.
    pub children: usize,
    /// Children in quarantine.
    pub quarantined: usize,
    /// Rows of the volunteers' sheet.
    pub volunteer_rows: usize,
    /// Adults in units that can be used.
    pub adults: usize,
    /// Units that can be used, held ones included.
    pub volunteers: usize,
    /// Rows of the volunteers' sheet in no usable unit.
    pub rejected_volunteer_rows: usize,
    /// Units held until a row is corrected.
    pub held: usize,
    /// Rows of `existing_pairs.csv`.
    pub pair_rows: usize,
    /// Of them not usable.
    pub rejected_pairs: usize,
    /// Rows of `replies.csv`.
    pub reply_rows: usize,
    /// Of them not usable.
    pub rejected_replies: usize,
    /// Rows of `places.csv`.
    pub place_rows: usize,
    /// Of them not usable.
    pub rejected_places: usize,
}

/// Everything the reader found.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct InputReport {
    /// Findings, sheet by sheet and row by row.
    pub findings: Vec<Finding>,
    /// What became of the rows.
    pub counts: LoadCounts,
}

impl InputReport {
    /// Whether something stands against planning at all.
    pub fn rejects(&self) -> bool {
        self.findings.iter().any(|finding| finding.rule.severity() == Severity::RejectsFile)
    }

    /// How many findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.rule.severity() == severity).count()
    }
}

impl fmt::Display for InputReport {
    /// The whole report, the gravest first, Chinese above English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for severity in Severity::ALL {
            let count = self.count(severity);
            if count == 0 {
                continue;
            }
            let (zh, en) = severity.names();
            writeln!(f, "{zh} {en}: {count}")?;
            for finding in self.findings.iter().filter(|finding| finding.rule.severity() == severity) {
                writeln!(f, "{finding}")?;
            }
        }
        self.counts.fmt(f)
    }
}

impl fmt::Display for LoadCounts {
    /// What became of the rows, Chinese above English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "儿童 {} 行：可用 {}，隔离 {}；志愿者 {} 行：{} 组 {} 人可用（暂缓 {} 组），{} 行未用",
            self.child_rows,
            self.children,
            self.quarantined,
            self.volunteer_rows,
            self.volunteers,
            self.adults,
            self.held,
            self.rejected_volunteer_rows
        )?;
        write!(
            f,
            "children: {} rows, {} usable, {} in quarantine; volunteers: {} rows, {} units of {} adults usable \
             ({} held), {} rows not used",
            self.child_rows,
            self.children,
            self.quarantined,
            self.volunteer_rows,
            self.volunteers,
            self.adults,
            self.held,
            self.rejected_volunteer_rows
        )
    }
}

/// The sheets cannot be used: the report says why, and everything else that was found.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{report}")]
pub struct InputError {
    /// What was found.
    pub report: Box<InputReport>,
}

/// What may be shown of a cell: masked where its column is personal, else without personal texts of its row.
pub(super) fn shown(
    column: &Column,
    problem: Option<&ValueProblem>,
    cell: &str,
    personal: &[&str],
) -> Option<String> {
    let fragment = problem.and_then(|problem| problem.fragment.as_deref());
    let text = fragment.unwrap_or(cell).trim();
    if text.is_empty() {
        return None;
    }
    let name_for_id =
        NAMES_PEOPLE.contains(&column.key) && !text.chars().any(|c| c.is_ascii_digit()) && !text.is_ascii();
    let text = if column.personal || name_for_id { mask(text) } else { scrubbed(text, personal) };
    let short: String = text.chars().take(SHOWN).collect();
    Some(if short.len() < text.len() { format!("{short}…") } else { short })
}

/// What may be shown of the number that a row bears: offices write names and ID numbers there as well.
pub fn shown_number(column: &Column, cell: &str) -> String {
    shown(column, None, cell, &[]).unwrap_or_default()
}

/// What may be shown of a header nobody knows: a sheet without headers has people where headers should be.
pub(super) fn shown_header(header: &str) -> String {
    scrubbed(header, &[]).chars().take(SHOWN).collect()
}

/// A label that somebody chose, without what looks like a phone or ID number.
pub fn without_numbers(text: &str) -> String {
    scrubbed(text, &[])
}

/// Masks the given personal texts, and whatever looks like a phone or ID number.
fn scrubbed(text: &str, personal: &[&str]) -> String {
    let mut clean = text.to_owned();
    let mut longest_first: Vec<&str> =
        personal.iter().copied().filter(|cell| cell.chars().count() > 1).collect();
    longest_first.sort_by_key(|cell| std::cmp::Reverse(cell.len()));
    for cell in longest_first {
        if clean.contains(cell) {
            clean = clean.replace(cell, &mask(cell));
        }
    }
    let mut out = String::new();
    let mut digits = String::new();
    for c in clean.chars() {
        if c.is_ascii_digit() || ('０'..='９').contains(&c) {
            digits.push(c);
            continue;
        }
        push_digits(&mut out, &mut digits);
        out.push(c);
    }
    push_digits(&mut out, &mut digits);
    out
}

/// Eleven digits are a phone, fifteen or more an ID number; twelve are a division code and stay.
fn push_digits(out: &mut String, digits: &mut String) {
    let length = digits.chars().count();
    if length == 11 || length >= 15 {
        out.push_str(&mask(&super::values::half_width(digits)));
    } else if length >= 4 && out.ends_with('.') {
        // Decimals so fine are coordinates in the wrong column.
        out.push_str(&"*".repeat(length));
    } else {
        out.push_str(digits);
    }
    digits.clear();
}
