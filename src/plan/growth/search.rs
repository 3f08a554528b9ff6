//! Searches among all admissible pairs of a pass, held nowhere: the cheapest volunteers of a group, the cheapest groups
//! of a volunteer, and with prices, the pairs that the prices do not yet rule out.
//!
//! Trees on both sides. By place: volunteers, and groups that somebody must visit or that wish it; here pairs are found
//! whose visit can be made. By ability and by wants: volunteers, and groups that nobody must visit, equals
//! together (groups twice: within each county, and for volunteers who serve several, throughout); here pairs are found in which nobody comes, because no visit is asked for or all are too
//! far away, so that places do not matter. A group that only wishes a visit is looked for in both, and every pair belongs to
//! exactly one. So either side's search finds **every** admissible pair. All bounds are [`Ask::least`] and [`Asks::least`]:
//! a pair is scored only when its own bound says that it may be among the best.

mod costs;
mod live;
mod marked;

use std::cmp::Ordering;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator, ParallelSliceMut};

use crate::candidates::places::split_by_place;
use crate::candidates::rules::{child_verdict, unit_verdict};
use crate::candidates::tree::{Found, Tree, Wanted, Weights, mix};
use crate::candidates::{Prepared, Scope};
use crate::plan::outline::{Outline, Places};
use crate::plan::pass::PassKind;
use crate::scoring::bound::{Alphabet, Ask, Asks, Offer, Timetable, Visit};
use crate::scoring::{Score, score_if_admissible};
use costs::{OfGroup, OfVolunteer};

pub use live::LivePrices;
pub use marked::MarkedPairs;

/// Stands for a volunteer without an open place or not eligible.
const NONE: u32 = u32::MAX;
/// Nodes that are opened for a list to begin with.
const PATIENCE: u32 = 64;
/// Nodes of so many volunteers are counted whole.
const GRAIN: usize = 64;

/// The trees over the groups and places of an outline.
pub struct Search<'s> {
    prepared: &'s Prepared<'s>,
    outline: &'s Outline,
    timetable: Timetable,
    /// By group; `None` where a child's own rules do not hold.
    asks: Vec<Option<Ask>>,
    /// By right node.
    offers: Vec<Offer>,
    /// Right node by volunteer, of the eligible.
    right_of: Vec<u32>,
    /// Volunteers, for visits.
    by_place: Tree<Offer>,
    /// Volunteers, for pairs in which nobody comes; empty where every group must be visited.
    by_ability: Tree<Offer>,
    /// Groups, for visits.
    visited: Tree<Asks>,
    /// Groups that nobody must visit, by county, for volunteers who serve one.
    by_county: Tree<Asks>,
    /// The same groups by what they want alone, for volunteers who serve several counties.
    by_wants: Tree<Asks>,
}

/// Amounts of one side, ready for searches of the other: prices of volunteers, or worths of groups, negated.
#[derive(Clone, Default)]
pub struct Amounts {
    near: Weights,
    away: Weights,
    /// Of groups, once more in the order of what they want alone.
    wide: Weights,
}

impl<'s> Search<'s> {
    /// Builds the trees.
    ///
    /// # Complexity
    /// O((g + v) log (g + v)) for g groups and v volunteers, some five hundred bytes of each.
    pub fn new(prepared: &'s Prepared<'s>, outline: &'s Outline) -> Self {
        let alphabet = Alphabet::of(prepared);
        let ask = |group: &crate::candidates::Group| {
            let ready = group.children.iter().all(|child| child_verdict(prepared, *child).admissible());
            ready.then(|| Ask::of(prepared, &alphabet, group))
        };
        let mut asks: Vec<Option<Ask>> = outline.groups.par_iter().map(ask).collect();
        let units = outline.places.iter().map(|place| place.volunteer);
        let timetable = Timetable::new(prepared, &mut asks, units);
        let offer = |place: &Places| Offer::of(prepared, &alphabet, &timetable, place.volunteer);
        let offers: Vec<Offer> = outline.places.par_iter().map(offer).collect();
        let scope = match outline.kind {
            PassKind::Lead => Scope::Lead,
            PassKind::Service => Scope::Service(0),
        };
        let mut right_of = vec![NONE; prepared.instance.volunteers.len()];
        let mut eligible: Vec<u32> = Vec::with_capacity(offers.len());
        for (place, right) in outline.places.iter().zip(0_u32..) {
            if unit_verdict(prepared, place.volunteer, scope).admissible() {
                right_of[place.volunteer as usize] = right;
                eligible.push(right);
            }
        }
        let ((visited, by_county, by_wants), (by_place, by_ability)) = rayon::join(
            || trees_of_groups(&timetable, &asks),
            || trees_of_volunteers(&asks, &offers, eligible),
        );
        Self {
            prepared,
            outline,
            timetable,
            asks,
            offers,
            right_of,
            by_place,
            by_ability,
            visited,
            by_county,
            by_wants,
        }
    }

    /// Whether the children's own rules hold, so that somebody may be admissible.
    pub fn is_ready(&self, group: usize) -> bool {
        self.asks[group].is_some()
    }

    /// The prices of all right nodes, ready for searches.
    pub fn prices(&self, price: &[i64]) -> Amounts {
        Amounts {
            near: self.by_place.weights(price.to_vec()),
            away: self.by_ability.weights(price.to_vec()),
            wide: Weights::default(),
        }
    }

    /// The worths of all groups, negated, ready for searches.
    pub fn worths(&self, worth: &[i64]) -> Amounts {
        let negated: Vec<i64> = worth.iter().map(|worth| -worth).collect();
        Amounts {
            away: self.by_county.weights(negated.clone()),
            wide: self.by_wants.weights(negated.clone()),
            near: self.visited.weights(negated),
        }
    }

    /// Right nodes that may serve a group, by least cost plus price below a bound.
    pub fn volunteers_of(&self, group: u32, prices: Option<&Amounts>, most: usize, below: i64) -> Found {
        let Some(ask) = &self.asks[group as usize] else { return Found::default() };
        let good = ask.good_volunteers().iter().map(|unit| self.right_of[*unit as usize]);
        let mut apart: Vec<u32> = good.filter(|right| *right != NONE).collect();
        apart.sort_unstable();
        let wanted = Wanted { most, below, salt: mix(u64::from(group)), patience: u32::MAX };
        let mut costs = OfGroup { search: self, group, ask, apart, visit: Visit::Near };
        let near = (!ask.is_remote())
            .then(|| self.by_place.search(prices.map(|prices| &prices.near), wanted, &costs));
        costs.visit = Visit::Away;
        let away = (!ask.is_bound_to_places())
            .then(|| self.by_ability.search(prices.map(|prices| &prices.away), wanted, &costs));
        Found::both(near, away, most)
    }

    /// Groups that a right node may serve, by least cost less worth below a bound.
    pub fn groups_of(&self, right: u32, worths: Option<&Amounts>, most: usize, below: i64) -> Found {
        let volunteer = self.outline.places[right as usize].volunteer;
        if self.right_of[volunteer as usize] != right {
            return Found::default();
        }
        let wanted = Wanted { most, below, salt: mix(!u64::from(right)), patience: u32::MAX };
        let mut costs = OfVolunteer { search: self, right, visit: Visit::Near };
        let near = self.visited.search(worths.map(|worths| &worths.near), wanted, &costs);
        costs.visit = Visit::Away;
        let away = if self.offers[right as usize].is_local() {
            self.by_county.search(worths.map(|worths| &worths.away), wanted, &costs)
        } else {
            self.by_wants.search(worths.map(|worths| &worths.wide), wanted, &costs)
        };
        Found::both(Some(near), Some(away), most)
    }

    /// Groups for a right node to begin with: some of the cheapest of those near enough to be visited, and where these are few,
    /// the cheapest of all. Where nobody comes, all are alike, and the groups' own lists scatter over volunteers.
    pub fn first_groups_of(&self, right: u32, most: usize) -> Found {
        let volunteer = self.outline.places[right as usize].volunteer;
        if self.right_of[volunteer as usize] != right {
            return Found::default();
        }
        let salt = mix(!u64::from(right));
        let wanted = Wanted { most, below: i64::MAX, salt, patience: PATIENCE };
        let costs = OfVolunteer { search: self, right, visit: Visit::Near };
        let near = self.visited.search(None, wanted, &costs);
        if near.items.len() < most { self.groups_of(right, None, most, i64::MAX) } else { near.with_more() }
    }

    /// Every right node that may serve a group, with its cost; ascending.
    pub fn all_of(&self, group: u32) -> Vec<(u32, i64)> {
        self.all_scored(group).into_iter().map(|(right, score)| (right, score.total())).collect()
    }

    /// Every right node that may serve a group, with the parts of its cost; ascending.
    pub fn all_scored(&self, group: u32) -> Vec<(u32, Score)> {
        let Some(ask) = &self.asks[group as usize] else { return Vec::new() };
        let within_reach = if ask.is_bound_to_places() {
            self.by_place.items(&|there| ask.may_reach(there))
        } else {
            self.by_ability.items(&|_| true)
        };
        let scored = within_reach.into_iter();
        let scored = scored.filter_map(|right| self.scored(group, right).map(|score| (right, score)));
        let mut row: Vec<(u32, Score)> = scored.collect();
        row.sort_unstable();
        row
    }

    /// What a pair costs; none where it is not admissible.
    pub fn admissible_cost(&self, group: u32, right: u32) -> Option<i64> {
        let volunteer = self.outline.places[right as usize].volunteer;
        let eligible = self.is_ready(group as usize) && self.right_of[volunteer as usize] == right;
        if eligible { self.cost(group, right) } else { None }
    }

    /// At least as many as there are volunteers near enough to a group.
    pub fn count_within_reach(&self, group: usize) -> u64 {
        match &self.asks[group] {
            None => 0,
            Some(ask) if ask.is_bound_to_places() => {
                self.by_place.count_at_most(GRAIN, &|there| ask.may_reach(there))
            }
            Some(_) => self.by_ability.len() as u64,
        }
    }

    /// What a pair of a kind costs at least; `None` where it is of the other kind or not admissible.
    fn least(&self, ask: &Ask, right: u32, offer: &Offer, visit: Visit) -> Option<i64> {
        if visit == Visit::Away && ask.is_near(offer) {
            return None;
        }
        let least = ask.least(self.prepared, &self.timetable, offer, visit)?;
        let good = ask.good_volunteers();
        let passed_over = good.is_empty() || {
            let volunteer = self.outline.places[right as usize].volunteer;
            good.binary_search(&volunteer).is_err()
        };
        Some(if passed_over { least + ask.continuity() } else { least })
    }

    /// What a pair costs, if it is admissible.
    fn cost(&self, group: u32, right: u32) -> Option<i64> {
        self.scored(group, right).map(|score| score.total())
    }

    /// The parts of what a pair costs, if it is admissible.
    fn scored(&self, group: u32, right: u32) -> Option<Score> {
        let volunteer = self.outline.places[right as usize].volunteer;
        if !self.outline.barred.is_empty() && self.outline.barred.contains(&(group, volunteer)) {
            return None;
        }
        let group = &self.outline.groups[group as usize];
        score_if_admissible(self.prepared, group, volunteer)
    }
}

/// Volunteers by place, where there is a group to visit, and by ability, where there is one that nobody must visit.
fn trees_of_volunteers(
    asks: &[Option<Ask>],
    offers: &[Offer],
    mut eligible: Vec<u32>,
) -> (Tree<Offer>, Tree<Offer>) {
    let any = |wanted: fn(&Ask) -> bool| asks.iter().flatten().any(wanted);
    let offer = |right: u32| offers[right as usize].clone();
    let tree =
        |rights: Vec<u32>, split: &dyn Fn(&mut [u32])| Tree::new(rights, &offer, split).knowing(&offer);
    let to_visit = if any(|ask| !ask.is_remote()) { eligible.clone() } else { Vec::new() };
    let by_place = tree(to_visit, &|items| split_by_place(items, |right| offers[right as usize].place()));
    if !any(|ask| !ask.is_bound_to_places()) {
        eligible.clear();
    }
    eligible.par_sort_unstable_by(|a, b| {
        offers[*a as usize].by_abilities(&offers[*b as usize]).then_with(|| a.cmp(b))
    });
    (by_place, tree(eligible, &|_| ()))
}

/// Groups by the place of their visits, and those that nobody must visit by county and by what they want.
fn trees_of_groups(timetable: &Timetable, asks: &[Option<Ask>]) -> (Tree<Asks>, Tree<Asks>, Tree<Asks>) {
    let of_group: Vec<Option<Asks>> =
        asks.par_iter().map(|ask| ask.as_ref().map(|ask| Asks::of(timetable, ask))).collect();
    let chosen = |wanted: fn(&Ask) -> bool| -> Vec<u32> {
        let wanted = (0_u32..).zip(asks).filter(|(_, ask)| ask.as_ref().is_some_and(wanted));
        wanted.map(|(group, _)| group).collect()
    };
    let summary = |group: u32| of_group[group as usize].as_ref().expect("only groups that ask are chosen");
    let visited = Tree::new(chosen(|ask| !ask.is_remote()), &|group| summary(group).clone(), &|items| {
        split_by_place(items, |group| summary(group).middle());
    });
    let ordered = |order: fn(&Asks, &Asks) -> Ordering| {
        let mut free = chosen(|ask| !ask.is_bound_to_places());
        free.par_sort_unstable_by(|a, b| order(summary(*a), summary(*b)).then_with(|| a.cmp(b)));
        Tree::new(free, &|group| summary(group).clone(), &|_| ())
    };
    (visited, ordered(Asks::by_county), ordered(Asks::by_wants))
}
