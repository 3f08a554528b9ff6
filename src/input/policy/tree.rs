//! A policy file as a tree whose values know their lines, merged over the preset it extends.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::PolicyProblem;
use super::{DEFAULT_PRESET, preset};
use crate::input::values::Text;
use crate::input::values::dates::parse_date;

/// A TOML value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Number(f64),
    Switch(bool),
    /// A date without a time; `None` for any other date-time.
    Day(Option<Date>),
    List(Vec<Node>),
    Table(BTreeMap<String, Node>),
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    /// 1-based; `None` for what comes from a preset.
    pub(super) line: Option<u32>,
}

/// Reads TOML text.
///
/// # Errors
/// Every mistake of syntax that the TOML reader could tell apart.
pub(super) fn read(text: &str) -> Result<Node, Vec<PolicyProblem>> {
    // Editors on Windows put a byte order mark in front.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let value = Value::Table(table_of(document.get_ref(), &line_ends(text)));
        return Ok(Node { value, line: None });
    }
    Err(errors.iter().map(|error| syntax_problem(error, text)).collect())
}

/// Lays the file over the preset it extends. An unknown preset is told of by the key check; until then the default
/// one stands in, so that the other mistakes can be told as well.
pub(super) fn with_preset(file: Node) -> Result<Node, Vec<PolicyProblem>> {
    let named = file.at("extends").and_then(Node::as_text).and_then(preset);
    let mut base = read(named.or_else(|| preset(DEFAULT_PRESET)).unwrap_or_default())?.without_lines();
    if base.at("extends").is_some() {
        base = with_preset(base)?;
    }
    Ok(merged(base, file))
}

/// Tables key by key, everything else replaced whole.
fn merged(base: Node, over: Node) -> Node {
    match (base.value, over.value) {
        (Value::Table(mut base), Value::Table(over_keys)) => {
            for (key, node) in over_keys {
                let node = match base.remove(&key) {
                    Some(below) => merged(below, node),
                    None => node,
                };
                base.insert(key, node);
            }
            Node { value: Value::Table(base), line: over.line }
        }
        (_, value) => Node { value, line: over.line },
    }
}

impl Node {
    /// The value below, by keys joined with dots.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        path.split('.').try_fold(self, |node, key| match &node.value {
            Value::Table(table) => table.get(key),
            _ => None,
        })
    }

    /// The items of a list; none where there is no list.
    pub(super) fn items(&self, path: &str) -> &[Self] {
        match self.at(path).map(|node| &node.value) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// As whole number, number, text, switch or date: `None` where it is something else.
    pub(super) fn as_whole(&self) -> Option<i64> {
        if let Value::Whole(number) = self.value { Some(number) } else { None }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Whole(number) => Some(number as f64),
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    pub(super) fn as_switch(&self) -> Option<bool> {
        if let Value::Switch(on) = self.value { Some(on) } else { None }
    }

    /// A TOML date, or a date in quotation marks as offices write it.
    pub(super) fn as_day(&self) -> Option<Date> {
        match &self.value {
            Value::Day(day) => *day,
            Value::Text(text) => parse_date(text).ok(),
            _ => None,
        }
    }

    /// The value as messages show it, on one line and not longer than a line.
    pub(super) fn shown(&self) -> Option<String> {
        const LONGEST: usize = 40;
        let text = match &self.value {
            Value::Text(text) => format!("{text:?}"),
            Value::Whole(number) => number.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Switch(on) => on.to_string(),
            Value::Day(day) => day.map(|day| day.to_string())?,
            Value::List(items) => {
                let shown: Option<Vec<_>> = items.iter().map(Self::shown).collect();
                format!("[{}]", shown?.join(", "))
            }
            Value::Table(_) => return None,
        };
        if text.chars().count() <= LONGEST {
            return Some(text);
        }
        Some(text.chars().take(LONGEST).chain(['…']).collect())
    }

    /// The same values without the lines on which they stand.
    pub(super) fn without_lines(self) -> Self {
        let value = match self.value {
            Value::List(items) => Value::List(items.into_iter().map(Self::without_lines).collect()),
            Value::Table(table) => {
                Value::Table(table.into_iter().map(|(key, node)| (key, node.without_lines())).collect())
            }
            plain => plain,
        };
        Self { value, line: None }
    }
}

fn table_of(table: &DeTable<'_>, line_ends: &[usize]) -> BTreeMap<String, Node> {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        (key.clone().into_owned(), node_of(value, line_ends))
    };
    table.iter().map(entry).collect()
}

fn node_of(value: &Spanned<DeValue<'_>>, line_ends: &[usize]) -> Node {
    let line = line_of(line_ends, value.span().start);
    let value = match value.get_ref() {
        DeValue::String(string) => Value::Text(string.clone().into_owned()),
        // What fits no 64 bits fits no key either: the range check refuses it.
        DeValue::Integer(number) => {
            Value::Whole(i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX))
        }
        DeValue::Float(number) => Value::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(on) => Value::Switch(*on),
        DeValue::Datetime(moment) => Value::Day(match (moment.date, moment.time) {
            (Some(date), None) => {
                Date::new(date.year.cast_signed(), date.month.cast_signed(), date.day.cast_signed()).ok()
            }
            _ => None,
        }),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node_of(item, line_ends)).collect()),
        DeValue::Table(table) => Value::Table(table_of(table, line_ends)),
    };
    Node { value, line: Some(line) }
}

/// Where lines end, ascending: looked for once, since a policy is read whenever the rules are asked about a pair.
fn line_ends(text: &str) -> Vec<usize> {
    text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect()
}

fn line_of(line_ends: &[usize], offset: usize) -> u32 {
    line_ends.partition_point(|end| *end < offset) as u32 + 1
}

fn syntax_problem(error: &toml::de::Error, text: &str) -> PolicyProblem {
    let line = error.span().map(|span| line_of(&line_ends(text), span.start));
    let words = line.and_then(|line| text.lines().nth(line as usize - 1)).unwrap_or_default();
    let key = words.split_once('=').map_or("", |(key, _)| key.trim());
    let remedy = if error.message().starts_with("invalid date") {
        Text::fixed("核对日期，如 2027-03-01", "check the date, such as 2027-03-01")
    } else {
        Text::fixed(
            "按“键 = 值”书写，文字加英文双引号，每个键只写一次",
            "write key = value, text in straight double quotes, each key once",
        )
    };
    PolicyProblem {
        key: key.to_owned(),
        line,
        value: None,
        cause: Text::composed(
            format!("读不懂的 TOML（{}）", error.message()),
            format!("this cannot be read as TOML ({})", error.message()),
        ),
        remedy,
    }
}
