//! Amendments, made to a problem of plain lists and to the repair.

use jiedui::assignment::Unmatched;
use jiedui::assignment::repair::{Moves, Repair, RepairError};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, prop_oneof};

use crate::assignment::plain::{Left, Plain};

/// An amendment; numbers of nodes are taken modulo how many there are.
#[derive(Debug, Clone)]
pub(super) enum Amendment {
    RemoveLeft(usize),
    AddLeft(Left),
    RemoveRight(usize),
    AddRight(Vec<i64>, Vec<Option<i64>>),
    SetCapacity(usize, Vec<i64>),
    SetUnmatched(usize, Option<i64>),
    Forbid(usize, usize),
    Pin(usize, usize),
    Unpin(usize, Left),
    RestoreLeft(usize, Left),
    AddArcs(Vec<(usize, usize, i64)>),
}

fn units() -> impl Strategy<Value = Vec<i64>> {
    vec(prop_oneof![Just(0), 0..=12_i64], 0..=3).prop_map(|mut steps| {
        steps.sort_unstable();
        steps
    })
}

pub(super) fn amendment() -> impl Strategy<Value = Amendment> {
    let any = || 0..64_usize;
    let price = || prop_oneof![1 => Just(None), 4 => (0..=40_i64).prop_map(Some)];
    let costs = || vec(weighted(0.6, 0..=12_i64), 16);
    prop_oneof![
        1 => any().prop_map(Amendment::RemoveLeft),
        1 => (price(), costs()).prop_map(|(unmatched, cost)| Amendment::AddLeft(Left { unmatched, cost })),
        1 => any().prop_map(Amendment::RemoveRight),
        1 => (units(), costs()).prop_map(|(units, costs)| Amendment::AddRight(units, costs)),
        1 => (any(), units()).prop_map(|(right, units)| Amendment::SetCapacity(right, units)),
        1 => (any(), price()).prop_map(|(left, price)| Amendment::SetUnmatched(left, price)),
        1 => (any(), any()).prop_map(|(left, right)| Amendment::Forbid(left, right)),
        2 => (any(), any()).prop_map(|(left, right)| Amendment::Pin(left, right)),
        2 => (any(), price(), costs())
            .prop_map(|(pin, unmatched, cost)| Amendment::Unpin(pin, Left { unmatched, cost })),
        1 => (any(), price(), costs())
            .prop_map(|(left, unmatched, cost)| Amendment::RestoreLeft(left, Left { unmatched, cost })),
        1 => vec((any(), any(), 0..=12_i64), 1..=4).prop_map(Amendment::AddArcs),
    ]
}

/// The amended problem as plain lists, and who is out of it.
#[derive(Clone)]
pub(super) struct Mirror {
    pub(super) plain: Plain,
    pub(super) gone_left: Vec<bool>,
    pub(super) gone_right: Vec<bool>,
    /// Who is pinned to whom.
    pub(super) pinned: Vec<(usize, usize)>,
    /// By right node: the steps that pins took, the last one last.
    taken: Vec<Vec<i64>>,
}

impl Mirror {
    pub(super) fn new(plain: &Plain) -> Self {
        let (lefts, rights) = (plain.lefts.len(), plain.rights.len());
        Self {
            plain: plain.clone(),
            gone_left: vec![false; lefts],
            gone_right: vec![false; rights],
            pinned: Vec::new(),
            taken: vec![Vec::new(); rights],
        }
    }

    pub(super) fn left(&self, number: usize) -> Option<usize> {
        let left = number.checked_rem(self.plain.lefts.len())?;
        (!self.gone_left[left]).then_some(left)
    }

    pub(super) fn right(&self, number: usize) -> Option<usize> {
        let right = number.checked_rem(self.plain.rights.len())?;
        (!self.gone_right[right]).then_some(right)
    }

    /// Of those who were removed.
    pub(super) fn removed(&self, number: usize) -> Option<usize> {
        let is_pinned = |left: &usize| self.pinned.iter().any(|pin| pin.0 == *left);
        let removed: Vec<usize> =
            (0..self.gone_left.len()).filter(|left| self.gone_left[*left] && !is_pinned(left)).collect();
        Some(removed[number.checked_rem(removed.len())?])
    }

    /// The row with an arc to every right node that it names and that is there.
    fn fitting(&self, row: &Left) -> Left {
        let mut row = row.clone();
        row.cost.resize(self.plain.rights.len(), None);
        for (cost, gone) in row.cost.iter_mut().zip(&self.gone_right) {
            *cost = cost.filter(|_| !gone);
        }
        row
    }

    /// Puts a row in the place of one who is gone.
    fn put_back(&mut self, left: usize, row: &Left) {
        self.gone_left[left] = false;
        self.plain.lefts[left] = self.fitting(row);
    }

    fn clear_left(&mut self, left: usize) {
        self.gone_left[left] = true;
        let nothing = vec![None; self.plain.rights.len()];
        self.plain.lefts[left] = Left { unmatched: Some(0), cost: nothing };
    }

    /// Amends the lists; `None` where the amendment names somebody who is gone.
    pub(super) fn amend(&mut self, amendment: &Amendment) -> Option<()> {
        match amendment {
            Amendment::RemoveLeft(left) => {
                let left = self.left(*left)?;
                self.clear_left(left);
            }
            Amendment::AddLeft(left) => {
                self.plain.lefts.push(self.fitting(left));
                self.gone_left.push(false);
            }
            Amendment::RemoveRight(right) => {
                let right = self.right(*right)?;
                self.gone_right[right] = true;
                self.plain.rights[right].clear();
                self.plain.lefts.iter_mut().for_each(|left| left.cost[right] = None);
            }
            Amendment::AddRight(units, costs) => {
                self.plain.rights.push(units.clone());
                self.gone_right.push(false);
                self.taken.push(Vec::new());
                let costs = costs.iter().copied().chain(std::iter::repeat(None));
                for ((left, cost), gone) in self.plain.lefts.iter_mut().zip(costs).zip(&self.gone_left) {
                    left.cost.push(cost.filter(|_| !gone));
                }
            }
            Amendment::SetCapacity(right, units) => {
                let right = self.right(*right)?;
                self.plain.rights[right].clone_from(units);
            }
            Amendment::SetUnmatched(left, price) => {
                let left = self.left(*left)?;
                self.plain.lefts[left].unmatched = *price;
            }
            Amendment::Forbid(left, right) => {
                let (left, right) = (self.left(*left)?, self.right(*right)?);
                self.plain.lefts[left].cost[right] = None;
            }
            Amendment::Pin(left, right) => {
                let (left, right) = (self.left(*left)?, self.right(*right)?);
                if self.plain.rights[right].is_empty() {
                    return None;
                }
                let step = self.plain.rights[right].remove(0);
                self.taken[right].push(step);
                self.pinned.push((left, right));
                self.clear_left(left);
            }
            Amendment::Unpin(pin, row) => {
                let (left, right) = self.pinned.remove(pin.checked_rem(self.pinned.len())?);
                self.put_back(left, row);
                if !self.gone_right[right] {
                    let step = self.taken[right].pop().unwrap();
                    let units = &mut self.plain.rights[right];
                    units.insert(0, units.first().map_or(step, |next| step.min(*next)));
                }
            }
            Amendment::RestoreLeft(left, row) => {
                let left = self.removed(*left)?;
                self.put_back(left, row);
            }
            Amendment::AddArcs(arcs) => {
                for (left, right, cost) in arcs {
                    let (left, right) = (self.left(*left)?, self.right(*right)?);
                    if self.plain.lefts[left].cost[right].replace(*cost).is_some() {
                        return None;
                    }
                }
            }
        }
        Some(())
    }
}

/// The same amendment, to the repair. `after` is the mirror as amended.
pub(super) fn amend(
    repair: &mut Repair,
    amendment: &Amendment,
    before: &Mirror,
    after: &Mirror,
) -> Result<Moves, RepairError> {
    let left = |number: &usize| before.left(*number).unwrap() as u32;
    let right = |number: &usize| before.right(*number).unwrap() as u32;
    let load = |units: &[i64]| if units.iter().all(|step| *step == 0) { vec![] } else { units.to_vec() };
    match amendment {
        Amendment::RemoveLeft(number) => repair.remove_left(left(number)),
        Amendment::AddLeft(_) => {
            let new = after.plain.lefts.last().unwrap();
            let terms = new.unmatched.map_or(Unmatched::Forbidden, Unmatched::Price);
            repair.add_left(terms, &new.arcs()).map(|(_, moves)| moves)
        }
        Amendment::RemoveRight(number) => repair.remove_right(right(number)),
        Amendment::AddRight(units, _) => {
            let column = (0_u32..).zip(&after.plain.lefts);
            let arcs: Vec<(u32, i64)> =
                column.filter_map(|(left, row)| Some((left, row.cost.last().copied()??))).collect();
            repair.add_right(units.len() as u32, &load(units), &arcs).map(|(_, moves)| moves)
        }
        Amendment::SetCapacity(number, units) => {
            repair.set_capacity(right(number), units.len() as u32, &load(units))
        }
        Amendment::SetUnmatched(number, price) => {
            repair.set_unmatched(left(number), price.map_or(Unmatched::Forbidden, Unmatched::Price))
        }
        Amendment::Forbid(one, other) => repair.forbid(left(one), right(other)),
        Amendment::Pin(one, other) => repair.pin(left(one), right(other)),
        Amendment::Unpin(pin, _) => {
            let left = before.pinned[pin % before.pinned.len()].0;
            let new = &after.plain.lefts[left];
            let terms = new.unmatched.map_or(Unmatched::Forbidden, Unmatched::Price);
            repair.unpin(left as u32, terms, &new.arcs())
        }
        Amendment::RestoreLeft(number, _) => {
            let left = before.removed(*number).unwrap();
            let new = &after.plain.lefts[left];
            let terms = new.unmatched.map_or(Unmatched::Forbidden, Unmatched::Price);
            repair.restore_left(left as u32, terms, &new.arcs())
        }
        Amendment::AddArcs(arcs) => {
            let arcs: Vec<(u32, u32, i64)> =
                arcs.iter().map(|(one, other, cost)| (left(one), right(other), *cost)).collect();
            repair.add_arcs(&arcs)
        }
    }
}
