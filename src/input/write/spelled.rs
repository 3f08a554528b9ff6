//! Hours and needs that were spelled out already: people who share them share the words.

use std::collections::HashMap;
use std::sync::Arc;

use super::cells;
use crate::model::availability::{Availability, AvailabilityRow};
use crate::model::need::Need;

/// What was spelled out for the people so far. They outlive it, so an address means one list and no other.
#[derive(Default)]
pub(super) struct Spelled {
    site_hours: HashMap<*const AvailabilityRow, [String; 5]>,
    hours: HashMap<*const AvailabilityRow, [String; 5]>,
    plain_hours: HashMap<*const AvailabilityRow, String>,
    needs: HashMap<*const Need, String>,
}

impl Spelled {
    /// As [`cells::hours`].
    pub(super) fn hours(&mut self, availability: &Availability, sites: bool) -> [String; 5] {
        let known = if sites { &mut self.site_hours } else { &mut self.hours };
        let spell = || cells::hours(availability, sites);
        known.entry(Arc::as_ptr(&availability.rows).cast()).or_insert_with(spell).clone()
    }

    /// As [`cells::plain_hours`].
    pub(super) fn plain_hours(&mut self, availability: &Availability) -> String {
        if availability.assumed {
            return cells::plain_hours(availability);
        }
        let spell = || cells::plain_hours(availability);
        self.plain_hours.entry(Arc::as_ptr(&availability.rows).cast()).or_insert_with(spell).clone()
    }

    /// As [`cells::needs`].
    pub(super) fn needs(&mut self, needs: &Arc<[Need]>) -> String {
        self.needs.entry(Arc::as_ptr(needs).cast()).or_insert_with(|| cells::needs(needs)).clone()
    }
}
