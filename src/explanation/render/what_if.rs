//! A what-if as text: what was asked, what it costs, and the difference of the two plans.

use std::fmt::Write;

use super::difference::{difference, signed_minutes};
use super::words;
use crate::explanation::Language;
use crate::explanation::difference::Amount;
use crate::explanation::named::Named;
use crate::explanation::what_if::{Change, Cost, WhatIf};

/// A what-if.
pub fn what_if(answer: &WhatIf, language: Language) -> String {
    let mut text = language.pick(("如果这样改：\n", "What if:\n")).to_owned();
    for change in &answer.changes {
        let _infallible = writeln!(text, "  {}", change_words(change, language));
    }
    text.push_str(&cost(&answer.cost, language));
    text.push('\n');
    text.push_str(&difference(&answer.difference, language));
    text
}

fn change_words(change: &Change, language: Language) -> String {
    let pair = |child: &Named, volunteer: &Named| {
        (words::child(child, language), words::volunteer(volunteer, language))
    };
    match (change, language) {
        (Change::Pin { child, volunteer }, _) => {
            let (child, volunteer) = pair(child, volunteer);
            match language {
                Language::Chinese => format!("指定 {child} 与 {volunteer} 结对"),
                Language::English => format!("{child} is paired with {volunteer}"),
            }
        }
        (Change::Forbid { child, volunteer }, _) => {
            let (child, volunteer) = pair(child, volunteer);
            match language {
                Language::Chinese => format!("{child} 不与 {volunteer} 结对"),
                Language::English => format!("{child} is not paired with {volunteer}"),
            }
        }
        (Change::Capacity { volunteer, households }, Language::Chinese) => {
            format!("{} 接 {households} 户", words::volunteer(volunteer, language))
        }
        (Change::Capacity { volunteer, households }, Language::English) => {
            format!("{} takes {households} households", words::volunteer(volunteer, language))
        }
        (Change::Setting { key, value }, Language::Chinese) => format!("规则 {key} 改为 {value}"),
        (Change::Setting { key, value }, Language::English) => format!("policy key {key} is {value}"),
        (Change::MoveAccepted, _) => {
            let texts = ("已接受和已指定的结对也可以动", "accepted and pinned pairs may be moved");
            language.pick(texts).to_owned()
        }
    }
}

fn cost(cost: &Cost, language: Language) -> String {
    let children = cost.paired.difference.unwrap_or(0);
    let points = cost.all_points.difference.unwrap_or(0);
    let mut text = match (language, children, points) {
        (Language::Chinese, 0, 0) => "结果：结对儿童数不变，总代价不变，一样好。\n".to_owned(),
        (Language::English, 0, 0) => {
            "Result: as many children are paired at the same cost: equally good.\n".to_owned()
        }
        (Language::Chinese, ..) => {
            format!("结果：结对儿童 {children:+} 名，总代价 {} 分钟。\n", signed_minutes(points))
        }
        (Language::English, ..) => {
            format!("Result: children paired {children:+}, cost {} minutes.\n", signed_minutes(points))
        }
    };
    if !cost.same_policy {
        text.push_str(language.pick((
            "规则改了：两个总代价各按自己的规则计算，相减只供参考。\n",
            "The policy differs: each total is counted under its own, and their difference is no price.\n",
        )));
    }
    let missing = |amount: Amount| amount.before.unwrap_or(0).max(amount.after.unwrap_or(0));
    if missing(cost.without_cost) > 0 {
        let count = missing(cost.without_cost);
        let _infallible = match language {
            Language::Chinese => writeln!(text, "有 {count} 对现有结对按现在的资料已无法见面，不计代价。"),
            Language::English => {
                writeln!(text, "{count} standing pairs can no longer meet and have no cost.")
            }
        };
    }
    text
}
