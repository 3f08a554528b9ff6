//! The auction's state: what each unit of a right node asks, who holds it, and what each left node pays.
//!
//! The units of a right node form a heap by asking price, so that its front is the cheapest. A unit keeps its price while
//! it is held; a left node's worth is the cost of its arc plus that price, or its unmatched price. True after every step at
//! a tolerance ε: no left node that is settled has an option more than ε below its worth (ε-complementary slackness).
//!
//! [`Books`] own the state; a [`Market`] is the whole of it, or the part of one tile, which a thread may work on alone.
//! Space: 16 bytes a unit, 12 a left node, 8 a right node.

use std::ops::Range;

use super::cover::Cover;
use super::graph::{Amount, Graph, NONE};
use super::state::State;

/// The place of a left node that looks for an arc.
pub(super) const OPEN: u32 = u32::MAX;

/// The place of a left node that had rather stay unmatched.
pub(super) const ALONE: u32 = u32::MAX - 1;

/// The state of the auction.
pub(super) struct Books<'g, C> {
    pub(super) graph: &'g Graph<C>,
    front: Vec<i64>,
    ask: Vec<i64>,
    holder: Vec<u32>,
    right: Vec<u32>,
    reserve: Vec<i64>,
    worth: Vec<i64>,
    place: Vec<u32>,
}

/// A range of left nodes and one of right nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) lefts: Range<u32>,
    pub(super) rights: Range<u32>,
}

/// All of the state, or what belongs to one span. Nodes and units keep their numbers.
pub(super) struct Market<'m, C> {
    pub(super) graph: &'m Graph<C>,
    first_left: u32,
    first_right: u32,
    first_unit: u32,
    front: &'m mut [i64],
    ask: &'m mut [i64],
    holder: &'m mut [u32],
    right: &'m [u32],
    reserve: &'m mut [i64],
    worth: &'m mut [i64],
    place: &'m mut [u32],
}

/// How many bids each node of a range has made.
pub(super) struct Tally {
    first: u32,
    made: Vec<u8>,
}

impl Tally {
    /// Counts one more, unless the allowance is spent.
    pub(super) fn count(&mut self, node: u32, allowance: u8) -> bool {
        let made = &mut self.made[(node - self.first) as usize];
        let within = *made < allowance;
        *made += u8::from(within);
        within
    }
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

impl<'g, C: Amount> Books<'g, C> {
    /// Every unit is free at its load step, every left node open.
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
        let mut books = Self::new(graph);
        for right in 0..graph.rights() as u32 {
            let price = state.price[right as usize];
            books.front[right as usize] = price;
            let first = graph.first_unit(right);
            let holders = state.holders(graph, right);
            for (at, unit) in (first..first + graph.capacity(right)).enumerate() {
                let holder = holders.get(at).copied().unwrap_or(NONE);
                books.holder[unit as usize] = holder;
                // A free unit asks the price, or its step where that is more: in the order of a heap either way.
                books.ask[unit as usize] =
                    if holder == NONE { price.max(graph.reserve(unit)) } else { price };
                if holder != NONE {
                    books.place[holder as usize] = unit;
                    books.worth[holder as usize] = state.worth(holder);
                }
            }
        }
        let market = books.whole();
        let alone: Vec<u32> = (0..graph.lefts() as u32)
            .filter(|left| {
                state.right_of(*left) == NONE && market.least(*left) == graph.unmatched[*left as usize]
            })
            .collect();
        for left in alone {
            books.place[left as usize] = ALONE;
        }
        books
    }

    /// Every left node stays unmatched, which each may, and every unit asks what keeps them all off.
    pub(super) fn price_out(&mut self) {
        let graph = self.graph;
        for right in 0..graph.rights() as u32 {
            let comes_at =
                graph.column(right).iter().map(|arc| graph.unmatched[arc.end as usize] - arc.cost());
            let keeps_off = comes_at.max().unwrap_or(0);
            let first = graph.first_unit(right) as usize;
            let units = first..first + graph.capacity(right) as usize;
            if units.is_empty() {
                continue;
            }
            for ask in &mut self.ask[units] {
                *ask = keeps_off.max(*ask);
            }
            self.front[right as usize] = self.ask[first];
        }
        self.place.fill(ALONE);
    }

    /// Lets every unit to whom a cover gives it, at the price it has.
    pub(super) fn take_cover(&mut self, cover: &Cover<C>) {
        self.holder.copy_from_slice(&cover.holder);
        for ((place, worth), of_cover) in self.place.iter_mut().zip(&mut self.worth).zip(&cover.place) {
            if let Some((unit, arc)) = of_cover {
                (*place, *worth) = (*unit, arc.cost() + self.ask[*unit as usize]);
            }
        }
    }

    /// All of it.
    pub(super) fn whole(&mut self) -> Market<'_, C> {
        Market {
            graph: self.graph,
            first_left: 0,
            first_right: 0,
            first_unit: 0,
            front: &mut self.front,
            ask: &mut self.ask,
            holder: &mut self.holder,
            right: &self.right,
            reserve: &mut self.reserve,
            worth: &mut self.worth,
            place: &mut self.place,
        }
    }

    /// The parts of spans that follow one another and cover everything.
    pub(super) fn parts(&mut self, spans: &[Span]) -> Vec<Market<'_, C>> {
        let mut rest = self.whole();
        let mut parts = Vec::with_capacity(spans.len());
        for span in spans {
            let units = rest.graph.first_unit(span.rights.end) - rest.graph.first_unit(span.rights.start);
            let (front, front_rest) = rest.front.split_at_mut(span.rights.len());
            let (ask, ask_rest) = rest.ask.split_at_mut(units as usize);
            let (holder, holder_rest) = rest.holder.split_at_mut(units as usize);
            let steps = if rest.reserve.is_empty() { 0 } else { units as usize };
            let (reserve, reserve_rest) = rest.reserve.split_at_mut(steps);
            let (worth, worth_rest) = rest.worth.split_at_mut(span.lefts.len());
            let (place, place_rest) = rest.place.split_at_mut(span.lefts.len());
            parts.push(Market {
                graph: rest.graph,
                first_left: span.lefts.start,
                first_right: span.rights.start,
                first_unit: rest.graph.first_unit(span.rights.start),
                front,
                ask,
                holder,
                right: rest.right,
                reserve,
                worth,
                place,
            });
            rest = Market {
                front: front_rest,
                ask: ask_rest,
                holder: holder_rest,
                reserve: reserve_rest,
                worth: worth_rest,
                place: place_rest,
                ..rest
            };
        }
        parts
    }

    /// Tells every holder where its unit is: those whose state was elsewhere have not heard of moves within a heap.
    pub(super) fn tell_holders(&mut self) {
        if self.graph.units() == self.graph.rights() {
            return;
        }
        for (unit, holder) in (0_u32..).zip(&self.holder) {
            if *holder != NONE {
                self.place[*holder as usize] = unit;
            }
        }
    }

    /// Rounds every price to the nearest multiple of the grain of all amounts. What was a multiple apart stays so, hence
    /// most of the left nodes that paid less than a grain above their best option now pay no more than that.
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

impl<C: Amount> Market<'_, C> {
    /// The lowest price of the units of a right node.
    pub(super) fn front(&self, right: u32) -> i64 {
        self.front[(right - self.first_right) as usize]
    }

    /// The price of a unit.
    pub(super) fn ask(&self, unit: u32) -> i64 {
        self.ask[(unit - self.first_unit) as usize]
    }

    /// Who holds a unit, or [`NONE`].
    pub(super) fn holder(&self, unit: u32) -> u32 {
        self.holder[(unit - self.first_unit) as usize]
    }

    /// The right node of a unit.
    pub(super) fn right_of(&self, unit: u32) -> u32 {
        self.right[unit as usize]
    }

    /// The units of a right node.
    pub(super) fn units(&self, right: u32) -> Range<u32> {
        self.graph.first_unit(right)..self.graph.first_unit(right) + self.graph.capacity(right)
    }

    /// What a left node pays.
    pub(super) fn worth(&self, left: u32) -> i64 {
        self.worth[(left - self.first_left) as usize]
    }

    /// A left node's unit, [`OPEN`] or [`ALONE`].
    pub(super) fn place(&self, left: u32) -> u32 {
        self.place[(left - self.first_left) as usize]
    }

    /// Whether the state of a left node is part of this.
    pub(super) fn has_left(&self, left: u32) -> bool {
        (left.wrapping_sub(self.first_left) as usize) < self.place.len()
    }

    /// No bids made yet, by left node.
    pub(super) fn tally_of_lefts(&self) -> Tally {
        Tally { first: self.first_left, made: vec![0; self.place.len()] }
    }

    /// No bids made yet, by right node.
    pub(super) fn tally_of_rights(&self) -> Tally {
        Tally { first: self.first_right, made: vec![0; self.front.len()] }
    }

    /// Whether the state of a unit is part of this.
    pub(super) fn has_unit(&self, unit: u32) -> bool {
        (unit.wrapping_sub(self.first_unit) as usize) < self.ask.len()
    }

    /// Whether all options of a left node are part of this.
    pub(super) fn has_row(&self, left: u32) -> bool {
        let has_right = |right: u32| (right.wrapping_sub(self.first_right) as usize) < self.front.len();
        self.graph.row(left).iter().all(|arc| has_right(arc.end))
    }

    /// What a left node pays, or could pay if it is open.
    pub(super) fn worth_now(&self, left: u32) -> i64 {
        if self.place(left) == OPEN { self.least(left) } else { self.worth(left) }
    }

    /// The price below which a unit is not let. A unit takes its step along when it moves in the heap.
    pub(super) fn reserve(&self, unit: u32) -> i64 {
        if self.reserve.is_empty() { 0 } else { self.reserve[(unit - self.first_unit) as usize] }
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
            let value = cost + self.front(arc.end);
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
            least = least.min(cost + self.front(arc.end));
        }
        least
    }

    /// The second lowest price of the units of a right node with more than one.
    fn second(&self, right: u32) -> i64 {
        let first = self.graph.first_unit(right);
        let second = self.ask(first + 1);
        if self.graph.capacity(right) > 2 { second.min(self.ask(first + 2)) } else { second }
    }

    /// Lets a unit to a left node at a price. Returns who held it before, or [`NONE`]; that one is not told.
    pub(super) fn let_unit(&mut self, unit: u32, left: u32, cost: i64, price: i64) -> u32 {
        let before = std::mem::replace(&mut self.holder[(unit - self.first_unit) as usize], left);
        self.settle(left, unit, cost + price);
        self.set_price(unit, price);
        before
    }

    /// Notes where a left node is and what it pays.
    pub(super) fn settle(&mut self, left: u32, place: u32, worth: i64) {
        self.place[(left - self.first_left) as usize] = place;
        self.worth[(left - self.first_left) as usize] = worth;
    }

    /// Notes that a left node looks for an arc.
    pub(super) fn set_open(&mut self, left: u32) {
        self.place[(left - self.first_left) as usize] = OPEN;
    }

    /// Gives a unit to a left node at the price it has.
    pub(super) fn hand_over(&mut self, unit: u32, left: u32, worth: i64) {
        self.holder[(unit - self.first_unit) as usize] = left;
        self.settle(left, unit, worth);
    }

    /// Changes the price of a unit.
    pub(super) fn set_price(&mut self, unit: u32, price: i64) {
        let right = self.right_of(unit);
        self.ask[(unit - self.first_unit) as usize] = price;
        let units = self.graph.capacity(right);
        let first = self.graph.first_unit(right);
        if units > 1 {
            self.restore_heap(first, units, unit - first);
        }
        self.front[(right - self.first_right) as usize] = self.ask(first);
    }

    /// Raises all units of a right node, every one of which is held.
    pub(super) fn raise(&mut self, right: u32, by: i64) {
        self.front[(right - self.first_right) as usize] += by;
        for unit in self.units(right) {
            self.ask[(unit - self.first_unit) as usize] += by;
            let holder = self.holder(unit);
            self.worth[(holder - self.first_left) as usize] += by;
        }
    }

    /// Restores the heap after the price at one position has changed.
    fn restore_heap(&mut self, first: u32, units: u32, position: u32) {
        let mut at = position;
        while at > 0 && self.ask(first + at) < self.ask(first + (at - 1) / 2) {
            self.swap(first + at, first + (at - 1) / 2);
            at = (at - 1) / 2;
        }
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < units && self.ask(first + child) < self.ask(first + least) {
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
        let (a, b) = ((one - self.first_unit) as usize, (other - self.first_unit) as usize);
        self.ask.swap(a, b);
        self.holder.swap(a, b);
        if !self.reserve.is_empty() {
            self.reserve.swap(a, b);
        }
        for unit in [one, other] {
            let holder = self.holder(unit);
            // A holder whose state is elsewhere keeps an old place; see `tiles`.
            if holder != NONE && self.has_left(holder) {
                self.place[(holder - self.first_left) as usize] = unit;
            }
        }
    }

    /// Takes its unit from a left node, which then looks for an arc. The unit keeps its price.
    pub(super) fn leave(&mut self, left: u32) {
        let unit = self.place(left);
        self.set_open(left);
        if unit < ALONE {
            self.holder[(unit - self.first_unit) as usize] = NONE;
        }
    }
}
