//! A policy with some keys changed, as if they had been written in its file: checked as a file is, told of as a file is.
//!
//! In: a policy and pairs of key and value, `exchange.wished_need_missed_min` and `30`. Out: the policy, or every mistake
//! at once. A value is TOML; a bare word is taken for text. List items count from 1 (`classes[2].unmatched_min`).
//! `rules.off=["H20"]` is short for `[[rules_off]]` sections without approvers. Keys that say how sheets are *read*
//! (default hours and needs, dates, coordinates) are refused: they take effect in the file alone.

use std::collections::BTreeMap;

use super::check::{about, check};
use super::problem::{PolicyError, PolicyProblem};
use super::tree::{Node, Value, read};
use super::{build, write};
use crate::input::values::Text;
use crate::model::Policy;

/// What messages call the place where the keys stand.
const PLACE: &str = "--set";
/// The list of rules that are off, and its short form.
const RULES_OFF: &str = "rules_off";
const RULES_OFF_SHORT: &str = "rules.off";

/// The policy with keys changed.
///
/// # Errors
/// Every mistake, each with key, cause and remedy.
///
/// # Example
/// ```
/// use jiedui::input::policy::{amend, parse};
/// let policy = parse("", "policy.toml").unwrap().policy;
/// let set = |key: &str, value: &str| amend(&policy, &[(key.to_owned(), value.to_owned())]);
/// assert_eq!(set("travel.max_travel_min", "40").unwrap().travel.max_travel_min, 40);
/// assert!(set("travel.max_travel_min", "-1").unwrap_err().to_string().contains("travel.max_travel_min"));
/// ```
pub fn amend(policy: &Policy, settings: &[(String, String)]) -> Result<Policy, PolicyError> {
    let refused = |problems| PolicyError::new(PLACE, problems);
    let mut root = read(&write::canonical(policy)).map_err(refused)?;
    let mut problems = Vec::new();
    let mut rules_set = false;
    for (key, value) in settings {
        let (key, value) = (key.trim(), value_of(value));
        if when_read(key) {
            problems.push(read_with_the_sheets(&value, key));
            continue;
        }
        let (key, value) = if [RULES_OFF, RULES_OFF_SHORT].contains(&key) {
            rules_set = true;
            (RULES_OFF, exceptions_of(value))
        } else {
            (key, value)
        };
        problems.extend(set(&mut root, key, value));
    }
    let root = root.without_lines();
    problems.extend(check(&root));
    let mut amended = build::build(&root, &mut problems).policy;
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    if !rules_set {
        // The canonical text holds no reasons; the rules that were off stay off.
        amended.rules_off.clone_from(&policy.rules_off);
    }
    Ok(amended)
}

/// Whether a key says how sheets are read.
fn when_read(key: &str) -> bool {
    let section = key.split(['.', '[']).next().unwrap_or_default();
    let of_needs =
        section == "needs" && key.rsplit('.').next().is_some_and(|name| name.starts_with("default_"));
    of_needs
        || ["extends", "run", "coordinates", "default_hours", "default_service_capacity", "legal_basis"]
            .contains(&section)
}

fn read_with_the_sheets(value: &Node, key: &str) -> PolicyProblem {
    about(
        value,
        key,
        Text::fixed(
            "这个键在读表时起作用，不能试算",
            "this key takes effect when the sheets are read and cannot be tried here",
        ),
        Text::fixed(
            "在 policy.toml 中改，再 match 到另一文件夹",
            "change it in policy.toml and match into another folder",
        ),
    )
}

/// The value as TOML; what cannot be read as such is text.
fn value_of(text: &str) -> Node {
    let read = read(&format!("value = {text}")).ok().and_then(|root| root.at("value").cloned());
    read.unwrap_or_else(|| Node { value: Value::Text(text.trim().to_owned()), line: None })
}

/// Codes of rules as the sections that a file has.
fn exceptions_of(value: Node) -> Node {
    let line = value.line;
    let section = |code: Node| match code.value {
        Value::Text(_) => {
            let reason = Node { value: Value::Text("试算 what if".to_owned()), line };
            let keys = BTreeMap::from([("code".to_owned(), code), ("reason".to_owned(), reason)]);
            Node { value: Value::Table(keys), line }
        }
        other => Node { value: other, line },
    };
    let items = match value.value {
        Value::List(items) => items,
        _ => vec![value],
    };
    Node { value: Value::List(items.into_iter().map(section).collect()), line }
}

/// Puts a value at a key; what is wrong with the way there. Whether the key exists is for the check to say.
fn set(root: &mut Node, key: &str, value: Node) -> Option<PolicyProblem> {
    let mut node = root;
    for part in key.split('.') {
        let (name, item) = match part.strip_suffix(']').and_then(|part| part.split_once('[')) {
            Some((name, number)) => (name, Some(number.parse::<usize>().unwrap_or(0))),
            None => (part, None),
        };
        let Value::Table(table) = &mut node.value else { return Some(no_way(&value, key)) };
        let empty = Node { value: Value::Table(BTreeMap::new()), line: None };
        node = table.entry(name.to_owned()).or_insert(empty);
        if let Some(number) = item {
            let Value::List(items) = &mut node.value else { return Some(no_way(&value, key)) };
            let Some(item) = number.checked_sub(1).and_then(|at| items.get_mut(at)) else {
                return Some(no_way(&value, key));
            };
            node = item;
        }
    }
    *node = value;
    None
}

fn no_way(value: &Node, key: &str) -> PolicyProblem {
    about(
        value,
        key,
        Text::fixed("没有这个位置", "there is no such place"),
        Text::fixed(
            "按 docs/POLICY.md 写键，列表从 1 数起",
            "write the key as in docs/POLICY.md; list items count from 1",
        ),
    )
}
