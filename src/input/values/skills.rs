//! 技能: what a volunteer can do beyond company, with the qualification that proves it.

use super::dates::parse_date;
use super::kinds::{KindGroup, parse_grade, parse_groups};
use super::{Text, ValueProblem};
use crate::model::need::{Grade, Subject};
use crate::model::volunteer::{Qualification, Skill};

/// Reads skills: `学业辅导：数学（至六年级）；心理支持（二级心理咨询师，有效期至2028-06-30）`.
pub fn parse_skills(text: &str) -> (Vec<Skill>, Vec<ValueProblem>) {
    let (groups, mut problems) = parse_groups(text);
    let mut skills: Vec<Skill> = Vec::new();
    for group in groups {
        match skills_of(&group) {
            Ok(read) => read.into_iter().for_each(|skill| {
                if !skills.contains(&skill) {
                    skills.push(skill);
                }
            }),
            Err(problem) => problems.push(problem.at(group.text)),
        }
    }
    (skills, problems)
}

fn skills_of(group: &KindGroup) -> Result<Vec<Skill>, ValueProblem> {
    let mut up_to_grade: Option<Grade> = group.grade;
    let mut title: Option<String> = None;
    let mut valid_through = None;
    for option in &group.options {
        let until = ["有效期至", "有效至", "至", "up to", "valid through"]
            .iter()
            .find_map(|word| option.strip_prefix(word));
        let until = until.map(|rest| rest.trim_start_matches(':').trim());
        if let Some(grade) = parse_grade(until.unwrap_or(option)) {
            up_to_grade = Some(grade);
        } else if let Some(day) = until {
            valid_through = Some(parse_date(day)?);
        } else if title.is_none() {
            title = Some(option.clone());
        } else {
            return Err(two_titles());
        }
    }
    let qualification = match (title, valid_through) {
        (Some(title), valid_through) => Some(Qualification { title, valid_through }),
        (None, Some(_)) => return Err(no_title()),
        (None, None) => None,
    };
    let subjects: Vec<Option<Subject>> = if group.subjects.is_empty() {
        vec![None]
    } else {
        group.subjects.iter().copied().map(Some).collect()
    };
    let skill =
        |subject| Skill { kind: group.kind, subject, up_to_grade, qualification: qualification.clone() };
    Ok(subjects.into_iter().map(skill).collect())
}

fn two_titles() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("一项技能写了两个资格", "one skill names two qualifications"),
        Text::fixed("分成两项写，用“；”隔开", "write two skills, parted by ；"),
    )
}

fn no_title() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("有效期没有对应的资格名称", "an expiry without a qualification"),
        Text::fixed(
            "写上资格名称，如“二级心理咨询师，有效期至2028-06-30”",
            "name it, as in 二级心理咨询师，有效期至2028-06-30",
        ),
    )
}
