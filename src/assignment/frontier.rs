//! What it costs that nobody fares too badly: exact frontiers between the total and a bottleneck, or the total and quotas.
//!
//! In: left nodes with unmatched prices, right nodes with capacities and load steps, arcs that have a **level** beside their
//! cost. Arcs may be held all from the start, or only some: then a search of the caller's ([`Beyond`]) names those left out
//! that prices do not rule out, and each solve ends only when there are none.
//!
//! - **Bottleneck** ([`Pool::frontier`]): the greatest level of a chosen arc, against the least cost, where Σ unmatched prices
//!   must stay what it is in the optimum. A limit forbids the arcs above it, which leaves an assignment problem; so each
//!   limit takes one exact solve, and the least limit that keeps Σ unmatched is found by bisection, for fewer arcs never
//!   leave fewer nodes alone. A point is kept once the next lower limit is proven to cost more: no choice has a lower
//!   bottleneck at its cost, or a lower cost at its bottleneck.
//! - **Quotas** ([`Pool::with_quotas`]): at most so many left nodes of each of several disjoint sets stay alone. Being alone
//!   becomes a right node of the set with that capacity, to which its left nodes have an arc at their unmatched price, and
//!   staying alone otherwise is forbidden: still an assignment, with prices that prove it or a Hall witness that it cannot be.
//!
//! Cost: a solve for each limit, going on from the one before. References: R. Burkard, M. Dell'Amico, S. Martello, "Assignment
//! Problems", 2009, section 6.2 (threshold method); M. Ehrgott, "Multicriteria Optimization", 2005, section 4.1 (ε-constraint).

mod quota;

use super::problem::{Problem, ProblemBuilder, ProblemError, Unmatched};
use super::solution::{Heard, Solution, SolveError, Start};
use super::{Method, solve, solve_from};

pub use quota::Quotas;

/// An arc with its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LevelledArc {
    /// Right end.
    pub right: u32,
    /// Cost.
    pub cost: i64,
    /// Level.
    pub level: i64,
}

/// What a search for arcs left out goes by.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'t> {
    /// Only arcs of at most this level count.
    pub limit: i64,
    /// v of each right node.
    pub price: &'t [i64],
    /// u of each left node: an arc with cost + v < u is wanted.
    pub worth: &'t [i64],
}

/// Names every arc left out that prices do not rule out, with its left end. Empty for a pool that holds all arcs.
pub type Beyond<'f> = dyn FnMut(&Tried<'_>) -> Vec<(u32, LevelledArc)> + 'f;

/// Why there is no frontier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// The amounts are too large.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// A solve that was stopped, or that has a Hall witness for an answer.
    #[error(transparent)]
    Solve(#[from] SolveError),
}

/// A limit, solved.
#[derive(Debug, Clone)]
pub struct Solved {
    /// The problem over the arcs held within the limit.
    pub problem: Problem,
    /// Its least-cost solution, with prices.
    pub solution: Solution,
    /// The greatest level of a chosen arc; none where nobody is assigned.
    pub bottleneck: Option<i64>,
}

impl Solved {
    /// The right node of each left node.
    pub fn rights(&self) -> Vec<Option<u32>> {
        self.problem.rights_of(&self.solution.chosen)
    }

    /// Arcs and load.
    pub fn cost(&self) -> i128 {
        self.solution.objective.arcs + self.solution.objective.load
    }

    /// u of each left node.
    fn worth(&self) -> Vec<i64> {
        let problem = &self.problem;
        let least = |left: u32| {
            let arcs = problem.row_rights(left).iter().zip(problem.row_costs(left));
            let options = arcs.map(|(right, cost)| cost + self.solution.price[*right as usize]);
            options.chain(problem.unmatched(left).price()).min().unwrap_or(i64::MAX / 4)
        };
        (0..problem.left_count() as u32).map(least).collect()
    }
}

/// How a frontier is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// At most so many points, both ends included; at least two.
    pub points: usize,
    /// Levels are multiples of this, at least 1.
    pub grain: i64,
}

/// Nodes, and the arcs held.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    rights: Vec<(u32, Vec<i64>)>,
    unmatched: Vec<i64>,
    rows: Vec<Vec<LevelledArc>>,
}

impl Pool {
    /// A pool over left nodes, each with its unmatched price and arcs; rights are capacity and load steps.
    ///
    /// # Panics
    /// If there are not as many rows as prices.
    pub fn new(rights: Vec<(u32, Vec<i64>)>, unmatched: Vec<i64>, rows: Vec<Vec<LevelledArc>>) -> Self {
        assert_eq!(unmatched.len(), rows.len(), "a row for each left node");
        Self { rights, unmatched, rows }
    }

    /// The arcs held, by left node.
    pub fn rows(&self) -> &[Vec<LevelledArc>] {
        &self.rows
    }

    /// What staying unmatched costs, by left node.
    pub fn unmatched(&self) -> &[i64] {
        &self.unmatched
    }

    /// Solves within a limit, exactly over held arcs and those beyond.
    ///
    /// # Errors
    /// [`FrontierError`].
    pub fn solve_within(
        &mut self,
        limit: i64,
        start: Option<&Solved>,
        beyond: &mut Beyond<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Solved, FrontierError> {
        let mut before = start.map(|start| (start.rights(), start.solution.price.clone()));
        loop {
            let problem = self.problem(limit)?;
            let solution = match &before {
                Some((rights, price)) => solve_from(&problem, &Start { price, chosen_right: rights }, heard)?,
                None => solve(&problem, Method::Exact, heard)?,
            };
            let mut solved = Solved { problem, solution, bottleneck: None };
            let tried = Tried { limit, price: &solved.solution.price, worth: &solved.worth() };
            let found = beyond(&tried);
            if !self.add(found) {
                solved.bottleneck = self.bottleneck(&solved);
                return Ok(solved);
            }
            before = Some((solved.rights(), solved.solution.price));
        }
    }

    /// The frontier between bottleneck and cost, the cheapest point first: every point where there are few levels, else
    /// points at limits spread evenly between the two ends, each a point of the frontier.
    ///
    /// # Errors
    /// [`FrontierError`].
    ///
    /// # Complexity
    /// Two solves a point and log₂ of the number of levels for the far end.
    pub fn frontier(
        &mut self,
        sampling: Sampling,
        beyond: &mut Beyond<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Vec<Solved>, FrontierError> {
        let cheapest = self.solve_within(i64::MAX, None, beyond, heard)?;
        let cheapest = self.tightened(cheapest, beyond, heard)?;
        let Some(top) = cheapest.bottleneck else { return Ok(vec![cheapest]) };
        let fairest = self.fairest(&cheapest, top, sampling.grain, beyond, heard)?;
        let least = fairest.bottleneck.unwrap_or(top);
        let mut points = vec![cheapest];
        let levels = (top - least) / sampling.grain;
        let between = (sampling.points.max(2) - 2) as i64;
        let limits: Vec<i64> = if levels - 1 <= between {
            (1..levels.max(1)).rev().map(|step| least + step * sampling.grain).collect()
        } else {
            (1..=between).rev().map(|step| least + (top - least) * step / (between + 1)).collect()
        };
        for limit in limits {
            let Some(before) = points.last() else { break };
            if before.bottleneck.is_some_and(|bottleneck| limit >= bottleneck) {
                continue;
            }
            let within = self.solve_within(limit, Some(before), beyond, heard)?;
            let point = self.tightened(within, beyond, heard)?;
            if point.bottleneck > Some(least) {
                points.push(point);
            }
        }
        if least < top {
            points.push(fairest);
        }
        Ok(points)
    }

    /// The least bottleneck at the same cost: limits are lowered below what was reached until the cost rises.
    fn tightened(
        &mut self,
        solved: Solved,
        beyond: &mut Beyond<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Solved, FrontierError> {
        let mut best = solved;
        while let Some(bottleneck) = best.bottleneck {
            let lower = self.solve_within(bottleneck - 1, Some(&best), beyond, heard)?;
            if lower.solution.objective.total() > best.solution.objective.total() {
                break;
            }
            best = lower;
        }
        Ok(best)
    }

    /// The least limit at which Σ unmatched is what it is without one, by bisection over the grains below `top`.
    fn fairest(
        &mut self,
        cheapest: &Solved,
        top: i64,
        grain: i64,
        beyond: &mut Beyond<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Solved, FrontierError> {
        let mut best = cheapest.clone();
        // In grains: at `least` it cannot be, at `most` it can.
        let (mut least, mut most) = (-1, top.div_euclid(grain));
        while most - least > 1 {
            let middle = least + (most - least) / 2;
            let tried = self.solve_within(middle * grain, Some(&best), beyond, heard)?;
            if tried.solution.objective.unmatched > cheapest.solution.objective.unmatched {
                least = middle;
            } else {
                most = tried.bottleneck.map_or(middle, |bottleneck| bottleneck.div_euclid(grain)).min(middle);
                best = tried;
            }
        }
        // `best` was the cheapest within a limit that its bottleneck may lie below; no lower limit keeps everybody.
        Ok(best)
    }

    fn bottleneck(&self, solved: &Solved) -> Option<i64> {
        let level = |(row, right): (&Vec<LevelledArc>, Option<u32>)| {
            let right = right?;
            row.binary_search_by_key(&right, |arc| arc.right).ok().map(|at| row[at].level)
        };
        self.rows.iter().zip(solved.rights()).filter_map(level).max()
    }

    /// Takes arcs in; whether any is new.
    fn add(&mut self, found: Vec<(u32, LevelledArc)>) -> bool {
        let mut any = false;
        for (left, arc) in found {
            let row = &mut self.rows[left as usize];
            if let Err(at) = row.binary_search_by_key(&arc.right, |held| held.right) {
                row.insert(at, arc);
                any = true;
            }
        }
        any
    }

    fn problem(&self, limit: i64) -> Result<Problem, ProblemError> {
        let mut builder = ProblemBuilder::new();
        for (capacity, load) in &self.rights {
            builder.push_right(*capacity, load)?;
        }
        let mut arcs: Vec<(u32, i64)> = Vec::new();
        for (row, price) in self.rows.iter().zip(&self.unmatched) {
            arcs.clear();
            let within = row.iter().filter(|arc| arc.level <= limit);
            arcs.extend(within.map(|arc| (arc.right, arc.cost)));
            builder.push_left(Unmatched::Price(*price), &arcs)?;
        }
        builder.finish()
    }
}
