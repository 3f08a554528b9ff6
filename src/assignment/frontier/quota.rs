//! Quotas: at most so many left nodes of each of several disjoint sets stay alone.

use super::{Beyond, FrontierError, Pool, Solved, Tried};
use crate::assignment::problem::{Problem, ProblemBuilder, ProblemError, Unmatched};
use crate::assignment::solution::{Heard, SolveError, Start};
use crate::assignment::{Method, solve, solve_from};

/// Who belongs to which set, and how many of each may stay alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    /// The set of each left node.
    pub set_of: Vec<u32>,
    /// By set.
    pub may_be_alone: Vec<u32>,
}

/// Stands for "wants any arc": above every cost + price.
const ANY: i64 = i64::MAX / 4;

impl Pool {
    /// Solves under quotas, exactly over held arcs and those beyond. In the problem, set `s` is the right node that follows
    /// the pool's own by `s`: a left node that takes it stays alone.
    ///
    /// # Errors
    /// [`SolveError::Infeasible`] with a Hall witness over all arcs, its right nodes numbered as in the problem; others as
    /// [`FrontierError`] names them.
    pub fn with_quotas(
        &mut self,
        quotas: &Quotas,
        start: Option<&Solved>,
        beyond: &mut Beyond<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<Solved, FrontierError> {
        let mut before = start.map(|start| (start.rights(), start.solution.price.clone()));
        let rights = self.rights.len();
        loop {
            let problem = self.quota_problem(quotas)?;
            let outcome = match &before {
                Some((rights, price)) => solve_from(&problem, &Start { price, chosen_right: rights }, heard),
                None => solve(&problem, Method::Exact, heard),
            };
            match outcome {
                Ok(solution) => {
                    let solved = Solved { problem, solution, bottleneck: None };
                    let (price, worth) = (&solved.solution.price[..rights], solved.worth());
                    let found = beyond(&Tried { limit: i64::MAX, price, worth: &worth });
                    if !self.add(found) {
                        return Ok(solved);
                    }
                    before = Some((solved.rights(), solved.solution.price));
                }
                Err(SolveError::Infeasible(witness)) => {
                    // Over all arcs only if none of these nodes has another.
                    let mut worth = vec![i64::MIN / 4; self.rows.len()];
                    for left in &witness.left {
                        worth[*left as usize] = ANY;
                    }
                    let price = vec![0; rights];
                    let found = beyond(&Tried { limit: i64::MAX, price: &price, worth: &worth });
                    if !self.add(found) {
                        return Err(SolveError::Infeasible(witness).into());
                    }
                }
                Err(other) => return Err(other.into()),
            }
        }
    }

    /// How many of a set can be assigned if nobody else is.
    ///
    /// # Errors
    /// [`FrontierError`].
    pub fn most_of(
        &mut self,
        quotas: &Quotas,
        set: u32,
        beyond: &mut Beyond<'_>,
        heard: &mut Heard<'_>,
    ) -> Result<u32, FrontierError> {
        // With prices that put coverage first, as many are assigned as can be.
        let members = |left: usize| quotas.set_of[left] == set;
        let mut alone = self.clone();
        for left in 0..alone.rows.len() {
            if !members(left) {
                alone.rows[left].clear();
                alone.unmatched[left] = 0;
            }
        }
        let mut of_members = |tried: &Tried<'_>| -> Vec<(u32, super::LevelledArc)> {
            beyond(tried).into_iter().filter(|(left, _)| members(*left as usize)).collect()
        };
        let solved = alone.solve_within(i64::MAX, None, &mut of_members, heard)?;
        Ok(solved.solution.chosen.iter().flatten().count() as u32)
    }

    fn quota_problem(&self, quotas: &Quotas) -> Result<Problem, ProblemError> {
        let mut builder = ProblemBuilder::new();
        for (capacity, load) in &self.rights {
            builder.push_right(*capacity, load)?;
        }
        let first = self.rights.len() as u32;
        for capacity in &quotas.may_be_alone {
            builder.push_right(*capacity, &[])?;
        }
        let mut arcs: Vec<(u32, i64)> = Vec::new();
        for (left, row) in self.rows.iter().enumerate() {
            arcs.clear();
            arcs.extend(row.iter().map(|arc| (arc.right, arc.cost)));
            arcs.push((first + quotas.set_of[left], self.unmatched[left]));
            builder.push_left(Unmatched::Forbidden, &arcs)?;
        }
        builder.finish()
    }
}
