//! The table of keys in `docs/POLICY.md`, written from the list by which files are checked.

use super::keys::{Accepts, KEYS, Key};
use super::{DEFAULT_PRESET, preset, tree};

/// A Markdown table: key, what may stand there, the default preset's value, meaning in both languages.
pub fn key_table() -> String {
    let balanced = tree::read(preset(DEFAULT_PRESET).unwrap_or_default()).ok();
    let row = |key: &Key| {
        let default = balanced.as_ref().and_then(|root| root.at(key.pattern)).and_then(tree::Node::shown);
        let default = default.map(|value| format!("`{value}`")).unwrap_or_default();
        let values = accepted(key.accepts);
        format!("| `{}` | {values} | {default} | {} | {} |\n", key.pattern, key.zh, key.en)
    };
    let head = "| 键 key | 可写 values | 默认 default | 含义 | meaning |\n|---|---|---|---|---|\n";
    std::iter::once(head.to_owned()).chain(KEYS.iter().map(row)).collect()
}

fn accepted(accepts: Accepts) -> String {
    match accepts {
        Accepts::Text => "文字 text".to_owned(),
        Accepts::Texts => "文字列表 list of texts".to_owned(),
        Accepts::Whole(least, most) => format!("整数 whole number {least}–{most}"),
        Accepts::Number(least, most) => format!("数 number {least}–{most}"),
        Accepts::Switch => "`true` / `false`".to_owned(),
        Accepts::Word(words) => coded(&words()),
        Accepts::Words(words) => format!("列表 list: {}", coded(&words())),
        Accepts::Day => "日期 date".to_owned(),
        Accepts::Hours => "时段 hours".to_owned(),
        Accepts::Datum => coded(&["WGS-84", "GCJ-02", "BD-09"]),
    }
}

/// Words as code; of a long list only the ends.
fn coded(words: &[&str]) -> String {
    const LONGEST: usize = 8;
    match words {
        [first, .., last] if words.len() > LONGEST => format!("`{first}` … `{last}`"),
        _ => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" "),
    }
}
