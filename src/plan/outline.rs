//! A pass before any of its pairs is known: who is to be placed, whose places are open, what leaving somebody alone costs.
//!
//! The unmatched prices hold for **all** admissible pairs, although nobody has looked at them: the step between ranks
//! exceeds what any alternating path can change in cost, because each group's share is bounded from the policy and
//! the group's own needs. A pair costs at least 0 and at most
//! the longest way that anybody makes (nothing for a group that nobody visits) + every wished need missed + every
//! half-hour asked for short + the home language + continuity ([`Ask::most`]). With mᵢ that bound,
//! step = Σᵢ mᵢ + max mᵢ + greatest load step + 1 (see [`lexicographic_prices`]), rounded up to whole hours: costs are whole minutes,
//! mostly fives of them, and so all amounts keep a common measure, by which the solver tells ties from differences.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::PlanError;
use super::pass::PassKind;
use crate::assignment::tiers::lexicographic_prices;
use crate::assignment::{Problem, ProblemBuilder, ProblemError, Unmatched};
use crate::candidates::rules::child_verdict;
use crate::candidates::{Group, Prepared, StandingPairs};
use crate::model::policy::{CoverageMode, POINTS_PER_MINUTE};
use crate::scoring::bound::{Alphabet, Ask, longest_way_min};

/// Points of an hour.
const HOUR: i64 = 60 * POINTS_PER_MINUTE;

/// The places of one volunteer in a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Volunteer index.
    pub volunteer: u32,
    /// Places offered.
    pub offered: u32,
    /// Places that standing pairs hold.
    pub standing: u32,
}

impl Places {
    /// Places open to this pass.
    pub fn open(&self) -> u32 {
        self.offered.saturating_sub(self.standing)
    }
}

/// How dear it is to leave a group alone: `rank × step` points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmatchedPrices {
    /// Points a rank.
    pub step: i64,
    /// By group.
    pub ranks: Vec<i64>,
}

/// What a certificate says of a pass besides its pairs.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'p> {
    /// Which.
    pub kind: PassKind,
    /// Left nodes.
    pub groups: &'p [Group],
    /// Right nodes.
    pub places: &'p [Places],
    /// What leaving a group alone costs.
    pub unmatched: &'p UnmatchedPrices,
    /// Points of each further household of one volunteer.
    pub load_step: i64,
}

/// A pass before its pairs are known.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Which.
    pub kind: PassKind,
    /// Left nodes, in stable order.
    pub groups: Vec<Group>,
    /// Right nodes, in stable order: volunteers with an open place.
    pub places: Vec<Places>,
    /// What leaving a group alone costs.
    pub unmatched: UnmatchedPrices,
    /// Points of each further household of one volunteer.
    pub load_step: i64,
    /// Pairs (group, volunteer) that are ruled out apart from the rules.
    pub barred: HashSet<(u32, u32)>,
}

impl Outline {
    /// Children and their leads.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn of_leads(
        prepared: &Prepared<'_>,
        standing: &StandingPairs,
        groups: Vec<Group>,
    ) -> Result<Self, PlanError> {
        let not_joined = |(group, at): (&Group, u32)| -> Vec<(u32, u32)> {
            let units = group.children.iter().flat_map(|child| standing.not_joined(*child));
            units.map(|unit| (at, *unit)).collect()
        };
        let barred = groups.iter().zip(0_u32..).flat_map(not_joined).collect();
        let places = prepared.volunteer_order.iter().map(|volunteer| Places {
            volunteer: *volunteer,
            offered: prepared.volunteer_of(*volunteer).capacity,
            standing: standing.households_of(*volunteer),
        });
        let places = places.filter(|place| place.open() > 0).collect();
        let load_step = i64::from(prepared.policy.exchange.further_household_min) * POINTS_PER_MINUTE;
        let unmatched = UnmatchedPrices { step: 1, ranks: Vec::new() };
        let mut outline = Self { kind: PassKind::Lead, groups, places, unmatched, load_step, barred };
        outline.unmatched = if prepared.policy.coverage == CoverageMode::Priced {
            priced(prepared, &outline.groups)
        } else {
            outline.lexicographic(prepared, &ranks(prepared, &outline.groups))?
        };
        Ok(outline)
    }

    /// The same groups, with the places of further volunteers behind the others; `prepared` is that of all.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn with_further(&self, prepared: &Prepared<'_>, further: Range<u32>) -> Result<Self, PlanError> {
        let mut outline = self.clone();
        outline.places.extend(further.clone().map(|volunteer| Places {
            volunteer,
            offered: prepared.volunteer_of(volunteer).capacity,
            standing: 0,
        }));
        let longest =
            |places: &[Places]| longest_way_min(prepared, places.iter().map(|place| place.volunteer));
        // What leaving a group alone costs depends on volunteers by these two alone.
        let is_as_before = longest(&outline.places) == longest(&self.places)
            && outline.most_households() == self.most_households();
        if prepared.policy.coverage != CoverageMode::Priced && !is_as_before {
            outline.unmatched = outline.lexicographic(prepared, &ranks(prepared, &outline.groups))?;
        }
        Ok(outline)
    }

    /// Households beyond the first that one volunteer takes at most.
    fn most_households(&self) -> u32 {
        self.places.iter().map(|place| place.offered.saturating_sub(1)).max().unwrap_or(0)
    }

    /// Needs and specialists.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn of_services(prepared: &Prepared<'_>, groups: Vec<Group>) -> Result<Self, PlanError> {
        let places = prepared.volunteer_order.iter().map(|volunteer| Places {
            volunteer: *volunteer,
            offered: prepared.volunteer_of(*volunteer).service_capacity,
            standing: 0,
        });
        let places = places.filter(|place| place.open() > 0).collect();
        let unmatched = UnmatchedPrices { step: 1, ranks: Vec::new() };
        let barred = HashSet::new();
        let mut outline = Self { kind: PassKind::Service, groups, places, unmatched, load_step: 0, barred };
        outline.unmatched = outline.lexicographic(prepared, &ranks(prepared, &outline.groups))?;
        Ok(outline)
    }

    /// Groups that all count alike, and places without load: for backups.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn of_equals(
        prepared: &Prepared<'_>,
        groups: Vec<Group>,
        places: Vec<Places>,
        barred: HashSet<(u32, u32)>,
    ) -> Result<Self, PlanError> {
        let mut outline = Self { barred, ..Self::without_prices(groups, places) };
        outline.unmatched = outline.lexicographic(prepared, &vec![1; outline.groups.len()])?;
        Ok(outline)
    }

    /// Groups that look for leads, and places; for searches alone.
    pub fn without_prices(groups: Vec<Group>, places: Vec<Places>) -> Self {
        let unmatched = UnmatchedPrices { step: 1, ranks: vec![0; groups.len()] };
        Self { kind: PassKind::Lead, groups, places, unmatched, load_step: 0, barred: HashSet::new() }
    }

    /// What a certificate says of it.
    pub fn frame(&self) -> Frame<'_> {
        let Self { kind, groups, places, unmatched, load_step, .. } = self;
        Frame { kind: *kind, groups, places, unmatched, load_step: *load_step }
    }

    /// What each open place of a volunteer costs for the households that she has before; empty where that is nothing.
    pub fn steps(&self, place: &Places) -> Vec<i64> {
        let households = if self.load_step == 0 { 0..0 } else { place.standing..place.offered };
        households.map(|before| i64::from(before) * self.load_step).collect()
    }

    /// What leaving a group alone costs.
    pub fn unmatched_price(&self, group: usize) -> i64 {
        self.unmatched.ranks[group] * self.unmatched.step
    }

    /// The problem over some of the admissible pairs: by group, right node and cost.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    pub fn problem(&self, rows: &[Vec<(u32, i64)>]) -> Result<Problem, PlanError> {
        let mut builder = ProblemBuilder::new();
        for place in &self.places {
            builder.push_right(place.open(), &self.steps(place))?;
        }
        for (group, row) in rows.iter().enumerate() {
            builder.push_left(Unmatched::Price(self.unmatched_price(group)), row)?;
        }
        Ok(builder.finish()?)
    }

    /// Prices by rank. Under lexicographic coverage a group's rank is the place of its children, counted by tier, in
    /// lexicographic order: exact by the exchange property of matchable sets (see [`lexicographic_prices`]), and a
    /// household of three counts as three.
    fn lexicographic(&self, prepared: &Prepared<'_>, ranks: &[u32]) -> Result<UnmatchedPrices, PlanError> {
        let alphabet = Alphabet::of(prepared);
        let longest = longest_way_min(prepared, self.places.iter().map(|place| place.volunteer));
        let ranges = self.groups.par_iter().map(|group| {
            let ready = group.children.iter().all(|child| child_verdict(prepared, *child).admissible());
            let most = ready.then(|| Ask::of(prepared, &alphabet, group).most(prepared, group, longest));
            most.map_or(Vec::new(), |most| vec![0, most])
        });
        let ranges: Vec<Vec<i64>> = ranges.collect();
        let most_load = i64::from(self.most_households()) * self.load_step;
        let prices = lexicographic_prices(ranges, ranks, most_load)?;
        let step = prices.iter().zip(ranks).map(|(price, rank)| price / i64::from(*rank)).next().unwrap_or(1);
        let hours = (step - 1) / HOUR + 1;
        let highest = ranks.iter().copied().max().unwrap_or(1);
        let dearest = i128::from(hours) * i128::from(HOUR) * i128::from(highest);
        if dearest > i128::from(i64::MAX) {
            return Err(ProblemError::Overflow { bound: dearest }.into());
        }
        let step = hours * HOUR;
        Ok(UnmatchedPrices { step, ranks: ranks.iter().copied().map(i64::from).collect() })
    }
}

/// The policy's own prices, by class.
fn priced(prepared: &Prepared<'_>, groups: &[Group]) -> UnmatchedPrices {
    let price = |child: &u32| {
        let class = &prepared.policy.classes[prepared.children[*child as usize].class];
        i64::from(class.unmatched_min) * POINTS_PER_MINUTE
    };
    let ranks = groups.iter().map(|group| group.children.iter().map(price).sum()).collect();
    UnmatchedPrices { step: 1, ranks }
}

/// The place of each group among the distinct counts of children by tier.
fn ranks(prepared: &Prepared<'_>, groups: &[Group]) -> Vec<u32> {
    let tiers: Vec<Vec<u32>> = groups.iter().map(|group| tier_counts(prepared, &group.children)).collect();
    let distinct: BTreeSet<&Vec<u32>> = tiers.iter().collect();
    let distinct: Vec<&Vec<u32>> = distinct.into_iter().collect();
    tiers.iter().map(|tier| distinct.partition_point(|other| *other < tier) as u32 + 1).collect()
}

/// Children of a group by tier, the highest first: two tiers a class, those whose pair just ended ahead (S30).
fn tier_counts(prepared: &Prepared<'_>, children: &[u32]) -> Vec<u32> {
    let mut counts = vec![0; prepared.policy.classes.len() * 2];
    for child in children {
        let child = &prepared.children[*child as usize];
        counts[child.class * 2 + usize::from(!child.just_ended)] += 1;
    }
    counts
}
