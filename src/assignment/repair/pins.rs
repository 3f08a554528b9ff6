//! Pins: a left node is taken out of the problem with a unit of a right node, and comes back with it. One that was removed comes back
//! alone.
//!
//! A pin takes the cheapest unit, so that the load of the next is what is paid first. Which pin took which step does not matter:
//! a return gives back the step that was taken last, so that with as many pins left as before, the rest is as it was then.

use super::amendable::Offer;
use super::{NewArc, Repair, RepairError, price_at};
use crate::assignment::problem::Unmatched;
use crate::assignment::repair::Moves;
use crate::assignment::solution::HallWitness;

impl Repair {
    /// Takes a left node out, and with it the first unit of a right node (so that the load of the next is what is paid first
    /// from now on). What the pair costs is no longer part of the objective. Needs no arc between the two.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`], [`RepairError::NoRight`], [`RepairError::NoUnit`], [`RepairError::Infeasible`].
    pub fn pin(&mut self, left: u32, right: u32) -> Result<Moves, RepairError> {
        self.check_left(left)?;
        self.check_right(right)?;
        let former = self.graph.offer(right).clone();
        let Some(capacity) = former.capacity.checked_sub(1) else {
            return Err(RepairError::NoUnit { right });
        };
        let before = self.begin();
        let held = self.release(left);
        let step = former.step(0);
        let rest = Offer { capacity, load: former.load.get(1..).unwrap_or_default().into() };
        let open = self.reshape(right, rest);
        if let Err(witness) = self.search_all(&open) {
            self.replace_offer(right, former);
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        self.retire(left, held);
        self.pinned.insert(left, right);
        self.taken.entry(right).or_default().push(step);
        self.draw_all(held.as_slice());
        self.draw_all(&[right]);
        Ok(self.finish(None))
    }

    /// Brings a pinned left node back with arcs `(right, cost)`, and the unit that its pin took: at the load step that was taken
    /// last, or at that of the next unit where this is less. Where the right node was removed meanwhile, the left node comes
    /// back alone.
    ///
    /// # Errors
    /// [`RepairError::NotPinned`], [`RepairError::NoRight`], [`RepairError::Problem`], [`RepairError::Infeasible`].
    pub fn unpin(
        &mut self,
        left: u32,
        unmatched: Unmatched,
        arcs: &[(u32, i64)],
    ) -> Result<Moves, RepairError> {
        let right = self.pinned_to(left).ok_or(RepairError::NotPinned { left })?;
        let end = price_at(unmatched, left)?;
        let arcs: Vec<NewArc> = arcs.iter().map(|&(right, cost)| (left, right, cost)).collect();
        let arcs = self.check_arcs(arcs, end, Some(left), None)?;
        self.graph.has_room(std::iter::once(right), 0)?;
        let before = self.begin();
        self.graph.note_end(end);
        let former = self.check_right(right).is_ok().then(|| self.graph.offer(right).clone());
        if let Some(former) = &former {
            let offer = self.with_unit_back(right, former);
            self.graph.note_end(offer.dearest());
            self.reshape(right, offer);
        }
        if let Err(witness) = self.bring_back(left, unmatched, &arcs) {
            if let Some(former) = former {
                self.replace_offer(right, former);
            }
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        self.pinned.remove(&left);
        if former.is_some() {
            self.taken.entry(right).or_default().pop();
            self.draw_all(&[right]);
        }
        Ok(self.finish(Some((left, i64::MIN))))
    }

    /// Brings a removed left node back with arcs `(right, cost)`.
    ///
    /// # Errors
    /// [`RepairError::NoLeft`] where it was not removed, [`RepairError::NoRight`], [`RepairError::Problem`],
    /// [`RepairError::Infeasible`].
    pub fn restore_left(
        &mut self,
        left: u32,
        unmatched: Unmatched,
        arcs: &[(u32, i64)],
    ) -> Result<Moves, RepairError> {
        if self.gone_left.get(left as usize) != Some(&true) || self.pinned_to(left).is_some() {
            return Err(RepairError::NoLeft { left });
        }
        let end = price_at(unmatched, left)?;
        let arcs: Vec<NewArc> = arcs.iter().map(|&(right, cost)| (left, right, cost)).collect();
        let arcs = self.check_arcs(arcs, end, Some(left), None)?;
        let before = self.begin();
        self.graph.note_end(end);
        if let Err(witness) = self.bring_back(left, unmatched, &arcs) {
            self.undo(before);
            return Err(RepairError::Infeasible(witness));
        }
        Ok(self.finish(Some((left, i64::MIN))))
    }

    /// Puts a left node that is gone back with checked arcs, and settles it; where that cannot be, it is gone as before.
    fn bring_back(&mut self, left: u32, unmatched: Unmatched, arcs: &[NewArc]) -> Result<(), HallWitness> {
        self.set_terms(left, unmatched);
        self.gone_left[left as usize] = false;
        self.insert(arcs);
        self.totals.unmatched += i128::from(unmatched.price().unwrap_or(0));
        self.search_all(&[left]).inspect_err(|_| {
            self.graph.clear_left(left);
            self.set_terms(left, Unmatched::Price(0));
            self.gone_left[left as usize] = true;
        })
    }

    /// What may be taken of a right node once the unit that was pinned last comes back.
    fn with_unit_back(&self, right: u32, former: &Offer) -> Offer {
        let step = self.taken.get(&right).and_then(|steps| steps.last()).copied().unwrap_or(0);
        let first = if former.capacity == 0 { step } else { step.min(former.step(0)) };
        let rest = (0..former.capacity).map(|unit| former.step(unit));
        let load: Vec<i64> = std::iter::once(first).chain(rest).collect();
        let is_free = load.iter().all(|step| *step == 0);
        let load = if is_free { Box::default() } else { load.into() };
        Offer { capacity: former.capacity + 1, load }
    }
}
