//! What would have to change, in one respect, for a child to have an admissible volunteer: as data, and as an edit
//! of the people and the policy.
//!
//! [`Relaxation::applied`] makes the edit; prepared anew, the people so edited have the pair. Never relaxed: the
//! rule that no man is paired with a girl (H13), bars and identity (H04, H05), conflicts and refusals (H14), the
//! age of volunteers (H10), how many brothers and sisters she takes at once (H17), and what child and guardian say
//! (H01–H03).

use std::sync::Arc;

use jiff::civil::Date;
use serde::ser::{Serialize, Serializer};

use super::Count;
use crate::candidates::Paper;
use crate::candidates::rules::pair::Limit;
use crate::explanation::Audience;
use crate::explanation::named::Named;
use crate::model::availability::{Availability, AvailabilityRow, Site, WeekMask};
use crate::model::child::Answer;
use crate::model::need::{NeedKind, Subject};
use crate::model::private::Private;
use crate::model::volunteer::{
    Adult, Language, Limits, Qualification, Reach, Screening, ScreeningKind, ScreeningResult, Skill,
    Volunteer,
};
use crate::model::{ChildId, Instance, Policy, Season, VolunteerId};

/// One change that would give the child an admissible volunteer, and what would come of it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Relaxation {
    /// What changes, by the least amount of its kind.
    #[serde(flatten)]
    pub change: Change,
    /// Volunteers for whom this very change would do.
    pub opens: Count,
    /// The best of these pairs; none for an audience that may not know.
    pub pair: Option<OpenedPair>,
    /// None for an audience that may not know whose rows are edited.
    #[serde(skip)]
    pub(super) edit: Option<Edit>,
}

/// A change of one kind, with its amount.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A volunteer goes farther.
    FartherReach {
        /// More minutes one way than she goes now.
        extra_min: u32,
    },
    /// The policy lets volunteers go farther than its maximum.
    LongerMaximum {
        /// More minutes one way than the policy's maximum.
        extra_min: u32,
    },
    /// A volunteer is free for one more stretch of the week.
    VolunteerHours {
        /// When.
        #[serde(flatten)]
        stretch: Stretch,
    },
    /// The children can be met at home for one more stretch of the week.
    ChildHours {
        /// When.
        #[serde(flatten)]
        stretch: Stretch,
    },
    /// A volunteer has skills or qualifications that she lacks.
    Skills {
        /// Which.
        skills: Vec<MissingSkill>,
    },
    /// Papers of a volunteer arrive.
    Papers {
        /// Which, one for each adult that lacks it.
        papers: Vec<NamedPaper>,
    },
    /// A volunteer speaks further languages.
    Languages {
        /// Which.
        languages: Vec<String>,
    },
    /// A volunteer gives up limits that she set.
    OwnLimits {
        /// Which.
        limits: Vec<NamedLimit>,
    },
}

impl Change {
    /// How much changes: minutes, half-hours, skills, papers, languages or limits. Comparable within a kind.
    pub fn amount(&self) -> u32 {
        match self {
            Self::FartherReach { extra_min } | Self::LongerMaximum { extra_min } => *extra_min,
            Self::VolunteerHours { stretch } | Self::ChildHours { stretch } => stretch.new_half_hours,
            Self::Skills { skills } => skills.len() as u32,
            Self::Papers { papers } => papers.len() as u32,
            Self::Languages { languages } => languages.len() as u32,
            Self::OwnLimits { limits } => limits.len() as u32,
        }
    }

    /// Whether an audience may know: papers and limits are a volunteer's own affair.
    fn may_show(&self, audience: Audience) -> bool {
        audience.sees_others() || !matches!(self, Self::Papers { .. } | Self::OwnLimits { .. })
    }
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPart {
    /// 上午, 06:00 to 12:00.
    Morning,
    /// 下午, 12:00 to 18:00.
    Afternoon,
    /// 晚上, 18:00 to 22:00.
    Evening,
}

impl DayPart {
    /// Every part, in the order of the day.
    pub const ALL: [Self; 3] = [Self::Morning, Self::Afternoon, Self::Evening];

    /// The half-hours of the day from and to which it lasts.
    pub const fn half_hours(self) -> (usize, usize) {
        match self {
            Self::Morning => (12, 24),
            Self::Afternoon => (24, 36),
            Self::Evening => (36, 44),
        }
    }
}

/// A stretch of half-hours within one part of one day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Stretch {
    /// 0 for Monday.
    pub weekday: usize,
    /// The part of the day that it lies in.
    pub part: DayPart,
    /// Minutes from midnight.
    pub from_min: usize,
    /// Minutes from midnight.
    pub to_min: usize,
    /// Half-hours of it at which she is not free, or some child is not at home, already in every season served:
    /// what is asked for.
    pub new_half_hours: u32,
}

impl Stretch {
    /// Every stretch within one part of one day, none of them new: the shortest first, then in the order of the week.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for weekday in 0..7 {
            for part in DayPart::ALL {
                let (first, end) = part.half_hours();
                for from in first..end {
                    for to in from + 1..=end {
                        let (from_min, to_min) = (from * 30, to * 30);
                        all.push(Self { weekday, part, from_min, to_min, new_half_hours: 0 });
                    }
                }
            }
        }
        all.sort_by_key(|stretch| stretch.to_min - stretch.from_min);
        all
    }

    /// Its half-hours.
    pub fn week(&self) -> WeekMask {
        let mut week = WeekMask::EMPTY;
        (self.from_min / 30..self.to_min / 30).for_each(|slot| week.insert(self.weekday * 48 + slot));
        week
    }
}

/// A skill that a volunteer would need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MissingSkill {
    /// For which need.
    pub kind: NeedKind,
    /// For tutoring in one subject: which.
    pub subject: Option<Subject>,
    /// Whether a verified qualification is asked for.
    pub qualification: bool,
}

impl Serialize for MissingSkill {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut skill = serializer.serialize_struct("MissingSkill", 3)?;
        skill.serialize_field("need", self.kind.names().1)?;
        skill.serialize_field("subject", &self.subject.map(|subject| subject.names().1))?;
        skill.serialize_field("qualification", &self.qualification)?;
        skill.end()
    }
}

/// A paper, by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedPaper(pub Paper);

impl Serialize for NamedPaper {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

/// A limit, by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedLimit(pub Limit);

impl Serialize for NamedLimit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.names().2)
    }
}

/// A pair that a relaxation would make admissible.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OpenedPair {
    /// Who.
    pub volunteer: Named,
    /// c: what the pair would cost.
    pub cost_points: i64,
    /// v: the price of her place in the plan.
    pub price_points: i64,
    /// Whether the plan would use it.
    pub used: Used,
}

/// Whether a plan would use a pair that became admissible, were it the only one to come in. (A change may open
/// further pairs of the same volunteer, with other children; what a plan made anew does then is not said here.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Used {
    /// Every best plan would use it.
    Yes,
    /// A best plan uses it, and the present one stays as good.
    EquallyGood,
    /// The plan of today is better.
    No,
}

/// What is edited, and whose.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Edit {
    Reach(VolunteerId, u32),
    MaxTravel(u32),
    VolunteerHours(VolunteerId, WeekMask),
    ChildHours(Vec<ChildId>, WeekMask),
    Skills(VolunteerId, Vec<MissingSkill>),
    /// By position among the adults.
    Papers(VolunteerId, Vec<(u32, Paper)>),
    Languages(VolunteerId, Vec<Language>),
    Limits(VolunteerId, Vec<Limit>),
}

impl Edit {
    /// Makes the edit.
    pub(super) fn apply(&self, instance: &mut Instance, policy: &mut Policy) {
        match self {
            Self::MaxTravel(minutes) => policy.travel.max_travel_min = *minutes,
            Self::ChildHours(ids, week) => {
                for child in instance.children.iter_mut().filter(|child| ids.contains(&child.id)) {
                    child.availability = with_week(&child.availability, *week);
                }
            }
            Self::Reach(id, _)
            | Self::VolunteerHours(id, _)
            | Self::Skills(id, _)
            | Self::Papers(id, _)
            | Self::Languages(id, _)
            | Self::Limits(id, _) => {
                if let Some(unit) = instance.volunteers.iter_mut().find(|unit| unit.id == *id) {
                    self.apply_to_unit(unit, instance.dates.today);
                }
            }
        }
    }

    fn apply_to_unit(&self, unit: &mut Volunteer, today: Date) {
        match self {
            Self::MaxTravel(_) | Self::ChildHours(..) => {}
            Self::Reach(_, minutes) => unit.reach = Reach::Minutes(*minutes),
            Self::VolunteerHours(_, week) => unit.availability = with_week(&unit.availability, *week),
            Self::Skills(_, missing) => {
                let had = missing.iter().copied().map(MissingSkill::had);
                unit.skills = unit.skills.iter().cloned().chain(had).collect();
            }
            Self::Languages(_, languages) => {
                unit.languages = unit.languages.iter().chain(languages).cloned().collect();
            }
            Self::Papers(_, papers) => {
                for (position, paper) in papers {
                    arrived(&mut unit.adults[*position as usize], *paper, today);
                }
            }
            Self::Limits(_, lifted) => lifted.iter().for_each(|limit| lift(&mut unit.limits, *limit)),
        }
    }
}

/// A paper of an adult that arrived today.
fn arrived(adult: &mut Adult, paper: Paper, today: Date) {
    match paper {
        Paper::QueryConsent => adult.query_consent = Answer::Yes(Some(today)),
        Paper::Training => adult.training = Answer::Yes(Some(today)),
        Paper::Agreement => adult.agreement = Answer::Yes(Some(today)),
        Paper::Screening | Paper::ScreeningRenewal => adult.screening = Some(passed(today)),
        // Papers of the child's own side.
        Paper::GuardianConsent | Paper::EntitledSignature | Paper::ChildWish => {}
    }
}

fn lift(limits: &mut Limits, limit: Limit) {
    match limit {
        Limit::MinAge => limits.min_age = None,
        Limit::MaxAge => limits.max_age = None,
        Limit::Sex => limits.sex = None,
        Limit::Regions => limits.regions.clear(),
        Limit::Villages => limits.excluded_villages.clear(),
        Limit::Categories => limits.categories.clear(),
        Limit::MinutesPerWeek => limits.minutes_per_week = None,
    }
}

impl MissingSkill {
    /// The skill once she has it: for every subject and school year.
    fn had(self) -> Skill {
        let qualification =
            Qualification { title: format!("{}资质", self.kind.names().0), valid_through: None };
        Skill {
            kind: self.kind,
            subject: None,
            up_to_grade: None,
            qualification: self.qualification.then_some(qualification),
        }
    }
}

/// A record check passed today.
fn passed(today: Date) -> Screening {
    Screening {
        kind: ScreeningKind::Employment,
        result: ScreeningResult::Passed,
        authority: Arc::from("待办"),
        checked_on: Some(today),
        valid_through: None,
        reference: Private::new("待办"),
    }
}

/// Somebody's hours with some more at home, in every season; each season gets rows of its own, for a row of its own
/// would otherwise hide those that hold in all.
pub(super) fn with_week(hours: &Availability, week: WeekMask) -> Availability {
    let mut rows = Vec::new();
    for season in Season::ALL {
        let own = hours.rows_in(season).map(|row| AvailabilityRow { season: Some(season), ..row.clone() });
        rows.extend(own);
        rows.push(AvailabilityRow { season: Some(season), site: Site::Home, week });
    }
    Availability { rows: rows.into(), assumed: hours.assumed }
}

impl Relaxation {
    /// The people and the policy with the change made, for the volunteer named; unchanged where the audience may
    /// not know who.
    pub fn applied(&self, instance: &Instance, policy: &Policy) -> (Instance, Policy) {
        let (mut instance, mut policy) = (instance.clone(), policy.clone());
        if let Some(edit) = &self.edit {
            edit.apply(&mut instance, &mut policy);
        }
        (instance, policy)
    }

    /// What an audience may know of it, if anything.
    pub(super) fn shown_to(mut self, audience: Audience) -> Option<Self> {
        if audience.sees_others() {
            return Some(self);
        }
        self.pair = None;
        self.opens = self.opens.blurred();
        self.edit = None;
        self.change.may_show(audience).then_some(self)
    }
}
