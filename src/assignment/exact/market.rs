//! The auction's state: what each unit of a right node asks, who holds it, and what each left node pays.
//!
//! The units of a right node form a heap by asking price, so that its front is the cheapest. A unit keeps its price while
//! it is held; a left node's worth is the cost of its arc plus that price, or its unmatched price. True after every step at
//! a tolerance ε: no left node that is settled has an option more than ε below its worth (ε-complementary slackness).
//! Space: 16 bytes a unit, 12 a left node, 8 a right node.

use super::graph::{Amount, Graph, NONE};
use super::state::State;

/// The place of a left node that looks for an arc.
pub(super) const OPEN: u32 = u32::MAX;

/// The place of a left node that had rather stay unmatched.
pub(super) const ALONE: u32 = u32::MAX - 1;

pub(super) struct Market<'g, C> {
    pub(super) graph: &'g Graph<C>,
    /// By right node: the lowest price of its units.
    pub(super) front: Vec<i64>,
    /// By unit: its price.
    pub(super) ask: Vec<i64>,
    /// By unit: who holds it, or [`NONE`].
    pub(super) holder: Vec<u32>,
    /// By unit: its right node.
    pub(super) right: Vec<u32>,
    /// By unit: its load step; empty where all are 0. A unit takes its step along when it moves in the heap.
    reserve: Vec<i64>,
    /// By left node: what it pays.
    pub(super) worth: Vec<i64>,
    /// By left node: its unit, [`OPEN`] or [`ALONE`].
    pub(super) place: Vec<u32>,
}

/// The cheapest option of a left node.
pub(super) struct Best {
    /// Its right node, or [`NONE`] for staying unmatched.
    pub(super) right: u32,
    /// The cost of the arc.
    pub(super) cost: i64,
    /// Cost and price.
    pub(super) value: i64,
    /// Cost and price of the next best option.
    pub(super) next: i64,
}

impl<'g, C: Amount> Market<'g, C> {
    pub(super) fn new(graph: &'g Graph<C>) -> Self {
        let units = graph.units();
        let mut right = Vec::with_capacity(units);
        let mut front = Vec::with_capacity(graph.rights());
        for node in 0..graph.rights() as u32 {
            right.resize(right.len() + graph.capacity(node) as usize, node);
            front.push(if graph.capacity(node) > 0 { graph.reserve(graph.first_unit(node)) } else { 0 });
        }
        let reserve: Vec<i64> = (0..units as u32).map(|unit| graph.reserve(unit)).collect();
        Self {
            graph,
            front,
            ask: reserve.clone(),
            holder: vec![NONE; units],
            right,
            reserve: if reserve.iter().any(|step| *step > 0) { reserve } else { Vec::new() },
            worth: graph.unmatched.clone(),
            place: vec![OPEN; graph.lefts()],
        }
    }

    /// Goes on from a state in which every assigned left node's arc is tight: at ε = 0.
    pub(super) fn resume(graph: &'g Graph<C>, state: &State) -> Self {
        let mut market = Self::new(graph);
        for right in 0..graph.rights() as u32 {
            let price = state.price[right as usize];
            market.front[right as usize] = price;
            let first = graph.first_unit(right);
            let holders = state.holders(graph, right);
            for (at, unit) in (first..first + graph.capacity(right)).enumerate() {
                let holder = holders.get(at).copied().unwrap_or(NONE);
                market.holder[unit as usize] = holder;
                // A free unit asks the price, or its step where that is more: in the order of a heap either way.
                market.ask[unit as usize] =
                    if holder == NONE { price.max(graph.reserve(unit)) } else { price };
                if holder != NONE {
                    market.place[holder as usize] = unit;
                    market.worth[holder as usize] = state.cost[holder as usize] + price;
                }
            }
        }
        for left in 0..graph.lefts() as u32 {
            if state.right[left as usize] == NONE && market.least(left) == graph.unmatched[left as usize] {
                market.place[left as usize] = ALONE;
            }
        }
        market
    }

    /// The price below which a unit is not let.
    pub(super) fn reserve(&self, unit: u32) -> i64 {
        if self.reserve.is_empty() { 0 } else { self.reserve[unit as usize] }
    }

    /// The cheapest option of a left node and the next cheapest, which may be a second unit of the same right node.
    pub(super) fn best(&self, left: u32) -> Best {
        let stay = self.graph.unmatched[left as usize];
        let mut best = Best { right: NONE, cost: 0, value: stay, next: stay };
        for arc in self.graph.row(left) {
            let cost = arc.cost();
            if cost >= best.next {
                break;
            }
            let value = cost + self.front[arc.end as usize];
            if value < best.value {
                best = Best { right: arc.end, cost, value, next: best.value };
            } else if value < best.next {
                best.next = value;
            }
        }
        if best.right != NONE && self.graph.capacity(best.right) > 1 {
            best.next = best.next.min(best.cost + self.second(best.right));
        }
        best
    }

    /// The least that a left node could pay now.
    pub(super) fn least(&self, left: u32) -> i64 {
        let mut least = self.graph.unmatched[left as usize];
        for arc in self.graph.row(left) {
            let cost = arc.cost();
            if cost >= least {
                break;
            }
            least = least.min(cost + self.front[arc.end as usize]);
        }
        least
    }

    /// The second lowest price of the units of a right node with more than one.
    fn second(&self, right: u32) -> i64 {
        let first = self.graph.first_unit(right) as usize;
        let second = self.ask[first + 1];
        if self.graph.capacity(right) > 2 { second.min(self.ask[first + 2]) } else { second }
    }

    /// Lets a unit to a left node at a price. Returns who held it before, or [`NONE`].
    pub(super) fn let_unit(&mut self, unit: u32, left: u32, cost: i64, price: i64) -> u32 {
        let before = std::mem::replace(&mut self.holder[unit as usize], left);
        self.place[left as usize] = unit;
        self.worth[left as usize] = cost + price;
        self.set_price(unit, price);
        before
    }

    /// Changes the price of a unit.
    pub(super) fn set_price(&mut self, unit: u32, price: i64) {
        let right = self.right[unit as usize];
        self.ask[unit as usize] = price;
        let units = self.graph.capacity(right);
        let first = self.graph.first_unit(right);
        if units > 1 {
            self.restore_heap(first, units, unit - first);
        }
        self.front[right as usize] = self.ask[first as usize];
    }

    /// Restores the heap after the price at one position has changed.
    fn restore_heap(&mut self, first: u32, units: u32, position: u32) {
        let mut at = position;
        while at > 0 && self.ask[(first + at) as usize] < self.ask[(first + (at - 1) / 2) as usize] {
            self.swap(first + at, first + (at - 1) / 2);
            at = (at - 1) / 2;
        }
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < units && self.ask[(first + child) as usize] < self.ask[(first + least) as usize] {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            self.swap(first + at, first + least);
            at = least;
        }
    }

    fn swap(&mut self, one: u32, other: u32) {
        self.ask.swap(one as usize, other as usize);
        self.holder.swap(one as usize, other as usize);
        if !self.reserve.is_empty() {
            self.reserve.swap(one as usize, other as usize);
        }
        for unit in [one, other] {
            let holder = self.holder[unit as usize];
            if holder != NONE {
                self.place[holder as usize] = unit;
            }
        }
    }

    /// Takes its unit from a left node, which then looks for an arc. The unit keeps its price.
    pub(super) fn leave(&mut self, left: u32) {
        let unit = std::mem::replace(&mut self.place[left as usize], OPEN);
        if unit != OPEN && unit != ALONE {
            self.holder[unit as usize] = NONE;
        }
    }

    /// Rounds every price to the nearest multiple of the grain of all amounts. What was a multiple apart stays so, hence most of
    /// the left nodes that paid less than a grain above their best option now pay no more than that.
    pub(super) fn round_to_grain(&mut self) {
        let grain = self.graph.grain;
        let nearest = |amount: i64| (amount + grain / 2).div_euclid(grain) * grain;
        for (place, worth) in self.place.iter().zip(&mut self.worth) {
            if *place < ALONE {
                let price = self.ask[*place as usize];
                *worth += nearest(price) - price;
            }
        }
        for price in self.ask.iter_mut().chain(&mut self.front) {
            *price = nearest(*price);
        }
    }
}
