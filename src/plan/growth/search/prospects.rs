//! Pairs near enough for a visit, each with what it costs at least, so that a round of growth reads a list where it would have
//! searched a tree.
//!
//! In a county a child has some hundred volunteers within reach. A search of the tree looks at most of them, in every round
//! anew, at a hundred nanoseconds each; a list that is made once is read at one nanosecond a pair, for **every** group in
//! every round. What a search learns stays in the list: what it scored stands there with its cost, what is not admissible
//! or held by now is struck off. So no pair is scored twice in vain.
//!
//! Groups are taken in the order of their tree, some neighbours at a time, who look for their volunteers together. In a
//! dense town a list would be long, and prices rule out most of it at a glance; and where nearly everybody within reach
//! will do, a search of the tree looks at few in vain. There the tree is the better way: lists longer than a limit, or that
//! leave out too few, are not kept. Nor is any made once [`IN_ALL`] pairs stand in lists. Eight bytes a pair; cost: a bound
//! for each pair of neighbours within reach.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use rayon::prelude::{
    IndexedParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator, ParallelIterator,
    ParallelSlice, ParallelSliceMut,
};

use super::{Look, Search};
use crate::candidates::tree::mix;
use crate::scoring::bound::{Ask, Offer, Visit};

/// Some neighbours look together for so many times the volunteers that one of them may have in its list.
const TOGETHER: usize = 8;
/// A list is kept that names at most this share, numerator and denominator, of those near enough to the neighbours.
const SPARING: (usize, usize) = (2, 3);
/// How many of those near are looked at for that.
const SOME: usize = 64;
/// Pairs in all lists: a gigabyte.
const IN_ALL: usize = 1 << 27;
/// Groups that look for their volunteers together.
const NEIGHBOURS: usize = 16;
/// Neighbourhoods of which the lists are put together at a time.
const BLOCK: usize = 1024;
/// Stands for a pair that need not be found any more.
const STRUCK: u32 = u32::MAX;

/// A pair of a group that may be admissible and is not held.
#[derive(Clone, Copy, Debug)]
struct Prospect {
    /// The volunteer's place in the order of the tree.
    place: u32,
    /// What the pair costs at least.
    least: u32,
}

/// The pairs near enough for a visit, by group.
#[derive(Debug, Default)]
pub(crate) struct Prospects {
    /// By group, ascending by place; none where the tree is searched.
    rows: Vec<Option<Vec<Prospect>>>,
    /// The groups in the order of their tree.
    order: Vec<u32>,
    /// The right node of each place.
    right_of: Vec<u32>,
}

/// What a look into one list found.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Right nodes with the cost of the pair, in the order that was wanted.
    pub(crate) pairs: Vec<(u32, i64)>,
    /// Pairs that were scored.
    pub(crate) looked_at: u64,
}

/// A prospect in a queue: by rank, ties by turns.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    rank: i64,
    turn: u32,
    /// Its position in the list.
    at: u32,
    /// What it costs, once that is known.
    cost: Option<i64>,
}

impl Prospects {
    /// The lists of all groups that have at most so many pairs and whose searches they spare.
    pub(crate) fn of(search: &Search<'_>, longest: usize) -> Self {
        let order = search.groups.visited.order();
        let right_of = search.volunteers.by_place.order().to_vec();
        let mut prospects =
            Self { rows: vec![None; search.groups.asks.len()], order: order.to_vec(), right_of };
        let mut room = IN_ALL;
        for block in order.chunks(NEIGHBOURS * BLOCK) {
            let found: Vec<Option<Vec<Vec<Prospect>>>> =
                block.par_chunks(NEIGHBOURS).map(|groups| search.prospects_of(groups, longest)).collect();
            for (groups, lists) in block.chunks(NEIGHBOURS).zip(found) {
                for (group, list) in groups.iter().zip(lists.into_iter().flatten()) {
                    let Some(rest) = room.checked_sub(list.len()) else { return prospects };
                    room = rest;
                    prospects.rows[*group as usize] = Some(list);
                }
            }
        }
        prospects
    }

    /// Whether a group has a list, so that its pairs with a visit need not be searched for.
    pub(crate) fn has_list(&self, group: u32) -> bool {
        self.rows[group as usize].is_some()
    }

    /// Amounts by right node in the order in which lists name them.
    pub(crate) fn placed(&self, of_right: &[i64]) -> Vec<i64> {
        self.right_of.iter().map(|right| of_right[*right as usize]).collect()
    }

    /// For groups one after the other, pairs in their lists by cost plus price. They are struck off: who asks holds them
    /// from now on. The price is [placed](Self::placed).
    pub(crate) fn seen(
        &mut self,
        search: &Search<'_>,
        groups: Range<u32>,
        price: &[i64],
        look: &(dyn Fn(u32) -> Look + Sync),
    ) -> Vec<Seen> {
        let first = groups.start;
        let (rows, right_of) = (&mut self.rows[groups.start as usize..groups.end as usize], &self.right_of);
        let of_group = |(at, row): (usize, &mut Option<Vec<Prospect>>)| {
            let group = first + at as u32;
            row.as_mut().map_or_else(Seen::default, |row| {
                search.seen_in(
                    group,
                    row,
                    &|place| (right_of[place as usize], price[place as usize]),
                    look(group),
                )
            })
        };
        rows.par_iter_mut().enumerate().map(of_group).collect()
    }

    /// For every right node the groups whose lists hold her at least cost, at most so many of each: by group and right node,
    /// ascending, with what the pair costs at least.
    pub(crate) fn cheapest_by_right(&self, most: usize) -> Vec<(u32, u32, i64)> {
        let mut of_place: Vec<BinaryHeap<(u32, u32, u32)>> = vec![BinaryHeap::new(); self.right_of.len()];
        for group in &self.order {
            for prospect in self.rows[*group as usize].iter().flatten() {
                let heap = &mut of_place[prospect.place as usize];
                let listed = (prospect.least, turn(!*group, prospect.place), *group);
                if heap.len() < most {
                    heap.push(listed);
                } else if let Some(mut worst) = heap.peek_mut()
                    && listed < *worst
                {
                    *worst = listed;
                }
            }
        }
        let of_right = of_place.into_iter().zip(&self.right_of);
        let mut pairs: Vec<(u32, u32, i64)> = of_right
            .flat_map(|(heap, right)| heap.into_iter().map(|(least, _, group)| (group, *right, least.into())))
            .collect();
        pairs.par_sort_unstable();
        pairs
    }

    /// Those of some pairs, by group and right node, that still stand in the lists and are admissible, with their cost. All of
    /// them are struck off.
    pub(crate) fn take(&mut self, search: &Search<'_>, pairs: &[(u32, u32)]) -> Vec<(u32, u32, i64)> {
        let mut taken = Vec::with_capacity(pairs.len());
        for (group, right) in pairs.iter().copied() {
            let Some(row) = &mut self.rows[group as usize] else { continue };
            let place = search.volunteers.place_of[right as usize];
            if let Ok(at) = row.binary_search_by_key(&place, |prospect| prospect.place)
                && row[at].least != STRUCK
            {
                row[at].least = STRUCK;
                taken.push((group, right));
            }
        }
        let scored = taken
            .par_iter()
            .filter_map(|(group, right)| Some((*group, *right, search.cost(*group, *right)?)));
        scored.collect()
    }
}

/// Makes the turns among ties; another for every pair.
fn turn(group: u32, place: u32) -> u32 {
    mix(u64::from(group) << 32 | u64::from(place)) as u32
}

impl Search<'_> {
    /// The lists of some neighbours; none where they are too long, or leave out too few.
    fn prospects_of(&self, groups: &[u32], longest: usize) -> Option<Vec<Vec<Prospect>>> {
        let asks: Vec<&Ask> = groups.iter().filter_map(|group| self.ask(*group)).collect();
        let mut extent = asks.first()?.extent()?;
        asks.iter().filter_map(|ask| ask.extent()).for_each(|other| extent.join(&other));
        let mut near: Vec<(u32, u32, &Offer)> = Vec::new();
        self.volunteers.by_place.each(&|offer| offer.may_reach(&extent), &mut |place, right, offer| {
            if near.len() <= TOGETHER * longest && offer.may_reach(&extent) {
                near.push((place, right, offer));
            }
        });
        let prospect = |ask: &Ask, (place, right, offer): &(u32, u32, &Offer)| {
            let least = self.least(ask, *right, offer, Visit::Near)?;
            Some(Prospect { place: *place, least: least.clamp(0, i64::from(STRUCK - 1)) as u32 })
        };
        if near.len() > TOGETHER * longest {
            return None;
        }
        // The first answers for all, since neighbours have much the same volunteers; of these, first some for their share.
        let first = asks.first()?;
        let some = near.iter().step_by(near.len() / SOME + 1);
        let named = some.clone().filter(|there| prospect(first, there).is_some()).count();
        if named * SPARING.1 > some.len() * SPARING.0 {
            return None;
        }
        let mut lists: Vec<Vec<Prospect>> = Vec::with_capacity(asks.len());
        let mut list = Vec::with_capacity(near.len());
        for ask in asks {
            list.extend(near.iter().filter_map(|there| prospect(ask, there)));
            if lists.is_empty() && list.len() > longest {
                return None;
            }
            // Lists stay for the whole of growth: each takes as much memory as it needs.
            lists.push(list.as_slice().to_vec());
            list.clear();
        }
        Some(lists)
    }

    /// Pairs in a list by cost plus price; they are struck off. `at` gives right node and price of a place.
    fn seen_in(
        &self,
        group: u32,
        row: &mut Vec<Prospect>,
        at: &dyn Fn(u32) -> (u32, i64),
        look: Look,
    ) -> Seen {
        let mut seen = Seen::default();
        let waiting = |(position, prospect): (u32, &Prospect)| {
            let key = i64::from(prospect.least).saturating_add(at(prospect.place).1);
            let wanted = prospect.least != STRUCK && key < look.below;
            wanted.then(|| {
                let rank = look.order.rank(key);
                Reverse(Waiting { rank, turn: turn(group, prospect.place), at: position, cost: None })
            })
        };
        let mut queue: BinaryHeap<Reverse<Waiting>> =
            (0_u32..).zip(&*row).filter_map(waiting).collect::<Vec<_>>().into();
        while let Some(Reverse(next)) = queue.pop() {
            if seen.pairs.len() == look.most {
                break;
            }
            let prospect = &mut row[next.at as usize];
            let (right, price) = at(prospect.place);
            if let Some(cost) = next.cost {
                prospect.least = STRUCK;
                seen.pairs.push((right, cost));
                continue;
            }
            seen.looked_at += 1;
            let Some(cost) = self.cost(group, right) else {
                prospect.least = STRUCK;
                continue;
            };
            prospect.least = cost.min(i64::from(STRUCK - 1)) as u32;
            let key = cost.saturating_add(price);
            if key < look.below {
                let rank = look.order.rank(key);
                queue.push(Reverse(Waiting { rank, cost: Some(cost), ..next }));
            }
        }
        if seen.looked_at > 0 {
            row.retain(|prospect| prospect.least != STRUCK);
        }
        seen
    }
}
