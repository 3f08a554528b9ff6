//! Pairs that stand already: kept, accepted and pinned ones are taken out before anything is solved.
//!
//! Kept and accepted pairs never move, even where a rule no longer holds: then they are shown with the rule,
//! for a coordinator to suspend. A pin is only a wish of this run; one that breaks a rule is refused, and so is
//! one for which kept and accepted pairs and earlier pins leave no place. A brother or sister of a child with a
//! standing pair joins it where the rules allow.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::prepared::Prepared;
use super::rules::{Scope, Verdict, siblings_fit, verdict};
use crate::model::pairing::PairState;
use crate::model::policy::SiblingPolicy;
use crate::model::{ChildId, HouseholdId, Rule, VolunteerId};

/// How a pair came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Proposed by this run.
    Proposed,
    /// Alive before.
    Kept,
    /// Proposed before, and accepted.
    Accepted,
    /// Set by a coordinator.
    Pinned,
    /// With a brother or sister whose pair stands.
    JoinedSibling,
}

impl Origin {
    /// Chinese name and stable English code.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Proposed => ("建议", "proposed"),
            Self::Kept => ("保持", "kept"),
            Self::Accepted => ("已接受", "accepted"),
            Self::Pinned => ("指定", "pinned"),
            Self::JoinedSibling => ("随兄弟姐妹", "joined_sibling"),
        }
    }
}

/// A pair that this run does not move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingPair {
    /// Child index.
    pub child: u32,
    /// Volunteer index.
    pub volunteer: u32,
    /// Why it stands.
    pub origin: Origin,
    /// What the rules say of it today.
    pub verdict: Verdict,
}

/// The standing pairs of a run.
#[derive(Clone, Debug, Default)]
pub struct StandingPairs {
    /// One a child at most: kept and accepted ones, pins, joined siblings, each in stable order of the children.
    pub pairs: Vec<StandingPair>,
    /// Pins that break a rule, or find no place left.
    pub refused_pins: Vec<StandingPair>,
    of_child: HashMap<u32, usize>,
    households: HashMap<u32, u32>,
    /// By waiting child: the units of its brothers and sisters, which it could not join.
    not_joined: HashMap<u32, Vec<u32>>,
}

/// Two rows that cannot both stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StandingConflict {
    /// A child with two lead volunteers.
    #[error(
        "儿童 {child} 同时与志愿者 {first} 和 {second} 结对：请在 existing_pairs.csv 或 replies.csv 中只留一个 / child {child} stands with volunteers {first} and {second}: keep one of them in existing_pairs.csv or replies.csv"
    )]
    TwoVolunteers {
        /// The child.
        child: ChildId,
        /// One volunteer.
        first: VolunteerId,
        /// The other.
        second: VolunteerId,
    },
    /// A standing pair that was also refused.
    #[error(
        "儿童 {child} 与志愿者 {volunteer} 既成立又被婉拒：请改正 existing_pairs.csv 或 replies.csv / the pair of child {child} and volunteer {volunteer} stands and was declined: correct existing_pairs.csv or replies.csv"
    )]
    AlsoDeclined {
        /// The child.
        child: ChildId,
        /// The volunteer.
        volunteer: VolunteerId,
    },
}

impl StandingPairs {
    /// Whether a child is held by a standing pair.
    pub fn holds(&self, child: u32) -> bool {
        self.of_child.contains_key(&child)
    }

    /// Households that a volunteer serves already.
    pub fn households_of(&self, volunteer: u32) -> u32 {
        self.households.get(&volunteer).copied().unwrap_or(0)
    }

    /// Whether a unit serves a brother or sister of a waiting child, which could not join it: then neither may
    /// it be served there as if it were of another household (H17).
    pub fn could_not_join(&self, child: u32, volunteer: u32) -> bool {
        self.not_joined.get(&child).is_some_and(|units| units.contains(&volunteer))
    }

    /// The units of a waiting child's brothers and sisters, which it [could not join](Self::could_not_join).
    pub fn not_joined(&self, child: u32) -> &[u32] {
        self.not_joined.get(&child).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, pair: StandingPair) {
        self.of_child.insert(pair.child, self.pairs.len());
        self.pairs.push(pair);
    }
}

/// Collects the standing pairs.
///
/// # Errors
/// [`StandingConflict`] where two rows cannot both stand.
pub fn standing_pairs(prepared: &Prepared<'_>) -> Result<StandingPairs, StandingConflict> {
    let named = named_pairs(prepared)?;
    let mut standing = StandingPairs::default();
    let mut served = Served::default();
    let stable = || prepared.child_order.iter().filter_map(|child| Some((*child, *named.get(child)?)));
    for (child, (volunteer, origin)) in stable().filter(|(_, (_, origin))| *origin != Origin::Pinned) {
        let mut verdict = verdict(prepared, &[child], volunteer, Scope::Lead);
        // The place is taken by this very pair, so that a capacity of 0 speaks of further ones.
        verdict.broken.retain(|rule| *rule != Rule::Capacity);
        served.add(prepared, child, volunteer);
        standing.add(StandingPair { child, volunteer, origin, verdict });
    }
    for (child, (volunteer, origin)) in stable().filter(|(_, (_, origin))| *origin == Origin::Pinned) {
        let mut verdict = verdict(prepared, &[child], volunteer, Scope::Lead);
        if verdict.admissible() {
            verdict.broken = served.no_room(prepared, child, volunteer);
        }
        let pair = StandingPair { child, volunteer, origin, verdict };
        if pair.verdict.admissible() {
            served.add(prepared, child, volunteer);
            standing.add(pair);
        } else {
            standing.refused_pins.push(pair);
        }
    }
    join_siblings(prepared, &mut standing);
    count_households(prepared, &mut standing);
    Ok(standing)
}

/// Children whom each volunteer serves already, by household.
#[derive(Default)]
struct Served<'a>(BTreeMap<u32, BTreeMap<PlaceTaker<'a>, usize>>);

impl<'a> Served<'a> {
    fn add(&mut self, prepared: &Prepared<'a>, child: u32, volunteer: u32) {
        *self.0.entry(volunteer).or_default().entry(PlaceTaker::of(prepared, child)).or_default() += 1;
    }

    /// The rules that one child more would break: every place is taken (H12), or she takes no further brother or
    /// sister (H17).
    fn no_room(&self, prepared: &Prepared<'_>, child: u32, volunteer: u32) -> Vec<Rule> {
        let Some(households) = self.0.get(&volunteer) else { return Vec::new() };
        let full = households.len() >= prepared.volunteer_of(volunteer).capacity as usize;
        match households.get(&PlaceTaker::of(prepared, child)) {
            Some(siblings) if !siblings_fit(prepared, volunteer, siblings + 1) => vec![Rule::Siblings],
            None if full && prepared.policy.enforces(Rule::Capacity) => vec![Rule::Capacity],
            _ => Vec::new(),
        }
    }
}

/// What takes one place with a volunteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceTaker<'a> {
    /// Brothers and sisters, where the policy keeps them together.
    Household(&'a HouseholdId),
    /// Anybody else.
    Child(&'a ChildId),
}

impl<'a> PlaceTaker<'a> {
    /// As whom a child takes its place.
    pub fn of(prepared: &Prepared<'a>, child: u32) -> Self {
        let together = prepared.policy.siblings == SiblingPolicy::SameVolunteer;
        let child = prepared.child_of(child);
        match &child.household {
            Some(household) if together => Self::Household(household),
            _ => Self::Child(&child.id),
        }
    }
}

/// Volunteer and origin by child, from both sheets; an accepted or kept pair outranks a pin of the same two.
fn named_pairs(prepared: &Prepared<'_>) -> Result<BTreeMap<u32, (u32, Origin)>, StandingConflict> {
    let instance = prepared.instance;
    let children: HashMap<&ChildId, u32> = instance.children.iter().map(|child| &child.id).zip(0..).collect();
    let units: HashMap<&VolunteerId, u32> =
        instance.volunteers.iter().map(|unit| &unit.id).zip(0..).collect();
    let existing = instance.existing_pairs.iter().filter_map(|row| match row.state {
        PairState::Kept => Some((&row.child, &row.volunteer, Origin::Kept)),
        PairState::Pinned => Some((&row.child, &row.volunteer, Origin::Pinned)),
        PairState::Ended => None,
    });
    let accepted = instance.replies.iter().filter(|reply| reply.accepted);
    let rows = existing.chain(accepted.map(|reply| (&reply.child, &reply.volunteer, Origin::Accepted)));
    let declined: BTreeSet<(&ChildId, &VolunteerId)> = instance
        .replies
        .iter()
        .filter(|reply| !reply.accepted)
        .map(|reply| (&reply.child, &reply.volunteer))
        .collect();
    let mut named: BTreeMap<u32, (u32, Origin)> = BTreeMap::new();
    for (child_id, volunteer_id, origin) in rows {
        let (Some(child), Some(volunteer)) = (children.get(child_id), units.get(volunteer_id)) else {
            continue;
        };
        if origin != Origin::Pinned && declined.contains(&(child_id, volunteer_id)) {
            return Err(StandingConflict::AlsoDeclined {
                child: child_id.clone(),
                volunteer: volunteer_id.clone(),
            });
        }
        let entry = named.entry(*child).or_insert((*volunteer, origin));
        if entry.0 != *volunteer {
            let mut both = [prepared.volunteer_of(entry.0).id.clone(), volunteer_id.clone()];
            both.sort_unstable();
            let [first, second] = both;
            return Err(StandingConflict::TwoVolunteers { child: child_id.clone(), first, second });
        }
        entry.1 = entry.1.min(origin);
    }
    Ok(named)
}

fn join_siblings(prepared: &Prepared<'_>, standing: &mut StandingPairs) {
    if prepared.policy.siblings != SiblingPolicy::SameVolunteer {
        return;
    }
    let mut served: BTreeMap<&HouseholdId, Vec<u32>> = BTreeMap::new();
    for pair in &standing.pairs {
        if let Some(household) = &prepared.child_of(pair.child).household {
            served.entry(household).or_default().push(pair.volunteer);
        }
    }
    for child in &prepared.child_order {
        let household = prepared.child_of(*child).household.as_ref();
        let Some(units) = household.and_then(|household| served.get_mut(household)) else { continue };
        if standing.holds(*child) {
            continue;
        }
        let joins = units.iter().copied().find_map(|unit| {
            let mut verdict = verdict(prepared, &[*child], unit, Scope::Lead);
            verdict.broken.retain(|rule| *rule != Rule::Capacity);
            let siblings = units.iter().filter(|other| **other == unit).count() + 1;
            (verdict.admissible() && siblings_fit(prepared, unit, siblings)).then_some((unit, verdict))
        });
        if let Some((volunteer, verdict)) = joins {
            units.push(volunteer);
            standing.add(StandingPair { child: *child, volunteer, origin: Origin::JoinedSibling, verdict });
        } else {
            standing.not_joined.insert(*child, units.clone());
        }
    }
}

fn count_households(prepared: &Prepared<'_>, standing: &mut StandingPairs) {
    let mut counted: BTreeSet<(u32, PlaceTaker<'_>)> = BTreeSet::new();
    for pair in &standing.pairs {
        if counted.insert((pair.volunteer, PlaceTaker::of(prepared, pair.child))) {
            *standing.households.entry(pair.volunteer).or_default() += 1;
        }
    }
}
