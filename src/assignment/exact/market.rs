//! The auction's state: what each unit of a right node asks, who holds it, and what each left node pays.
//!
//! The units of a right node form a heap by asking price, so that its front is the cheapest. A unit keeps its price while
//! it is held; a left node's worth is the cost of its arc plus that price, or its unmatched price. True after every step at
//! a tolerance ε: no left node that is settled has an option more than ε below its worth (ε-complementary slackness).
//!
//! [`Books`] own the state; a [`Market`] is the whole of it, or the part of one tile, which a thread may work on alone.
//! Space: 16 bytes a unit, 12 a left node, 8 a right node.

mod books;

use std::ops::Range;

use super::graph::{Amount, Graph, NONE};

pub(super) use books::Books;

/// The place of a left node that looks for an arc.
pub(super) const OPEN: u32 = u32::MAX;

/// The place of a left node that had rather stay unmatched.
pub(super) const ALONE: u32 = u32::MAX - 1;

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

    /// Lowers all units of a right node that ask more to a price, and with them what their holders pay. What is capped stays a heap.
    pub(super) fn lower(&mut self, right: u32, price: i64) {
        for unit in self.units(right) {
            let by = self.ask(unit) - price;
            if by > 0 {
                self.ask[(unit - self.first_unit) as usize] = price;
                let holder = self.holder(unit);
                if holder != NONE {
                    self.worth[(holder - self.first_left) as usize] -= by;
                }
            }
        }
        self.front[(right - self.first_right) as usize] = self.ask(self.graph.first_unit(right));
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
