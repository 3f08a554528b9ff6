//! Which pairs left out must be looked at once prices have changed.
//!
//! A pair that was ruled out, c + v ≥ u, still is unless u rose by more than v did. One decline moves the prices of a whole town,
//! most of them by the same amount, so that most pairs there stand as they stood. So whose v fell by δ is asked about no
//! group whose u sank by δ or more, and whose u rose by δ about no volunteer whose v rose by as much: without these a search
//! sees at a glance that hardly anything is near. Nodes are asked from the greatest δ down, and whoever need not be found any
//! more is set aside on the way.

use std::collections::BTreeSet;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::{Mending, OUT_OF_REACH};
use crate::assignment::repair::{Moves, NewArc};
use crate::candidates::tree::Found;
use crate::plan::growth::Lists;

/// From so many nodes on, they are asked on all threads.
const AT_ONCE: usize = 16;
/// Stands for a price at which no search finds a volunteer.
const TOO_DEAR: i64 = i64::MAX;
/// Stands for a change after which all pairs of a node must be looked at.
const WHOLLY: i64 = i64::MAX;

/// A node and by how much its price changed.
type By = (u32, i64);

/// One side's prices as they have changed since its pairs were last looked at.
#[derive(Default)]
struct Side {
    /// Who is to be asked, by the greatest change first: groups whose u rose, volunteers whose v fell.
    asking: Vec<By>,
    /// Whose price changed the other way, by the greatest change first.
    receding: Vec<By>,
}

impl Side {
    /// Sorts the nodes of some lists; `by` is how much a price changed in favour of pairs left out.
    fn of(lists: [&[u32]; 2], wholly: &BTreeSet<u32>, by: impl Fn(u32) -> i64) -> Self {
        let nodes: BTreeSet<u32> = lists.into_iter().flatten().chain(wholly).copied().collect();
        let mut side = Self::default();
        for node in nodes {
            let by = by(node);
            let wholly = wholly.contains(&node);
            if by > 0 || wholly {
                side.asking.push((node, if wholly { WHOLLY } else { by }));
            }
            if by < 0 {
                side.receding.push((node, by.saturating_neg()));
            }
        }
        side.asking.sort_by_key(|(_, by)| std::cmp::Reverse(*by));
        side.receding.sort_by_key(|(_, by)| std::cmp::Reverse(*by));
        side
    }
}

/// Whom to ask about all their pairs.
#[derive(Default)]
pub(super) struct Wholly {
    pub(super) groups: BTreeSet<u32>,
    pub(super) rights: BTreeSet<u32>,
}

impl Mending<'_> {
    /// Tells the searches which prices and worths changed, and names pairs left out that could improve on the choice. `wholly`
    /// says who is to be asked whether a price changed or not, and then, who may have more than the answer names.
    pub(super) fn improving(&mut self, since: &Moves, wholly: &mut Wholly) -> Vec<NewArc> {
        let rose = |group: u32| self.repair.left_price(group).saturating_sub(self.worth[group as usize]);
        let fell = |right: u32| self.price[right as usize].saturating_sub(self.repair.right_price(right));
        let groups = Side::of([&since.risen, &since.sunk], &wholly.groups, rose);
        let rights = Side::of([&since.fallen, &since.raised], &wholly.rights, fell);
        for (group, _) in groups.asking.iter().chain(&groups.receding) {
            self.tell_worth(*group, self.repair.left_price(*group));
        }
        for (right, _) in rights.asking.iter().chain(&rights.receding) {
            self.tell_price(*right, self.repair.right_price(*right));
        }
        *wholly = Wholly::default();
        let mut found = self.ask_groups(&groups.asking, &rights.receding, &mut wholly.groups);
        found.extend(self.ask_rights(&rights.asking, &groups.receding, &mut wholly.rights));
        found.sort_unstable();
        found.dedup();
        found
    }

    fn ask_groups(&mut self, asking: &[By], raised: &[By], more: &mut BTreeSet<u32>) -> Vec<NewArc> {
        let (cap, mut found, mut aside) = (Lists::SMALL.cap, Vec::new(), 0);
        for alike in asking.chunk_by(|one, other| one.1 == other.1) {
            while let Some((right, _)) = raised.get(aside).filter(|(_, by)| *by >= alike[0].1) {
                self.search.set_price(&mut self.prices, *right, TOO_DEAR);
                aside += 1;
            }
            let Self { search, repair, prices, declined, .. } = &*self;
            let of_group =
                |group: u32| declined.volunteers_at(search, prices, group, cap, repair.left_price(group));
            for (group, of_group) in asked(alike, of_group) {
                self.counts.looked_at += of_group.looked_at;
                more.extend(of_group.capped.then_some(group));
                found.extend(of_group.items.into_iter().map(|(right, cost)| (group, right, cost)));
            }
        }
        for (right, _) in &raised[..aside] {
            self.search.set_price(&mut self.prices, *right, self.repair.right_price(*right));
        }
        found
    }

    fn ask_rights(&mut self, asking: &[By], sunk: &[By], more: &mut BTreeSet<u32>) -> Vec<NewArc> {
        let (cap, mut found, mut aside) = (Lists::SMALL.cap, Vec::new(), 0);
        for alike in asking.chunk_by(|one, other| one.1 == other.1) {
            while let Some((group, _)) = sunk.get(aside).filter(|(_, by)| *by >= alike[0].1) {
                self.search.set_worth(&mut self.prices, *group, OUT_OF_REACH);
                aside += 1;
            }
            let Self { search, repair, prices, declined, .. } = &*self;
            let of_right =
                |right: u32| declined.groups_at(search, prices, right, cap, -repair.right_price(right));
            for (right, of_right) in asked(alike, of_right) {
                self.counts.looked_at += of_right.looked_at;
                more.extend(of_right.capped.then_some(right));
                found.extend(of_right.items.into_iter().map(|(group, cost)| (group, right, cost)));
            }
        }
        for (group, _) in &sunk[..aside] {
            self.search.set_worth(&mut self.prices, *group, self.repair.left_price(*group));
        }
        found
    }

    /// Tells the searches what a group is worth.
    pub(super) fn tell_worth(&mut self, group: u32, worth: i64) {
        self.worth[group as usize] = worth;
        self.search.set_worth(&mut self.prices, group, worth);
    }

    /// Tells the searches what a right node asks.
    fn tell_price(&mut self, right: u32, price: i64) {
        self.price[right as usize] = price;
        self.search.set_price(&mut self.prices, right, price);
    }
}

/// Nodes with their answers, in order. A few are answered sooner than other threads would wake.
fn asked(nodes: &[By], ask: impl Fn(u32) -> Found + Send + Sync) -> Vec<(u32, Found)> {
    let ask = |(node, _): &By| (*node, ask(*node));
    if nodes.len() < AT_ONCE { nodes.iter().map(ask).collect() } else { nodes.par_iter().map(ask).collect() }
}
