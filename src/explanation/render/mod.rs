//! Answers as sentences, in one language each.

mod difference;
pub mod evidence;
pub mod insisting;
pub mod recruit;
mod what_if;
pub mod why_nobody;
pub mod why_not;
pub mod why_pair;
pub mod words;

use crate::explanation::Language;
use crate::explanation::named::NamedRule;
use crate::model::Rule;

pub use difference::difference;
pub use what_if::what_if;
pub use why_not::why_not;
pub use why_pair::why_pair;

/// Rules with how many volunteers each lost, as `unmatched.csv` writes them (`H20:30;H21:4`).
pub fn losses(rules: &str, language: Language) -> String {
    let mut text = String::new();
    for part in rules.split(';').filter(|part| !part.is_empty()) {
        let (code, count) = part.split_once(':').unwrap_or((part, ""));
        let Some(found) = Rule::by_code(code) else { continue };
        let rule = words::rule(NamedRule(Some(found)), language);
        text.extend(["  ", &rule]);
        if !count.is_empty() {
            text.extend([" × ", count]);
        }
        text.push('\n');
    }
    text
}
