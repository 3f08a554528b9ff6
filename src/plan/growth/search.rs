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
mod look;
mod marked;
mod prospects;

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator, ParallelSliceMut};

use crate::candidates::places::split_by_place;
use crate::candidates::rules::{child_verdict, unit_verdict};
use crate::candidates::tree::{Found, Tree, Weights, mix};
use crate::candidates::{Prepared, Scope};
use crate::model::availability::WeekMask;
use crate::plan::outline::{Outline, Places};
use crate::plan::pass::PassKind;
use crate::scoring::bound::{Alphabet, Ask, Asks, Offer, Timetable, Visit};
use crate::scoring::{Score, score_if_admissible};
use costs::{OfGroup, OfVolunteer};

pub use live::LivePrices;
pub(crate) use look::Look;
pub use marked::MarkedPairs;
pub(crate) use prospects::Prospects;

/// Stands for a volunteer without an open place or not eligible.
const NONE: u32 = u32::MAX;
/// So many trees hold the first volunteers.
const FIRST_TREES: usize = 2;
/// Nodes of so many volunteers are counted whole.
const GRAIN: usize = 64;

/// The trees over the groups and places of an outline.
pub struct Search<'s> {
    prepared: &'s Prepared<'s>,
    outline: &'s Outline,
    groups: Arc<Groups>,
    volunteers: Arc<Volunteers>,
    /// Those who came in later, behind the others.
    further: Option<Volunteers>,
    /// Right node by volunteer, of the eligible.
    right_of: Vec<u32>,
}

/// What groups ask, and their trees: the same whoever else volunteers.
struct Groups {
    alphabet: Alphabet,
    timetable: Timetable,
    /// By group; `None` where a child's own rules do not hold.
    asks: Vec<Option<Ask>>,
    /// Groups, for visits.
    visited: Tree<Asks>,
    /// Groups that nobody must visit, by county, for volunteers who serve one.
    by_county: Tree<Asks>,
    /// The same groups by what they want alone, for volunteers who serve several counties.
    by_wants: Tree<Asks>,
}

/// What volunteers offer, and their trees.
struct Volunteers {
    /// For visits; empty where no group may be visited.
    by_place: Tree<Offer>,
    /// For pairs in which nobody comes; empty where every group must be visited.
    by_ability: Tree<Offer>,
    /// By right node, from the first of them on: her place among [all](Self::all); [`NONE`] for whoever is not eligible.
    place_of: Vec<u32>,
}

/// Amounts of one side, ready for searches of the other: prices of volunteers, or worths of groups, negated; by tree.
#[derive(Clone, Default)]
pub struct Amounts(Vec<Weights>);

impl<'s> Search<'s> {
    /// Builds the trees.
    ///
    /// # Complexity
    /// O((g + v) log (g + v)) for g groups and v volunteers, some five hundred bytes of each.
    pub fn new(prepared: &'s Prepared<'s>, outline: &'s Outline) -> Self {
        Self::expecting(prepared, outline, &[])
    }

    /// Builds the trees so that volunteers who have one of these weeks, by season, can be let in later without building them anew.
    ///
    /// # Complexity
    /// As [`new`](Self::new).
    pub fn expecting(prepared: &'s Prepared<'s>, outline: &'s Outline, weeks: &[[WeekMask; 4]]) -> Self {
        let alphabet = Alphabet::of(prepared);
        let ask = |group: &crate::candidates::Group| {
            let ready = group.children.iter().all(|child| child_verdict(prepared, *child).admissible());
            ready.then(|| Ask::of(prepared, &alphabet, group))
        };
        let mut asks: Vec<Option<Ask>> = outline.groups.par_iter().map(ask).collect();
        let of_units =
            outline.places.iter().map(|place| &**prepared.volunteers[place.volunteer as usize].hours);
        let timetable = Timetable::new(prepared, &mut asks, of_units.chain(weeks));
        let mut right_of = vec![NONE; prepared.volunteers.len()];
        let eligible = eligible(prepared, outline, 0, &mut right_of);
        let ((visited, by_county, by_wants), volunteers) = rayon::join(
            || trees_of_groups(&timetable, &asks),
            || Volunteers::of(prepared, (&alphabet, &timetable, &asks), (&outline.places, 0), eligible),
        );
        let groups = Groups { alphabet, timetable, asks, visited, by_county, by_wants };
        let (groups, volunteers) = (Arc::new(groups), Arc::new(volunteers));
        Self { prepared, outline, groups, volunteers, further: None, right_of }
    }

    /// The same search with further volunteers: an outline of the same groups, and with further places behind the others.
    ///
    /// # Complexity
    /// That of the trees over the further volunteers alone, where their weeks were [expected](Self::expecting); else as
    /// [`new`](Self::new).
    pub fn with_further<'f>(&self, prepared: &'f Prepared<'f>, outline: &'f Outline) -> Search<'f> {
        let first = self.volunteers.place_of.len();
        let further = &outline.places[first..];
        let Groups { alphabet, timetable, asks, .. } = &*self.groups;
        let week = |place: &Places| &**prepared.volunteers[place.volunteer as usize].hours;
        if self.further.is_some() || further.iter().any(|place| timetable.column(week(place)).is_none()) {
            return Search::new(prepared, outline);
        }
        let mut right_of = self.right_of.clone();
        right_of.resize(prepared.volunteers.len(), NONE);
        let eligible = eligible(prepared, outline, first, &mut right_of);
        let further =
            Volunteers::of(prepared, (alphabet, timetable, asks), (further, first as u32), eligible);
        let (groups, volunteers) = (Arc::clone(&self.groups), Arc::clone(&self.volunteers));
        Search { prepared, outline, groups, volunteers, further: Some(further), right_of }
    }

    /// The trees of volunteers, and how they and the groups of such a pair meet.
    fn trees(&self) -> impl Iterator<Item = (&Tree<Offer>, Visit)> {
        let parts = std::iter::once(&*self.volunteers).chain(&self.further);
        parts.flat_map(|part| [(&part.by_place, Visit::Near), (&part.by_ability, Visit::Away)])
    }

    fn trees_of_groups(&self) -> [&Tree<Asks>; 3] {
        let Groups { visited, by_county, by_wants, .. } = &*self.groups;
        [visited, by_county, by_wants]
    }

    /// The groups of which every child's own rules hold, so that those that look at the same volunteers stand together.
    pub fn groups_in_order(&self) -> impl Iterator<Item = u32> {
        let Groups { by_county, visited, asks, .. } = &*self.groups;
        let bound = |group: &u32| asks[*group as usize].as_ref().is_some_and(Ask::is_bound_to_places);
        by_county.order().iter().copied().chain(visited.order().iter().copied().filter(bound))
    }

    /// Right nodes in an order in which those that look at the same groups stand together.
    pub fn neighbours_together(&self, mut rights: Vec<u32>) -> Vec<u32> {
        rights.sort_by_key(|right| self.volunteers.place_of.get(*right as usize));
        rights
    }

    /// What a group asks; none where a child's own rules do not hold.
    fn ask(&self, group: u32) -> Option<&Ask> {
        self.groups.asks[group as usize].as_ref()
    }

    /// What an eligible right node offers, where some group asks.
    fn offer(&self, right: u32) -> &Offer {
        let (at, first) = (right as usize, self.volunteers.place_of.len());
        if at < first {
            return self.volunteers.offer(at);
        }
        self.further.as_ref().expect("right nodes are the first and the further ones").offer(at - first)
    }

    /// Whether the children's own rules hold, so that somebody may be admissible.
    pub fn is_ready(&self, group: usize) -> bool {
        self.groups.asks[group].is_some()
    }

    /// Whether there may be pairs of a group in which nobody comes.
    pub fn has_away(&self, group: u32) -> bool {
        self.ask(group).is_some_and(|ask| ask.has(Visit::Away))
    }

    /// The prices of all right nodes, ready for searches.
    pub fn prices(&self, price: &[i64]) -> Amounts {
        Amounts(self.trees().map(|(tree, _)| tree.weights(price.to_vec())).collect())
    }

    /// The worths of all groups, negated, ready for searches.
    pub fn worths(&self, worth: &[i64]) -> Amounts {
        self.worths_but(worth, &|_| false)
    }

    /// [`worths`](Self::worths) for searches that find no pair with a visit of some groups.
    pub fn worths_but(&self, worth: &[i64], passed_over: &dyn Fn(u32) -> bool) -> Amounts {
        let away: Vec<i64> = worth.iter().map(|worth| -worth).collect();
        let near = away.iter().zip(0_u32..);
        let near = near.map(|(amount, group)| if passed_over(group) { i64::MAX } else { *amount }).collect();
        let [visited, by_county, by_wants] = self.trees_of_groups();
        Amounts(vec![visited.weights(near), by_county.weights(away.clone()), by_wants.weights(away)])
    }

    /// Right nodes that may serve a group, by least cost plus price below a bound.
    pub fn volunteers_of(&self, group: u32, prices: Option<&Amounts>, most: usize, below: i64) -> Found {
        self.volunteers_for(&Visit::BOTH, group, prices, Look::least(most, below))
    }

    /// Right nodes that may serve a group in pairs of some kinds, as a look wants them.
    pub(crate) fn volunteers_for(
        &self,
        visits: &[Visit],
        group: u32,
        prices: Option<&Amounts>,
        look: Look,
    ) -> Found {
        let Some(ask) = self.ask(group) else { return Found::default() };
        let good = ask.good_volunteers().iter().map(|unit| self.right_of[*unit as usize]);
        let mut apart: Vec<u32> = good.filter(|right| *right != NONE).collect();
        apart.sort_unstable();
        let salt = mix(u64::from(group));
        let mut costs = OfGroup { search: self, group, ask, apart, visit: Visit::Near };
        let mut found = None;
        for (at, (tree, visit)) in self.trees().enumerate() {
            if !visits.contains(&visit) || !ask.has(visit) {
                continue;
            }
            costs.visit = visit;
            if at >= FIRST_TREES {
                // Nobody who came in later was good before.
                costs.apart.clear();
            }
            let weights = prices.map(|prices| &prices.0[at]);
            let further = tree.search(weights, look.wanted(visit, salt), &costs);
            found = Some(Found::both(found, Some(further), look.most));
        }
        found.unwrap_or_default()
    }

    /// Groups that a right node may serve, by least cost less worth below a bound.
    pub fn groups_of(&self, right: u32, worths: Option<&Amounts>, most: usize, below: i64) -> Found {
        self.groups_for(&Visit::BOTH, right, worths, Look::least(most, below))
    }

    /// Groups that a right node may serve in pairs of some kinds, as a look wants them.
    pub(crate) fn groups_for(
        &self,
        visits: &[Visit],
        right: u32,
        worths: Option<&Amounts>,
        look: Look,
    ) -> Found {
        let volunteer = self.outline.places[right as usize].volunteer;
        let trees = self.trees_of_groups();
        if self.right_of[volunteer as usize] != right || trees.iter().all(|tree| tree.is_empty()) {
            return Found::default();
        }
        let salt = mix(!u64::from(right));
        let search = |visit: Visit| {
            let at = match visit {
                Visit::Near => 0,
                Visit::Away if self.offer(right).is_local() => 1,
                Visit::Away => 2,
            };
            let costs = OfVolunteer { search: self, right, visit };
            trees[at].search(worths.map(|worths| &worths.0[at]), look.wanted(visit, salt), &costs)
        };
        visits
            .iter()
            .map(|visit| search(*visit))
            .fold(None, |found, further| Some(Found::both(found, Some(further), look.most)))
            .unwrap_or_default()
    }

    /// Groups for a right node to begin with, beside some that are `known`: some of the cheapest of those near enough to be
    /// visited, and where these are few, some of the others as well. Where nobody comes, all are alike, and the groups' own
    /// lists scatter over volunteers.
    pub fn first_groups_of(&self, right: u32, worths: &Amounts, most: usize, known: usize) -> Found {
        let some = |visit: Visit| {
            let look = Look { some_will_do: Some(visit), ..Look::least(most, i64::MAX) };
            self.groups_for(&[visit], right, Some(worths), look)
        };
        let near = some(Visit::Near);
        if near.items.len() + known < most {
            Found::both(Some(near), Some(some(Visit::Away)), most)
        } else {
            near.with_more()
        }
    }

    /// Every right node that may serve a group, with its cost; ascending.
    pub fn all_of(&self, group: u32) -> Vec<(u32, i64)> {
        self.all_scored(group).into_iter().map(|(right, score)| (right, score.total())).collect()
    }

    /// Every right node that may serve a group, with the parts of its cost; ascending.
    pub fn all_scored(&self, group: u32) -> Vec<(u32, Score)> {
        let Some(ask) = self.ask(group) else { return Vec::new() };
        let bound = ask.is_bound_to_places();
        let trees = self.trees().filter(|(_, visit)| (*visit == Visit::Near) == bound);
        let within_reach = trees.flat_map(|(tree, _)| tree.items(&|there| !bound || ask.may_reach(there)));
        let scored = within_reach.filter_map(|right| self.scored(group, right).map(|score| (right, score)));
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
        let Some(ask) = self.ask(group as u32) else { return 0 };
        let bound = ask.is_bound_to_places();
        let trees = self.trees().filter(|(_, visit)| (*visit == Visit::Near) == bound);
        let count = |(tree, _): (&Tree<Offer>, Visit)| {
            if bound { tree.count_at_most(GRAIN, &|there| ask.may_reach(there)) } else { tree.len() as u64 }
        };
        trees.map(count).sum()
    }

    /// [`least`](Self::least), or `None` where the way alone costs as much as a bound.
    fn least_below(&self, ask: &Ask, right: u32, offer: &Offer, visit: Visit, below: i64) -> Option<i64> {
        if visit == Visit::Near {
            ask.least_way(self.prepared, offer).filter(|way| *way < below)?;
        }
        self.least(ask, right, offer, visit)
    }

    /// What a pair of a kind costs at least; `None` where it is of the other kind or not admissible.
    fn least(&self, ask: &Ask, right: u32, offer: &Offer, visit: Visit) -> Option<i64> {
        if visit == Visit::Away && ask.is_near(offer) {
            return None;
        }
        let least = ask.least(self.prepared, &self.groups.timetable, offer, visit)?;
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

/// The right nodes from the first on whose volunteers are eligible, told to `right_of`.
fn eligible(prepared: &Prepared<'_>, outline: &Outline, first: usize, right_of: &mut [u32]) -> Vec<u32> {
    let scope = match outline.kind {
        PassKind::Lead => Scope::Lead,
        PassKind::Service => Scope::Service(0),
    };
    let is_eligible =
        |right: &u32| unit_verdict(prepared, outline.places[*right as usize].volunteer, scope).admissible();
    let rights = first as u32..outline.places.len() as u32;
    let eligible: Vec<u32> = rights.into_par_iter().filter(is_eligible).collect();
    for right in &eligible {
        right_of[outline.places[*right as usize].volunteer as usize] = *right;
    }
    eligible
}

impl Volunteers {
    /// The volunteers of some places, of which those eligible, by right node, get into trees: by place, where there is a group to
    /// visit, and by ability, where there is one that nobody must visit.
    fn of(
        prepared: &Prepared<'_>,
        (alphabet, timetable, asks): (&Alphabet, &Timetable, &[Option<Ask>]),
        (places, first): (&[Places], u32),
        mut eligible: Vec<u32>,
    ) -> Self {
        let offer = |place: &Places| Offer::of(prepared, alphabet, timetable, place.volunteer);
        let offers: Vec<Offer> = places.par_iter().map(offer).collect();
        let any = |wanted: fn(&Ask) -> bool| asks.iter().flatten().any(wanted);
        let known = |right: u32| &offers[(right - first) as usize];
        let offer = |right: u32| known(right).clone();
        let tree =
            |rights: Vec<u32>, split: &dyn Fn(&mut [u32])| Tree::new(rights, &offer, split).knowing(&offer);
        let to_visit = if any(|ask| !ask.is_remote()) { eligible.clone() } else { Vec::new() };
        let by_place = tree(to_visit, &|items| split_by_place(items, |right| known(right).place()));
        if !any(|ask| !ask.is_bound_to_places()) {
            eligible.clear();
        }
        eligible.par_sort_unstable_by(|a, b| known(*a).by_abilities(known(*b)).then_with(|| a.cmp(b)));
        let by_ability = tree(eligible, &|_| ());
        let mut volunteers = Self { by_place, by_ability, place_of: Vec::new() };
        let further = first as usize;
        volunteers.place_of = volunteers.all().places(further + places.len()).split_off(further);
        volunteers
    }

    /// A tree of all the eligible, if some group asks.
    fn all(&self) -> &Tree<Offer> {
        if self.by_place.is_empty() { &self.by_ability } else { &self.by_place }
    }

    /// What one of the eligible offers, if some group asks: the first of them is at 0.
    fn offer(&self, at: usize) -> &Offer {
        self.all().known(self.place_of[at])
    }
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
