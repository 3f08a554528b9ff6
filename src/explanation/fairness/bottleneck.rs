//! The exact frontier between the total cost and the worst-off pair; coverage by class stays what it is.

use serde::Serialize;

use super::pairs::Pairs;
use super::{FairnessError, GroupBy, Measure, Spread, coverage_comes_first, dearer_percent, moved, spreads};
use crate::assignment::Heard;
use crate::assignment::frontier::{Sampling, Solved};
use crate::explanation::audience::NotForThem;
use crate::explanation::{Audience, LoadedPlan};
use crate::model::policy::POINTS_PER_MINUTE;

/// A point of the frontier: no choice of the same coverage has a lower bottleneck at its cost, or a lower cost at its bottleneck.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BottleneckPoint {
    /// From 1, the cheapest first.
    pub number: usize,
    /// The greatest measure of a proposed pair, in points; none where there is no pair.
    pub bottleneck_points: Option<i64>,
    /// Cost of the proposed pairs and of further households, in points.
    pub cost_points: i64,
    /// How much dearer than the cheapest point, in percent; none where that costs nothing.
    pub dearer_percent: Option<f64>,
    /// How much dearer than the point before, in percent of the cheapest.
    pub step_percent: Option<f64>,
    /// Children who have another volunteer than in the plan.
    pub moved: usize,
    /// Everybody first, then group by group.
    pub spread: Vec<Spread>,
}

/// The frontier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BottleneckFrontier {
    /// By what pairs are badly off.
    pub measure: Measure,
    /// What the groups are.
    pub group_by: GroupBy,
    /// The points, the cheapest first.
    pub points: Vec<BottleneckPoint>,
}

impl BottleneckFrontier {
    /// The frontier of a plan, with at most so many points.
    ///
    /// # Errors
    /// [`FairnessError`].
    pub fn of(
        plan: &LoadedPlan<'_>,
        measure: Measure,
        group_by: GroupBy,
        points: usize,
        heard: &mut Heard<'_>,
    ) -> Result<Self, FairnessError> {
        let solved = solve_points(plan, measure, points, heard)?;
        let cheapest = solved.first().map_or(0, Solved::cost);
        let before = std::iter::once(cheapest).chain(solved.iter().map(Solved::cost));
        let points = solved.iter().zip(before).zip(1..).map(|((point, before), number)| {
            let (cost, rights) = (point.cost(), point.rights());
            BottleneckPoint {
                number,
                bottleneck_points: point.bottleneck,
                cost_points: cost as i64,
                dearer_percent: dearer_percent(cost, cheapest),
                step_percent: dearer_percent(cheapest + cost - before, cheapest),
                moved: moved(plan, &rights),
                spread: spreads(plan, group_by, &rights),
            }
        });
        Ok(Self { measure, group_by, points: points.collect() })
    }

    /// The same for an audience.
    ///
    /// # Errors
    /// [`NotForThem`] for a guardian or a volunteer.
    pub fn shown_to(self, audience: Audience) -> Result<Self, NotForThem> {
        audience.may_read_tables().map(|()| self)
    }
}

/// The points with the problems, choices and prices that prove each the cheapest within its limit.
///
/// # Errors
/// [`FairnessError`].
pub fn solve_points(
    plan: &LoadedPlan<'_>,
    measure: Measure,
    points: usize,
    heard: &mut Heard<'_>,
) -> Result<Vec<Solved>, FairnessError> {
    coverage_comes_first(plan)?;
    let (pairs, mut pool) = Pairs::new(plan, measure);
    let grain = match measure {
        Measure::Travel => i64::from(plan.prepared.policy.travel.round_up_min.max(1)) * POINTS_PER_MINUTE,
        Measure::Score => 1,
    };
    Ok(pool.frontier(Sampling { points, grain }, &mut |tried| pairs.beyond(tried), heard)?)
}
