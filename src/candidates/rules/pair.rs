//! H13–H21 without H17: what the two must be to each other.

use super::{Outcome, Scope};
use crate::candidates::meeting::meeting;
use crate::candidates::prepared::Prepared;
use crate::model::Rule;
use crate::model::child::Sex;
use crate::model::need::{Need, NeedKind};
use crate::model::volunteer::Skill;

/// The needs that this pair must meet.
fn due<'a>(prepared: &'a Prepared<'_>, child: u32, scope: &'a Scope) -> &'a [usize] {
    match scope {
        Scope::Lead => &prepared.children[child as usize].required,
        Scope::Service(need) => std::slice::from_ref(need),
    }
}

pub(super) fn h13_gender(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Outcome {
    let girl = prepared.child_of(child).sex == Sex::Female;
    Outcome::holds_if(!(girl && prepared.volunteers[volunteer as usize].has_man))
}

pub(super) fn h14_no_conflict(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Outcome {
    Outcome::holds_if(!prepared.is_barred_pair(child, volunteer))
}

pub(super) fn h15_region_scope(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Outcome {
    let region = prepared.child_of(child).place.region;
    Outcome::holds_if(
        prepared.volunteer_of(volunteer).region_scope.is_none_or(|scope| scope.contains(region)),
    )
}

pub(super) fn h16_own_limits(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> Outcome {
    Outcome::holds_if(
        Limit::ALL.into_iter().all(|limit| within_limit(prepared, child, volunteer, scope, limit)),
    )
}

/// A limit that a volunteer sets for the children she takes (H16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Youngest age.
    MinAge,
    /// Oldest age.
    MaxAge,
    /// Children of one sex.
    Sex,
    /// Only inside some divisions.
    Regions,
    /// Villages where she will not be sent.
    Villages,
    /// Only some categories.
    Categories,
    /// Most minutes a week.
    MinutesPerWeek,
}

impl Limit {
    /// Every limit.
    pub const ALL: [Self; 7] = [
        Self::MinAge,
        Self::MaxAge,
        Self::Sex,
        Self::Regions,
        Self::Villages,
        Self::Categories,
        Self::MinutesPerWeek,
    ];

    /// Chinese name, English name and stable code.
    pub const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::MinAge => ("最小年龄", "youngest age", "min_age"),
            Self::MaxAge => ("最大年龄", "oldest age", "max_age"),
            Self::Sex => ("儿童性别", "sex of the child", "sex"),
            Self::Regions => ("服务地区", "divisions", "regions"),
            Self::Villages => ("不去的村", "villages left out", "villages"),
            Self::Categories => ("儿童类别", "categories", "categories"),
            Self::MinutesPerWeek => ("每周时长", "minutes a week", "minutes_per_week"),
        }
    }
}

/// Whether a child keeps one of the limits that a volunteer set.
pub fn within_limit(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope, limit: Limit) -> bool {
    let limits = &prepared.volunteer_of(volunteer).limits;
    let person = prepared.child_of(child);
    let age = prepared.children[child as usize].age;
    match limit {
        Limit::MinAge => limits.min_age.is_none_or(|least| age >= least),
        Limit::MaxAge => limits.max_age.is_none_or(|most| age <= most),
        Limit::Sex => limits.sex.is_none_or(|sex| person.sex == sex),
        Limit::Regions => {
            limits.regions.is_empty() || limits.regions.iter().any(|code| code.contains(person.place.region))
        }
        Limit::Villages => !limits.excluded_villages.iter().any(|village| **village == *person.place.village),
        Limit::Categories => {
            limits.categories.is_empty()
                || person.categories.iter().any(|category| limits.categories.contains(category))
        }
        Limit::MinutesPerWeek => limits.minutes_per_week.is_none_or(|most| {
            let minutes = |need: &usize| u32::from(person.needs[*need].minutes_per_week);
            due(prepared, child, &scope).iter().map(minutes).sum::<u32>() <= u32::from(most)
        }),
    }
}

pub(super) fn h18_language(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Outcome {
    let spoken = &prepared.volunteer_of(volunteer).languages;
    Outcome::holds_if(prepared.child_of(child).languages.iter().any(|language| spoken.contains(language)))
}

pub(super) fn h19_need_covered(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> Outcome {
    let needs = &prepared.child_of(child).needs;
    Outcome::holds_if(
        due(prepared, child, &scope).iter().all(|need| covers(prepared, volunteer, &needs[*need])),
    )
}

/// Reach and common time are decided together: which of the two forbids the meeting, if one does.
pub(super) fn h20_h21_meeting(
    prepared: &Prepared<'_>,
    child: u32,
    volunteer: u32,
    scope: Scope,
) -> Option<Rule> {
    meeting(prepared, child, volunteer, due(prepared, child, &scope)).err()
}

/// Whether a unit has what a need asks for: nothing, a skill, or a verified qualification that lasts
/// through the period served (S5).
pub fn covers(prepared: &Prepared<'_>, volunteer: u32, need: &Need) -> bool {
    let asked = prepared.policy.need(need.kind);
    if !asked.skill_needed && !asked.qualification_needed {
        return true;
    }
    let last = prepared.instance.dates.period.last;
    let qualified = |skill: &Skill| {
        skill.qualification.as_ref().is_some_and(|held| held.valid_through.is_none_or(|day| day >= last))
    };
    let fits = |skill: &Skill| {
        skill.kind == need.kind
            && (!asked.qualification_needed || qualified(skill))
            && (need.kind != NeedKind::Tutoring || teaches(skill, need))
    };
    prepared.volunteer_of(volunteer).skills.iter().any(fits)
}

/// Subject and grade; help with homework is within anybody's who teaches some subject at that grade.
fn teaches(skill: &Skill, need: &Need) -> bool {
    use crate::model::need::Subject;
    let subject = match (skill.subject, need.subject) {
        (None, _) | (_, None | Some(Subject::Homework)) => true,
        (Some(offered), Some(asked)) => offered == asked,
    };
    let grade = match (skill.up_to_grade, need.grade) {
        (Some(most), Some(grade)) => grade <= most,
        _ => true,
    };
    subject && grade
}
