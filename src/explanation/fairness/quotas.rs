//! The exact frontier between the total and coverage quotas: at least so many percent of every township, or of every
//! category, have a volunteer, or as many as could have one if nobody else were served.
//!
//! Each level is one assignment problem (see [`Pool::with_quotas`](crate::assignment::frontier::Pool::with_quotas)), minimising
//! what the plan minimises: what leaving households alone costs by their classes, then minutes. A quota may well leave a child
//! of a higher class alone so that a group is served: that is what it asks for, and the counts by class say so.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pairs::Pairs;
use super::{FairnessError, GroupBy, Measure, Spread, coverage_comes_first, dearer_percent, moved, spreads};
use crate::assignment::frontier::{FrontierError, Quotas, Solved};
use crate::assignment::{HallWitness, Heard, SolveError};
use crate::explanation::audience::NotForThem;
use crate::explanation::named::total_as_text;
use crate::explanation::{Audience, LoadedPlan};

/// A group under a quota; households whose children are placed together count once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaGroup {
    /// Its name.
    pub group: String,
    /// Households that wait.
    pub waiting: u32,
    /// The most that could be served if nobody else were.
    pub most: u32,
    /// The least that must be served at this level.
    pub quota: u32,
    /// Those that are.
    pub served: u32,
}

/// Children of a class with a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassServed {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Children who wait.
    pub waiting: usize,
    /// Of them, those who get a volunteer.
    pub paired: usize,
}

/// A level that can be reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuotaPoint {
    /// Percent of every group.
    pub percent: u32,
    /// The groups.
    pub groups: Vec<QuotaGroup>,
    /// The classes, the highest first.
    pub classes: Vec<ClassServed>,
    /// Cost of the proposed pairs and of further households, in points.
    pub cost_points: i64,
    /// How much dearer than without quotas, in percent; read it beside the classes.
    pub dearer_percent: Option<f64>,
    /// What was minimised: the cost, and what leaving households alone counts by their classes. A string in JSON.
    #[serde(serialize_with = "total_as_text")]
    pub total_points: i128,
    /// Children who have another volunteer than in the plan.
    pub moved: usize,
    /// Everybody first, then group by group.
    pub spread: Vec<Spread>,
}

/// Why a level cannot be reached: these households need more places than there are volunteers' places for them and households
/// of their groups that may stay alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct QuotaWitness {
    /// Percent that cannot be.
    pub percent: u32,
    /// Households, by group.
    pub households: BTreeMap<String, usize>,
    /// Volunteers who are admissible for any of them.
    pub volunteers: usize,
    /// The places of these.
    pub places: u64,
    /// Households of these groups that may stay alone at this level.
    pub may_stay_alone: u64,
}

/// The frontier.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuotaFrontier {
    /// What the groups are.
    pub group_by: GroupBy,
    /// Levels that can be, ascending; the first is without quotas.
    pub points: Vec<QuotaPoint>,
    /// The first that cannot be, if any.
    pub impossible: Option<QuotaWitness>,
}

/// Groups of households by number, with their names.
struct Groups {
    names: Vec<String>,
    of_household: Vec<u32>,
    waiting: Vec<u32>,
}

impl Groups {
    fn of(plan: &LoadedPlan<'_>, by: GroupBy) -> Self {
        let name = |group: &crate::candidates::Group| by.name(plan.prepared, group.children[0]);
        let of_household: Vec<String> = plan.outline.groups.iter().map(name).collect();
        let mut names = of_household.clone();
        names.sort_unstable();
        names.dedup();
        let at = |name: &String| names.binary_search(name).map_or(0, |at| at as u32);
        let of_household: Vec<u32> = of_household.iter().map(at).collect();
        let mut waiting = vec![0; names.len()];
        for group in &of_household {
            waiting[*group as usize] += 1;
        }
        Self { names, of_household, waiting }
    }
}

/// The least that a quota asks of a group.
fn quota(percent: u32, waiting: u32, most: u32) -> u32 {
    most.min((u64::from(waiting) * u64::from(percent)).div_ceil(100) as u32)
}

impl QuotaFrontier {
    /// The frontier at so many levels, evenly up to 100 percent.
    ///
    /// # Errors
    /// [`FairnessError`].
    pub fn of(
        plan: &LoadedPlan<'_>,
        by: GroupBy,
        levels: u32,
        heard: &mut Heard<'_>,
    ) -> Result<Self, FairnessError> {
        coverage_comes_first(plan)?;
        let (pairs, mut pool) = Pairs::new(plan, Measure::Score);
        let groups = Groups::of(plan, by);
        let mut beyond = |tried: &crate::assignment::frontier::Tried<'_>| pairs.beyond(tried);
        let mut quotas = Quotas { set_of: groups.of_household.clone(), may_be_alone: groups.waiting.clone() };
        let mut most = Vec::with_capacity(groups.names.len());
        for set in 0..groups.names.len() as u32 {
            most.push(pool.most_of(&quotas, set, &mut beyond, heard)?);
        }
        let mut frontier = Self { group_by: by, points: Vec::new(), impossible: None };
        let mut before: Option<Solved> = None;
        let levels = levels.clamp(1, 100);
        for percent in std::iter::once(0).chain((1..=levels).map(|level| level * 100 / levels)) {
            let asked: Vec<u32> = groups
                .waiting
                .iter()
                .zip(&most)
                .map(|(waiting, most)| quota(percent, *waiting, *most))
                .collect();
            quotas.may_be_alone =
                groups.waiting.iter().zip(&asked).map(|(waiting, asked)| waiting - asked).collect();
            match pool.with_quotas(&quotas, before.as_ref(), &mut beyond, heard) {
                Ok(solved) => {
                    let cheapest = frontier.points.first().map(|point| point.cost_points);
                    let point = point(plan, by, &groups, percent, (&most, &asked), &solved, cheapest);
                    frontier.points.push(point);
                    before = Some(solved);
                }
                Err(FrontierError::Solve(SolveError::Infeasible(found))) => {
                    frontier.impossible = Some(witness(plan, &groups, &quotas, percent, &found));
                    break;
                }
                Err(other) => return Err(other.into()),
            }
        }
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

fn point(
    plan: &LoadedPlan<'_>,
    by: GroupBy,
    groups: &Groups,
    percent: u32,
    (most, asked): (&[u32], &[u32]),
    solved: &Solved,
    cheapest: Option<i64>,
) -> QuotaPoint {
    let places = plan.outline.places.len() as u32;
    // The right nodes after the places stand for staying alone.
    let rights: Vec<Option<u32>> =
        solved.rights().into_iter().map(|right| right.filter(|right| *right < places)).collect();
    let mut served = vec![0; groups.names.len()];
    let mut alone_points = 0;
    for (household, right) in rights.iter().enumerate() {
        match right {
            Some(_) => served[groups.of_household[household] as usize] += 1,
            None => alone_points += i128::from(plan.unmatched_price(household as u32)),
        }
    }
    let cost = solved.cost() - alone_points;
    let names = groups.names.iter().enumerate();
    QuotaPoint {
        percent,
        groups: names
            .map(|(at, name)| QuotaGroup {
                group: name.clone(),
                waiting: groups.waiting[at],
                most: most[at],
                quota: asked[at],
                served: served[at],
            })
            .collect(),
        classes: classes(plan, &rights),
        cost_points: cost as i64,
        dearer_percent: dearer_percent(cost, cheapest.map_or(cost, i128::from)),
        total_points: solved.cost(),
        moved: moved(plan, &rights),
        spread: spreads(plan, by, &rights),
    }
}

fn classes(plan: &LoadedPlan<'_>, rights: &[Option<u32>]) -> Vec<ClassServed> {
    let named = plan.prepared.policy.classes.iter().map(|class| ClassServed {
        name_zh: class.name_zh.clone(),
        name_en: class.name_en.clone(),
        waiting: 0,
        paired: 0,
    });
    let mut classes: Vec<ClassServed> = named.collect();
    for (group, right) in plan.outline.groups.iter().zip(rights) {
        for child in &group.children {
            let class = &mut classes[plan.prepared.children[*child as usize].class];
            class.waiting += 1;
            class.paired += usize::from(right.is_some());
        }
    }
    classes
}

fn witness(
    plan: &LoadedPlan<'_>,
    groups: &Groups,
    quotas: &Quotas,
    percent: u32,
    found: &HallWitness,
) -> QuotaWitness {
    let places = plan.outline.places.len() as u32;
    let mut households: BTreeMap<String, usize> = BTreeMap::new();
    for household in &found.left {
        let group = groups.of_household[*household as usize] as usize;
        *households.entry(groups.names[group].clone()).or_default() += 1;
    }
    let (volunteers, sets): (Vec<u32>, Vec<u32>) = found.right.iter().partition(|right| **right < places);
    QuotaWitness {
        percent,
        households,
        volunteers: volunteers.len(),
        places: volunteers.iter().map(|right| u64::from(plan.outline.places[*right as usize].open())).sum(),
        may_stay_alone: sets.iter().map(|set| u64::from(quotas.may_be_alone[(*set - places) as usize])).sum(),
    }
}
