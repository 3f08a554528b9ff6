//! Prices and worths that change one by one, ready for searches all the time.

use super::{Amounts, Search};
use crate::candidates::tree::Found;

/// Prices of volunteers and worths of groups, ready for searches, and where each stands in the trees, so that one of them
/// is changed in a time that grows with the logarithm of how many there are.
#[derive(Clone, Default)]
pub struct LivePrices {
    prices: Amounts,
    worths: Amounts,
    by_place: Vec<u32>,
    by_ability: Vec<u32>,
    visited: Vec<u32>,
    by_county: Vec<u32>,
    by_wants: Vec<u32>,
}

impl Search<'_> {
    /// Prices and worths that will change one by one.
    pub fn live_prices(&self, price: &[i64], worth: &[i64]) -> LivePrices {
        LivePrices {
            prices: self.prices(price),
            worths: self.worths(worth),
            by_place: self.by_place.places(price.len()),
            by_ability: self.by_ability.places(price.len()),
            visited: self.visited.places(worth.len()),
            by_county: self.by_county.places(worth.len()),
            by_wants: self.by_wants.places(worth.len()),
        }
    }

    /// Changes the price of a right node.
    pub fn set_price(&self, live: &mut LivePrices, right: u32, price: i64) {
        self.by_place.reweigh(&mut live.prices.near, &live.by_place, right, price);
        self.by_ability.reweigh(&mut live.prices.away, &live.by_ability, right, price);
    }

    /// Changes the worth of a group.
    pub fn set_worth(&self, live: &mut LivePrices, group: u32, worth: i64) {
        self.visited.reweigh(&mut live.worths.near, &live.visited, group, -worth);
        self.by_county.reweigh(&mut live.worths.away, &live.by_county, group, -worth);
        self.by_wants.reweigh(&mut live.worths.wide, &live.by_wants, group, -worth);
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
