//! What the exact repair knows: one price for each right node, who holds its units, and the arc of each left node.
//!
//! Kept true at every step: prices v ≥ 0; the last used unit of a right node has its load step at or below v; the arc of
//! every assigned left node is tight, that is, none of its options is cheaper; a left node that stays unmatched has none
//! cheaper either. What the repair mends are left nodes without an arc, and right nodes whose next unit is cheaper than v.
//! Space: 16 bytes a left node, 12 a right node, 4 a unit.
//!
//! A state that is kept from one amendment to the next has a [`Journal`] of what changed, by which it can be taken back.

use super::graph::{Amount, Graph, NONE, Network};
use super::market::{ALONE, Market};
use crate::assignment::solution::Start;

pub(in crate::assignment) struct State {
    /// vⱼ of each right node.
    pub(in crate::assignment) price: Vec<i64>,
    /// Where each left node is.
    seat: Vec<Seat>,
    /// Units used of each right node.
    pub(in crate::assignment) used: Vec<u32>,
    // Left node `left` sits in `holder[seat[left].place]` while it is assigned.
    holder: Vec<u32>,
    journal: Option<Journal>,
}

/// Where a left node is. What a search asks of every left node it comes by stands together.
#[derive(Clone, Copy)]
struct Seat {
    /// What it pays: the cost of its arc and the price of its right node, or its unmatched price.
    worth: i64,
    /// Its right node, or [`NONE`].
    right: u32,
    place: u32,
}

impl Seat {
    /// That of a left node without an arc.
    fn nowhere<N: Network>(graph: &N, left: u32) -> Self {
        Self { worth: graph.unmatched(left), right: NONE, place: NONE }
    }

    /// The cost of the arc; 0 where there is none.
    fn cost(self, price: &[i64]) -> i64 {
        if self.right == NONE { 0 } else { self.worth - price[self.right as usize] }
    }
}

/// What changed, in order: each entry names what was before. A node may come several times; its first entry counts.
#[derive(Default)]
pub(in crate::assignment) struct Journal {
    /// Left nodes with the right node and the cost of the arc they had, or [`NONE`].
    pub(in crate::assignment) moved: Vec<(u32, u32, i64)>,
    /// Right nodes with their former price.
    pub(in crate::assignment) repriced: Vec<(u32, i64)>,
    /// By how much the cost of all chosen arcs rose.
    pub(in crate::assignment) arcs: i128,
    /// By how much the load steps of all units used rose.
    pub(in crate::assignment) load: i128,
}

impl Journal {
    fn clear(&mut self) {
        self.moved.clear();
        self.repriced.clear();
        (self.arcs, self.load) = (0, 0);
    }
}

impl State {
    /// Takes over from the auction, which has kept its promise at ε = 0.
    pub(super) fn from_market<C: Amount>(market: &Market<'_, C>) -> Self {
        let graph = market.graph;
        let price = (0..graph.rights() as u32).map(|right| market.front(right)).collect();
        let mut state = Self::unassigned(graph, price, graph.lefts(), graph.units());
        for left in 0..graph.lefts() as u32 {
            let unit = market.place(left);
            if unit < ALONE {
                let cost = market.worth(left) - market.ask(unit);
                state.take_unit(graph, left, market.right_of(unit), cost);
            }
        }
        state
    }

    /// Nobody has an arc.
    pub(in crate::assignment) fn unassigned<N: Network>(
        graph: &N,
        price: Vec<i64>,
        lefts: usize,
        units: usize,
    ) -> Self {
        Self {
            seat: (0..lefts as u32).map(|left| Seat::nowhere(graph, left)).collect(),
            used: vec![0; price.len()],
            holder: vec![NONE; units],
            price,
            journal: None,
        }
    }

    /// Takes over a choice and prices from elsewhere; returns also the left nodes that are left open, because they are
    /// new, because their arc is gone or has become dearer than another option, or because their unit is gone.
    pub(super) fn from_start<C: Amount>(graph: &Graph<C>, start: &Start<'_>) -> (Self, Vec<u32>) {
        let price_of = |right: u32| {
            let given = start.price.get(graph.given_right(right) as usize).copied().unwrap_or(0);
            let reserve = if graph.capacity(right) > 0 { graph.reserve(graph.first_unit(right)) } else { 0 };
            (given * graph.multiplier).max(reserve)
        };
        let price = (0..graph.rights() as u32).map(price_of).collect();
        let mut state = Self::unassigned(graph, price, graph.lefts(), graph.units());
        let mut open = Vec::new();
        for left in 0..graph.lefts() as u32 {
            let best = graph.row(left).iter().map(|arc| arc.cost() + state.price[arc.end as usize]).min();
            let least =
                best.map_or(graph.unmatched[left as usize], |best| best.min(graph.unmatched[left as usize]));
            let chosen = start.chosen_right.get(graph.given_left(left) as usize).copied().flatten();
            let arc = chosen.and_then(|chosen| {
                graph.row(left).iter().find(|arc| graph.given_right(arc.end) == chosen).copied()
            });
            match arc {
                Some(arc)
                    if arc.cost() + state.price[arc.end as usize] == least
                        && state
                            .next_step(graph, arc.end)
                            .is_some_and(|step| step <= state.price[arc.end as usize]) =>
                {
                    state.take_unit(graph, left, arc.end, arc.cost());
                }
                None if least == graph.unmatched[left as usize] && !graph.must_be_assigned(left) => {}
                _ => open.push(left),
            }
        }
        (state, open)
    }

    /// The left nodes that hold a unit of `right`.
    pub(in crate::assignment) fn holders<N: Network>(&self, graph: &N, right: u32) -> &[u32] {
        let start = graph.first_unit(right) as usize;
        &self.holder[start..start + self.used[right as usize] as usize]
    }

    /// The right node of a left node, or [`NONE`]; no left node is numbered as high.
    pub(in crate::assignment) fn right_of(&self, left: u32) -> u32 {
        self.seat[left as usize].right
    }

    /// What a left node pays: the cost and price of its arc, or its unmatched price.
    pub(in crate::assignment) fn worth(&self, left: u32) -> i64 {
        self.seat[left as usize].worth
    }

    /// Takes note of another unmatched price of a left node, which matters while it has no arc.
    pub(in crate::assignment) fn set_unmatched(&mut self, left: u32, price: i64) {
        let seat = &mut self.seat[left as usize];
        if seat.right == NONE {
            seat.worth = price;
        }
    }

    /// The cost of a left node's arc; 0 where it has none.
    pub(in crate::assignment) fn cost(&self, left: u32) -> i64 {
        self.seat[left as usize].cost(&self.price)
    }

    /// The load step of the next unit of a right node, unless all are used.
    pub(in crate::assignment) fn next_step<N: Network>(&self, graph: &N, right: u32) -> Option<i64> {
        let used = self.used[right as usize];
        (used < graph.capacity(right)).then(|| graph.reserve(graph.first_unit(right) + used))
    }

    /// The load step of the last unit used of a right node that is used.
    pub(in crate::assignment) fn last_step<N: Network>(&self, graph: &N, right: u32) -> i64 {
        graph.reserve(graph.first_unit(right) + self.used[right as usize] - 1)
    }

    /// Gives a left node a further unit of `right`; returns the place it had, or [`NONE`].
    pub(in crate::assignment) fn take_unit<N: Network>(
        &mut self,
        graph: &N,
        left: u32,
        right: u32,
        cost: i64,
    ) -> u32 {
        let place = graph.first_unit(right) + self.used[right as usize];
        self.used[right as usize] += 1;
        if let Some(journal) = &mut self.journal {
            journal.load += i128::from(graph.reserve(place));
        }
        self.sit(left, right, cost, place)
    }

    /// Gives a left node a place at `right` that was left; returns the place it had, or [`NONE`].
    pub(in crate::assignment) fn sit(&mut self, left: u32, right: u32, cost: i64, place: u32) -> u32 {
        self.note_move(left, cost);
        self.holder[place as usize] = left;
        let seat = Seat { worth: cost + self.price[right as usize], right, place };
        std::mem::replace(&mut self.seat[left as usize], seat).place
    }

    /// Takes its arc from a left node; returns the place it had, which somebody must take or give up.
    pub(in crate::assignment) fn leave<N: Network>(&mut self, graph: &N, left: u32) -> u32 {
        self.note_move(left, 0);
        std::mem::replace(&mut self.seat[left as usize], Seat::nowhere(graph, left)).place
    }

    /// Gives up a place at `right` that was left: the last holder moves into it.
    pub(in crate::assignment) fn give_up<N: Network>(&mut self, graph: &N, right: u32, place: u32) {
        self.used[right as usize] -= 1;
        let last = graph.first_unit(right) + self.used[right as usize];
        let moved = self.holder[last as usize];
        self.holder[place as usize] = moved;
        if place != last {
            self.seat[moved as usize].place = place;
        }
        if let Some(journal) = &mut self.journal {
            journal.load -= i128::from(graph.reserve(last));
        }
    }

    /// Changes a price by so much, and with it what the holders pay.
    pub(in crate::assignment) fn add_to_price<N: Network>(&mut self, graph: &N, right: u32, by: i64) {
        if by == 0 {
            return;
        }
        if let Some(journal) = &mut self.journal {
            journal.repriced.push((right, self.price[right as usize]));
        }
        self.price[right as usize] += by;
        let first = graph.first_unit(right) as usize;
        for holder in &self.holder[first..first + self.used[right as usize] as usize] {
            self.seat[*holder as usize].worth += by;
        }
    }

    fn note_move(&mut self, left: u32, cost: i64) {
        if let Some(journal) = &mut self.journal {
            let seat = self.seat[left as usize];
            let before = seat.cost(&self.price);
            journal.moved.push((left, seat.right, before));
            journal.arcs += i128::from(cost) - i128::from(before);
        }
    }
}

/// Between one amendment and the next.
impl State {
    /// Starts the journal anew.
    pub(in crate::assignment) fn open_journal(&mut self) {
        self.journal.get_or_insert_default().clear();
    }

    /// What changed since [`open_journal`](Self::open_journal); nothing is noted until that is called again.
    pub(in crate::assignment) fn close_journal(&mut self) -> Journal {
        self.journal.take().unwrap_or_default()
    }

    /// Keeps the memory of a journal that was read.
    pub(in crate::assignment) fn keep_journal(&mut self, journal: Journal) {
        self.journal = Some(journal);
    }

    /// Takes back all that a journal names; the graph must be as it was then.
    pub(in crate::assignment) fn take_back<N: Network>(&mut self, graph: &N, journal: &mut Journal) {
        // The first entry of each left node is the one to return to; first everybody leaves, so that there is room.
        journal.moved.sort_by_key(|entry| entry.0);
        journal.moved.dedup_by_key(|entry| entry.0);
        for &(left, ..) in &journal.moved {
            let right = self.right_of(left);
            if right != NONE {
                let place = self.leave(graph, left);
                self.give_up(graph, right, place);
            }
        }
        for (right, price) in journal.repriced.drain(..).rev() {
            self.add_to_price(graph, right, price - self.price[right as usize]);
        }
        for (left, right, cost) in journal.moved.drain(..) {
            if right != NONE {
                self.take_unit(graph, left, right, cost);
            }
        }
    }

    /// A left node without an arc.
    pub(in crate::assignment) fn push_left<N: Network>(&mut self, graph: &N) {
        self.seat.push(Seat::nowhere(graph, self.seat.len() as u32));
    }

    /// Drops the last left node, which has no arc.
    pub(in crate::assignment) fn pop_left(&mut self) {
        self.seat.pop();
    }

    /// A right node of which nothing is used.
    pub(in crate::assignment) fn push_right(&mut self, price: i64) {
        self.price.push(price);
        self.used.push(0);
    }

    /// The units of a right node have moved; there are so many units in all.
    pub(in crate::assignment) fn units_moved(&mut self, right: u32, from: u32, to: u32, units: usize) {
        self.holder.resize(units, NONE);
        for unit in 0..self.used[right as usize] {
            let left = self.holder[(from + unit) as usize];
            self.holder[(to + unit) as usize] = left;
            self.seat[left as usize].place = to + unit;
        }
    }
}
