//! 需求: what a child needs, with the policy's defaults for what the cell does not say.

use super::kinds::{KindGroup, parse_grade, parse_groups};
use super::lists::one_of;
use super::numbers::parse_whole;
use super::{Text, ValueProblem};
use crate::model::Policy;
use crate::model::need::{Mode, Need, NeedKind, Strength, Subject};

/// Minutes of a week.
const WEEK_MIN: u32 = 7 * 1440;

/// Reads needs; several subjects make several needs. What cannot be read is a problem, the rest stands.
pub fn parse_needs(text: &str, policy: &Policy) -> (Vec<Need>, Vec<ValueProblem>) {
    let (groups, mut problems) = parse_groups(text);
    let mut needs: Vec<Need> = Vec::new();
    for group in groups {
        match needs_of(&group, policy) {
            Ok(read) => {
                for need in read {
                    if needs.iter().any(|known| known.kind == need.kind && known.subject == need.subject) {
                        problems.push(named_twice().at(group.text.clone()));
                    } else {
                        needs.push(need);
                    }
                }
            }
            Err(problem) => problems.push(problem.at(group.text)),
        }
    }
    (needs, problems)
}

/// A need about which nothing but its kind is known.
pub fn default_need(kind: NeedKind, policy: &Policy) -> Need {
    let defaults = policy.need(kind);
    Need {
        kind,
        subject: None,
        grade: None,
        strength: defaults.default_strength,
        mode: defaults.default_mode,
        minutes_per_week: defaults.default_minutes,
        weight_percent: 100,
    }
}

fn needs_of(group: &KindGroup, policy: &Policy) -> Result<Vec<Need>, ValueProblem> {
    let mut need = default_need(group.kind, policy);
    need.grade = group.grade;
    for option in &group.options {
        apply_option(option, &mut need)?;
    }
    let subjects: Vec<Option<Subject>> = if group.subjects.is_empty() {
        vec![None]
    } else {
        group.subjects.iter().copied().map(Some).collect()
    };
    Ok(subjects.into_iter().map(|subject| Need { subject, ..need.clone() }).collect())
}

/// One word of the bracket: 必需, 线下, 每周60分钟, 权重150%, 三年级.
fn apply_option(option: &str, need: &mut Need) -> Result<(), ValueProblem> {
    let words: [(Option<Strength>, Option<Mode>, &[&str]); 5] = [
        (Some(Strength::Required), None, &["必需", "必须", "required"]),
        (Some(Strength::Wished), None, &["希望", "可选", "最好", "wished"]),
        (None, Some(Mode::InPerson), &["线下", "上门", "当面", "in_person", "in person"]),
        (None, Some(Mode::Remote), &["线上", "远程", "remote"]),
        (None, Some(Mode::Either), &["均可", "线上线下均可", "不限", "either"]),
    ];
    let word = option.to_lowercase();
    if let Some((strength, mode, _)) = words.iter().find(|(_, _, names)| names.contains(&word.as_str())) {
        need.strength = strength.unwrap_or(need.strength);
        need.mode = mode.unwrap_or(need.mode);
        return Ok(());
    }
    if let Some(weight) = ["权重", "weight"].iter().find_map(|name| word.strip_prefix(name)) {
        need.weight_percent = parse_whole(weight.trim_start_matches(':'), 1, 1000)? as u16;
        return Ok(());
    }
    if let Some(grade) = parse_grade(&word) {
        need.grade = Some(grade);
        return Ok(());
    }
    let minutes = word.strip_prefix("每周").unwrap_or(&word).trim();
    let minutes = ["/周", "每周", "一周", "/week", " a week"]
        .iter()
        .find_map(|end| minutes.strip_suffix(end))
        .unwrap_or(minutes);
    if minutes.ends_with("分钟") || minutes.ends_with("min") {
        need.minutes_per_week = parse_whole(minutes, 1, WEEK_MIN)? as u16;
        return Ok(());
    }
    if let Some(hours) = minutes.strip_suffix("小时") {
        need.minutes_per_week = (parse_whole(hours, 1, WEEK_MIN / 60)? * 60) as u16;
        return Ok(());
    }
    one_of(option, &[((), &["必需", "希望", "线下", "线上", "均可", "每周60分钟", "权重150%", "三年级"])])
}

fn named_twice() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("同一需求写了两次", "the same need is named twice"),
        Text::fixed("合并为一项", "keep one of them"),
    )
}
