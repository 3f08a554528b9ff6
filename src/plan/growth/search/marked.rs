//! All admissible pairs of a pass, searched from a group by marks on right nodes: what [closures] are found with.
//!
//! [closures]: crate::assignment::closure

use super::Search;
use crate::assignment::closure::MarkedRights;
use crate::candidates::Scope;
use crate::candidates::meeting::meeting;
use crate::candidates::rules::{pair_may_meet, siblings_fit};
use crate::candidates::tree::{Marks, Tree};
use crate::scoring::bound::{Ask, Offer, Visit};

/// Marks on the right nodes of a search.
pub struct MarkedPairs<'s> {
    search: &'s Search<'s>,
    /// By tree of volunteers: where each stands, and the marks.
    places: Vec<Vec<u32>>,
    marks: Vec<Marks>,
}

impl<'s> MarkedPairs<'s> {
    /// Without any mark.
    pub fn of(search: &'s Search<'s>) -> Self {
        let rights = search.outline.places.len();
        Self {
            places: search.trees().map(|(tree, _)| tree.places(rights)).collect(),
            marks: search.trees().map(|(tree, _)| tree.marks(vec![u32::MAX; rights])).collect(),
            search,
        }
    }
}

impl Search<'_> {
    /// Whether a right node may serve a group by a visit or without one: every rule of the pair, without what it costs.
    fn may_serve(&self, group: u32, ask: &Ask, right: u32, visit: Visit) -> bool {
        let volunteer = self.outline.places[right as usize].volunteer;
        if self.least(ask, right, self.offer(right), visit).is_none()
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

impl MarkedPairs<'_> {
    /// The trees that hold a group's pairs, each with its marks, and how the two of such a pair meet.
    fn trees(&self, ask: &Ask) -> impl Iterator<Item = (&Tree<Offer>, &Marks, Visit)> {
        let all = self.search.trees().zip(&self.marks).map(|((tree, visit), marks)| (tree, marks, visit));
        all.filter(|(_, _, visit)| ask.has(*visit))
    }
}

impl MarkedRights for MarkedPairs<'_> {
    fn mark_all(&mut self, marks: Vec<u32>) {
        self.marks = self.search.trees().map(|(tree, _)| tree.marks(marks.clone())).collect();
    }

    fn mark(&mut self, right: u32, mark: u32) {
        for ((tree, _), (marks, places)) in self.search.trees().zip(self.marks.iter_mut().zip(&self.places)) {
            tree.mark(marks, places, right, mark);
        }
    }

    fn least(&self, group: u32, below: u32) -> Option<u32> {
        let search = self.search;
        let ask = search.ask(group)?;
        let (mut below, mut best) = (below, None);
        for (tree, marks, visit) in self.trees(ask) {
            let keep =
                |there: &Offer| ask.least(search.prepared, &search.groups.timetable, there, visit).is_some();
            let will_do = |right: u32| search.may_serve(group, ask, right, visit);
            if let Some(right) = tree.least_marked(marks, below, &keep, &will_do) {
                (below, best) = (marks.of(right), Some(right));
            }
        }
        best
    }

    fn any(&self, group: u32, wanted: &dyn Fn(u32) -> bool) -> Option<u32> {
        let search = self.search;
        let ask = search.ask(group)?;
        self.trees(ask).find_map(|(tree, marks, visit)| {
            let keep =
                |there: &Offer| ask.least(search.prepared, &search.groups.timetable, there, visit).is_some();
            let will_do = |right: u32| search.may_serve(group, ask, right, visit);
            tree.any_marked(marks, wanted, &keep, &will_do)
        })
    }
}
