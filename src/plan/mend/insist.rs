//! What joining a group and a right node would change in a mended pass: the exact price, before anything is changed.
//!
//! As [`insist`](crate::assignment::insist) answers it, among all admissible pairs that were not declined; pinned groups stand
//! still. Cost: that of copying the pairs held, and of the search.

use super::{Declined, Mending};
use crate::assignment::insist::{Ahead, Arcs, Change, Columns, Residual};
use crate::plan::growth::{LivePrices, PairSearch};

impl Mending<'_> {
    /// The price of giving a group to a right node, for a group that is not pinned. None where the pair is not admissible, was
    /// declined, or finds no place.
    pub fn insist(&self, group: u32, right: u32) -> Option<Change> {
        let cost = self.cost_of(group, right)?;
        let (problem, solution) = self.solved();
        let mut holders = vec![Vec::new(); problem.right_count()];
        for group in 0..problem.left_count() as u32 {
            if let Some(right) = self.right_of(group) {
                holders[right as usize].push(group);
            }
        }
        let worth: Vec<i64> = (0..problem.left_count() as u32).map(|group| self.worth_of(group)).collect();
        let columns = Columns::of(&problem);
        let residual = Residual {
            problem: &problem,
            chosen: &solution.chosen,
            holders: &holders,
            price: &solution.price,
            worth: &worth,
            columns: &columns,
        };
        let beyond = Beyond { mending: self, price: &solution.price, worth: &worth };
        residual.insist(&beyond, group, right, cost)
    }

    fn worth_of(&self, group: u32) -> i64 {
        self.repair.left_price(group)
    }
}

/// All admissible pairs, at the prices of now.
struct Beyond<'b> {
    mending: &'b Mending<'b>,
    price: &'b [i64],
    worth: &'b [i64],
}

impl Arcs for Beyond<'_> {
    fn ahead(&self) -> Box<dyn Ahead + '_> {
        let Mending { search, prices, declined, .. } = self.mending;
        Box::new(NotAside { search, declined, live: prices.clone(), price: self.price, worth: self.worth })
    }
}

struct NotAside<'q> {
    search: &'q PairSearch<'q>,
    declined: &'q Declined,
    live: LivePrices,
    price: &'q [i64],
    worth: &'q [i64],
}

impl Ahead for NotAside<'_> {
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)> {
        let below = self.worth[left as usize].saturating_add(bound);
        self.declined.volunteers_at(self.search, &self.live, left, usize::MAX, below).items
    }

    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)> {
        let below = bound.saturating_sub(self.price[right as usize]);
        self.declined.groups_at(self.search, &self.live, right, usize::MAX, below).items
    }

    fn set_right_aside(&mut self, right: u32) {
        self.search.set_price(&mut self.live, right, i64::MAX);
    }

    fn set_left_aside(&mut self, left: u32) {
        self.search.set_worth(&mut self.live, left, -i64::MAX);
    }
}
