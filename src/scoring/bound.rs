//! Bounds on the cost of pairs that nobody has looked at: what groups ask, what units offer → points that no pair of the
//! two can cost less than, and points that no pair of a group can cost more than.
//!
//! [`Ask`] is made once a group, [`Offer`] once a unit. Offers join into the offer of all units below a node
//! of a tree: every place, skill, language and week that any of them has, and the loosest of their own limits. Asks join into
//! what all groups below a node ask ([`Asks`]): needs that each of them has, and every language and age that any has. Hours are compared once for all in a [`Timetable`].
//! The bounds on such sums hold for each of the parts, term by term: way to the nearest corner of the box, wished needs that
//! nobody covers or finds time for, common time at most that of the united hours, a home language that nobody speaks. `None`
//! means that none of the pairs is admissible.
//!
//! Where nobody must come but a visit is wished, two kinds of pairs are told apart ([`Visit`]): near enough for the visit, and too
//! far away, where it is missed for sure. For the second places do not matter, so equal units cost the same.

mod alphabet;
mod ask;
mod asks;
mod division;
mod offer;
mod timetable;
mod whereabouts;

pub use alphabet::Alphabet;
pub use ask::{Ask, longest_way_min};
pub use asks::Asks;
pub use offer::Offer;
pub use timetable::Timetable;

/// Which pairs a bound speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Near enough to every child that must be visited, or where none must, to one that wishes it.
    Near,
    /// Too far away for any wished visit; of groups that nobody must visit.
    Away,
}

impl Visit {
    /// Every pair is of one of these kinds.
    pub const BOTH: [Self; 2] = [Self::Near, Self::Away];
}
