//! Arcs that undercut the prices of a thinned problem, looked for among all.
//!
//! A left node pays u; an arc with cost + v < u undercuts. What has been proven once is not looked at again: as long as its u has
//! not risen, a left node without an undercutting arc can have got one only to a right node whose price has fallen since.
//!
//! Invariant: of a left node that is proven, no arc had cost + v < u at the prices of the last check.

use std::ops::Range;

use rayon::prelude::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator,
    ParallelIterator,
};

use super::coarse::Coarse;
use super::entry;
use super::least::Least;
use crate::assignment::problem::Problem;

/// Arcs added to a left node in one round.
const ADDED: usize = 16;

/// Costs looked at together.
const LANES: usize = 64;

/// Where more than one price in so many has fallen, a whole row is read as quickly as its places.
const FEW: usize = 16;

/// What is known of every left node.
pub(super) struct Check<'p> {
    problem: &'p Problem,
    /// The prices of the last check.
    price: Vec<i64>,
    /// What each left node paid then; below all amounts where it is not proven.
    proven: Vec<i64>,
    arcs_scanned: u64,
}

impl<'p> Check<'p> {
    pub(super) fn new(problem: &'p Problem) -> Self {
        Self {
            problem,
            price: vec![i64::MAX; problem.right_count()],
            proven: vec![-1; problem.left_count()],
            arcs_scanned: 0,
        }
    }

    /// Arcs looked at since this was asked last.
    pub(super) fn take_arcs_scanned(&mut self) -> u64 {
        std::mem::take(&mut self.arcs_scanned)
    }

    /// The left nodes of which arcs undercut what they pay, in order, with those that undercut most, at the prices of a thinned problem.
    pub(super) fn undercut(&mut self, pays: &[i64], price: &[i64]) -> Vec<(u32, Vec<u32>)> {
        let fallen: Vec<u32> = (0_u32..)
            .zip(price.iter().zip(&self.price))
            .filter(|(_, (now, before))| now < before)
            .map(|(right, _)| right)
            .collect();
        let few = fallen.is_empty() || self.problem.is_complete() && FEW * fallen.len() < self.price.len();
        let rows = All { problem: self.problem, prices: Prices::new(self.problem, price) };
        let look = |mut found: Found, ((left, pays), proven): ((u32, i64), &mut i64)| {
            if few && pays <= *proven && !rows.falls_below(left, pays, &fallen) {
                *proven = pays;
                found.arcs_scanned += fallen.len() as u64;
                return found;
            }
            let arcs = rows.undercut_of(left, pays);
            found.arcs_scanned += self.problem.row(left).len() as u64;
            *proven = if arcs.is_empty() { pays } else { -1 };
            if !arcs.is_empty() {
                found.added.push((left, arcs));
            }
            found
        };
        let lefts = (0..self.problem.left_count() as u32).into_par_iter();
        let found = lefts
            .zip(pays.par_iter().copied())
            .zip(self.proven.par_iter_mut())
            .fold(Found::default, look)
            .reduce(Found::default, Found::and);
        self.price.copy_from_slice(price);
        self.arcs_scanned += found.arcs_scanned;
        found.added
    }
}

/// What a look at some left nodes has found.
#[derive(Default)]
struct Found {
    added: Vec<(u32, Vec<u32>)>,
    arcs_scanned: u64,
}

impl Found {
    /// This, and what was found behind.
    fn and(mut self, mut behind: Self) -> Self {
        self.added.append(&mut behind.added);
        Self { arcs_scanned: self.arcs_scanned + behind.arcs_scanned, ..self }
    }
}

/// All arcs, at the prices of a check.
struct All<'s> {
    problem: &'s Problem,
    prices: Prices<'s>,
}

impl All<'_> {
    /// Whether one of some right nodes undercuts; their numbers are their places in a row.
    fn falls_below(&self, left: u32, pays: i64, rights: &[u32]) -> bool {
        let costs = self.problem.row_costs(left);
        rights.iter().any(|right| costs[*right as usize] + self.prices.price[*right as usize] < pays)
    }

    /// The arcs of a left node that undercut most.
    fn undercut_of(&self, left: u32, pays: i64) -> Vec<u32> {
        let (start, costs, rights) =
            (self.problem.row(left).start, self.problem.row_costs(left), self.problem.row_rights(left));
        let value = |at: usize| costs[at] + self.prices.price[rights[at] as usize];
        if !self.problem.is_complete() && (0..costs.len()).map(value).fold(i64::MAX, i64::min) >= pays {
            return Vec::new();
        }
        let mut least = Least::<ADDED>::below(pays);
        let middle = entry(left, costs.len());
        for part in [middle..costs.len(), 0..middle] {
            for first in part.clone().step_by(LANES) {
                let lanes = first..(first + LANES).min(part.end);
                if self.problem.is_complete()
                    && !self.prices.may_undercut(costs, lanes.clone(), least.limit())
                {
                    continue;
                }
                lanes.for_each(|at| least.offer(value(at), (start + at) as u32));
            }
        }
        least.arcs().collect()
    }
}

/// The prices of all right nodes.
struct Prices<'s> {
    price: &'s [i64],
    coarse: Coarse,
    coarse_price: Vec<i32>,
}

impl<'s> Prices<'s> {
    fn new(problem: &Problem, price: &'s [i64]) -> Self {
        let most = price.iter().fold(problem.cost_max(), |most, price| most.max(*price));
        let coarse = Coarse::for_amounts_to(most);
        Self { price, coarse, coarse_price: price.iter().map(|price| coarse.of(*price)).collect() }
    }

    /// Whether one of some arcs of a row that has all right nodes may come below a limit.
    fn may_undercut(&self, costs: &[i64], lanes: Range<usize>, limit: i64) -> bool {
        let prices = &self.coarse_price[lanes.clone()];
        self.coarse.any_sum_within(&costs[lanes], prices, self.coarse.of(limit - 1))
    }
}
