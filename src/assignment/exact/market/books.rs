//! Who owns the state of the auction: made, resumed, priced anew as a whole, and lent as one or in parts.

use super::super::cover::Cover;
use super::super::graph::{Amount, Graph, NONE};
use super::super::state::State;
use super::{ALONE, Market, OPEN, Span};

/// The state of the auction.
pub(in crate::assignment::exact) struct Books<'g, C> {
    pub(in crate::assignment::exact) graph: &'g Graph<C>,
    front: Vec<i64>,
    ask: Vec<i64>,
    holder: Vec<u32>,
    right: Vec<u32>,
    reserve: Vec<i64>,
    worth: Vec<i64>,
    place: Vec<u32>,
}

impl<'g, C: Amount> Books<'g, C> {
    /// Every unit is free at its load step, every left node open.
    pub(in crate::assignment::exact) fn new(graph: &'g Graph<C>) -> Self {
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
    pub(in crate::assignment::exact) fn resume(graph: &'g Graph<C>, state: &State) -> Self {
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
    pub(in crate::assignment::exact) fn price_out(&mut self) {
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
    pub(in crate::assignment::exact) fn take_cover(&mut self, cover: &Cover<C>) {
        self.holder.copy_from_slice(&cover.holder);
        for ((place, worth), of_cover) in self.place.iter_mut().zip(&mut self.worth).zip(&cover.place) {
            if let Some((unit, arc)) = of_cover {
                (*place, *worth) = (*unit, arc.cost() + self.ask[*unit as usize]);
            }
        }
    }

    /// All of it.
    pub(in crate::assignment::exact) fn whole(&mut self) -> Market<'_, C> {
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
    pub(in crate::assignment::exact) fn parts(&mut self, spans: &[Span]) -> Vec<Market<'_, C>> {
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
    pub(in crate::assignment::exact) fn tell_holders(&mut self) {
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
    pub(in crate::assignment::exact) fn round_to_grain(&mut self) {
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
