//! Whom one could look for: the children who wait in, a finite list of volunteers who are not there yet out.
//!
//! A profile is a township, a skill and hours:
//!
//! - **township**: every one in which a child who waits for a lead lives. She starts from the place of the child who lives
//!   nearest to the middle of them all;
//! - **skill**: none, or one skill or qualification that a lead of some child who waits must or may have;
//! - **hours**: weekday evenings, weekends, or both, as the sheets' words for hours mean them (19–21, and 8–20).
//!
//! Of everybody it is assumed: a woman, whom no rule keeps from boys or girls; one household; papers in order; speaks Putonghua and
//! the first language of most children there; goes as far as the policy's default; stays beyond the minimum term. Every pair of a
//! profile is judged and scored by the same rules as anybody's, for a profile becomes a volunteer row beside those of the instance.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::candidates::Prepared;
use crate::candidates::travel::distance_km;
use crate::model::availability::{Availability, AvailabilityRow, Site, WeekMask};
use crate::model::child::{Answer, Child, Sex};
use crate::model::instance::SourceRow;
use crate::model::location::{Datum, Precision};
use crate::model::need::{Need, NeedKind, Subject};
use crate::model::volunteer::{
    Adult, Language, Limits, Qualification, Reach, Screening, ScreeningKind, ScreeningResult, Skill, UnitKind,
};
use crate::model::{Instance, Location, Place, Private, RegionCode, Season, Volunteer, VolunteerId};

/// How old an invented volunteer is: of full age, whatever the day of the run.
const AGE: i32 = 30;

/// A township by its code, then by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Township {
    /// Twelve digits.
    pub code: String,
    /// 乡镇
    pub name: String,
}

impl Township {
    /// Where a child lives.
    pub(super) fn of(child: &Child) -> Self {
        Self::of_key(Self::key(child))
    }

    /// What tells where a child lives from other townships; in their order.
    fn key(child: &Child) -> (RegionCode, &str) {
        (child.place.region.township(), &child.place.township)
    }

    fn of_key((code, name): (RegionCode, &str)) -> Self {
        Self { code: code.to_string(), name: name.to_owned() }
    }
}

/// A skill or qualification that some child's lead must or may have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WantedSkill {
    /// Code of the need.
    pub need: &'static str,
    /// Chinese name, with the subject.
    pub name_zh: String,
    /// English name, with the subject.
    pub name_en: String,
    /// A verified professional qualification is asked for.
    pub qualified: bool,
    #[serde(skip)]
    kind: NeedKind,
    #[serde(skip)]
    subject: Option<Subject>,
}

impl WantedSkill {
    /// What of a need tells one skill from another; none where it asks for no skill.
    fn key(prepared: &Prepared<'_>, need: &Need) -> Option<(NeedKind, Option<Subject>)> {
        let asked = prepared.policy.need(need.kind);
        let any = asked.skill_needed || asked.qualification_needed;
        any.then_some((need.kind, need.subject.filter(|_| need.kind == NeedKind::Tutoring)))
    }

    fn of((kind, subject): (NeedKind, Option<Subject>), prepared: &Prepared<'_>) -> Self {
        let (kind_zh, code) = kind.names();
        let kind_en = code.replace('_', " ");
        let (name_zh, name_en) = match subject.map(Subject::names) {
            Some((zh, en)) => (format!("{kind_zh}·{zh}"), format!("{kind_en}: {en}")),
            None => (kind_zh.to_owned(), kind_en),
        };
        let qualified = prepared.policy.need(kind).qualification_needed;
        Self { need: code, name_zh, name_en, qualified, kind, subject }
    }

    fn as_skill(&self) -> Skill {
        let title = format!("{}资格", self.kind.names().0);
        Skill {
            kind: self.kind,
            subject: self.subject,
            up_to_grade: None,
            qualification: self.qualified.then_some(Qualification { title, valid_through: None }),
        }
    }

    /// How many children of the county, waiting or not, have a need that asks for it.
    pub(super) fn children(&self, prepared: &Prepared<'_>) -> usize {
        let own = Some((self.kind, self.subject));
        let asks = |child: &&Child| child.needs.iter().any(|need| Self::key(prepared, need) == own);
        prepared.instance.children.iter().filter(asks).count()
    }
}

/// When she is free, in every season.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FreeHours {
    /// 平日晚上, 19–21
    WeekdayEvenings,
    /// 周末, 8–20
    Weekends,
    /// Both.
    Both,
}

impl FreeHours {
    /// All of them, the shorter before both.
    pub const ALL: [Self; 3] = [Self::WeekdayEvenings, Self::Weekends, Self::Both];

    /// The weeks of all of them, by season.
    pub fn weeks() -> [[WeekMask; 4]; 3] {
        Self::ALL.map(|hours| Season::ALL.map(|season| availability(hours).week(season)))
    }

    fn week(self) -> WeekMask {
        let mut week = WeekMask::EMPTY;
        if self != Self::Weekends {
            (0..5).for_each(|day| week.insert_stretch(day, 19 * 60, 21 * 60));
        }
        if self != Self::WeekdayEvenings {
            (5..7).for_each(|day| week.insert_stretch(day, 8 * 60, 20 * 60));
        }
        week
    }
}

/// A volunteer whom one could look for. In the order of townships, skills (none first) and hours: among equal gains the
/// first is named, so nobody is asked for more than it takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Profile {
    /// Where she lives.
    pub township: Township,
    /// What she can do beyond company.
    pub skill: Option<WantedSkill>,
    /// When she is free.
    pub hours: FreeHours,
    /// What she speaks.
    pub languages: Vec<String>,
}

/// All profiles, in order, and where each lives.
#[derive(Clone, Debug)]
pub struct Profiles {
    /// The profiles.
    pub all: Vec<Profile>,
    places: BTreeMap<Township, Place>,
}

impl Profiles {
    /// Whom one could look for, for these children.
    ///
    /// # Complexity
    /// O(children log children); townships × (1 + skills) × 3 profiles.
    pub fn of(prepared: &Prepared<'_>, waiting: impl Iterator<Item = u32> + Clone) -> Self {
        let mut children: BTreeMap<(RegionCode, &str), Vec<&Child>> = BTreeMap::new();
        let mut skills: BTreeSet<(NeedKind, Option<Subject>)> = BTreeSet::new();
        for child in waiting {
            let (person, derived) = (prepared.child_of(child), &prepared.children[child as usize]);
            children.entry(Township::key(person)).or_default().push(person);
            let needs = derived.required.iter().chain(&derived.wished);
            skills.extend(needs.filter_map(|need| WantedSkill::key(prepared, &person.needs[*need])));
        }
        let skills: BTreeSet<WantedSkill> =
            skills.into_iter().map(|skill| WantedSkill::of(skill, prepared)).collect();
        let skills: Vec<Option<WantedSkill>> =
            std::iter::once(None).chain(skills.into_iter().map(Some)).collect();
        let (mut all, mut places) = (Vec::new(), BTreeMap::new());
        for (key, children) in children {
            let township = Township::of_key(key);
            let languages = languages_of(&children);
            for skill in &skills {
                all.extend(FreeHours::ALL.map(|hours| Profile {
                    township: township.clone(),
                    skill: skill.clone(),
                    hours,
                    languages: languages.clone(),
                }));
            }
            places.insert(township, middle_of(&children));
        }
        Self { all, places }
    }

    /// The instance with a volunteer row for each of these profiles, behind all others and in their order.
    pub fn extend(&self, instance: &Instance, wanted: &[Profile]) -> Instance {
        let mut extended = instance.clone();
        extended.volunteers.extend(self.rows(instance, wanted));
        extended
    }

    /// A volunteer row for each of these profiles, in their order; numbered as nobody is in the instance.
    ///
    /// # Panics
    /// Never: each profile's township has a place.
    pub fn rows(&self, instance: &Instance, wanted: &[Profile]) -> Vec<Volunteer> {
        let mut prefix = "招募".to_owned();
        while instance.volunteers.iter().any(|unit| unit.id.as_str().starts_with(&prefix)) {
            prefix.push('+');
        }
        let weeks: BTreeMap<FreeHours, Availability> =
            FreeHours::ALL.into_iter().map(|hours| (hours, availability(hours))).collect();
        let row = |(profile, number): (&Profile, usize)| Volunteer {
            id: VolunteerId::new(format!("{prefix}{number}")),
            unit: UnitKind::Person,
            team: "".into(),
            adults: vec![adult(instance.dates.today)],
            kinds: Vec::new(),
            capacity: 1,
            service_capacity: 0,
            limits: Limits::default(),
            committed_through: None,
            skills: profile.skill.iter().map(WantedSkill::as_skill).collect(),
            reach: Reach::Default,
            availability: weeks[&profile.hours].clone(),
            languages: profile.languages.iter().map(|name| Language(name.as_str().into())).collect(),
            region_scope: None,
            place: self.places[&profile.township].clone(),
            flags: Vec::new(),
            source: SourceRow::default(),
        };
        wanted.iter().zip(1..).map(row).collect()
    }
}

fn availability(hours: FreeHours) -> Availability {
    let row = AvailabilityRow { season: None, site: Site::Home, week: hours.week() };
    Availability { rows: Arc::from([row]), assumed: false }
}

/// Papers in order on the day of the run.
fn adult(today: Date) -> Adult {
    Adult {
        name: Private::new(""),
        id_number: None,
        phone: None,
        sex: Sex::Female,
        birth: today.checked_sub(AGE.years()).unwrap_or(Date::MIN),
        query_consent: Answer::Yes(None),
        screening: Some(Screening {
            kind: ScreeningKind::Employment,
            result: ScreeningResult::Passed,
            authority: "招募时办理".into(),
            checked_on: Some(today),
            valid_through: None,
            reference: Private::new("招募时办理"),
        }),
        training: Answer::Yes(None),
        agreement: Answer::Yes(None),
        held: false,
        source: SourceRow::default(),
    }
}

/// Putonghua, and the first language of most of the children; of equals the first by name.
fn languages_of(children: &[&Child]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for language in children.iter().filter_map(|child| child.languages.first()) {
        *counts.entry(&language.0).or_default() += 1;
    }
    let most = counts.into_iter().max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(one.0)));
    let mut languages = vec![Language::MANDARIN.to_owned()];
    languages.extend(most.map(|most| most.0.to_owned()).filter(|most| most != Language::MANDARIN));
    languages
}

/// The place of the child who lives nearest to the middle of all; of equals the first by number. The village is left
/// out: nobody is looked for by village.
fn middle_of(children: &[&Child]) -> Place {
    let count = children.len() as f64;
    let mean = |of: fn(&Location) -> f64| {
        children.iter().map(|child| of(&child.place.location)).sum::<f64>() / count
    };
    let middle = Location::new(mean(Location::latitude_deg), mean(Location::longitude_deg));
    let far = |child: &Child| middle.map_or(0.0, |middle| distance_km(middle, child.place.location));
    let nearest = children.iter().min_by(|one, other| {
        let order = far(one).total_cmp(&far(other));
        order.then_with(|| one.id.as_str().cmp(other.id.as_str()))
    });
    let nearest = &nearest.expect("a township is listed for its children").place;
    Place {
        region: RegionCode::township(&nearest.region),
        township: Arc::clone(&nearest.township),
        village: "".into(),
        location: nearest.location,
        precision: Precision::TownshipSeat,
        source_datum: Datum::Wgs84,
    }
}
