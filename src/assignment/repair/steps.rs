//! The steps that amendments are made of: begin, release, reshape; search and draw; finish, or undo.

use std::cmp::Ordering;

use super::amendable::{Offer, Relocated};
use super::bridge::Pair;
use super::{Move, Moves, Repair, RepairError};
use crate::assignment::exact::graph::{NONE, Network};
use crate::assignment::exact::search::Outcome;
use crate::assignment::hall;
use crate::assignment::problem::{ProblemError, Unmatched};
use crate::assignment::solution::{HallWitness, Objective};

impl Repair {
    pub(super) fn check_left(&self, left: u32) -> Result<(), RepairError> {
        match self.gone_left.get(left as usize) {
            Some(false) => Ok(()),
            _ => Err(RepairError::NoLeft { left }),
        }
    }

    pub(super) fn check_right(&self, right: u32) -> Result<(), RepairError> {
        match self.gone_right.get(right as usize) {
            Some(false) => Ok(()),
            _ => Err(RepairError::NoRight { right }),
        }
    }

    /// Checks arcs, whose ends exist or are about to, and an amount that ends a path; hands the arcs back sorted.
    pub(super) fn check_arcs(
        &self,
        mut arcs: Vec<(u32, u32, i64)>,
        end: i64,
        new_left: Option<u32>,
        new_right: Option<u32>,
    ) -> Result<Vec<(u32, u32, i64)>, RepairError> {
        arcs.sort_unstable();
        for &(left, right, value) in &arcs {
            if new_left != Some(left) {
                self.check_left(left)?;
            }
            if new_right != Some(right) {
                self.check_right(right)?;
            }
            if value < 0 {
                return Err(ProblemError::Negative { place: format!("arc {left} -> {right}"), value }.into());
            }
            let is_new = new_left == Some(left) || new_right == Some(right);
            if !is_new && self.graph.cost_of(left, right).is_some() {
                return Err(ProblemError::DuplicateArc { left, right }.into());
            }
        }
        if let Some(pair) = arcs.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
            return Err(ProblemError::DuplicateArc { left: pair[0].0, right: pair[0].1 }.into());
        }
        self.graph.admits(&arcs, end)?;
        self.graph.has_room(arcs.iter().map(|arc| arc.1), 0)?;
        Ok(arcs)
    }

    /// Begins an amendment; the totals are what [`undo`](Self::undo) returns to.
    pub(super) fn begin(&mut self) -> Objective {
        self.state.open_journal();
        self.totals
    }

    /// Takes its arc from a left node; returns the right node, which has a unit to spare now.
    pub(super) fn release(&mut self, left: u32) -> Option<u32> {
        let right = self.state.right_of(left);
        if right == NONE {
            return None;
        }
        let place = self.state.leave(&self.graph, left);
        self.state.give_up(&self.graph, right, place);
        Some(right)
    }

    /// Sets what becomes of a left node without an arc.
    pub(super) fn set_terms(&mut self, left: u32, terms: Unmatched) {
        self.graph.set_terms(left, terms);
        self.state.set_unmatched(left, self.graph.unmatched(left));
    }

    /// Takes a left node, which holds nothing, out of the problem; `held` is what was released of it.
    pub(super) fn retire(&mut self, left: u32, held: Option<u32>) {
        if held.is_none() {
            self.totals.unmatched -= i128::from(self.graph.terms(left).price().unwrap_or(0));
        }
        self.graph.clear_left(left);
        self.set_terms(left, Unmatched::Price(0));
        self.gone_left[left as usize] = true;
    }

    /// Puts checked arcs in.
    pub(super) fn insert(&mut self, arcs: &[(u32, u32, i64)]) {
        for &(left, right, cost) in arcs {
            let relocated = self.graph.insert(left, right, cost);
            self.follow(relocated);
        }
    }

    /// Replaces what may be taken of a right node.
    pub(super) fn replace_offer(&mut self, right: u32, offer: Offer) {
        let relocated = self.graph.set_offer(right, offer);
        self.follow(relocated);
    }

    fn follow(&mut self, relocated: Option<Relocated>) {
        if let Some(Relocated { right, from, to }) = relocated {
            self.state.units_moved(right, from, to, self.graph.units());
        }
    }

    /// Replaces what may be taken of a right node, and releases the last holders as long as more is used than there is,
    /// or than its price pays for. Returns whom.
    pub(super) fn reshape(&mut self, right: u32, offer: Offer) -> Vec<u32> {
        let mut open = Vec::new();
        while self.state.used[right as usize] > offer.capacity {
            self.release_last(right, &mut open);
        }
        let former = self.graph.offer(right);
        for unit in 0..self.state.used[right as usize] {
            self.totals.load += i128::from(offer.step(unit)) - i128::from(former.step(unit));
        }
        self.replace_offer(right, offer);
        while self.state.used[right as usize] > 0
            && self.state.last_step(&self.graph, right) > self.state.price[right as usize]
        {
            self.release_last(right, &mut open);
        }
        open
    }

    fn release_last(&mut self, right: u32, open: &mut Vec<u32>) {
        open.extend(self.state.holders(&self.graph, right).last());
        if let Some(&left) = open.last() {
            self.release(left);
        }
    }

    /// Settles left nodes without an arc, one after the other.
    pub(super) fn search_all(&mut self, open: &[u32]) -> Result<(), HallWitness> {
        for &left in open {
            self.searches += 1;
            if self.search.settle(&self.graph, &mut self.state, left) == Outcome::NoWayOut {
                let witness = hall::witness(&self.graph.problem(), &self.chosen(), left);
                return Err(witness.expect("a search without a way out has seen the whole closure"));
            }
        }
        Ok(())
    }

    /// Settles a left node without an arc, of which u is at least `worth`, and a right node that may ask more than its next unit is
    /// worth, by one path if it can be, else by one for each.
    pub(super) fn settle_both(&mut self, left: u32, worth: i64, right: u32) -> Result<(), HallWitness> {
        let pair = Pair { left, worth, right };
        if self.asks_too_much(right) && self.bridge.settle(&self.graph, &mut self.state, pair) {
            self.searches += 1;
            return Ok(());
        }
        self.search_all(&[left])?;
        self.draw_all(&[right]);
        Ok(())
    }

    fn asks_too_much(&self, right: u32) -> bool {
        let next = self.state.next_step(&self.graph, right);
        next.is_some_and(|step| step < self.state.price[right as usize])
    }

    /// Settles right nodes that may ask more than their next unit is worth.
    pub(super) fn draw_all(&mut self, asking: &[u32]) {
        for &right in asking {
            while self.asks_too_much(right) {
                self.searches += 1;
                self.draw.settle(&self.graph, &mut self.state, right);
            }
        }
    }

    /// Takes an amendment back; the graph must be as it was before.
    pub(super) fn undo(&mut self, totals: Objective) {
        let mut journal = self.state.close_journal();
        self.state.take_back(&self.graph, &mut journal);
        self.state.keep_journal(journal);
        self.totals = totals;
    }

    /// Ends an amendment and tells what changed. `known`: the former u of a left node whose terms changed.
    pub(super) fn finish(&mut self, known: Option<(u32, i64)>) -> Moves {
        let mut journal = self.state.close_journal();
        self.totals.arcs += journal.arcs;
        self.totals.load += journal.load;
        // Stable: the first entry of each node says what was before.
        journal.moved.sort_by_key(|entry| entry.0);
        journal.moved.dedup_by_key(|entry| entry.0);
        journal.repriced.sort_by_key(|entry| entry.0);
        journal.repriced.dedup_by_key(|entry| entry.0);
        let (was, was_priced) = (&journal.moved, &journal.repriced);
        let former_price = |right: u32| match was_priced.binary_search_by_key(&right, |entry| entry.0) {
            Ok(at) => was_priced[at].1,
            Err(_) => self.state.price[right as usize],
        };
        let former_worth = |left: u32| {
            if let Some((_, worth)) = known.filter(|known| known.0 == left) {
                return worth;
            }
            let (right, cost) = match was.binary_search_by_key(&left, |entry| entry.0) {
                Ok(at) => (was[at].1, was[at].2),
                Err(_) => (self.state.right_of(left), self.state.cost(left)),
            };
            if right == NONE { self.graph.unmatched(left) } else { cost + former_price(right) }
        };
        let mut moves = Moves::default();
        let mut touched: Vec<u32> = known.iter().map(|known| known.0).collect();
        for &(left, from, _) in was {
            let to = self.state.right_of(left);
            if from != to && !self.gone_left[left as usize] {
                let some = |right: u32| Some(right).filter(|right| *right != NONE);
                moves.moved.push(Move { left, from: some(from), to: some(to) });
            }
            let alone = i128::from(self.graph.terms(left).price().unwrap_or(0));
            match (from == NONE, to == NONE) {
                (true, false) => self.totals.unmatched -= alone,
                (false, true) => self.totals.unmatched += alone,
                _ => {}
            }
            touched.push(left);
        }
        for &(right, before) in was_priced {
            touched.extend(self.state.holders(&self.graph, right));
            if self.gone_right[right as usize] {
                continue;
            }
            match self.state.price[right as usize].cmp(&before) {
                Ordering::Less => moves.fallen.push(right),
                Ordering::Greater => moves.raised.push(right),
                Ordering::Equal => {}
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for left in touched.into_iter().filter(|left| !self.gone_left[*left as usize]) {
            match self.state.worth(left).cmp(&former_worth(left)) {
                Ordering::Less => moves.sunk.push(left),
                Ordering::Greater => moves.risen.push(left),
                Ordering::Equal => {}
            }
        }
        moves.objective = self.totals.total();
        self.state.keep_journal(journal);
        moves
    }

    /// The choice as arcs of [`problem`](Self::problem).
    pub(super) fn chosen(&self) -> Vec<Option<u32>> {
        let mut start = 0;
        let mut chosen = Vec::with_capacity(self.graph.lefts());
        for left in 0..self.graph.lefts() as u32 {
            let row = self.graph.row(left);
            let right = self.state.right_of(left);
            let at = row.iter().position(|arc| arc.end == right);
            chosen.push(at.map(|at| start + at as u32));
            start += row.len() as u32;
        }
        chosen
    }
}
