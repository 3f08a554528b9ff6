//! Why this pair, in sentences.

use std::fmt::Write;

use super::evidence::passed;
use super::insisting::{moves, price};
use super::words;
use crate::explanation::Language;
use crate::explanation::named::Titled;
use crate::explanation::why_pair::{Meets, NextInLine, WhyElsewhere, WhyPair};
use crate::scoring::Term;

/// The answer as text; it must be reduced to its audience already.
pub fn why_pair(answer: &WhyPair, language: Language) -> String {
    let mut text = heading(answer, language);
    text.push_str(&cost(answer, language));
    for met in &answer.meetings {
        text.push_str(&meeting(met, language));
    }
    if !answer.broken.is_empty() {
        text.push_str(language.pick((
            "现在已不符合的规则（请协调员核实）：\n",
            "Rules that it no longer keeps (for a coordinator to look into):\n",
        )));
        for rule in &answer.broken {
            text.extend(["  ", &words::rule(*rule, language), "\n"]);
        }
    }
    text.push_str(language.pick(("符合的规则：\n", "Rules it keeps:\n")));
    for rule in &answer.passed {
        text.extend(["  ", &passed(rule, language), "\n"]);
    }
    if !answer.awaited.is_empty() {
        let papers = words::titles(&answer.awaited, language);
        text.extend([language.pick(("还差的材料：", "Papers still to come: ")), &papers, "\n"]);
    }
    text.push_str(&next(answer, language));
    if let Some(backup) = &answer.backup {
        text.extend([language.pick(("候补：", "Backup: ")), &words::volunteer(backup, language), "\n"]);
    }
    text
}

fn heading(answer: &WhyPair, language: Language) -> String {
    let child = words::subject(&answer.child, &answer.with_siblings, language);
    let volunteer = words::volunteer(&answer.volunteer, language);
    let seasonal = answer.kind == "seasonal";
    let stands = match answer.origin {
        "kept" => Some(("原有结对，保持不动", "a pair from before, which stays")),
        "accepted" => Some(("已接受，保持不动", "accepted, and stays")),
        "pinned" => Some(("由协调员指定", "set by a coordinator")),
        "joined_sibling" => Some(("随兄弟姐妹的结对", "joins a brother's or sister's pair")),
        _ => None,
    };
    let how = language.pick(stands.unwrap_or(("本次建议", "proposed by this run")));
    let term =
        language.pick(if seasonal { ("季节结对", "seasonal") } else { ("长期结对", "long-term") });
    match language {
        Language::Chinese => format!("{child}与志愿者 {volunteer} 结对（{how}；{term}）。\n"),
        Language::English => format!("{child}is paired with volunteer {volunteer} ({how}; {term}).\n"),
    }
}

fn cost(answer: &WhyPair, language: Language) -> String {
    let Some(total) = answer.total_points else { return String::new() };
    let mut text = language
        .pick((
            "代价（折算成单程分钟，越小越好；括号内为本方案的中位数）：\n",
            "Cost (as minutes one way, less is better; in brackets the median of this plan):\n",
        ))
        .to_owned();
    let mut line = |name: &str, points: i64, typical: Option<i64>| {
        let points = words::minutes(i128::from(points));
        let typical = typical.map(|points| words::minutes(i128::from(points)));
        let _infallible = match (language, typical) {
            (Language::Chinese, Some(typical)) => writeln!(text, "  {name} {points}（{typical}）"),
            (Language::English, Some(typical)) => writeln!(text, "  {name} {points} ({typical})"),
            (_, None) => writeln!(text, "  {name} {points}"),
        };
    };
    for part in &answer.parts {
        let term = Term::ALL.into_iter().find(|term| term.names().2 == part.term);
        let name = term.map_or(part.term, |term| language.pick((term.names().0, term.names().1)));
        line(name, part.points, part.typical_points);
    }
    line(language.pick(("合计", "in all")), total, answer.typical_total_points);
    text
}

fn meeting(met: &Meets, language: Language) -> String {
    let child = words::child(&met.child, language);
    let way = match (met.one_way_min, language) {
        (Some(0), Language::Chinese) => "就在附近".to_owned(),
        (Some(0), Language::English) => "lives close by".to_owned(),
        (Some(minutes), Language::Chinese) => format!("单程不超过 {minutes} 分钟"),
        (Some(minutes), Language::English) => format!("at most {minutes} min one way"),
        (None, Language::Chinese) => "无须上门".to_owned(),
        (None, Language::English) => "no visits needed".to_owned(),
    };
    let (common, asked) = (met.common_min, met.asked_min);
    let none = language.pick(("无", "none"));
    let list =
        |needs: &[Titled]| if needs.is_empty() { none.to_owned() } else { words::titles(needs, language) };
    let (has, lacks) = (list(&met.met), list(&met.missed));
    match language {
        Language::Chinese => format!(
            "怎样见面：{child} {way}，每周共同时段 {common} 分钟（共需 {asked} 分钟）；能满足：{has}；未能满足：{lacks}\n"
        ),
        Language::English => format!(
            "How they meet: {child} {way}, {common} minutes a week in common ({asked} asked for); met: {has}; not met: {lacks}\n"
        ),
    }
}

fn next(answer: &WhyPair, language: Language) -> String {
    if answer.origin != "proposed" {
        return language
            .pick((
                "这一对不参加本次匹配，因此不与其他志愿者比较。\n",
                "This pair takes no part in the run, so it is not compared with other volunteers.\n",
            ))
            .to_owned();
    }
    if answer.next.is_empty() {
        return language
            .pick(("没有其他符合规则的志愿者。\n", "No other volunteer keeps every rule.\n"))
            .to_owned();
    }
    let mut text = language
        .pick((
            "为什么不是别的志愿者（符合规则、代价最小的几位）：\n",
            "Why no other volunteer (the cheapest who keep every rule):\n",
        ))
        .to_owned();
    text.extend(answer.next.iter().map(|other| in_line(other, language)));
    text
}

fn in_line(other: &NextInLine, language: Language) -> String {
    let volunteer = words::volunteer(&other.volunteer, language);
    let cost = words::minutes(i128::from(other.cost_points));
    let why = match (&other.why, language) {
        (WhyElsewhere::FreeButDearer { more_points }, Language::Chinese) => {
            format!("有空余名额，但代价多 {} 分钟\n", words::minutes(i128::from(*more_points)))
        }
        (WhyElsewhere::FreeButDearer { more_points }, Language::English) => {
            format!("has a place free, but costs {} minutes more\n", words::minutes(i128::from(*more_points)))
        }
        (WhyElsewhere::NoChoice, _) => {
            let text =
                ("换成她，必有一名须安排的儿童落空\n", "with her, a child who must be placed could not be\n");
            language.pick(text).to_owned()
        }
        (WhyElsewhere::Insisting(insisting), _) => {
            let indented = moves(insisting, language).replace("  ", "    ");
            let with_her = language.pick(("换成她：", "with her: "));
            format!("{with_her}{}\n{indented}", price(insisting, language))
        }
    };
    match language {
        Language::Chinese => format!("  {volunteer}（代价 {cost} 分钟）：{why}"),
        Language::English => format!("  {volunteer} (costs {cost} minutes): {why}"),
    }
}
