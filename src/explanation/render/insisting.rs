//! The price of insisting in sentences.

use std::fmt::Write;

use super::words;
use crate::explanation::Language;
use crate::explanation::insisting::{ByClass, Insisting, Moved};

/// What it would change, in one sentence: `会有 1 名儿童失去志愿者（二类）；其余代价合计多 12 分钟`.
pub fn price(insisting: &Insisting, language: Language) -> String {
    if insisting.is_equally_good() && insisting.losing.is_empty() {
        return language
            .pick(("同样好：整个方案的总代价不变", "equally good: the plan as a whole would cost the same"))
            .to_owned();
    }
    let mut said = Vec::new();
    if !insisting.losing.is_empty() {
        said.push(counted(&insisting.losing, ("会失去志愿者", "would lose a volunteer"), language));
    }
    if !insisting.gaining.is_empty() {
        said.push(counted(&insisting.gaining, ("会新得到志愿者", "would gain one"), language));
    }
    let minutes = words::minutes(i128::from(insisting.other_points.abs()));
    match (insisting.other_points.signum(), language) {
        (1, Language::Chinese) => said.push(format!("代价合计多 {minutes} 分钟")),
        (1, Language::English) => said.push(format!("{minutes} minutes more in all")),
        (-1, Language::Chinese) => said.push(format!("代价合计少 {minutes} 分钟")),
        (-1, Language::English) => said.push(format!("{minutes} minutes less in all")),
        _ => {}
    }
    if insisting.is_equally_good() {
        said.push(language.pick(("总体同样好", "equally good on the whole")).to_owned());
    }
    said.join(language.pick(("；", "; ")))
}

fn counted(counts: &[ByClass], what: (&str, &str), language: Language) -> String {
    let one = |count: &ByClass| {
        let class = count.class.as_ref().map(|class| class.in_language(language));
        match (language, class) {
            (Language::Chinese, Some(class)) => format!("{} 名儿童（{class}）", count.children),
            (Language::Chinese, None) => format!("{} 名儿童", count.children),
            (Language::English, class) => {
                let noun = if count.children == 1 { "child" } else { "children" };
                class.map_or_else(
                    || format!("{} {noun}", count.children),
                    |class| format!("{} {noun} ({class})", count.children),
                )
            }
        }
    };
    let all: Vec<String> = counts.iter().map(one).collect();
    match language {
        Language::Chinese => format!("{}{}", all.join("、"), what.0),
        Language::English => format!("{} {}", all.join(", "), what.1),
    }
}

/// Who would move, a line each, and how many others where they are not named.
pub fn moves(insisting: &Insisting, language: Language) -> String {
    let line = |step: &Moved| {
        let children: Vec<String> = step.children.iter().map(|who| words::child(who, language)).collect();
        let nobody = language.pick(("无志愿者", "nobody"));
        let unit = |who: &Option<crate::explanation::named::Named>| {
            who.as_ref().map_or_else(|| nobody.to_owned(), |who| words::volunteer(who, language))
        };
        let (children, from, to) =
            (children.join(language.pick(("、", ", "))), unit(&step.from), unit(&step.to));
        match language {
            Language::Chinese => format!("  {children}：{from} → {to}\n"),
            Language::English => format!("  {children}: {from} -> {to}\n"),
        }
    };
    let mut text: String = insisting.moves.iter().map(line).collect();
    let others = insisting.other_children;
    if insisting.moves.len() <= 1 && others > 0 {
        let _infallible = match language {
            Language::Chinese => writeln!(text, "  另有 {others} 名儿童要换志愿者"),
            Language::English if others == 1 => {
                writeln!(text, "  and one more child would change volunteers")
            }
            Language::English => writeln!(text, "  and {others} more children would change volunteers"),
        };
    }
    text
}
