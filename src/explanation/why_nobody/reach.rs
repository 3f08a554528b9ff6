//! How many minutes more a volunteer would have to go to meet a group, and who needs the fewest.
//!
//! In: a group and the tree of all volunteers by place. Out: the least extra minutes, found best first: by node,
//! the minutes to its nearest corner less the farthest reach in it; exactly, the fewest minutes of reach with which
//! hours and sites suffice. Two bounds may be moved: a volunteer's own word, within the policy's maximum, or that
//! maximum, within her word.

use super::funnel::{Near, Visits, visits};
use super::opening::Opening;
use crate::candidates::meeting::{Ways, meeting_at};
use crate::candidates::rules::{pair_may_meet, siblings_fit};
use crate::candidates::travel::{TravelModel, distance_km};
use crate::candidates::tree::{Costs, Order, Wanted};
use crate::candidates::{Prepared, Scope};
use crate::model::volunteer::Reach;
use crate::model::{Place, Rule};

/// What keeps somebody from going farther.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// Her own word, within the policy's maximum.
    OwnReach,
    /// The policy's maximum, within her own word.
    Maximum,
}

impl Opening<'_> {
    /// The fewest minutes more, and the volunteers who need no more.
    pub(super) fn least_way(&self, bound: Bound) -> Option<(u32, Vec<u32>)> {
        let visits = visits(self.prepared(), self.children);
        if visits.is_empty() || !self.prepared().policy.enforces(Rule::WithinReach) {
            return None;
        }
        let costs = Farther { opening: self, visits, bound };
        let tree = self.everybody.by_place();
        let first = tree.search(
            None,
            Wanted { most: 1, below: i64::MAX, order: Order::Least, salt: 0, patience: u32::MAX },
            &costs,
        );
        let least = first.items.first()?.1;
        let ties = tree.search(
            None,
            Wanted { most: usize::MAX, below: least + 1, order: Order::Least, salt: 0, patience: u32::MAX },
            &costs,
        );
        let mut volunteers: Vec<u32> = ties.items.into_iter().map(|(volunteer, _)| volunteer).collect();
        volunteers.sort_unstable();
        Some((least as u32, volunteers))
    }
}

/// Extra minutes as keys of a search: by node and item a lower bound, exactly the fewest with which the two can meet.
struct Farther<'q> {
    opening: &'q Opening<'q>,
    visits: Visits,
    bound: Bound,
}

impl Farther<'_> {
    /// Minutes that a way of so many is beyond the bound, where this kind of change gives it at all.
    fn extra(&self, near: &Near, way_min: u32) -> Option<i64> {
        let most = self.opening.prepared().policy.travel.max_travel_min;
        let (reach, own) = near.reach_min();
        let (may, bound) = match self.bound {
            Bound::OwnReach => (way_min <= most, reach),
            // One more for the minute that her kilometres begin; what they end at is looked at pair by pair.
            Bound::Maximum => (way_min <= own.saturating_add(1), most),
        };
        may.then(|| i64::from(way_min.saturating_sub(bound).max(1)))
    }
}

impl Costs<Near> for Farther<'_> {
    fn of_node(&self, near: &Near) -> Option<i64> {
        self.extra(near, near.least_min(self.opening.prepared(), &self.visits))
    }

    fn of_item(&self, volunteer: u32, _: Option<&Near>, _: i64) -> Option<i64> {
        let open = self.opening.everybody.own(volunteer).is_empty() && self.opening.has_place(volunteer);
        if open { self.of_node(self.opening.everybody.near(volunteer)) } else { None }
    }

    fn exactly(&self, volunteer: u32) -> Option<i64> {
        let prepared = self.opening.prepared();
        let children = self.opening.children;
        let may_meet = |child: &u32| pair_may_meet(prepared, *child, volunteer, Scope::Lead);
        if !siblings_fit(prepared, volunteer, children.len()) || !children.iter().all(may_meet) {
            return None;
        }
        let way = shortest_way(prepared, children, volunteer, self.bound)?;
        self.extra(self.opening.everybody.near(volunteer), way)
    }

    fn apart(&self) -> &[u32] {
        &[]
    }
}

/// The fewest minutes of reach with which a volunteer could meet every child; `None` where no reach would do.
fn shortest_way(prepared: &Prepared<'_>, children: &[u32], volunteer: u32, bound: Bound) -> Option<u32> {
    let ways: Vec<Ways> =
        children.iter().map(|child| ways_beyond(prepared, *child, volunteer, bound)).collect();
    let mut choices: Vec<u32> =
        ways.iter().flat_map(|ways| ways.home_min.into_iter().chain(ways.school_min)).collect();
    choices.sort_unstable();
    choices.dedup();
    choices.into_iter().find(|most| {
        children.iter().zip(&ways).all(|(child, ways)| {
            let within = |way: Option<u32>| way.filter(|way| way <= most);
            let ways = Ways { home_min: within(ways.home_min), school_min: within(ways.school_min) };
            let person = &prepared.children[*child as usize];
            let free = &prepared.volunteers[volunteer as usize].hours;
            meeting_at(prepared, *child, &person.required, || ways, (&person.hours, free)).is_ok()
        })
    })
}

/// Minutes of reach that each site which she accepts takes, whatever her reach or the policy's maximum is.
fn ways_beyond(prepared: &Prepared<'_>, child: u32, volunteer: u32, bound: Bound) -> Ways {
    let (person, unit) = (prepared.child_of(child), prepared.volunteer_of(volunteer));
    let sites = prepared.volunteers[volunteer as usize].sites;
    let way = |to: &Place, accepted: bool| {
        let minutes = prepared.travel.minutes(unit.place.location, to.location);
        let km = distance_km(unit.place.location, to.location);
        let goes = match unit.reach {
            Reach::Minutes(most) => minutes <= most,
            Reach::Kilometers(most) => km <= most,
            Reach::Default => km <= prepared.policy.travel.default_reach_km,
        };
        // The radius of whole minutes may miss the point by the last digit of a float.
        let inside = km <= prepared.travel.radius_km(minutes);
        (accepted && (bound == Bound::OwnReach || goes)).then_some(if inside { minutes } else { minutes + 1 })
    };
    Ways {
        home_min: way(&person.place, sites.home),
        school_min: way(person.school.as_ref().unwrap_or(&person.place), sites.school),
    }
}
