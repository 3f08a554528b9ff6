//! As many left nodes as can be on units, without regard to costs: where staying unmatched is so dear that everything else
//! hardly counts, this tells who competes for what, and prices need not be bid up to it step by step.
//!
//! A round finds how many moves each left node is away from those without a unit, breadth first and only as far as the nearest
//! free unit, then takes a maximal set of shortest paths that share no left node. Left nodes that are dearest to leave out
//! begin. Once few units are free, the search turns round: from each of them, breadth first to the nearest left node without
//! one; where ways are long, rounds go on instead. Either way it ends when no path is left: a single free unit that could be reached would keep all prices around it down.
//!
//! Cost: O(n + m) a round, and O(√n) rounds; some ten in practice. Reference: J. Hopcroft, R. Karp, "An n^5/2 algorithm for
//! maximum matchings in bipartite graphs", SIAM Journal on Computing 2, 1973.

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
    /// By left node: moves from a left node without a unit, or [`NONE`] where it is further than paths go, or on one already.
    moves: Vec<u32>,
    path: Vec<Frame>,
}

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

/// A left node on a path, the arc it goes along, and the unit there whose holder has to move.
struct Frame {
    left: u32,
    arc: usize,
    unit: u32,
}

impl<C: Amount> Cover<C> {
    pub(super) fn of(graph: &Graph<C>, report: &mut Report<'_>) -> Result<Self, SolveError> {
        let mut cover = Self {
            holder: vec![NONE; graph.units()],
            place: vec![None; graph.lefts()],
            used: vec![0; graph.rights()],
            moves: Vec::new(),
            path: Vec::new(),
        };
        let mut open: Vec<u32> = (0..graph.lefts() as u32).collect();
        open.sort_by_key(|left| Reverse(graph.unmatched[*left as usize]));
        let mut may_turn_round = true;
        loop {
            let before = open.len();
            let free_units = graph.units() + before - graph.lefts();
            if may_turn_round && FEW * free_units < graph.units() {
                if cover.draw_in(graph, report)? {
                    return Ok(cover);
                }
                may_turn_round = false;
                open.retain(|left| cover.place[*left as usize].is_none());
                continue;
            }
            report.tell()?;
            cover.count_moves(graph, &open);
            report.tell()?;
            open.retain(|left| !cover.settle(graph, *left));
            if open.len() == before {
                return Ok(cover);
            }
        }
    }

    /// The left nodes without a unit, in order.
    pub(super) fn left_out(&self) -> Vec<u32> {
        (0_u32..).zip(&self.place).filter(|(_, place)| place.is_none()).map(|(left, _)| left).collect()
    }

    fn holders(&self, graph: &Graph<C>, right: u32) -> &[u32] {
        let first = graph.first_unit(right) as usize;
        &self.holder[first..first + self.used[right as usize] as usize]
    }

    fn has_free_unit(&self, graph: &Graph<C>, right: u32) -> bool {
        self.used[right as usize] < graph.capacity(right)
    }

    fn count_moves(&mut self, graph: &Graph<C>, open: &[u32]) {
        let mut moves = std::mem::take(&mut self.moves);
        moves.clear();
        moves.resize(graph.lefts(), NONE);
        let mut seen = vec![false; graph.rights()];
        let mut lefts = open.to_vec();
        for left in &lefts {
            moves[*left as usize] = 0;
        }
        let mut furthest = NONE;
        let mut next = 0;
        while let Some(&left) = lefts.get(next) {
            next += 1;
            let present = moves[left as usize];
            if present >= furthest {
                break;
            }
            for arc in graph.row(left) {
                if std::mem::replace(&mut seen[arc.end as usize], true) {
                    continue;
                }
                if self.has_free_unit(graph, arc.end) {
                    furthest = present + 1;
                }
                for holder in self.holders(graph, arc.end) {
                    if moves[*holder as usize] == NONE {
                        moves[*holder as usize] = present + 1;
                        lefts.push(*holder);
                    }
                }
            }
        }
        self.moves = moves;
    }

    /// Finds a unit for a left node along one of the shortest paths; `false` where there is none any more.
    fn settle(&mut self, graph: &Graph<C>, start: u32) -> bool {
        self.path.clear();
        self.path.push(Frame { left: start, arc: 0, unit: NONE });
        while let Some(frame) = self.path.last_mut() {
            let Some(arc) = graph.row(frame.left).get(frame.arc) else {
                self.moves[frame.left as usize] = NONE;
                self.path.pop();
                if let Some(frame) = self.path.last_mut() {
                    frame.unit += 1;
                }
                continue;
            };
            let first = graph.first_unit(arc.end);
            let end = first + self.used[arc.end as usize];
            if frame.unit == NONE {
                if end < first + graph.capacity(arc.end) {
                    frame.unit = end;
                    self.used[arc.end as usize] += 1;
                    self.take(graph);
                    return true;
                }
                frame.unit = first;
            }
            let next = self.moves[frame.left as usize] + 1;
            let ahead = &self.holder[frame.unit as usize..end as usize];
            if let Some(at) = ahead.iter().position(|holder| self.moves[*holder as usize] == next) {
                frame.unit += at as u32;
                let left = ahead[at];
                self.path.push(Frame { left, arc: 0, unit: NONE });
            } else {
                (frame.arc, frame.unit) = (frame.arc + 1, NONE);
            }
        }
        false
    }

    /// Every left node of the path takes the unit ahead of it.
    fn take(&mut self, graph: &Graph<C>) {
        for Frame { left, arc, unit } in self.path.drain(..) {
            self.holder[unit as usize] = left;
            self.place[left as usize] = Some((unit, graph.row(left)[arc]));
            self.moves[left as usize] = NONE;
        }
    }

    /// Gives every free unit a left node without one, along a path, where there is one. What a search in vain has seen leads
    /// nowhere for good, so that all of those together look at each arc once. `false` where ways were so long that it was given up.
    fn draw_in(&mut self, graph: &Graph<C>, report: &mut Report<'_>) -> Result<bool, SolveError> {
        let mut way = Way {
            moves_to: vec![None; graph.lefts()],
            left_by: vec![NONE; graph.rights()],
            lefts: Vec::new(),
            rights: Vec::new(),
            arcs_scanned: 0,
        };
        for free in 0..graph.rights() as u32 {
            while self.has_free_unit(graph, free) && self.draw_one_in(graph, free, &mut way) {
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
    fn draw_one_in(&mut self, graph: &Graph<C>, free: u32, way: &mut Way<C>) -> bool {
        way.lefts.clear();
        way.rights.clear();
        way.rights.push(free);
        let mut next = 0;
        while let Some(&right) = way.rights.get(next) {
            next += 1;
            way.arcs_scanned += graph.column(right).len();
            for arc in graph.column(right) {
                let left = arc.end;
                if way.moves_to[left as usize].is_some() {
                    continue;
                }
                way.moves_to[left as usize] = Some(Arc::new(arc.cost(), right));
                way.lefts.push(left);
                match self.place[left as usize] {
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
