//! One pass of the engine: a candidate graph in, a solved assignment problem out.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::PlanError;
use crate::assignment::tiers::lexicographic_prices;
use crate::assignment::{Method, Problem, ProblemBuilder, Progress, Solution, Unmatched, solve};
use crate::candidates::{CandidateGraph, Prepared, StandingPairs};
use crate::model::policy::{CoverageMode, POINTS_PER_MINUTE};
use crate::scoring::{Score, score};

/// Which pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassKind {
    /// Children and their leads.
    Lead,
    /// Needs and specialists.
    Service,
}

impl PassKind {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Service => "service",
        }
    }
}

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

/// A pass ready to be solved.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Which.
    pub kind: PassKind,
    /// Left nodes and their admissible volunteers; left `i` of the problem is group `i`.
    pub graph: CandidateGraph,
    /// Scores, arc by arc.
    pub scores: Vec<Score>,
    /// Right `j` of the problem is `places[j]`.
    pub places: Vec<Places>,
    /// What leaving a group alone costs.
    pub unmatched: UnmatchedPrices,
    /// Points of each further household of one volunteer.
    pub load_step: i64,
    /// The problem.
    pub problem: Problem,
}

/// A pass with its solution.
#[derive(Clone, Debug)]
pub struct SolvedPass {
    /// The pass.
    pub pass: Pass,
    /// Who got whom, and the prices.
    pub solution: Solution,
}

impl Pass {
    /// Scores the arcs and builds the problem. Volunteers without an open place take no part.
    ///
    /// # Errors
    /// Amounts that leave 64 bits.
    ///
    /// # Complexity
    /// O(arcs) scores.
    pub fn build(
        prepared: &Prepared<'_>,
        kind: PassKind,
        graph: CandidateGraph,
        places: Vec<Places>,
    ) -> Result<Self, PlanError> {
        let places: Vec<Places> = places.into_iter().filter(|place| place.open() > 0).collect();
        let mut right_of = vec![None; prepared.instance.volunteers.len()];
        for (place, right) in places.iter().zip(0_u32..) {
            right_of[place.volunteer as usize] = Some(right);
        }
        let graph = graph.keep(|_, volunteer| right_of[volunteer as usize].is_some());
        let scores = score_all(prepared, &graph);
        let load_step = match kind {
            PassKind::Lead => i64::from(prepared.policy.exchange.further_household_min) * POINTS_PER_MINUTE,
            PassKind::Service => 0,
        };
        let unmatched = unmatched_prices(prepared, kind, &graph, &scores, &places, load_step)?;
        let mut builder = ProblemBuilder::new();
        for place in &places {
            let steps: Vec<i64> =
                (place.standing..place.offered).map(|households| i64::from(households) * load_step).collect();
            let steps = if load_step == 0 { &[] } else { steps.as_slice() };
            builder.push_right(place.open(), steps)?;
        }
        for group in 0..graph.groups.len() {
            let range = graph.row_start[group]..graph.row_start[group + 1];
            let arcs: Vec<(u32, i64)> = graph.volunteers[range.clone()]
                .iter()
                .zip(&scores[range])
                .filter_map(|(unit, score)| right_of[*unit as usize].map(|right| (right, score.total())))
                .collect();
            builder.push_left(Unmatched::Price(unmatched.ranks[group] * unmatched.step), &arcs)?;
        }
        Ok(Self { kind, graph, scores, places, unmatched, load_step, problem: builder.finish()? })
    }

    /// Solves the pass.
    ///
    /// # Errors
    /// A solver that was stopped or refused the size.
    pub fn solve(
        self,
        method: Method,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<SolvedPass, PlanError> {
        let solution = solve(&self.problem, method, progress)?;
        Ok(SolvedPass { pass: self, solution })
    }
}

impl SolvedPass {
    /// The volunteer whom a group got.
    pub fn volunteer_of(&self, group: usize) -> Option<u32> {
        self.solution.chosen[group].map(|arc| self.pass.graph.volunteers[arc as usize])
    }

    /// How many groups each right node got.
    pub fn used(&self) -> Vec<u32> {
        let mut used = vec![0; self.pass.places.len()];
        for arc in self.solution.chosen.iter().flatten() {
            used[self.pass.problem.arc_right(*arc as usize) as usize] += 1;
        }
        used
    }
}

/// Scores every arc, in the order of the arcs on any number of threads.
fn score_all(prepared: &Prepared<'_>, graph: &CandidateGraph) -> Vec<Score> {
    let rows: Vec<Vec<Score>> = (0..graph.groups.len())
        .into_par_iter()
        .map(|group| {
            let members = &graph.groups[group];
            graph
                .row(group)
                .iter()
                .map(|unit| score(prepared, members, *unit).expect("an admissible pair can meet"))
                .collect()
        })
        .collect();
    rows.into_iter().flatten().collect()
}

/// What leaving each group alone costs. Under lexicographic coverage a group's rank is the place of its
/// children, counted by tier, in lexicographic order: exact by the exchange property of matchable sets
/// (see [`lexicographic_prices`]), and a household of three counts as three.
fn unmatched_prices(
    prepared: &Prepared<'_>,
    kind: PassKind,
    graph: &CandidateGraph,
    scores: &[Score],
    places: &[Places],
    load_step: i64,
) -> Result<UnmatchedPrices, PlanError> {
    if kind == PassKind::Lead && prepared.policy.coverage == CoverageMode::Priced {
        let price = |child: &u32| {
            let class = &prepared.policy.classes[prepared.children[*child as usize].class];
            i64::from(class.unmatched_min) * POINTS_PER_MINUTE
        };
        let ranks = graph.groups.iter().map(|group| group.children.iter().map(price).sum()).collect();
        return Ok(UnmatchedPrices { step: 1, ranks });
    }
    let tiers: Vec<Vec<u32>> =
        graph.groups.iter().map(|group| tier_counts(prepared, &group.children)).collect();
    let distinct: BTreeSet<&Vec<u32>> = tiers.iter().collect();
    let distinct: Vec<&Vec<u32>> = distinct.into_iter().collect();
    let ranks: Vec<u32> =
        tiers.iter().map(|tier| distinct.partition_point(|other| *other < tier) as u32 + 1).collect();
    let costs = (0..graph.groups.len())
        .map(|group| scores[graph.row_start[group]..graph.row_start[group + 1]].iter().map(Score::total));
    let most_households = places.iter().map(|place| place.offered.saturating_sub(1)).max().unwrap_or(0);
    let prices = lexicographic_prices(costs, &ranks, i64::from(most_households) * load_step)?;
    let step = prices.iter().zip(&ranks).map(|(price, rank)| price / i64::from(*rank)).next().unwrap_or(1);
    Ok(UnmatchedPrices { step, ranks: ranks.into_iter().map(i64::from).collect() })
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

/// The places of every volunteer for leads, in stable order.
pub fn lead_places(prepared: &Prepared<'_>, standing: &StandingPairs) -> Vec<Places> {
    let places = prepared.volunteer_order.iter().map(|volunteer| Places {
        volunteer: *volunteer,
        offered: prepared.volunteer_of(*volunteer).capacity,
        standing: standing.households_of(*volunteer),
    });
    places.collect()
}

/// The places of every specialist, in stable order.
pub fn service_places(prepared: &Prepared<'_>) -> Vec<Places> {
    let places = prepared.volunteer_order.iter().map(|volunteer| Places {
        volunteer: *volunteer,
        offered: prepared.volunteer_of(*volunteer).service_capacity,
        standing: 0,
    });
    places.collect()
}
