//! What searches of the four trees ask about a pair or a node.

use super::Search;
use crate::candidates::tree::Costs;
use crate::scoring::bound::{Ask, Asks, Offer, Visit};

/// A group looks for volunteers.
pub(super) struct OfGroup<'q> {
    pub(super) search: &'q Search<'q>,
    pub(super) group: u32,
    pub(super) ask: &'q Ask,
    /// Right nodes of the volunteers who were good for some child of it.
    pub(super) apart: Vec<u32>,
    pub(super) visit: Visit,
}

impl Costs<Offer> for OfGroup<'_> {
    fn of_node(&self, summary: &Offer) -> Option<i64> {
        let least =
            self.ask.least(self.search.prepared, &self.search.groups.timetable, summary, self.visit)?;
        Some(least + self.ask.continuity())
    }

    fn of_item(&self, right: u32, offer: Option<&Offer>, below: i64) -> Option<i64> {
        let offer = offer.unwrap_or_else(|| self.search.offer(right));
        self.search.least_below(self.ask, right, offer, self.visit, below)
    }

    fn exactly(&self, right: u32) -> Option<i64> {
        self.search.cost(self.group, right)
    }

    fn apart(&self) -> &[u32] {
        &self.apart
    }
}

/// A volunteer looks for groups.
pub(super) struct OfVolunteer<'q> {
    pub(super) search: &'q Search<'q>,
    pub(super) right: u32,
    pub(super) visit: Visit,
}

impl Costs<Asks> for OfVolunteer<'_> {
    fn of_node(&self, summary: &Asks) -> Option<i64> {
        summary.least(self.search.prepared, self.search.offer(self.right), self.visit)
    }

    fn of_item(&self, group: u32, _: Option<&Asks>, below: i64) -> Option<i64> {
        let (ask, offer) = (self.search.ask(group)?, self.search.offer(self.right));
        self.search.least_below(ask, self.right, offer, self.visit, below)
    }

    fn exactly(&self, group: u32) -> Option<i64> {
        self.search.cost(group, self.right)
    }

    fn apart(&self) -> &[u32] {
        &[]
    }
}
