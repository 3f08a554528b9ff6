//! One path for two nodes: from a left node without an arc to a unit that was given up, looked for from both ends at once.
//!
//! In: a left node i without an arc, the least u that any of its options allows, and a right node j that asks more than its next
//! unit is worth. Out, if one path settles both: i takes a unit of somebody who takes one of somebody else, and so on until the last
//! takes that of j.
//!
//! Method: Dijkstra from both ends over reduced costs c + v − u, ahead from i as in `exact/search.rs`, back from j as in
//! `exact/draw.rs`, keys (distance, moves), from the end that has fewer right nodes before it. The ends know how far each may go: ahead as far
//! as the nearest way out, A (somebody as well stays unmatched, a unit is to spare), and back as far as the nearest end of
//! a draw, B (somebody unmatched is drawn in, a price is down at its step). With L the length of the path, right nodes that are
//! seen ahead at d < D rise by D − d, and those seen from behind at d < L − D fall by L − D − d, for any D that neither
//! end exceeds: the two kinds are strangers to each other, or the path were shorter. Where L ≤ A + B this proves the least
//! total; where it is not, each node has a path of its own, which the plain searches find.
//!
//! Most often some path is tight, L = 0, which no total undercuts and for which no price changes, wherever A and B lie. So tight arcs
//! alone are followed first, breadth first. Only where each end could stop at once, at no cost either, is this given up.
//!
//! Where costs are coarse, as in minutes of travel, a third of all arcs are tight, and within a few moves of one node lies
//! half the county. Searches that meet half-way see about the square root of that, and the prices of fewer nodes change, of which
//! the owner of the problem asks each what it means for pairs that have no arc.
//!
//! Each end notes how far every right node is that it comes by, also beyond where it stops, for there the two may meet.
//!
//! Cost: O(m log m) at worst for the arcs seen, twice. Space: 72 bytes a right node.

mod end;

use super::amendable::{Amendable, Arc};
use crate::assignment::exact::graph::{NONE, Network};
use crate::assignment::exact::state::State;
use end::{End, Key, NO_KEY, Step};

/// What it costs to look at a column, in rows: it is longer, and of each arc the u of its left node is needed.
const COLUMN: usize = 3;

/// So many times as many arcs as the other end may one look at: a long narrow way has few right nodes before it all the time.
const UNEVEN: u64 = 4;

/// A left node that looks for an arc, and the right node that has a unit for it.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) left: u32,
    /// The least that any of its options allows u to be: cost and price of its best arc, or less.
    pub(super) worth: i64,
    pub(super) right: u32,
}

/// The arcs of a row or column that are of use. Which these are a processor cannot foretell, so they are picked out without branches.
#[derive(Default)]
struct Near {
    arcs: Vec<Arc>,
    count: usize,
}

impl Near {
    fn note<'a>(&mut self, arcs: impl Iterator<Item = &'a Arc>, is_of_use: impl Fn(&Arc) -> bool) {
        self.count = 0;
        for arc in arcs {
            if self.count == self.arcs.len() {
                self.arcs.push(Arc::default());
            }
            self.arcs[self.count] = *arc;
            self.count += usize::from(is_of_use(arc));
        }
    }
}

/// Scratch, kept so that a search costs only what it sees.
pub(super) struct Bridge {
    ahead: End,
    back: End,
    near: Near,
    /// The shortest path known, and a right node on it that both ends have seen.
    best: Key,
    meeting: u32,
    /// Arcs looked at so far.
    pub(super) arcs_scanned: u64,
}

impl Bridge {
    pub(super) fn new(rights: usize) -> Self {
        let (ahead, back, near) = (End::new(rights), End::new(rights), Near::default());
        Self { ahead, back, near, best: NO_KEY, meeting: NONE, arcs_scanned: 0 }
    }

    /// Makes room for right nodes that came since.
    pub(super) fn grow(&mut self, rights: usize) {
        self.ahead.grow(rights);
        self.back.grow(rights);
    }

    /// Settles both nodes, if one path does so. Says whether; if not, nothing changed.
    pub(super) fn settle(&mut self, graph: &Amendable, state: &mut State, pair: Pair) -> bool {
        [true, false].into_iter().any(|only_tight| {
            (self.ahead.only_tight, self.back.only_tight) = (only_tight, only_tight);
            self.explore(graph, state, pair);
            let either = self.ahead.limit.saturating_add(self.back.limit);
            let joined = self.meeting != NONE && self.best.0 <= either;
            if joined {
                self.reprice(graph, state);
                self.shift(graph, state, pair);
            }
            self.forget();
            joined
        })
    }

    fn forget(&mut self) {
        self.arcs_scanned += self.ahead.scanned + self.back.scanned;
        self.ahead.forget();
        self.back.forget();
        (self.best, self.meeting) = (NO_KEY, NONE);
    }

    fn explore(&mut self, graph: &Amendable, state: &State, pair: Pair) {
        let Pair { left, worth, right } = pair;
        if !graph.must_be_assigned(left) {
            self.ahead.limit = graph.unmatched(left) - worth;
        }
        self.back.reach(right, (0, 0), Step { left, right: NONE, cost: 0 });
        self.scan_row(graph, state, (left, -worth), 0, right);
        let mut going = None;
        loop {
            let (ahead, back) = (self.ahead.front(), self.back.front());
            // A path that is not known yet has a right node before each front, and a move between the two.
            if (ahead.0.saturating_add(back.0), ahead.1 + 1 + back.1) >= self.best {
                return;
            }
            if self.ahead.only_tight && self.ahead.limit.max(self.back.limit) <= 0 {
                // Each end settles its node alone, at no cost either.
                return;
            }
            if self.meeting != NONE {
                self.ahead.ceiling = self.ahead.ceiling.min(self.best.0 - back.0);
                self.back.ceiling = self.back.ceiling.min(self.best.0 - ahead.0);
            }
            let goes_ahead = match (self.ahead.next().is_some(), self.back.next().is_some()) {
                (false, false) => return,
                // Nodes of one key are passed together: half of either front would be of no use.
                (true, true) => match going {
                    Some((true, key)) if key == ahead => true,
                    Some((false, key)) if key == back => false,
                    _ => self.goes_ahead(),
                },
                // No path is tight.
                _ if self.ahead.only_tight => return,
                (goes_ahead, _) => goes_ahead,
            };
            going = Some((goes_ahead, if goes_ahead { ahead } else { back }));
            if goes_ahead {
                self.step_ahead(graph, state, right);
            } else {
                self.step_back(graph, state, pair);
            }
        }
    }

    /// Whether it is the first end's turn: the one with fewer right nodes to pass, unless it has long looked at many more arcs.
    fn goes_ahead(&self) -> bool {
        let (ahead, back) = (&self.ahead, &self.back);
        if ahead.scanned > UNEVEN * back.scanned {
            false
        } else if back.scanned > UNEVEN * ahead.scanned {
            true
        } else {
            ahead.waiting() <= COLUMN * back.waiting()
        }
    }

    /// Passes the nearest right node ahead: each of its holders would have to go on.
    fn step_ahead(&mut self, graph: &Amendable, state: &State, end: u32) {
        let Some(((distance, moves), right)) = self.ahead.pass() else { return };
        for &left in state.holders(graph, right) {
            let base = distance - state.worth(left);
            if !graph.must_be_assigned(left) {
                self.ahead.limit = self.ahead.limit.min(base + graph.unmatched(left));
            }
            self.scan_row(graph, state, (left, base), moves, end);
        }
    }

    fn scan_row(&mut self, graph: &Amendable, state: &State, (left, base): (u32, i64), moves: u32, end: u32) {
        let row = graph.row(left);
        self.ahead.scanned += row.len() as u64;
        let farthest = self.ahead.farthest(self.best);
        let distance = |arc: &Arc| base + arc.cost() + state.price[arc.end as usize];
        let ahead = row.iter().take_while(|arc| base + arc.cost() <= farthest);
        self.near.note(ahead, |arc| distance(arc) <= farthest);
        for at in 0..self.near.count {
            let arc = self.near.arcs[at];
            let (right, cost, key) = (arc.end, arc.cost(), (distance(&arc), moves + 1));
            if !self.ahead.reach(right, key, Step { left, right, cost }) {
                continue;
            }
            if right != end
                && let Some(step) = state.next_step(graph, right)
            {
                let price = state.price[right as usize];
                self.ahead.limit = self.ahead.limit.min(key.0 + (step - price).max(0));
            }
            self.meet_at(right);
        }
    }

    /// Passes the nearest right node from behind: whoever would come to it leaves a unit of another.
    fn step_back(&mut self, graph: &Amendable, state: &State, pair: Pair) {
        let Some(((distance, moves), right)) = self.back.pass() else { return };
        let price = state.price[right as usize];
        let free = if right == pair.right { state.next_step(graph, right) } else { None };
        let step = free.unwrap_or_else(|| state.last_step(graph, right));
        self.back.limit = self.back.limit.min(distance + price - step);
        let column = graph.column(right);
        self.back.scanned += column.len() as u64;
        let farthest = self.back.farthest(self.best);
        let reached = |arc: &Arc| distance + arc.cost() + price - state.worth(arc.end);
        self.near.note(column.iter(), |arc| reached(arc) <= farthest);
        for at in 0..self.near.count {
            let arc = self.near.arcs[at];
            let (left, cost, reached) = (arc.end, arc.cost(), reached(&arc));
            if left == pair.left {
                // It has seen this right node from its own end.
                continue;
            }
            match state.right_of(left) {
                NONE => self.back.limit = self.back.limit.min(reached),
                from => {
                    let (key, step) = ((reached, moves + 1), Step { left, right, cost });
                    if self.back.reach(from, key, step) {
                        self.meet_at(from);
                    }
                }
            }
        }
    }

    fn meet_at(&mut self, right: u32) {
        let (ahead, back) = (self.ahead.key(right), self.back.key(right));
        if ahead == NO_KEY || back == NO_KEY {
            return;
        }
        let whole = (ahead.0 + back.0, ahead.1 + back.1);
        if whole < self.best {
            (self.best, self.meeting) = (whole, right);
        }
    }

    /// Changes prices so that the path is tight: of what the ends allow, as few as can be.
    fn reprice(&mut self, graph: &Amendable, state: &mut State) {
        let length = self.best.0;
        let (ahead, back) = (self.ahead.front().0, self.back.front().0);
        let (most, least) = (length.min(ahead), (length - length.min(back)).max(0));
        let changed = |rise: i64| self.ahead.within(rise).count() + self.back.within(length - rise).count();
        let rise = if changed(least) <= changed(most) { least } else { most };
        for (right, by) in self.ahead.within(rise) {
            state.add_to_price(graph, right, by);
        }
        for (right, by) in self.back.within(length - rise) {
            state.add_to_price(graph, right, -by);
        }
    }

    /// Moves everybody on the path one arc on.
    fn shift(&self, graph: &Amendable, state: &mut State, pair: Pair) {
        let (mut way, mut at) = (Vec::new(), self.meeting);
        loop {
            let step = self.ahead.seen[at as usize].step;
            way.push(step);
            if step.left == pair.left {
                break;
            }
            at = state.right_of(step.left);
        }
        way.reverse();
        at = self.meeting;
        while at != pair.right {
            let step = self.back.seen[at as usize].step;
            way.push(step);
            at = step.right;
        }
        let mut place = None;
        for Step { left, right, cost } in way.into_iter().rev() {
            place = Some(match place {
                None => state.take_unit(graph, left, right, cost),
                Some(place) => state.sit(left, right, cost, place),
            });
        }
    }
}
