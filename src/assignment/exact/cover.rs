//! As many left nodes as can be on units, without regard to costs: where staying unmatched is so dear that everything else
//! hardly counts, this tells who competes for what, and prices need not be bid up to it step by step.
//!
//! Those dearest to leave out come first, and as many of them as can be, before the next dearest: sets of left nodes that can be on
//! units together form a matroid, in which that is best for all. Else the dear ones that were left out would bid against the cheap
//! ones, step by step up to the price of leaving those out. In a round, all of one price that are left out look breadth first for a
//! free unit, each until it has come to one, and never where another has been: so their paths have nothing in common, and all are
//! taken. Once few units are free, the search turns round: from each of them, breadth first to the nearest left node without one;
//! where ways are long, rounds go on instead. It ends when no path is left, because a single free unit that could be reached would keep
//! all prices around it down; or after so many rounds that bids find the rest sooner.
//!
//! Cost: O(n + m) a round; some ten rounds in practice for each price of being left out. References: J. Hopcroft, R. Karp, "An n^5/2
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
    /// By right node: the left node from which it was reached.
    reached_from: Vec<u32>,
    /// By left node that was reached: the one without a unit from which the way began.
    begins_at: Vec<u32>,
    /// By left node without a unit: the right node at which its way ends.
    way_out: Vec<u32>,
}

/// Up to so many unmatched prices are told apart.
const CLASSES: usize = 64;

/// Rounds for left nodes of one price. What is still left out then has to bid.
const ROUNDS: usize = 256;

/// Up to one free unit in so many draws left nodes in by itself.
const FEW: usize = 64;

/// How often the searches from free units may look at all arcs before rounds go on.
const LOOKS: usize = 16;

/// Scratch of the searches from free units.
struct Way<C> {
    /// By left node: the arc it would move along.
    moves_to: Vec<Option<Arc<C>>>,
    /// By right node: who would leave it, or [`NONE`].
    left_by: Vec<u32>,
    lefts: Vec<u32>,
    rights: Vec<u32>,
    arcs_scanned: usize,
}

impl<C: Amount> Cover<C> {
    pub(super) fn of(graph: &Graph<C>, report: &mut Report<'_>) -> Result<Self, SolveError> {
        let mut cover = Self {
            holder: vec![NONE; graph.units()],
            place: vec![None; graph.lefts()],
            used: vec![0; graph.rights()],
            reached_from: vec![NONE; graph.rights()],
            begins_at: vec![NONE; graph.lefts()],
            way_out: vec![NONE; graph.lefts()],
        };
        let price = |left: &u32| graph.unmatched[*left as usize];
        let mut by_price: Vec<u32> = (0..graph.lefts() as u32).collect();
        by_price.sort_by_key(|left| Reverse(price(left)));
        let alike = |a: &u32, b: &u32| price(a) == price(b);
        if by_price.chunk_by(alike).count() > CLASSES {
            cover.admit(graph, by_price, i64::MIN, report)?;
            return Ok(cover);
        }
        for class in by_price.chunk_by(alike) {
            cover.admit(graph, class.to_vec(), price(&class[0]), report)?;
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
        let mut may_turn_round = true;
        for _ in 0..ROUNDS {
            let before = open.len();
            let free_units = graph.units() - self.used.iter().sum::<u32>() as usize;
            if free_units == 0 {
                break;
            }
            if may_turn_round && FEW * free_units < graph.units() {
                if self.draw_in(graph, least, report)? {
                    break;
                }
                may_turn_round = false;
                open.retain(|left| self.place[*left as usize].is_none());
                continue;
            }
            report.tell()?;
            self.reach(graph, &open);
            report.tell()?;
            open.retain(|left| !self.settle(graph, *left));
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

    /// Goes breadth first from all left nodes that are open, from each until it comes to a free unit. No right node is reached
    /// from two of them.
    fn reach(&mut self, graph: &Graph<C>, open: &[u32]) {
        self.reached_from.fill(NONE);
        self.way_out.fill(NONE);
        for left in open {
            self.begins_at[*left as usize] = *left;
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
        self.used[right as usize] += 1;
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

    /// Gives every free unit a left node without one, along a path, where there is one. What a search in vain has seen leads
    /// nowhere for good, so that all of those together look at each arc once. `false` where ways were so long that it was given up.
    fn draw_in(&mut self, graph: &Graph<C>, least: i64, report: &mut Report<'_>) -> Result<bool, SolveError> {
        let mut way = Way {
            moves_to: vec![None; graph.lefts()],
            left_by: vec![NONE; graph.rights()],
            lefts: Vec::new(),
            rights: Vec::new(),
            arcs_scanned: 0,
        };
        for free in 0..graph.rights() as u32 {
            while self.has_free_unit(graph, free) && self.draw_one_in(graph, free, least, &mut way) {
                for left in way.lefts.drain(..) {
                    way.moves_to[left as usize] = None;
                }
                for right in way.rights.drain(..) {
                    way.left_by[right as usize] = NONE;
                }
                report.tell()?;
                if way.arcs_scanned > LOOKS * graph.arcs() {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Breadth first from a right node with a free unit to the nearest left node without one.
    fn draw_one_in(&mut self, graph: &Graph<C>, free: u32, least: i64, way: &mut Way<C>) -> bool {
        way.lefts.clear();
        way.rights.clear();
        way.rights.push(free);
        let mut next = 0;
        while let Some(&right) = way.rights.get(next) {
            next += 1;
            way.arcs_scanned += graph.column(right).len();
            for arc in graph.column(right) {
                let left = arc.end;
                let place = self.place[left as usize];
                let is_out = place.is_none() && graph.unmatched[left as usize] < least;
                if is_out || way.moves_to[left as usize].is_some() {
                    continue;
                }
                way.moves_to[left as usize] = Some(Arc::new(arc.cost(), right));
                way.lefts.push(left);
                match place {
                    Some((_, held)) if held.end == free || way.left_by[held.end as usize] != NONE => {}
                    Some((_, held)) => {
                        way.left_by[held.end as usize] = left;
                        way.rights.push(held.end);
                    }
                    None => {
                        self.move_along(graph, left, free, way);
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Every left node on the way moves, from the one without a unit to the one that takes the free one.
    fn move_along(&mut self, graph: &Graph<C>, start: u32, free: u32, way: &Way<C>) {
        let mut left = start;
        while let Some(arc) = way.moves_to[left as usize] {
            let leaver = way.left_by[arc.end as usize];
            let unit = match self.place.get(leaver as usize) {
                Some(Some((unit, _))) if arc.end != free => *unit,
                _ => {
                    self.used[free as usize] += 1;
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
