//! Answers as sentences, Chinese with English beside.

mod difference;
mod fairness;
mod what_if;
pub mod words;

use std::fmt::Write;

pub use difference::difference;
pub use fairness::{bottleneck_frontier, gap_frontier, quota_frontier};
pub use what_if::what_if;

use crate::candidates::Prepared;
use crate::explanation::{AdmissiblePair, PairAnswer};
use crate::model::Rule;
use crate::model::policy::POINTS_PER_MINUTE;
use crate::scoring::Term;

/// Points as minutes, with two digits only where they are needed.
fn minutes(points: i64) -> String {
    match points % POINTS_PER_MINUTE {
        0 => (points / POINTS_PER_MINUTE).to_string(),
        _ => format!("{:.2}", points as f64 / POINTS_PER_MINUTE as f64),
    }
}

/// The answer for a pair.
pub fn pair(prepared: &Prepared<'_>, answer: &PairAnswer) -> String {
    match answer {
        PairAnswer::Admissible(pair) => admissible(prepared, pair),
        PairAnswer::Forbidden(rules) => {
            let mut text = String::from("不可结对 / may not be paired:\n");
            text.extend(rules.iter().map(|one| rule(*one)));
            text
        }
    }
}

/// One rule with its source, on a line.
pub fn rule(rule: Rule) -> String {
    let (zh, en) = rule.texts();
    let (source_zh, source_en) = rule.sources();
    format!("  {} {zh} / {en} [{source_zh} / {source_en}]\n", rule.code())
}

fn admissible(prepared: &Prepared<'_>, pair: &AdmissiblePair) -> String {
    let mut text = String::from("可以结对，代价（分钟）/ may be paired, cost in minutes:\n");
    for term in Term::ALL {
        let (zh, en, _) = term.names();
        let _infallible = writeln!(text, "  {zh} / {en}: {}", minutes(pair.score.part(term)));
    }
    let _infallible = writeln!(text, "  合计 / all: {}", minutes(pair.score.total()));
    for met in &pair.children {
        let child = prepared.child_of(met.child);
        let named = |needs: &[usize]| -> String {
            let names: Vec<String> = needs.iter().map(|need| child.needs[*need].to_string()).collect();
            if names.is_empty() { "—".to_owned() } else { names.join("、") }
        };
        let _infallible = writeln!(
            text,
            "  {}: 单程 / one way {} min, 每周共同时段 / common time a week {} min; 满足 / met: {}; 未满足 / missed: {}",
            child.id,
            prepared.shown_travel_min(met.meeting.travel_min),
            met.meeting.common_min,
            named(&met.met),
            named(&met.missed),
        );
    }
    for missing in &pair.awaited {
        let (zh, en) = missing.paper.texts();
        let _infallible = writeln!(text, "  待办 / awaited: {zh} / {en}");
    }
    text
}

/// Rules with how many volunteers each lost, as `unmatched.csv` writes them (`H20:30;H21:4`).
pub fn losses(rules: &str) -> String {
    let mut text = String::new();
    for part in rules.split(';').filter(|part| !part.is_empty()) {
        let (code, count) = part.split_once(':').unwrap_or((part, ""));
        let Some(found) = Rule::by_code(code) else { continue };
        let line = rule(found);
        match count {
            "" => text.push_str(&line),
            count => {
                let _infallible = writeln!(text, "{} × {count}", line.trim_end());
            }
        }
    }
    text
}
