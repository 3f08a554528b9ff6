//! As many left nodes as can be on units, without regard to costs: where staying unmatched is so dear that everything else
//! hardly counts, this tells who competes for what, and prices need not be bid up to it step by step.
//!
//! Those dearest to leave out come first, and as many of them as can be, before the next dearest: sets of left nodes that can be on
//! units together form a matroid, in which that is best for all. Else the dear ones that were left out would bid against the cheap
//! ones, step by step up to the price of leaving those out. Where prices are many, those of about one price count as alike. In a
//! round, all of one price that are left out look breadth first for a free unit, each until it has come to one, and never where
//! another has been: so their paths have nothing in common, and all are taken. Where no way leads out, none ever will, and nobody
//! looks there again. Once few units are free, and fewer than left nodes are open, the search turns round: from all right nodes with a free
//! unit, each until it has come to a left node without one. Most of those who are open then stay so, and would keep the ground
//! around them from the few who need not. It ends when no path is left, because a single free unit that could be reached would
//! keep all prices around it down; or after so many rounds that bids find the rest sooner.
//!
//! Cost: O(n + m) a round at most; ten to sixty rounds were seen, and some for each class where prices are many. References: J. Hopcroft, R. Karp, "An n^5/2
//! algorithm for maximum matchings in bipartite graphs", SIAM Journal on Computing 2, 1973; A. Azad, A. Buluç, A. Pothen, "Computing
//! maximum cardinality matchings in parallel on bipartite graphs via tree-grafting", IEEE Transactions on Parallel and Distributed
//! Systems 28, 2017 (here without grafting); J. Edmonds, D. Fulkerson, "Transversals and matroid partition", Journal of Research of the
//! National Bureau of Standards 69B, 1965.

use std::cmp::Reverse;

use super::graph::{Amount, Arc, Graph, NONE};
use super::report::Report;
use crate::assignment::solution::SolveError;

/// Who holds which unit.
pub(super) struct Cover<C> {
    /// By unit: the left node, or [`NONE`]. The units of a right node are taken from the first on.
    pub(super) holder: Vec<u32>,
    /// By left node: its unit and its arc.
    pub(super) place: Vec<Option<(u32, Arc<C>)>>,
    used: Vec<u32>,
    free_units: usize,
    /// By right node: the left node from which it was reached. What leads to no free unit stays reached.
    reached_from: Vec<u32>,
    /// Right nodes reached in this round.
    reached: Vec<u32>,
    /// By left node that was reached: the one without a unit from which the way began.
    begins_at: Vec<u32>,
    /// By left node without a unit: the right node at which its way ends.
    way_out: Vec<u32>,
}

/// Up to so many unmatched prices are told apart.
const CLASSES: usize = 64;

/// Where there are more, so many left nodes of about one price make a class; more where that would be more than so many classes.
const ABOUT_ALIKE: usize = 24;
const CLASSES_MAX: usize = 4096;

/// Rounds for left nodes of one price. What is still left out then has to bid.
const ROUNDS: usize = 256;

/// The search turns round once one unit in so many is free, or fewer.
const FEW: usize = 16;

/// What a search from free units has seen.
struct Seen<C> {
    /// By left node: the arc it would move along.
    moves_to: Vec<Option<Arc<C>>>,
    /// By right node: who would leave it, or [`NONE`].
    left_by: Vec<u32>,
    /// By right node: the one with a free unit from which it was seen, or [`NONE`].
    begins_at: Vec<u32>,
    /// By right node with a free unit: whether a left node without one was found.
    is_over: Vec<bool>,
    lefts: Vec<u32>,
    rights: Vec<u32>,
}

impl<C: Amount> Seen<C> {
    fn nothing(graph: &Graph<C>) -> Self {
        Self {
            moves_to: vec![None; graph.lefts()],
            left_by: vec![NONE; graph.rights()],
            begins_at: vec![NONE; graph.rights()],
            is_over: vec![false; graph.rights()],
            lefts: Vec::new(),
            rights: Vec::new(),
        }
    }

    fn forget(&mut self) {
        for left in self.lefts.drain(..) {
            self.moves_to[left as usize] = None;
        }
        for right in self.rights.drain(..) {
            self.left_by[right as usize] = NONE;
            self.begins_at[right as usize] = NONE;
            self.is_over[right as usize] = false;
        }
    }
}

impl<C: Amount> Cover<C> {
    pub(super) fn of(graph: &Graph<C>, report: &mut Report<'_>) -> Result<Self, SolveError> {
        let mut cover = Self {
            holder: vec![NONE; graph.units()],
            place: vec![None; graph.lefts()],
            used: vec![0; graph.rights()],
            free_units: graph.units(),
            reached_from: vec![NONE; graph.rights()],
            reached: Vec::new(),
            begins_at: vec![NONE; graph.lefts()],
            way_out: vec![NONE; graph.lefts()],
        };
        let price = |left: &u32| graph.unmatched[*left as usize];
        let mut by_price: Vec<u32> = (0..graph.lefts() as u32).collect();
        by_price.sort_by_key(|left| Reverse(price(left)));
        let alike = |a: &u32, b: &u32| price(a) == price(b);
        let classes: Vec<&[u32]> = if by_price.chunk_by(alike).nth(CLASSES).is_none() {
            by_price.chunk_by(alike).collect()
        } else {
            by_price.chunks(ABOUT_ALIKE.max(by_price.len() / CLASSES_MAX)).collect()
        };
        for class in classes {
            let least = class.last().map_or(i64::MIN, price);
            cover.admit(graph, class.to_vec(), least, report)?;
        }
        Ok(cover)
    }

    /// Finds units for as many as can be of the left nodes that are open, each of an unmatched price of at least so much. Whoever has
    /// one keeps one.
    fn admit(
        &mut self,
        graph: &Graph<C>,
        mut open: Vec<u32>,
        least: i64,
        report: &mut Report<'_>,
    ) -> Result<(), SolveError> {
        let mut seen = None;
        for _ in 0..ROUNDS {
            let before = open.len();
            if self.free_units == 0 {
                break;
            }
            report.tell()?;
            if self.free_units < before && FEW * self.free_units < graph.units() {
                self.draw_in(graph, least, seen.get_or_insert_with(|| Seen::nothing(graph)));
                report.tell()?;
                open.retain(|left| self.place[*left as usize].is_none());
            } else {
                self.reach(graph, &open);
                report.tell()?;
                open.retain(|left| !self.settle(graph, *left));
                if open.len() == before {
                    // No way leads out of here, whoever may come.
                    self.reached.clear();
                }
            }
            if open.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// The left nodes without a unit, in order.
    pub(super) fn left_out(&self) -> Vec<u32> {
        (0_u32..).zip(&self.place).filter(|(_, place)| place.is_none()).map(|(left, _)| left).collect()
    }

    fn has_free_unit(&self, graph: &Graph<C>, right: u32) -> bool {
        self.used[right as usize] < graph.capacity(right)
    }

    fn take_unit(&mut self, right: u32) {
        self.used[right as usize] += 1;
        self.free_units -= 1;
    }

    /// Goes breadth first from all left nodes that are open, from each until it comes to a free unit. No right node is reached
    /// from two of them.
    fn reach(&mut self, graph: &Graph<C>, open: &[u32]) {
        for right in self.reached.drain(..) {
            self.reached_from[right as usize] = NONE;
        }
        for left in open {
            self.begins_at[*left as usize] = *left;
            self.way_out[*left as usize] = NONE;
        }
        let mut lefts = open.to_vec();
        let mut next = 0;
        while let Some(&left) = lefts.get(next) {
            next += 1;
            let start = self.begins_at[left as usize];
            if self.way_out[start as usize] != NONE {
                continue;
            }
            for arc in graph.row(left) {
                let right = arc.end as usize;
                if self.reached_from[right] != NONE {
                    continue;
                }
                self.reached_from[right] = left;
                self.reached.push(arc.end);
                if self.has_free_unit(graph, arc.end) {
                    self.way_out[start as usize] = arc.end;
                    break;
                }
                let first = graph.first_unit(arc.end) as usize;
                for holder in &self.holder[first..first + self.used[right] as usize] {
                    self.begins_at[*holder as usize] = start;
                    lefts.push(*holder);
                }
            }
        }
    }

    /// Everybody on the way from a left node to a free unit moves one right node on; `false` where there is no way.
    fn settle(&mut self, graph: &Graph<C>, start: u32) -> bool {
        let mut right = self.way_out[start as usize];
        if right == NONE {
            return false;
        }
        let mut unit = graph.first_unit(right) + self.used[right as usize];
        self.take_unit(right);
        loop {
            let left = self.reached_from[right as usize];
            let arc = graph.row(left).iter().find(|arc| arc.end == right).copied();
            let arc = arc.expect("a right node is reached along an arc");
            self.holder[unit as usize] = left;
            match self.place[left as usize].replace((unit, arc)) {
                Some((left_behind, arc)) if left != start => (unit, right) = (left_behind, arc.end),
                _ => return true,
            }
        }
    }

    /// Goes breadth first from all right nodes with a free unit, from each until it comes to a left node without one, which takes
    /// the unit. No right node is seen from two of them.
    fn draw_in(&mut self, graph: &Graph<C>, least: i64, seen: &mut Seen<C>) {
        seen.rights.extend((0..graph.rights() as u32).filter(|right| self.has_free_unit(graph, *right)));
        for free in &seen.rights {
            seen.begins_at[*free as usize] = *free;
        }
        let mut found = Vec::new();
        let mut next = 0;
        while let Some(&right) = seen.rights.get(next) {
            next += 1;
            let free = seen.begins_at[right as usize];
            if seen.is_over[free as usize] {
                continue;
            }
            for arc in graph.column(right) {
                let left = arc.end;
                let place = self.place[left as usize];
                let is_out = place.is_none() && graph.unmatched[left as usize] < least;
                if is_out || seen.moves_to[left as usize].is_some() {
                    continue;
                }
                seen.moves_to[left as usize] = Some(Arc::new(arc.cost(), right));
                seen.lefts.push(left);
                let Some((_, held)) = place else {
                    seen.is_over[free as usize] = true;
                    found.push((left, free));
                    break;
                };
                if seen.begins_at[held.end as usize] == NONE {
                    seen.left_by[held.end as usize] = left;
                    seen.begins_at[held.end as usize] = free;
                    seen.rights.push(held.end);
                }
            }
        }
        for (left, free) in found {
            self.move_along(graph, left, free, seen);
        }
        seen.forget();
    }

    /// Every left node on the way moves, from the one without a unit to the one that takes the free one.
    fn move_along(&mut self, graph: &Graph<C>, start: u32, free: u32, seen: &Seen<C>) {
        let mut left = start;
        while let Some(arc) = seen.moves_to[left as usize] {
            let leaver = seen.left_by[arc.end as usize];
            let unit = match self.place.get(leaver as usize) {
                Some(Some((unit, _))) if arc.end != free => *unit,
                _ => {
                    self.take_unit(free);
                    graph.first_unit(free) + self.used[free as usize] - 1
                }
            };
            self.holder[unit as usize] = left;
            self.place[left as usize] = Some((unit, arc));
            if arc.end == free {
                return;
            }
            left = leaver;
        }
    }
}
