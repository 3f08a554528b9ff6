//! Numbers for the groups and places of a large outline that put those of one division close to each other, so that a bid finds
//! in the cache what the last one read, and threads find parts to work on alone.
//!
//! In: an outline, whose groups and places come in the order in which equals are served, a hash of their ids. Out: the same outline
//! numbered anew; and in the end, what was found by the numbers given. A division comes where the first of its people stood, so that
//! among equals it is the hash that tells whose turn is first, and neither code nor name. Cost: one look-up a person, and sorting.

use std::collections::HashMap;

use super::{Grown, Rows};
use crate::candidates::Prepared;
use crate::model::RegionCode;
use crate::plan::outline::Outline;

/// Digits of a province, a prefecture, a county and a township.
const LEVELS: [usize; 4] = [2, 4, 6, 9];

/// By new number: the number given.
pub(super) struct Numbering {
    groups: Vec<u32>,
    places: Vec<u32>,
}

impl Numbering {
    /// Those of one division close to each other.
    pub(super) fn by_division(prepared: &Prepared<'_>, outline: &Outline) -> Self {
        let of_groups = outline.groups.iter().map(|group| prepared.child_of(group.children[0]).place.region);
        let of_places =
            outline.places.iter().map(|place| prepared.volunteer_of(place.volunteer).place.region);
        let order = order_of_divisions(of_groups.clone().chain(of_places.clone()));
        let sorted = |divisions: &mut dyn Iterator<Item = RegionCode>| -> Vec<u32> {
            let mut numbers: Vec<(u32, u32)> = divisions.map(|division| order[&division]).zip(0..).collect();
            numbers.sort_unstable();
            numbers.into_iter().map(|(_, given)| given).collect()
        };
        Self { groups: sorted(&mut { of_groups }), places: sorted(&mut { of_places }) }
    }

    /// An outline with the new numbers.
    pub(super) fn apply(&self, outline: Outline) -> Outline {
        renumbered(outline, &self.groups, &self.places)
    }

    /// An outline with the numbers given, and what was found over it.
    pub(super) fn undo(&self, outline: Outline, grown: Grown) -> (Outline, Grown) {
        let (groups, places) = (inverse(&self.groups), inverse(&self.places));
        let given = |right: u32| self.places[right as usize];
        let Grown { rows, chosen_right, mut solution, mut counts } = grown;
        let mut rows: Rows = gathered(rows, &groups);
        for row in &mut rows {
            for (right, _) in row.iter_mut() {
                *right = given(*right);
            }
            row.sort_unstable();
        }
        let chosen_right = gathered(chosen_right, &groups);
        let chosen_right = chosen_right.into_iter().map(|right| right.map(given)).collect();
        solution.price = gathered(solution.price, &places);
        counts.admissible = counts.admissible.map(|of_group| gathered(of_group, &groups));
        (renumbered(outline, &groups, &places), Grown { rows, chosen_right, solution, counts })
    }
}

/// An outline whose groups and places are those that stood at some numbers, in this order.
fn renumbered(outline: Outline, groups: &[u32], places: &[u32]) -> Outline {
    let number = inverse(groups);
    let mut unmatched = outline.unmatched;
    unmatched.ranks = gathered(unmatched.ranks, groups);
    Outline {
        groups: gathered(outline.groups, groups),
        places: gathered(outline.places, places),
        unmatched,
        barred: outline.barred.into_iter().map(|(group, unit)| (number[group as usize], unit)).collect(),
        ..outline
    }
}

/// By division: its rank. Divisions of one township follow each other, those of one county, and so on, each where the first of its
/// people stands.
fn order_of_divisions(of_people: impl Iterator<Item = RegionCode>) -> HashMap<RegionCode, u32> {
    let mut first: HashMap<RegionCode, u32> = HashMap::new();
    for (division, at) in of_people.zip(0..) {
        first.entry(division).or_insert(at);
    }
    let mut first_within: HashMap<&str, u32> = HashMap::new();
    for (division, at) in &first {
        for digits in LEVELS {
            let earliest = first_within.entry(&division.as_str()[..digits]).or_insert(*at);
            *earliest = (*earliest).min(*at);
        }
    }
    let mut order: Vec<&RegionCode> = first.keys().collect();
    order.sort_unstable_by_key(|division| {
        (LEVELS.map(|digits| first_within[&division.as_str()[..digits]]), first[*division])
    });
    order.into_iter().copied().zip(0..).collect()
}

/// Where each number stands among the numbers.
fn inverse(numbers: &[u32]) -> Vec<u32> {
    let mut at = vec![0; numbers.len()];
    for (position, number) in (0_u32..).zip(numbers) {
        at[*number as usize] = position;
    }
    at
}

/// The items that stood at some numbers, each of which comes once.
fn gathered<T>(items: Vec<T>, from: &[u32]) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    from.iter().map(|at| items[*at as usize].take().expect("a number comes once")).collect()
}
