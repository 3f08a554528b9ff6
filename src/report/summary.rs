//! The summary of a plan for the terminal: counts and totals, no names.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{percentile, table};
use crate::assignment::Status;
use crate::candidates::{Origin, Prepared, Scope};
use crate::model::policy::POINTS_PER_MINUTE;
use crate::plan::folder::write::classes;
use crate::plan::{Plan, ServiceOutcome, UnmatchedReason};
use crate::scoring::{Met, Term};

/// Renders the summary, Chinese first. `rows_read` says what became of the rows of the sheets.
pub fn render(prepared: &Prepared<'_>, plan: &Plan, rows_read: &str) -> String {
    let mut text = String::new();
    let sections = [
        headline(plan),
        format!("{rows_read}\n"),
        coverage(prepared, plan),
        costs(prepared, plan),
        services(plan),
        pairs_looked_at(plan),
        alone(plan),
        notes(prepared, plan),
    ];
    for section in sections.iter().filter(|section| !section.is_empty()) {
        text.push_str(section);
    }
    text
}

fn headline(plan: &Plan) -> String {
    let method = plan.options.method.name();
    let mut line = match plan.status {
        Status::Optimal => format!("最优，有证明 / optimal, proven ({method})"),
        Status::Feasible => format!("可行，未证明最优 / feasible, not proven optimal ({method})"),
    };
    if plan.options.provisional {
        line.push_str("\n预排：视缺件将会补齐，不得发出邀请 / provisional: missing papers assumed, nothing may be offered");
    }
    line.push('\n');
    line
}

/// Children by priority class.
fn coverage(prepared: &Prepared<'_>, plan: &Plan) -> String {
    let mut table = table(&["优先等级 / class", "儿童 / children", "已结对 / paired", "未结对 / alone"]);
    let classes = classes(prepared, plan);
    for class in &classes {
        let name = format!("{} / {}", class.name_zh, class.name_en);
        table.add_row([
            name,
            class.children.to_string(),
            class.paired.to_string(),
            (class.children - class.paired).to_string(),
        ]);
    }
    let children: usize = classes.iter().map(|class| class.children).sum();
    let paired = plan.pairs.len();
    table.add_row([
        "合计 / all".to_owned(),
        children.to_string(),
        paired.to_string(),
        (children - paired).to_string(),
    ]);
    format!("{table}\n")
}

/// What the proposed pairs cost, in minutes, and how far the volunteers go.
fn costs(prepared: &Prepared<'_>, plan: &Plan) -> String {
    let lead = &plan.passes[0];
    let mut sums = [0_i128; Term::ALL.len()];
    for score in lead.chosen_scores(prepared) {
        for (sum, part) in sums.iter_mut().zip(score.parts) {
            *sum += i128::from(part);
        }
    }
    let minutes = |points: i128| (points / i128::from(POINTS_PER_MINUTE)).to_string();
    let mut table = table(&["代价 / cost", "分钟 / minutes"]);
    for (term, sum) in Term::ALL.into_iter().zip(sums) {
        table.add_row([format!("{} / {}", term.names().0, term.names().1), minutes(sum)]);
    }
    table.add_row(["多户负担 / load".to_owned(), minutes(lead.solution.objective.load)]);
    let total = lead.solution.objective.arcs + lead.solution.objective.load;
    table.add_row(["合计 / all".to_owned(), minutes(total)]);
    let mut text = format!("{table}\n");
    let mut ways: Vec<u32> = plan
        .pairs
        .iter()
        .filter(|pair| pair.origin == Origin::Proposed)
        .filter_map(|pair| Met::of(prepared, pair.child, pair.volunteer, Scope::Lead))
        .map(|met| met.meeting.travel_min)
        .filter(|minutes| *minutes > 0)
        .map(|minutes| prepared.shown_travel_min(minutes))
        .collect();
    ways.sort_unstable();
    if let (Some(half), Some(most), Some(longest)) =
        (percentile(&ways, 50), percentile(&ways, 90), ways.last())
    {
        let _infallible = writeln!(
            text,
            "单程 / one way: 中位 / median {half} min, P90 {most} min, 最长 / longest {longest} min ({} 对 / pairs)",
            ways.len()
        );
    }
    let backed = plan.pairs.iter().filter(|pair| pair.backup.is_some()).count();
    let _infallible = writeln!(text, "候补 / backups: {backed}");
    text
}

fn services(plan: &Plan) -> String {
    if plan.services.is_empty() {
        return String::new();
    }
    let count = |wanted: fn(&ServiceOutcome) -> bool| {
        plan.services.iter().filter(|service| wanted(&service.outcome)).count()
    };
    format!(
        "专项服务 / services: 已安排 / assigned {}, 转介 / referred {}, 等候 / waiting {}, 暂不安排 / withheld or deferred {}\n",
        count(|outcome| matches!(outcome, ServiceOutcome::Assigned(_))),
        count(|outcome| *outcome == ServiceOutcome::Referral),
        count(|outcome| *outcome == ServiceOutcome::Waiting),
        count(|outcome| matches!(outcome, ServiceOutcome::Withheld(_) | ServiceOutcome::Deferred)),
    )
}

/// How far the proof goes: pairs of the lead pass that were within reach, looked at, held, and proven unnecessary.
fn pairs_looked_at(plan: &Plan) -> String {
    let counts = &plan.passes[0].counts;
    if plan.status != Status::Optimal {
        return String::new();
    }
    let (admissible, at_most) = match counts.admissible_pairs() {
        Some(counted) => (format!("{counted}"), ""),
        None => (format!("≤ {}", counts.within_reach), "≤ "),
    };
    format!(
        "可行的对 / admissible pairs: {admissible}, 保留 / held {}, 证明不需要 / proven unnecessary {at_most}{}\n",
        counts.kept,
        counts.unnecessary()
    )
}

/// Why children are alone: by reason, and where a rule of their own side speaks, by rule.
fn alone(plan: &Plan) -> String {
    if plan.unmatched.is_empty() {
        return String::new();
    }
    let mut reasons: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for child in &plan.unmatched {
        let (zh, en, code) = child.reason.names();
        *reasons.entry((code, format!("{zh} / {en}"))).or_default() += 1;
        if let UnmatchedReason::Own(rules) = &child.reason {
            for rule in rules {
                let (zh, en) = rule.texts();
                *reasons.entry((code, format!("  {} {zh} / {en}", rule.code()))).or_default() += 1;
            }
        }
    }
    let mut table = table(&["未结对原因 / why alone", "儿童 / children"]);
    for ((_, text), count) in reasons {
        table.add_row([text, count.to_string()]);
    }
    format!("{table}\n")
}

/// What a coordinator must look at, by the county's own numbers.
fn notes(prepared: &Prepared<'_>, plan: &Plan) -> String {
    let mut text = String::new();
    let own = |child: u32| prepared.child_of(child).id.as_str();
    for pair in plan.pairs.iter().filter(|pair| !pair.broken.is_empty()) {
        let codes: Vec<&str> = pair.broken.iter().map(|rule| rule.code()).collect();
        let unit = prepared.volunteer_of(pair.volunteer).id.as_str();
        let _infallible = writeln!(
            text,
            "注意 / note: {} – {unit} 不再符合 / no longer keeps {}：请暂停或补正 / suspend or mend it",
            own(pair.child),
            codes.join(", ")
        );
    }
    for pin in &plan.refused_pins {
        let codes: Vec<&str> = pin.verdict.broken.iter().map(|rule| rule.code()).collect();
        let unit = prepared.volunteer_of(pin.volunteer).id.as_str();
        let _infallible =
            writeln!(text, "未采纳的指定 / pin refused: {} – {unit} ({})", own(pin.child), codes.join(", "));
    }
    for note in &plan.sibling_notes {
        let children: Vec<&str> = note.children.iter().map(|child| own(*child)).collect();
        let (zh, en) = note.texts;
        let _infallible = writeln!(text, "兄弟姐妹 / siblings {}: {zh} / {en}", children.join(", "));
    }
    text
}
