//! What every pair needs to know of a child and of a volunteer, derived once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::ToSpan;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

pub use super::hours::{ChildHours, child_hours};
use super::hours::{ChildWeek, Weeks, address};
use super::meeting::Sites;
use super::order::stable_order;
use super::travel::{GreatCircle, TravelModel};
use super::year::{Applying, Year};
use crate::model::availability::{Site, WeekMask};
use crate::model::child::{Category, Child, ParentStanding, Sex};
use crate::model::need::{Need, NeedKind, Strength};
use crate::model::pairing::PairState;
use crate::model::policy::{Assignment, ClassCondition, POINTS_PER_MINUTE};
use crate::model::volunteer::Reach;
use crate::model::{Instance, Policy, Rule, Season, Volunteer};

/// No two points are farther apart.
const HALF_ROUND_THE_EARTH_KM: f64 = 20_016.0;

/// Why a need is not matched at all (S42).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withheld {
    /// The parent's standing forbids the call.
    StandingForbids,
    /// The parent's standing must be checked first.
    StandingUnknown,
    /// The institution's own channel serves a detained parent.
    Institution,
    /// Nobody to call.
    NobodyToCall,
}

impl Withheld {
    /// Chinese and English text.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::StandingForbids => ("父母监护状况不允许连线", "the parent's standing forbids the call"),
            Self::StandingUnknown => ("父母状况待核实", "blocked until the parent's standing is checked"),
            Self::Institution => ("转介：由羁押机构渠道联系", "referral: by the institution's own channel"),
            Self::NobodyToCall => ("无可连线的父母", "no parent to call"),
        }
    }
}

/// A need that is not matched, with the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithheldNeed {
    /// Position among the child's needs.
    pub need: usize,
    /// Why.
    pub reason: Withheld,
}

/// A child, prepared.
#[derive(Clone, Debug)]
pub struct PreparedChild {
    /// Completed years on the day of the run.
    pub age: u8,
    /// Index of the priority class.
    pub class: usize,
    /// Whether a pair ended lately: head of the class (S30).
    pub just_ended: bool,
    /// Needs that the lead must meet.
    pub required: Vec<usize>,
    /// Needs that count in the lead's score.
    pub wished: Vec<usize>,
    /// Needs for the second pass.
    pub services: Vec<usize>,
    /// Needs that are not matched.
    pub withheld: Vec<WithheldNeed>,
    /// Hours by season. Children with the same hours, parents' hours and device share them.
    pub hours: Arc<Year<ChildHours>>,
}

/// A volunteer unit, prepared.
#[derive(Clone, Debug)]
pub struct PreparedVolunteer {
    /// Hours by season, shared as those of children are.
    pub hours: Arc<Year<WeekMask>>,
    /// Sites where she will meet a child.
    pub sites: Sites,
    /// Kilometres as the crow flies beyond which she does not go.
    pub reach_km: f64,
    /// Minutes beyond which she does not go.
    pub reach_min: u32,
    /// Some adult of the unit is a man.
    pub has_man: bool,
    /// Her commitment is shorter than the minimum term: the pairing is seasonal.
    pub seasonal: bool,
}

/// Instance and policy with everything derived that pairs ask for.
#[derive(Clone)]
pub struct Prepared<'a> {
    /// The people.
    pub instance: &'a Instance,
    /// Volunteers beyond those of the instance; their indices follow.
    further: &'a [Volunteer],
    /// The policy.
    pub policy: &'a Policy,
    /// Seasons of the period served.
    pub seasons: Vec<Season>,
    /// Which needs apply in which of them.
    pub applying: Applying,
    /// Missing papers count as arrived.
    pub provisional: bool,
    /// By child index; shared with whoever is prepared further.
    pub children: Arc<[PreparedChild]>,
    /// By volunteer index.
    pub volunteers: Vec<PreparedVolunteer>,
    /// Child indices in the order in which equals are served.
    pub child_order: Vec<u32>,
    /// Volunteer indices in the order in which equals are served.
    pub volunteer_order: Vec<u32>,
    /// The travel model.
    pub travel: GreatCircle,
    /// Pairs (child, volunteer) that conflict, were refused or went badly.
    barred_pairs: HashSet<(u32, u32)>,
    /// Pairs that went well before.
    good_pairs: HashSet<(u32, u32)>,
    /// By child, ascending: the good volunteers who are still in the pool and could come back.
    good_volunteers: HashMap<u32, Vec<u32>>,
}

impl<'a> Prepared<'a> {
    /// Derives what pairs need.
    ///
    /// # Complexity
    /// O((children + volunteers) log) time, a few hundred bytes a person.
    pub fn new(instance: &'a Instance, policy: &'a Policy, seed: u64, provisional: bool) -> Self {
        let child_index: HashMap<&str, u32> =
            instance.children.iter().zip(0..).map(|(child, index)| (child.id.as_str(), index)).collect();
        let volunteer_index: HashMap<&str, u32> =
            instance.volunteers.iter().zip(0..).map(|(unit, index)| (unit.id.as_str(), index)).collect();
        let mut prepared = Self {
            instance,
            further: &[],
            policy,
            seasons: policy.calendar.seasons_in(instance.dates.period),
            applying: Applying::of(policy),
            provisional,
            children: Arc::default(),
            volunteers: Vec::new(),
            child_order: stable_order(seed, "child", instance.children.iter().map(|child| child.id.as_str())),
            volunteer_order: stable_order(
                seed,
                "volunteer",
                instance.volunteers.iter().map(|unit| unit.id.as_str()),
            ),
            travel: GreatCircle::new(&policy.travel),
            barred_pairs: HashSet::new(),
            good_pairs: HashSet::new(),
            good_volunteers: HashMap::new(),
        };
        let just_ended = prepared.read_history(&child_index, &volunteer_index);
        let (of_children, of_volunteers) =
            (Weeks::of_children(instance), Weeks::of_volunteers(&instance.volunteers));
        let children: Vec<PreparedChild> = instance
            .children
            .par_iter()
            .zip(just_ended)
            .map(|(child, ended)| prepared.child(child, ended, of_children.of(&ChildWeek::of(child))))
            .collect();
        prepared.children = children.into();
        prepared.volunteers = instance
            .volunteers
            .par_iter()
            .map(|unit| prepared.volunteer(unit, of_volunteers.of(&address(&unit.availability))))
            .collect();
        prepared
    }

    /// The same people and further volunteers, of whom no history speaks: last in every order, in their own.
    ///
    /// # Complexity
    /// That of preparing the further volunteers, and of copying some words for each of the others.
    ///
    /// # Panics
    /// Where there are further volunteers already.
    #[must_use]
    pub fn with_further(&self, further: &'a [Volunteer]) -> Self {
        assert!(self.further.is_empty(), "volunteers are added once");
        let mut prepared = Self { further, ..self.clone() };
        let weeks = Weeks::of_volunteers(further);
        let derived = further.iter().map(|unit| self.volunteer(unit, weeks.of(&address(&unit.availability))));
        let first = prepared.volunteers.len() as u32;
        prepared.volunteers.extend(derived);
        prepared.volunteer_order.extend(first..prepared.volunteers.len() as u32);
        prepared
    }

    /// Whether a pair conflicts, was refused or went badly (S17).
    pub fn is_barred_pair(&self, child: u32, volunteer: u32) -> bool {
        self.barred_pairs.contains(&(child, volunteer))
    }

    /// Whether another volunteer than this one was good for the child and could come back.
    pub fn loses_continuity(&self, child: u32, volunteer: u32) -> bool {
        self.good_volunteers.contains_key(&child) && !self.good_pairs.contains(&(child, volunteer))
    }

    /// The volunteers who were good for the child before and could come back, ascending.
    pub fn good_volunteers(&self, child: u32) -> &[u32] {
        self.good_volunteers.get(&child).map_or(&[], Vec::as_slice)
    }

    /// The child of an index.
    pub fn child_of(&self, child: u32) -> &'a Child {
        &self.instance.children[child as usize]
    }

    /// The volunteer unit of an index.
    pub fn volunteer_of(&self, volunteer: u32) -> &'a Volunteer {
        let of_instance = &self.instance.volunteers;
        let at = volunteer as usize;
        of_instance.get(at).unwrap_or_else(|| &self.further[at - of_instance.len()])
    }

    /// Seasons of the period in which a need applies.
    pub fn seasons_of(&self, kind: NeedKind) -> impl Iterator<Item = Season> + '_ {
        self.seasons.iter().copied().filter(move |season| self.applying.has(kind, *season))
    }

    /// Travel as the plan shows it: rounded up to the policy's step, so that it locates no home.
    pub fn shown_travel_min(&self, travel_min: u32) -> u32 {
        travel_min.next_multiple_of(self.policy.travel.round_up_min.max(1))
    }

    /// Travel in points.
    pub fn travel_points(&self, travel_min: u32) -> i64 {
        i64::from(self.shown_travel_min(travel_min)) * POINTS_PER_MINUTE
    }

    /// Reads exclusions, earlier pairs and refusals; answers for each child whether a pair ended lately.
    fn read_history(
        &mut self,
        child_index: &HashMap<&str, u32>,
        volunteer_index: &HashMap<&str, u32>,
    ) -> Vec<bool> {
        let instance = self.instance;
        let mut just_ended = vec![false; instance.children.len()];
        for (child, index) in instance.children.iter().zip(0..) {
            let known = |id: &crate::model::VolunteerId| volunteer_index.get(id.as_str()).copied();
            self.barred_pairs
                .extend(child.excluded_volunteers.iter().filter_map(known).map(|unit| (index, unit)));
            self.good_pairs
                .extend(child.previous_volunteers.iter().filter_map(known).map(|unit| (index, unit)));
        }
        let pair = |child: &str, unit: &str| Some((*child_index.get(child)?, *volunteer_index.get(unit)?));
        for row in instance.existing_pairs.iter().filter(|row| row.state == PairState::Ended) {
            if let (Some(child), Some(ended_on)) = (child_index.get(row.child.as_str()), row.ended_on) {
                let days = i64::from(self.policy.eligibility.just_ended_days);
                let lately =
                    ended_on.checked_add(days.days()).is_ok_and(|until| instance.dates.today <= until);
                just_ended[*child as usize] |= lately;
            }
            let Some(known) = pair(row.child.as_str(), row.volunteer.as_str()) else { continue };
            match row.went_well {
                Some(true) => self.good_pairs.insert(known),
                Some(false) => self.barred_pairs.insert(known),
                None => false,
            };
        }
        let refused = instance.replies.iter().filter(|reply| !reply.accepted);
        self.barred_pairs
            .extend(refused.filter_map(|reply| pair(reply.child.as_str(), reply.volunteer.as_str())));
        for (child, volunteer) in self.good_pairs.difference(&self.barred_pairs).copied() {
            self.good_volunteers.entry(child).or_default().push(volunteer);
        }
        self.good_volunteers.values_mut().for_each(|units| units.sort_unstable());
        just_ended
    }

    fn child(&self, child: &Child, just_ended: bool, hours: Arc<Year<ChildHours>>) -> PreparedChild {
        let mut prepared = PreparedChild {
            age: child.age_on(self.instance.dates.today),
            class: self.class(child, just_ended),
            just_ended,
            required: Vec::new(),
            wished: Vec::new(),
            services: Vec::new(),
            withheld: Vec::new(),
            hours,
        };
        for (position, need) in child.needs.iter().enumerate() {
            if let Some(reason) = withheld(child, need) {
                prepared.withheld.push(WithheldNeed { need: position, reason });
                continue;
            }
            match (self.policy.need(need.kind).assignment, need.strength) {
                (Assignment::Lead, Strength::Required) => prepared.required.push(position),
                (Assignment::Lead, Strength::Wished) | (Assignment::Scored, _) => {
                    prepared.wished.push(position);
                }
                (Assignment::Service, _) => prepared.services.push(position),
            }
        }
        prepared
    }

    fn class(&self, child: &Child, just_ended: bool) -> usize {
        let holds = |condition: &ClassCondition| match *condition {
            ClassCondition::RiskAtLeast(level) => child.risk.level >= level,
            ClassCondition::LivingAlone => child.living_alone,
            ClassCondition::NobodyHomeForFestival => child.nobody_home_for_festival,
            ClassCondition::PairJustEnded => just_ended,
            ClassCondition::Everybody => true,
        };
        let last = self.policy.classes.len().saturating_sub(1);
        self.policy.classes.iter().position(|class| class.any_of.iter().any(holds)).unwrap_or(last)
    }

    fn volunteer(&self, unit: &Volunteer, hours: Arc<Year<WeekMask>>) -> PreparedVolunteer {
        let travel = &self.policy.travel;
        let (reach_km, reach_min) = match unit.reach {
            _ if !self.policy.enforces(Rule::WithinReach) => (f64::INFINITY, u32::MAX),
            Reach::Kilometers(km) => (km, travel.max_travel_min),
            Reach::Minutes(minutes) => (f64::INFINITY, minutes.min(travel.max_travel_min)),
            Reach::Default => (travel.default_reach_km, travel.max_travel_min),
        };
        let settings = &unit.limits.settings;
        let accepts = |site: Site| settings.is_empty() || settings.contains(&site);
        let min_term = i64::from(self.policy.eligibility.min_term_days);
        let term_ends = self.instance.dates.today.checked_add(min_term.days());
        PreparedVolunteer {
            hours,
            sites: Sites {
                home: accepts(Site::Home) || accepts(Site::CommunitySite),
                school: accepts(Site::School),
            },
            reach_km: reach_km.min(self.travel.radius_km(reach_min)).min(HALF_ROUND_THE_EARTH_KM),
            reach_min,
            has_man: unit.adults.iter().any(|adult| adult.sex == Sex::Male),
            seasonal: match (unit.committed_through, term_ends) {
                (Some(through), Ok(until)) => through < until,
                _ => false,
            },
        }
    }
}

/// Whether a need may not be matched, by the parents' standing (S42).
fn withheld(child: &Child, need: &Need) -> Option<Withheld> {
    if need.kind != NeedKind::VideoCall {
        return None;
    }
    match child.parents.standing {
        ParentStanding::Free => None,
        ParentStanding::Unknown => {
            child.categories.contains(&Category::DeFactoUnattended).then_some(Withheld::StandingUnknown)
        }
        ParentStanding::Detained => Some(Withheld::Institution),
        ParentStanding::Absent => Some(Withheld::NobodyToCall),
        ParentStanding::GuardianshipRevoked
        | ParentStanding::ProtectionOrder
        | ParentStanding::VisitationSuspended
        | ParentStanding::UnderConcern => Some(Withheld::StandingForbids),
    }
}
