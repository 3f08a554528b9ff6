//! Rules that hold, with what shows it, in one line each.

use super::words;
use crate::explanation::Language;
use crate::explanation::evidence::{Fact, PassedRule};
use crate::model::Rule;

/// A rule that holds, with its facts: `H08 从业查询在有效期内：2026-09-01 查询，有效至 2027-08-31`.
pub fn passed(passed: &PassedRule, language: Language) -> String {
    let Some(rule) = passed.rule.0 else {
        return language.pick(("其他各项规则均符合", "every other rule")).to_owned();
    };
    let text = language.pick(holds(rule));
    let several = passed.facts.len() > 1;
    let facts: Vec<String> = passed.facts.iter().filter_map(|fact| said(fact, several, language)).collect();
    if facts.is_empty() {
        return format!("{} {text}", rule.code());
    }
    let facts = facts.join(language.pick(("；", "; ")));
    match language {
        Language::Chinese => format!("{} {text}：{facts}", rule.code()),
        Language::English => format!("{} {text}: {facts}", rule.code()),
    }
}

/// What a rule says where it holds.
const fn holds(rule: Rule) -> (&'static str, &'static str) {
    match rule {
        Rule::GuardianConsent => ("监护人同意结对", "the guardian agreed to the pairing"),
        Rule::EntitledGuardian => ("签字人有权同意", "signed by somebody entitled to"),
        Rule::ChildWish => ("儿童本人愿意", "the child is willing"),
        Rule::NotBarred => ("无不得结对的查询结果", "not barred by a record check"),
        Rule::IdentityClear => ("身份信息无误", "identity is clear"),
        Rule::QueryConsent => ("同意从业查询", "agreed to the record check"),
        Rule::ScreeningPassed => ("从业查询通过", "record check passed"),
        Rule::ScreeningInDate => ("从业查询在有效期内", "record check in date"),
        Rule::TrainingDone => ("已培训、已签协议", "trained, agreement signed"),
        Rule::AdultVolunteer => ("志愿者均已成年", "every volunteer is an adult"),
        Rule::Commitment => ("承诺服务期足够", "commits for long enough"),
        Rule::Capacity => ("有名额", "offers a place"),
        Rule::Gender => ("符合异性回避要求", "no man is paired with a girl"),
        Rule::NoConflict => ("无回避、冲突、谢绝记录", "no conflict and no earlier refusal"),
        Rule::RegionScope => ("在服务区域内", "within the region served"),
        Rule::OwnLimits => ("符合志愿者本人的要求", "within the limits she set"),
        Rule::Siblings => ("兄弟姐妹人数在其意愿之内", "no more brothers and sisters than she takes"),
        Rule::Language => ("有共同语言", "a language in common"),
        Rule::NeedCovered => ("能满足必需的需求", "can meet every required need"),
        Rule::WithinReach => ("在可达范围内", "within reach"),
        Rule::CommonTime => ("共同时段足够", "enough time in common"),
    }
}

fn day(day: Option<&String>, language: Language) -> String {
    day.map_or_else(|| language.pick(("日期未填", "day not given")).to_owned(), String::clone)
}

/// A fact; with whose it is where there are several.
fn said(fact: &Fact, several: bool, language: Language) -> Option<String> {
    let whose = |child| if several { format!("{} ", words::child(child, language)) } else { String::new() };
    let who = |adult: &usize| match (several, language) {
        (false, _) => String::new(),
        (true, Language::Chinese) => format!("成员{adult} "),
        (true, Language::English) => format!("adult {adult} "),
    };
    let chinese = language == Language::Chinese;
    Some(match fact {
        Fact::Consent { child, on, by_carer } => {
            let by = if *by_carer {
                language.pick(("（由照料人按委托协议签）", " (by a carer under an agreement)"))
            } else {
                ""
            };
            format!("{}{}{by}", whose(child), day(on.as_ref(), language))
        }
        Fact::Wish { child, on: Some(on), .. } => format!("{}{on}", whose(child)),
        Fact::Wish { child, on: None, asked: true } => format!("{}{}", whose(child), day(None, language)),
        Fact::Wish { child, on: None, asked: false } => {
            format!(
                "{}{}",
                whose(child),
                language.pick(("未到须征求意愿的年龄", "below the age at which it is asked"))
            )
        }
        Fact::QueryConsent { adult, on } => format!("{}{}", who(adult), day(on.as_ref(), language)),
        Fact::Screened { adult, on, through } => {
            let (on, through) = (day(on.as_ref(), language), day(through.as_ref(), language));
            if chinese {
                format!("{}{on} 查询，有效至 {through}", who(adult))
            } else {
                format!("{}checked {on}, in date through {through}", who(adult))
            }
        }
        Fact::Trained { adult, trained_on, agreed_on } => {
            let (trained, agreed) = (day(trained_on.as_ref(), language), day(agreed_on.as_ref(), language));
            if chinese {
                format!("{}培训 {trained}，协议 {agreed}", who(adult))
            } else {
                format!("{}trained {trained}, agreement {agreed}", who(adult))
            }
        }
        Fact::Committed { through } => through.clone().map_or_else(
            || language.pick(("长期", "open-ended")).to_owned(),
            |day| if chinese { format!("至 {day}") } else { format!("through {day}") },
        ),
        Fact::Places { offered, standing } if chinese => {
            format!("共 {offered} 户，其中现有结对占 {standing} 户")
        }
        Fact::Places { offered, standing } => {
            format!("{offered} households, {standing} of them held already")
        }
        Fact::Siblings { together, at_most } => match (at_most, chinese) {
            (None, true) => format!("共 {together} 名，她未设上限"),
            (None, false) => format!("{together} together, she names no limit"),
            (Some(most), true) => format!("共 {together} 名，她最多接 {most} 名"),
            (Some(most), false) => format!("{together} together, she takes up to {most}"),
        },
        other => return of_pair(other, several, language),
    })
}

/// A fact about a child and the volunteer together.
fn of_pair(fact: &Fact, several: bool, language: Language) -> Option<String> {
    let whose = |child| if several { format!("{} ", words::child(child, language)) } else { String::new() };
    let chinese = language == Language::Chinese;
    Some(match fact {
        Fact::Languages { child, shared } => {
            format!("{}{}", whose(child), shared.join(language.pick(("、", ", "))))
        }
        Fact::Needs { needs, .. } if needs.is_empty() => return None,
        Fact::Needs { child, needs } => format!("{}{}", whose(child), words::titles(needs, language)),
        Fact::Way { child, one_way_min: None, .. } => {
            format!("{}{}", whose(child), language.pick(("无须上门", "no visits needed")))
        }
        Fact::Way { child, one_way_min: Some(way), at_most_min } if chinese => {
            format!("{}单程约 {way} 分钟，她最远走 {at_most_min} 分钟", whose(child))
        }
        Fact::Way { child, one_way_min: Some(way), at_most_min } => {
            format!("{}about {way} min one way, she goes up to {at_most_min}", whose(child))
        }
        Fact::CommonTime { child, common_min, asked_min } if chinese => {
            format!("{}每周 {common_min} 分钟，必需 {asked_min} 分钟", whose(child))
        }
        Fact::CommonTime { child, common_min, asked_min } => {
            format!("{}{common_min} min a week, {asked_min} required", whose(child))
        }
        _ => return None,
    })
}
