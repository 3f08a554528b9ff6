//! The gap between the mean burden of one group and that of all others: supported points, each the least cost for its own gap.
//!
//! Who gets a volunteer stays as in the plan; who gets whom is free. The group is the one with the greatest mean burden in the
//! plan. With S the sum of burdens and n the households on either side, the gap is `G ÷ (n_in · n_out)` with
//! `G = n_out · S_in − n_in · S_out`. Asking for the least cost under G ≤ δ is NP-hard; so G is priced into the costs: for
//! weights a, b ≥ 0 the least of a·cost + b·G is one exact assignment, and its solution x costs the least of all with a gap of
//! at most G(x) (H. Everett, "Generalized Lagrange multiplier method", 1963). For a gap between two points only a bound is
//! known: no choice lies below the line that joins them, so for δ ≥ 0, cost ≥ cost(x) + (b ÷ a) · (G(x) − δ) for every x.
//! A constant is added to each household's row so that no cost is negative: everybody here is served, so it changes nothing.

use serde::Serialize;

use super::pairs::Pairs;
use super::{FairnessError, GroupBy, Measure, coverage_comes_first, dearer_percent};
use crate::assignment::frontier::{FrontierError, LevelledArc, Pool};
use crate::assignment::{Heard, Method, ProblemBuilder, ProblemError, Unmatched, solve};
use crate::explanation::audience::NotForThem;
use crate::explanation::{Audience, LoadedPlan};

/// The weight of the cost; that of G rises by powers of two from 1.
const COST_WEIGHT: i64 = 1 << 20;
/// Doublings of the weight of G.
const DOUBLINGS: u32 = 28;

/// A point: no choice with at most this gap costs less.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapPoint {
    /// From 1, the cheapest first.
    pub number: usize,
    /// Cost of the proposed pairs and of further households, in points.
    pub cost_points: i64,
    /// How much dearer than the cheapest, in percent.
    pub dearer_percent: Option<f64>,
    /// Mean burden of the group, in points.
    pub mean_points: f64,
    /// Mean burden of everybody else.
    pub mean_of_others_points: f64,
    /// The first less the second; below 0 where the others are worse off.
    pub gap_points: f64,
}

/// The points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GapFrontier {
    /// What the groups are.
    pub group_by: GroupBy,
    /// The burden.
    pub measure: Measure,
    /// The group with the greatest mean in the plan; none where there are not two groups.
    pub group: Option<String>,
    /// Supported points, the cheapest first; the last is the first without a gap, or the least gap that was found.
    pub points: Vec<GapPoint>,
    /// Bound: whatever closes the gap costs at least so much, in points. None where it is proven that nothing does.
    pub no_gap_costs_at_least_points: Option<i64>,
}

/// What a choice comes to.
struct Sums {
    cost: i64,
    gap: i128,
    inside: i64,
    outside: i64,
}

/// The households that are served, with their rows, and which are of the group.
struct Weighed<'w> {
    pool: &'w Pool,
    rights: Vec<(u32, Vec<i64>)>,
    served: Vec<u32>,
    inside: Vec<bool>,
    counts: (i64, i64),
}

impl Weighed<'_> {
    fn row(&self, at: usize) -> &[LevelledArc] {
        &self.pool.rows()[self.served[at] as usize]
    }

    /// What G gains by a burden of one point.
    fn weight(&self, at: usize) -> i64 {
        if self.inside[at] { self.counts.1 } else { -self.counts.0 }
    }

    /// What no choice can cost more than.
    fn dearest(&self) -> i64 {
        let pairs =
            (0..self.served.len()).map(|at| self.row(at).iter().map(|arc| arc.cost).max().unwrap_or(0));
        let load: i64 = self.rights.iter().flat_map(|(_, load)| load).sum();
        pairs.sum::<i64>().saturating_add(load)
    }

    /// The least of `COST_WEIGHT · cost + weight · G`.
    fn solve(&self, weight: i64, heard: &mut Heard<'_>) -> Result<Sums, FrontierError> {
        let mut builder = ProblemBuilder::new();
        for (capacity, load) in &self.rights {
            let load: Vec<i64> = load.iter().map(|step| step * COST_WEIGHT).collect();
            builder.push_right(*capacity, &load)?;
        }
        let mut arcs: Vec<(u32, i64)> = Vec::new();
        for at in 0..self.served.len() {
            arcs.clear();
            let priced = self
                .row(at)
                .iter()
                .map(|arc| (arc.right, arc.cost * COST_WEIGHT + weight * self.weight(at) * arc.level));
            arcs.extend(priced);
            let least = arcs.iter().map(|arc| arc.1).min().unwrap_or(0);
            for arc in &mut arcs {
                arc.1 -= least;
            }
            builder.push_left(Unmatched::Forbidden, &arcs)?;
        }
        let problem = builder.finish()?;
        let solution = solve(&problem, Method::Exact, heard)?;
        Ok(self.sums(problem.rights_of(&solution.chosen).into_iter()))
    }

    fn sums(&self, rights: impl Iterator<Item = Option<u32>>) -> Sums {
        let mut used = vec![0_usize; self.rights.len()];
        let mut sums = Sums { cost: 0, gap: 0, inside: 0, outside: 0 };
        for (at, right) in rights.enumerate() {
            let Some(right) = right else { continue };
            let Ok(found) = self.row(at).binary_search_by_key(&right, |arc| arc.right) else { continue };
            let arc = self.row(at)[found];
            let load = self.rights[right as usize].1.get(used[right as usize]).copied().unwrap_or(0);
            used[right as usize] += 1;
            sums.cost += arc.cost + load;
            sums.gap += i128::from(self.weight(at)) * i128::from(arc.level);
            *(if self.inside[at] { &mut sums.inside } else { &mut sums.outside }) += arc.level;
        }
        sums
    }
}

impl GapFrontier {
    /// The points of a plan.
    ///
    /// # Errors
    /// [`FairnessError`].
    pub fn of(
        plan: &LoadedPlan<'_>,
        measure: Measure,
        by: GroupBy,
        points: usize,
        heard: &mut Heard<'_>,
    ) -> Result<Self, FairnessError> {
        coverage_comes_first(plan)?;
        let pool = Pairs::all(plan, measure)?;
        let groups = 0..plan.outline.groups.len() as u32;
        let served: Vec<u32> = groups.filter(|group| plan.chosen(*group).is_some()).collect();
        let name = |group: &u32| by.name(plan.prepared, plan.outline.groups[*group as usize].children[0]);
        let names: Vec<String> = served.iter().map(name).collect();
        let mut frontier = Self {
            group_by: by,
            measure,
            group: worst_off(plan, &pool, &served, &names),
            points: Vec::new(),
            no_gap_costs_at_least_points: None,
        };
        let Some(group) = &frontier.group else { return Ok(frontier) };
        let inside: Vec<bool> = names.iter().map(|name| name == group).collect();
        let count = inside.iter().filter(|inside| **inside).count() as i64;
        let rights = plan
            .outline
            .places
            .iter()
            .zip(0_u32..)
            .map(|(place, right)| (place.open(), plan.problem.load(right).to_vec()));
        let counts = (count, inside.len() as i64 - count);
        let weighed = Weighed { pool: &pool, rights: rights.collect(), served, inside, counts };
        weighed.trace(&mut frontier, points, heard)?;
        Ok(frontier)
    }

    /// The same for an audience.
    ///
    /// # Errors
    /// [`NotForThem`] for a guardian or a volunteer.
    pub fn shown_to(self, audience: Audience) -> Result<Self, NotForThem> {
        audience.may_read_tables().map(|()| self)
    }
}

impl Weighed<'_> {
    /// Raises the weight of the gap until it is closed, or the points are used up.
    fn trace(
        &self,
        frontier: &mut GapFrontier,
        points: usize,
        heard: &mut Heard<'_>,
    ) -> Result<(), FrontierError> {
        let means = self.counts.0 as f64 * self.counts.1 as f64;
        let (mut cheapest, mut last_gap, mut bound) = (None, None, None);
        for doubling in 0..=DOUBLINGS {
            let weight = if doubling == 0 { 0 } else { 1 << (doubling - 1) };
            let sums = match self.solve(weight, heard) {
                // A weight so great leaves 64 bits: the points so far stand, and so does the bound.
                Err(FrontierError::Problem(ProblemError::Overflow { .. })) if doubling > 0 => break,
                solved => solved?,
            };
            // Weak duality at a gap of 0, rounded down to be on the safe side.
            let at_least =
                i128::from(sums.cost) + (i128::from(weight) * sums.gap).div_euclid(i128::from(COST_WEIGHT));
            bound = bound.max(Some(at_least as i64));
            let first = *cheapest.get_or_insert(sums.cost);
            if last_gap.is_none_or(|last| sums.gap < last) {
                last_gap = Some(sums.gap);
                frontier.points.push(GapPoint {
                    number: frontier.points.len() + 1,
                    cost_points: sums.cost,
                    dearer_percent: dearer_percent(sums.cost.into(), first.into()),
                    mean_points: sums.inside as f64 / self.counts.0 as f64,
                    mean_of_others_points: sums.outside as f64 / self.counts.1 as f64,
                    gap_points: sums.gap as f64 / means,
                });
            }
            if sums.gap <= 0 || frontier.points.len() == points.max(2) {
                break;
            }
        }
        // A bound above what any choice can cost proves that there is none.
        frontier.no_gap_costs_at_least_points = bound.filter(|bound| *bound <= self.dearest());
        Ok(())
    }
}

/// The group with the greatest mean burden in the plan; the first by name among equals, none without another group.
fn worst_off(plan: &LoadedPlan<'_>, pool: &Pool, served: &[u32], names: &[String]) -> Option<String> {
    let mut sums: std::collections::BTreeMap<&String, (i128, i128)> = std::collections::BTreeMap::new();
    for (group, name) in served.iter().zip(names) {
        let row = &pool.rows()[*group as usize];
        let chosen =
            plan.chosen(*group).and_then(|right| row.binary_search_by_key(&right, |arc| arc.right).ok());
        let sum = sums.entry(name).or_default();
        sum.0 += chosen.map_or(0, |at| i128::from(row[at].level));
        sum.1 += 1;
    }
    if sums.len() < 2 {
        return None;
    }
    let mut worst: Option<(&String, (i128, i128))> = None;
    for (name, sum) in sums {
        if worst.is_none_or(|(_, other)| sum.0 * other.1 > other.0 * sum.1) {
            worst = Some((name, sum));
        }
    }
    worst.map(|(name, _)| name.clone())
}
