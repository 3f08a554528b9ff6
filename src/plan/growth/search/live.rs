//! Prices and worths that change one by one, ready for searches all the time.

use super::{Amounts, Search};
use crate::candidates::tree::Found;

/// Prices of volunteers and worths of groups, ready for searches, and where each stands in the trees, so that one of them
/// is changed in a time that grows with the logarithm of how many there are.
#[derive(Clone, Default)]
pub struct LivePrices {
    prices: Amounts,
    worths: Amounts,
    /// By tree of volunteers.
    rights: Vec<Vec<u32>>,
    /// By tree of groups.
    lefts: Vec<Vec<u32>>,
}

impl Search<'_> {
    /// Prices and worths that will change one by one.
    pub fn live_prices(&self, price: &[i64], worth: &[i64]) -> LivePrices {
        LivePrices {
            prices: self.prices(price),
            worths: self.worths(worth),
            rights: self.trees().map(|(tree, _)| tree.places(price.len())).collect(),
            lefts: self.trees_of_groups().map(|tree| tree.places(worth.len())).into(),
        }
    }

    /// Changes the price of a right node.
    pub fn set_price(&self, live: &mut LivePrices, right: u32, price: i64) {
        for ((tree, _), (weights, places)) in self.trees().zip(live.prices.0.iter_mut().zip(&live.rights)) {
            tree.reweigh(weights, places, right, price);
        }
    }

    /// Changes the worth of a group.
    pub fn set_worth(&self, live: &mut LivePrices, group: u32, worth: i64) {
        for (tree, (weights, places)) in
            self.trees_of_groups().into_iter().zip(live.worths.0.iter_mut().zip(&live.lefts))
        {
            tree.reweigh(weights, places, group, -worth);
        }
    }

    /// [`volunteers_of`](Self::volunteers_of) at live prices.
    pub fn volunteers_at(&self, live: &LivePrices, group: u32, most: usize, below: i64) -> Found {
        self.volunteers_of(group, Some(&live.prices), most, below)
    }

    /// [`groups_of`](Self::groups_of) at live worths.
    pub fn groups_at(&self, live: &LivePrices, right: u32, most: usize, below: i64) -> Found {
        self.groups_of(right, Some(&live.worths), most, below)
    }
}
