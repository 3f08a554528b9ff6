//! Pairs that were declined since the search was built, which it would find again.

use std::collections::{BTreeMap, BTreeSet};

use crate::candidates::tree::Found;
use crate::plan::growth::{LivePrices, PairSearch};

/// By either side.
#[derive(Default)]
pub(super) struct Declined {
    of_group: BTreeMap<u32, BTreeSet<u32>>,
    of_right: BTreeMap<u32, BTreeSet<u32>>,
}

impl Declined {
    pub(super) fn add(&mut self, group: u32, right: u32) {
        self.of_group.entry(group).or_default().insert(right);
        self.of_right.entry(right).or_default().insert(group);
    }

    pub(super) fn holds(&self, group: u32, right: u32) -> bool {
        self.of_group.get(&group).is_some_and(|rights| rights.contains(&right))
    }

    /// As the search has it, without the declined. It is asked for as many more as there are of these, so that an answer that
    /// hit its cap still names `most`.
    pub(super) fn volunteers_at(
        &self,
        search: &PairSearch<'_>,
        prices: &LivePrices,
        group: u32,
        most: usize,
        below: i64,
    ) -> Found {
        let declined = self.of_group.get(&group);
        let most = most.saturating_add(declined.map_or(0, BTreeSet::len));
        let mut found = search.volunteers_at(prices, group, most, below);
        found.items.retain(|(right, _)| declined.is_none_or(|declined| !declined.contains(right)));
        found
    }

    /// As [`volunteers_at`](Self::volunteers_at), from the other side.
    pub(super) fn groups_at(
        &self,
        search: &PairSearch<'_>,
        prices: &LivePrices,
        right: u32,
        most: usize,
        below: i64,
    ) -> Found {
        let declined = self.of_right.get(&right);
        let most = most.saturating_add(declined.map_or(0, BTreeSet::len));
        let mut found = search.groups_at(prices, right, most, below);
        found.items.retain(|(group, _)| declined.is_none_or(|declined| !declined.contains(group)));
        found
    }
}
