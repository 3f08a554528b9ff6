//! Key by key: is it known, is it there, is its value of the right kind and within range.
//!
//! What ties several keys together is checked where the policy is built.

use super::keys::{self, Accepts, Key};
use super::problem::PolicyProblem;
use super::tree::{Node, Value};
use crate::input::values::coordinates::parse_datum;
use crate::input::values::hours::parse_hours;
use crate::input::values::{Text, ValueProblem};
use crate::model::Site;

/// Every mistake that one key alone shows.
pub(super) fn check(root: &Node) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    check_below(root, "", "", &mut problems);
    problems
}

/// Checks what stands at a key, under its name as shown (`classes[2]`) and its pattern (`classes[]`).
fn check_below(node: &Node, shown: &str, pattern: &str, problems: &mut Vec<PolicyProblem>) {
    if let Some(key) = keys::find(pattern) {
        problems.extend(value_problem(node, key).map(|(cause, remedy)| about(node, shown, cause, remedy)));
        return;
    }
    let list = format!("{pattern}[]");
    match &node.value {
        Value::Table(table) if keys::is_table(pattern) || pattern.is_empty() => {
            for (name, child) in table {
                let path = joined(shown, name);
                check_below(child, &path, &keys::below(pattern, name), problems);
            }
            for key in keys::KEYS.iter().filter(|key| key.parent() == pattern && !key.optional) {
                if key.name() != "*" && !pattern.is_empty() && !table.contains_key(key.name()) {
                    problems.push(missing(node, &joined(shown, key.name()), key));
                }
            }
        }
        Value::List(items) if keys::is_table(&list) => {
            for (position, item) in items.iter().enumerate() {
                check_below(item, &format!("{shown}[{}]", position + 1), &list, problems);
            }
        }
        _ if keys::is_table(pattern) || keys::is_table(&list) => {
            problems.push(not_a_table(node, shown, pattern));
        }
        _ => problems.push(unknown(node, shown, pattern)),
    }
}

fn joined(shown: &str, name: &str) -> String {
    if shown.is_empty() { name.to_owned() } else { format!("{shown}.{name}") }
}

/// A problem with the value at a key.
pub(super) fn about(node: &Node, key: &str, cause: Text, remedy: Text) -> PolicyProblem {
    PolicyProblem { key: key.to_owned(), line: node.line, value: node.shown(), cause, remedy }
}

fn missing(node: &Node, shown: &str, key: &Key) -> PolicyProblem {
    let cause = Text::fixed("缺少这个键", "this key is missing");
    PolicyProblem { key: shown.to_owned(), line: node.line, value: None, cause, remedy: wanted(key.accepts) }
}

fn not_a_table(node: &Node, shown: &str, pattern: &str) -> PolicyProblem {
    let header = match pattern.strip_suffix("[]") {
        Some(list) => format!("[[{list}]]"),
        None if keys::is_table(pattern) => format!("[{shown}]"),
        None => format!("[[{shown}]]"),
    };
    let cause = Text::fixed("这里应是一节，而不是一个值", "a section is expected here, not a value");
    let remedy = Text::composed(
        format!("另起一行写 {header}，下面逐行写键"),
        format!("write {header} on a line of its own and the keys below it"),
    );
    about(node, shown, cause, remedy)
}

fn unknown(node: &Node, shown: &str, pattern: &str) -> PolicyProblem {
    let parent = pattern.rsplit_once('.').map_or("", |(parent, _)| parent);
    let names = keys::names_below(parent).join(", ");
    let cause = Text::fixed("不认识的键", "unknown key");
    let remedy = Text::composed(
        format!("删去，或核对拼写；这一节有：{names}"),
        format!("remove it, or check its spelling; this section knows {names}"),
    );
    about(node, shown, cause, remedy)
}

/// What is wrong with a value, and what to write.
fn value_problem(node: &Node, key: &Key) -> Option<(Text, Text)> {
    let kind = || Some((Text::fixed("值的类型不对", "this is the wrong kind of value"), wanted(key.accepts)));
    let range = |sound: bool| {
        let cause = Text::fixed("超出允许范围", "outside the range allowed");
        (!sound).then(|| (cause, wanted(key.accepts)))
    };
    match key.accepts {
        Accepts::Text => match node.as_text() {
            Some(text) => blank(text).then(|| (blank_cause(), wanted(key.accepts))),
            None => kind(),
        },
        Accepts::Texts => match texts(node) {
            Some(texts) => texts.iter().any(|text| blank(text)).then(|| (blank_cause(), wanted(key.accepts))),
            None => kind(),
        },
        Accepts::Whole(least, most) => match node.as_whole() {
            Some(number) => range((least..=most).contains(&number)),
            None => kind(),
        },
        Accepts::Number(least, most) => match node.as_number() {
            Some(number) => range((least..=most).contains(&number)),
            None => kind(),
        },
        Accepts::Switch => node.as_switch().map_or_else(kind, |_| None),
        Accepts::Word(words) => match node.as_text() {
            Some(word) => word_problem(&[word], &words(), key.accepts),
            None => kind(),
        },
        Accepts::Words(words) => match texts(node) {
            Some(chosen) => word_problem(&chosen, &words(), key.accepts),
            None => kind(),
        },
        Accepts::Day => match node.as_day() {
            Some(_) => None,
            None => Some((Text::fixed("不是日期", "this is no date"), wanted(key.accepts))),
        },
        Accepts::Hours => node.as_text().map_or_else(kind, hours_problem),
        Accepts::Datum => {
            node.as_text().map_or_else(kind, |text| parse_datum(text).err().map(|problem| both(&problem)))
        }
    }
}

/// The texts of a list; `None` where it is no list, or holds anything else.
fn texts(node: &Node) -> Option<Vec<&str>> {
    let Value::List(items) = &node.value else { return None };
    items.iter().map(Node::as_text).collect()
}

fn blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '\u{200b}')
}

fn blank_cause() -> Text {
    Text::fixed("不能空白", "this may not be blank")
}

fn word_problem(chosen: &[&str], known: &[&str], accepts: Accepts) -> Option<(Text, Text)> {
    let cause = if let Some(other) = chosen.iter().find(|word| !known.contains(word)) {
        Text::composed(format!("没有“{other}”这个选项"), format!("\"{other}\" is not among the choices"))
    } else if chosen.is_empty() {
        Text::fixed("至少写一项", "at least one is needed")
    } else if (1..chosen.len()).any(|position| chosen[..position].contains(&chosen[position])) {
        Text::fixed("同一项写了两次", "the same word stands twice")
    } else {
        return None;
    };
    Some((cause, wanted(accepts)))
}

/// Default hours hold wherever people usually are, so they name no site.
fn hours_problem(text: &str) -> Option<(Text, Text)> {
    match parse_hours(text) {
        Err(problem) => Some(both(&problem)),
        Ok(sites) if sites.iter().any(|(site, _)| *site != Site::Home) => Some((
            Text::fixed("默认时段不能写场所", "default hours name no site"),
            Text::fixed(
                "删去“学校：”等场所，只写周几和时间",
                "leave the site out, write days and times only",
            ),
        )),
        Ok(_) => None,
    }
}

fn both(problem: &ValueProblem) -> (Text, Text) {
    (problem.cause.clone(), problem.remedy.clone())
}

/// What may stand at a key, as a remedy.
pub(super) fn wanted(accepts: Accepts) -> Text {
    match accepts {
        Accepts::Text => Text::fixed("写双引号中的文字", "write text in double quotes"),
        Accepts::Texts => {
            Text::fixed("写列表，如 [\"张三\", \"李四\"]", "write a list such as [\"Zhang San\", \"Li Si\"]")
        }
        Accepts::Whole(least, most) => Text::composed(
            format!("写 {least} 到 {most} 的整数"),
            format!("write a whole number from {least} to {most}"),
        ),
        Accepts::Number(least, most) => Text::composed(
            format!("写 {least} 到 {most} 的数"),
            format!("write a number from {least} to {most}"),
        ),
        Accepts::Switch => Text::fixed("写 true 或 false，不加引号", "write true or false, without quotes"),
        Accepts::Word(words) => {
            let words = words().join(", ");
            Text::composed(
                format!("加双引号写其中之一：{words}"),
                format!("write one of {words}, in double quotes"),
            )
        }
        Accepts::Words(words) => {
            let words = words().join(", ");
            Text::composed(
                format!("写列表 [\"…\", \"…\"]，从中选，不重复：{words}"),
                format!("write a list [\"…\", \"…\"] of these, each once: {words}"),
            )
        }
        Accepts::Day => Text::fixed("写日期，如 2027-03-01", "write a date such as 2027-03-01"),
        Accepts::Hours => Text::fixed(
            "写时段，如 \"周一、周三 16:00-18:00；周六上午\"，没有时间写 \"无\"",
            "write hours such as \"Mon, Wed 16:00-18:00; Sat morning\", or \"无\" for none",
        ),
        Accepts::Datum => {
            Text::fixed("写 \"WGS-84\"、\"GCJ-02\" 或 \"BD-09\"", "write \"WGS-84\", \"GCJ-02\" or \"BD-09\"")
        }
    }
}
