//! What the exact repair knows: one price for each right node, who holds its units, and the arc of each left node.
//!
//! Kept true at every step: prices v ≥ 0; the last used unit of a right node has its load step at or below v; the arc of
//! every assigned left node is tight, that is, none of its options is cheaper; a left node that stays unmatched has none
//! cheaper either. What the repair mends are left nodes without an arc, and right nodes whose next unit is cheaper than v.
//! Space: 16 bytes a left node, 12 a right node, 4 a unit.

use super::graph::{Amount, Graph, NONE};
use super::market::{ALONE, Market};
use crate::assignment::solution::Start;

pub(super) struct State {
    /// vⱼ of each right node.
    pub(super) price: Vec<i64>,
    /// The right node of each left node, or [`NONE`].
    pub(super) right: Vec<u32>,
    /// The cost of that arc.
    pub(super) cost: Vec<i64>,
    /// Units used of each right node.
    pub(super) used: Vec<u32>,
    // Left node `left` sits in `holder[place[left]]` while it is assigned.
    place: Vec<u32>,
    holder: Vec<u32>,
}

impl State {
    /// Takes over from the auction, which has kept its promise at ε = 0.
    pub(super) fn from_market<C: Amount>(market: &Market<'_, C>) -> Self {
        let graph = market.graph;
        let mut state = Self {
            price: (0..graph.rights() as u32).map(|right| market.front(right)).collect(),
            right: vec![NONE; graph.lefts()],
            cost: vec![0; graph.lefts()],
            used: vec![0; graph.rights()],
            place: vec![NONE; graph.lefts()],
            holder: vec![NONE; graph.units()],
        };
        for left in 0..graph.lefts() as u32 {
            let unit = market.place(left);
            if unit < ALONE {
                let cost = market.worth(left) - market.ask(unit);
                state.take_unit(graph, left, market.right_of(unit), cost);
            }
        }
        state
    }

    /// Takes over a choice and prices from elsewhere; returns also the left nodes that are left open, because they are
    /// new, because their arc is gone or has become dearer than another option, or because their unit is gone.
    pub(super) fn from_start<C: Amount>(graph: &Graph<C>, start: &Start<'_>) -> (Self, Vec<u32>) {
        let mut state = Self {
            price: Vec::with_capacity(graph.rights()),
            right: vec![NONE; graph.lefts()],
            cost: vec![0; graph.lefts()],
            used: vec![0; graph.rights()],
            place: vec![NONE; graph.lefts()],
            holder: vec![NONE; graph.units()],
        };
        for right in 0..graph.rights() as u32 {
            let given = start.price.get(graph.given_right(right) as usize).copied().unwrap_or(0);
            let reserve = if graph.capacity(right) > 0 { graph.reserve(graph.first_unit(right)) } else { 0 };
            state.price.push((given * graph.multiplier).max(reserve));
        }
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
    pub(super) fn holders<C: Amount>(&self, graph: &Graph<C>, right: u32) -> &[u32] {
        let start = graph.first_unit(right) as usize;
        &self.holder[start..start + self.used[right as usize] as usize]
    }

    /// What a left node pays: the cost and price of its arc, or its unmatched price.
    pub(super) fn worth<C: Amount>(&self, graph: &Graph<C>, left: u32) -> i64 {
        match self.right[left as usize] {
            NONE => graph.unmatched[left as usize],
            right => self.cost[left as usize] + self.price[right as usize],
        }
    }

    /// The load step of the next unit of a right node, unless all are used.
    pub(super) fn next_step<C: Amount>(&self, graph: &Graph<C>, right: u32) -> Option<i64> {
        let used = self.used[right as usize];
        (used < graph.capacity(right)).then(|| graph.reserve(graph.first_unit(right) + used))
    }

    /// The load step of the last unit used of a right node that is used.
    pub(super) fn last_step<C: Amount>(&self, graph: &Graph<C>, right: u32) -> i64 {
        graph.reserve(graph.first_unit(right) + self.used[right as usize] - 1)
    }

    /// Gives a left node a further unit of `right`; returns the place it had, or [`NONE`].
    pub(super) fn take_unit<C: Amount>(&mut self, graph: &Graph<C>, left: u32, right: u32, cost: i64) -> u32 {
        let place = graph.first_unit(right) + self.used[right as usize];
        self.used[right as usize] += 1;
        self.sit(left, right, cost, place)
    }

    /// Gives a left node a place at `right` that was left; returns the place it had, or [`NONE`].
    pub(super) fn sit(&mut self, left: u32, right: u32, cost: i64, place: u32) -> u32 {
        self.right[left as usize] = right;
        self.cost[left as usize] = cost;
        self.holder[place as usize] = left;
        std::mem::replace(&mut self.place[left as usize], place)
    }

    /// Takes its arc from a left node; returns the place it had, which somebody must take or give up.
    pub(super) fn leave(&mut self, left: u32) -> u32 {
        self.right[left as usize] = NONE;
        std::mem::replace(&mut self.place[left as usize], NONE)
    }

    /// Gives up a place at `right` that was left: the last holder moves into it.
    pub(super) fn give_up<C: Amount>(&mut self, graph: &Graph<C>, right: u32, place: u32) {
        self.used[right as usize] -= 1;
        let last = graph.first_unit(right) + self.used[right as usize];
        let moved = self.holder[last as usize];
        self.holder[place as usize] = moved;
        if place != last {
            self.place[moved as usize] = place;
        }
    }
}
