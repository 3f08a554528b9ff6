//! All admissible pairs of a pass, searched from a group by marks on right nodes: what [closures] are found with.
//!
//! [closures]: crate::assignment::closure

use super::Search;
use crate::assignment::closure::MarkedRights;
use crate::candidates::Scope;
use crate::candidates::meeting::meeting;
use crate::candidates::rules::{pair_may_meet, siblings_fit};
use crate::candidates::tree::Marks;
use crate::scoring::bound::Offers;

/// Marks on the right nodes of a search.
pub struct MarkedPairs<'s> {
    search: &'s Search<'s>,
    by_place: Vec<u32>,
    by_ability: Vec<u32>,
    of_places: Marks,
    of_abilities: Marks,
}

impl<'s> MarkedPairs<'s> {
    /// Without any mark.
    pub fn of(search: &'s Search<'s>) -> Self {
        let rights = search.offers.len();
        Self {
            by_place: search.by_place.places(rights),
            by_ability: search.by_ability.places(rights),
            of_places: search.by_place.marks(vec![u32::MAX; rights]),
            of_abilities: search.by_ability.marks(vec![u32::MAX; rights]),
            search,
        }
    }
}

impl Search<'_> {
    /// Whether a right node of the trees may serve a group: every rule of the pair, without what it costs.
    fn may_serve(&self, group: u32, right: u32) -> bool {
        let volunteer = self.outline.places[right as usize].volunteer;
        if self.least(group, right).is_none()
            || (!self.outline.barred.is_empty() && self.outline.barred.contains(&(group, volunteer)))
        {
            return false;
        }
        let Self { prepared, outline, .. } = self;
        let group = &outline.groups[group as usize];
        siblings_fit(prepared, volunteer, group.children.len())
            && group.children.iter().all(|child| {
                let person = &prepared.children[*child as usize];
                let one;
                let needs = match group.scope {
                    Scope::Lead => person.required.as_slice(),
                    Scope::Service(need) => {
                        one = [need];
                        one.as_slice()
                    }
                };
                pair_may_meet(prepared, *child, volunteer, group.scope)
                    && meeting(prepared, *child, volunteer, needs).is_ok()
            })
    }
}

impl MarkedRights for MarkedPairs<'_> {
    fn mark_all(&mut self, marks: Vec<u32>) {
        self.of_abilities = self.search.by_ability.marks(marks.clone());
        self.of_places = self.search.by_place.marks(marks);
    }

    fn mark(&mut self, right: u32, mark: u32) {
        self.search.by_place.mark(&mut self.of_places, &self.by_place, right, mark);
        self.search.by_ability.mark(&mut self.of_abilities, &self.by_ability, right, mark);
    }

    fn least(&self, group: u32, below: u32) -> Option<u32> {
        let ask = self.search.asks[group as usize].as_ref()?;
        let keep = |there: &Offers| ask.least(self.search.prepared, &there.offer, &there.hours).is_some();
        let will_do = |right: u32| self.search.may_serve(group, right);
        if ask.is_remote() {
            self.search.by_ability.least_marked(&self.of_abilities, below, &keep, &will_do)
        } else {
            self.search.by_place.least_marked(&self.of_places, below, &keep, &will_do)
        }
    }

    fn any(&self, group: u32, wanted: &dyn Fn(u32) -> bool) -> Option<u32> {
        let ask = self.search.asks[group as usize].as_ref()?;
        let keep = |there: &Offers| ask.least(self.search.prepared, &there.offer, &there.hours).is_some();
        let will_do = |right: u32| self.search.may_serve(group, right);
        if ask.is_remote() {
            self.search.by_ability.any_marked(&self.of_abilities, wanted, &keep, &will_do)
        } else {
            self.search.by_place.any_marked(&self.of_places, wanted, &keep, &will_do)
        }
    }
}
