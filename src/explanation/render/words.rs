//! Words that every kind of answer uses, in one language.

use crate::explanation::Language;
use crate::explanation::named::{Named, NamedRule, Titled};
use crate::model::policy::POINTS_PER_MINUTE;

/// Points as minutes, with two digits only where they are needed.
pub fn minutes(points: i128) -> String {
    let per_minute = i128::from(POINTS_PER_MINUTE);
    match points % per_minute {
        0 => (points / per_minute).to_string(),
        rest => {
            let sign = if points < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", (points / per_minute).abs(), rest.abs())
        }
    }
}

/// A child, by number where it may be known.
pub fn child(named: &Named, language: Language) -> String {
    let somebody = language.pick(("另一名儿童", "another child"));
    named.number().map_or_else(|| somebody.to_owned(), str::to_owned)
}

/// A child, with the brothers and sisters who are placed with it, as the subject of a sentence: with the space before what
/// follows, if there is to be one.
pub fn subject(named: &Named, with: &[Named], language: Language) -> String {
    let one = child(named, language);
    let others: Vec<String> = with.iter().map(|other| child(other, language)).collect();
    match language {
        _ if others.is_empty() => format!("{one} "),
        Language::Chinese => format!("{one}（与兄弟姐妹 {} 一起）", others.join("、")),
        Language::English => format!("{one} (together with {}) ", others.join(", ")),
    }
}

/// A volunteer, by number where she may be known.
pub fn volunteer(named: &Named, language: Language) -> String {
    let somebody = language.pick(("另一位志愿者", "another volunteer"));
    named.number().map_or_else(|| somebody.to_owned(), str::to_owned)
}

/// Names one after another.
pub fn titles(titles: &[Titled], language: Language) -> String {
    let names: Vec<&str> = titles.iter().map(|title| title.in_language(language)).collect();
    names.join(language.pick(("、", ", ")))
}

/// A rule with its source: `H20 超出可达范围〔本项目规则：可达范围〕`.
pub fn rule(named: NamedRule, language: Language) -> String {
    let Some(rule) = named.0 else { return language.pick(("不符合条件", "not eligible")).to_owned() };
    let (text, source) = (language.pick(rule.texts()), language.pick(rule.sources()));
    match language {
        Language::Chinese => format!("{} {text}〔{source}〕", rule.code()),
        Language::English => format!("{} {text} [{source}]", rule.code()),
    }
}
