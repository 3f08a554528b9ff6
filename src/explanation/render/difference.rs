//! Two plans compared, as text: how many moved, who, what it did to classes, minutes and rules.

use std::fmt::Write;

use comfy_table::{CellAlignment, Table, presets};

use super::words::{self, minutes};
use crate::explanation::Language;
use crate::explanation::difference::{
    Amount, Change, ChangeCount, Difference, PolicyChange, RuleChange, State, TermChange,
};
use crate::scoring::Term;

/// So many lines of a long list are printed; JSON holds them all.
const MOST_LINES: usize = 100;

/// Two plans compared.
pub fn difference(answer: &Difference, language: Language) -> String {
    let mut text = String::new();
    let _infallible = writeln!(
        text,
        "{}\n",
        language.pick(("两个方案的对比（前 → 后）", "two plans compared (before → after)"))
    );
    let children = language.pick(("儿童", "children"));
    text.push_str(&counts(children, &answer.child_counts, language));
    let lines = answer.children.iter().map(|entry| {
        let child = words::child(&entry.child, language);
        change_line(&child, entry.change, entry.before.as_ref(), entry.after.as_ref(), language)
    });
    text.push_str(&shortened(lines, language));
    if answer.service_counts.iter().any(|counted| counted.count > 0) {
        text.push_str(&counts(language.pick(("专项服务", "services")), &answer.service_counts, language));
        let lines = answer.services.iter().map(|entry| {
            let whose = format!("{} {}", words::child(&entry.child, language), entry.need);
            change_line(&whose, entry.change, entry.before.as_ref(), entry.after.as_ref(), language)
        });
        text.push_str(&shortened(lines, language));
    }
    text.push('\n');
    text.push_str(&classes(answer, language));
    text.push_str(&terms(&answer.terms, language));
    text.push_str(&rules(&answer.rules, language));
    text.push_str(&policy(&answer.policy, language));
    text
}

/// A table of numbers beside names.
pub(super) fn table(headers: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_header(headers.iter().copied());
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// What a change is called.
fn change_words(change: Change, language: Language) -> &'static str {
    language.pick(match change {
        Change::Same => ("不变", "same"),
        Change::StillAlone => ("仍无人结对", "still alone"),
        Change::Moved => ("换人", "moved"),
        Change::NewlyPaired => ("新结对", "newly paired"),
        Change::NoLongerPaired => ("失去结对", "no longer paired"),
        Change::ReasonChanged => ("未结对，原因变了", "alone for another reason"),
        Change::New => ("新进入名单", "new in the pool"),
        Change::Absent => ("不在后一名单", "left the pool"),
    })
}

fn counts(of: &str, counts: &[ChangeCount], language: Language) -> String {
    let told = counts.iter().filter(|counted| counted.count > 0);
    let parts: Vec<String> =
        told.map(|counted| format!("{} {}", change_words(counted.change, language), counted.count)).collect();
    let separator = language.pick(("，", ", "));
    let nobody = language.pick(("无", "none")).to_owned();
    let parts = if parts.is_empty() { nobody } else { parts.join(separator) };
    format!("{of}{}{parts}\n", language.pick(("：", ": ")))
}

fn change_line(
    whose: &str,
    change: Change,
    before: Option<&State>,
    after: Option<&State>,
    language: Language,
) -> String {
    let said =
        |state: Option<&State>| state.map_or_else(|| "—".to_owned(), |state| state_words(state, language));
    let colon = language.pick(("：", ": "));
    format!("  {whose}{colon}{}; {} → {}\n", change_words(change, language), said(before), said(after))
        .replace("; ", language.pick(("；", "; ")))
}

fn state_words(state: &State, language: Language) -> String {
    match state {
        State::Paired { volunteer, .. } => words::volunteer(volunteer, language),
        State::Alone { reason, rules } => {
            let codes: Vec<&str> =
                rules.iter().filter_map(|lost| lost.rule.0).map(crate::model::Rule::code).collect();
            let reason = reason_words(reason, language);
            if codes.is_empty() { reason.to_owned() } else { format!("{reason} ({})", codes.join(", ")) }
        }
    }
}

/// Why somebody is alone, by the code of `unmatched.csv`.
fn reason_words(code: &str, language: Language) -> &str {
    language.pick(match code {
        "own" => ("手续未齐或不同意", "papers missing or refused"),
        "sibling" => ("兄弟姐妹手续未齐", "a brother's or sister's papers are missing"),
        "no_candidate" => ("无符合条件的志愿者", "nobody is admissible"),
        "competition" => ("名额不足", "every place is taken"),
        "referral" => ("转介专业机构", "referred to a professional body"),
        "waiting" => ("专业名额不足", "every specialist's place is taken"),
        "withheld" => ("暂不安排", "withheld"),
        "deferred" => ("同时服务人数已达上限", "put off: too many volunteers at a time"),
        other => return other,
    })
}

fn shortened(lines: impl ExactSizeIterator<Item = String>, language: Language) -> String {
    let left_out = lines.len().saturating_sub(MOST_LINES);
    let mut text: String = lines.take(MOST_LINES).collect();
    if left_out > 0 {
        let _infallible = match language {
            Language::Chinese => writeln!(text, "  另有 {left_out} 项，用 --json 查看全部"),
            Language::English => writeln!(text, "  and {left_out} more: --json lists all"),
        };
    }
    text
}

fn classes(answer: &Difference, language: Language) -> String {
    let mut table = table(&match language {
        Language::Chinese => ["优先类别", "儿童", "前：已结对", "后：已结对", "差"],
        Language::English => ["class", "children", "paired before", "paired after", "difference"],
    });
    for class in &answer.classes {
        let children = match (class.children.before, class.children.after) {
            (Some(before), Some(after)) if before != after => format!("{before} → {after}"),
            (before, after) => whole(after.or(before)),
        };
        let paired = class.paired;
        table.add_row([
            language.pick((&class.name_zh, &class.name_en)).to_owned(),
            children,
            whole(paired.before),
            whole(paired.after),
            signed(paired.difference),
        ]);
    }
    format!("{table}\n")
}

fn terms(terms: &[TermChange], language: Language) -> String {
    let mut table = table(&match language {
        Language::Chinese => ["代价（分钟）", "前", "后", "差", "中位：前", "中位：后"],
        Language::English => {
            ["cost, minutes", "before", "after", "difference", "median before", "median after"]
        }
    });
    for change in terms {
        let name = Term::ALL.into_iter().find(|term| term.names().2 == change.term).map_or_else(
            || {
                language.pick(if change.term == "load" {
                    ("多户负担", "load")
                } else {
                    ("合计", "all")
                })
            },
            |term| language.pick((term.names().0, term.names().1)),
        );
        let of = |points: Option<i64>| points.map_or("—".to_owned(), |points| minutes(points.into()));
        let sum = change.sum_points;
        let difference = sum.difference.map_or("—".to_owned(), signed_minutes);
        let median = change.median_points.unwrap_or(Amount::of(None, None));
        table.add_row([
            name.to_owned(),
            of(sum.before),
            of(sum.after),
            difference,
            of(median.before),
            of(median.after),
        ]);
    }
    format!("{table}\n")
}

fn rules(rules: &[RuleChange], language: Language) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let mut table = table(&match language {
        Language::Chinese => ["规则", "本人或同胞不符的儿童", "失去的志愿者（人次）", "不再符合的现有结对"],
        Language::English => {
            ["rule", "children alone by it", "volunteers lost, in all", "standing pairs that break it"]
        }
    });
    for change in rules {
        let Some(rule) = change.rule.0 else { continue };
        let both = |amount: Amount| {
            if amount.is_zero() {
                return "—".to_owned();
            }
            let (before, after) = (whole(amount.before), whole(amount.after));
            if before == after { after } else { format!("{before} → {after}") }
        };
        table.add_row([
            format!("{} {}", rule.code(), language.pick(rule.texts())),
            both(change.children),
            both(change.volunteers_lost),
            both(change.no_longer_kept),
        ]);
    }
    format!("{table}\n")
}

fn policy(changes: &[PolicyChange], language: Language) -> String {
    if changes.is_empty() {
        return language.pick(("规则文件：相同\n", "policy: the same\n")).to_owned();
    }
    let mut text = language
        .pick((
            "规则文件的不同（若改了价目，前后的分钟不能直接相减）：\n",
            "policy, where it differs (where prices changed, minutes of the two are not to be subtracted):\n",
        ))
        .to_owned();
    let lines = changes.iter().map(|change| {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
        format!("  {}: {} → {}\n", change.key, said(&change.before), said(&change.after))
    });
    text.push_str(&shortened(lines, language));
    text
}

fn whole(value: Option<i64>) -> String {
    value.map_or("—".to_owned(), |value| value.to_string())
}

fn signed(value: Option<i64>) -> String {
    value.map_or("—".to_owned(), |value| if value == 0 { "0".to_owned() } else { format!("{value:+}") })
}

/// Minutes with their sign.
pub(super) fn signed_minutes(points: i64) -> String {
    let sign = if points > 0 { "+" } else { "" };
    format!("{sign}{}", minutes(points.into()))
}
