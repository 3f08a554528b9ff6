//! Fairness: what it costs that nobody fares too badly, that no township or category is left behind, that no group pays more
//! than the others.
//!
//! In: a loaded plan, whose policy puts coverage first. Out: points that a coordinator may choose from, each with what it costs
//! and how its burdens are spread ([`Spread`], by the definitions of docs/MEASURES.md).
//!
//! - [`bottleneck`]: exact frontier between the total and the worst-off pair; coverage by class stays what it is.
//! - [`quotas`]: exact frontier between the total and coverage quotas of disjoint groups.
//! - [`gaps`]: supported points between the total and the gap of group means. One such side constraint makes the problem
//!   NP-hard, so these points are exact each for its own gap, and between them there is a bound.
//!
//! A household whose children are placed together is one pair here, and belongs to the group of its first child.

pub mod bottleneck;
pub mod gaps;
mod pairs;
pub mod quotas;

use std::collections::BTreeMap;

use serde::Serialize;

use super::loaded::LoadedPlan;
use crate::assignment::frontier::FrontierError;
use crate::candidates::{Prepared, Scope};
use crate::model::policy::CoverageMode;
use crate::scoring::spread::{gini, percentile};
use crate::scoring::{Score, Term, score_child};

/// By what a pair is badly off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// One-way travel as the plan shows it.
    Travel,
    /// The whole score; of a household, the greatest child's.
    Score,
}

/// What makes groups of children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// The township.
    Township,
    /// The first category.
    Category,
}

impl GroupBy {
    /// The group of a child: the township's name, or the Chinese name of the category.
    pub fn name(self, prepared: &Prepared<'_>, child: u32) -> String {
        let child = prepared.child_of(child);
        match self {
            Self::Township => child.place.township.to_string(),
            Self::Category => {
                child.categories.first().map_or_else(String::new, |category| category.names().0.to_owned())
            }
        }
    }
}

/// How burdens are spread over the children of a group who got a volunteer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The group; empty for everybody.
    pub group: String,
    /// Children who wait for a volunteer.
    pub waiting: usize,
    /// Of them, those who get one.
    pub paired: usize,
    /// Mean of the children's own cost, in points.
    pub mean_points: Option<f64>,
    /// Gini coefficient of the children's own cost.
    pub gini: f64,
    /// 90th percentile of the one-way minutes shown, among pairs that meet in person.
    pub way_p90_min: Option<u32>,
}

/// Why there is no frontier.
#[derive(Debug, thiserror::Error)]
pub enum FairnessError {
    /// Coverage is weighed by price.
    #[error(
        "规则按价取舍覆盖（coverage = \"priced\"），没有固定的覆盖可以保持：请改为 lexicographic 后重新 match / the policy weighs \
         coverage by price, so there is no coverage to keep: set coverage = \"lexicographic\" and run match again"
    )]
    Priced,
    /// More pairs than are held at a time.
    #[error(
        "可行的对太多（约 {within_reach}），此项只适用于县级规模：请按乡镇或区县分开计算 / too many pairs (about {within_reach}) \
         for this question, which is for a county's size: ask by county or township"
    )]
    TooManyPairs {
        /// Pairs within reach.
        within_reach: u64,
    },
    /// The solver.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
}

/// Refuses a policy that weighs coverage by price.
fn coverage_comes_first(plan: &LoadedPlan<'_>) -> Result<(), FairnessError> {
    if plan.prepared.policy.coverage == CoverageMode::Lexicographic {
        Ok(())
    } else {
        Err(FairnessError::Priced)
    }
}

/// Who gets whom in a choice, by child and volunteer.
fn pairs_of(plan: &LoadedPlan<'_>, rights: &[Option<u32>]) -> Vec<(u32, u32)> {
    let placed = plan.outline.groups.iter().zip(rights);
    let of_group = placed.filter_map(|(group, right)| Some((group, plan.volunteer_at((*right)?))));
    of_group.flat_map(|(group, unit)| group.children.iter().map(move |child| (*child, unit))).collect()
}

/// How many children have another volunteer than in the plan, or none.
fn moved(plan: &LoadedPlan<'_>, rights: &[Option<u32>]) -> usize {
    let groups = (0_u32..).zip(&plan.outline.groups).zip(rights);
    groups
        .filter(|((at, _), right)| plan.chosen(*at) != **right)
        .map(|((_, group), _)| group.children.len())
        .sum()
}

/// Spread over everybody, then over each group in the order of names.
fn spreads(plan: &LoadedPlan<'_>, by: GroupBy, rights: &[Option<u32>]) -> Vec<Spread> {
    #[derive(Default)]
    struct Gathered {
        waiting: usize,
        scores: Vec<Score>,
    }
    let prepared = plan.prepared;
    let mut gathered: BTreeMap<String, Gathered> = BTreeMap::new();
    for child in plan.outline.groups.iter().flat_map(|group| &group.children) {
        for name in [String::new(), by.name(prepared, *child)] {
            gathered.entry(name).or_default().waiting += 1;
        }
    }
    for (child, unit) in pairs_of(plan, rights) {
        let Some(score) = score_child(prepared, child, unit, Scope::Lead) else { continue };
        for name in [String::new(), by.name(prepared, child)] {
            gathered.entry(name).or_default().scores.push(score);
        }
    }
    let spread = |(group, of): (String, Gathered)| {
        let mut costs: Vec<i64> = of.scores.iter().map(Score::total).collect();
        let ways = of.scores.iter().map(|score| score.part(Term::Travel)).filter(|points| *points > 0);
        let mut ways: Vec<u32> =
            ways.map(|points| (points / crate::model::policy::POINTS_PER_MINUTE) as u32).collect();
        ways.sort_unstable();
        let sum: i64 = costs.iter().sum();
        Spread {
            group,
            waiting: of.waiting,
            paired: costs.len(),
            mean_points: (!costs.is_empty()).then(|| sum as f64 / costs.len() as f64),
            gini: gini(&mut costs),
            way_p90_min: percentile(&ways, 90),
        }
    };
    gathered.into_iter().map(spread).collect()
}

/// By how much one total exceeds another, in percent of the latter; none where that is 0.
fn dearer_percent(cost: i128, than: i128) -> Option<f64> {
    (than > 0).then(|| 100.0 * (cost - than) as f64 / than as f64)
}
