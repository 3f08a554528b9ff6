//! Searches among all admissible pairs of a pass, held nowhere: the cheapest volunteers of a group, the cheapest groups
//! of a volunteer, and with prices, the pairs that the prices do not yet rule out.
//!
//! Three trees. Volunteers by place, for groups that somebody visits or wishes to; volunteers by ability (needs
//! covered, languages, sex, hours), for groups that nobody visits, to whom all places are alike; groups by
//! place, for the volunteers' own searches. All bounds are [`Ask::least`]: a pair is scored only when its own bound
//! says that it may be among the best.

use std::cmp::Ordering;

use crate::candidates::places::{Extent, split_by_place};
use crate::candidates::rules::{child_verdict, unit_verdict};
use crate::candidates::travel::TravelModel;
use crate::candidates::tree::{Costs, Found, Summary, Tree, Wanted, Weights, mix};
use crate::candidates::{Prepared, Scope};
use crate::plan::outline::Outline;
use crate::plan::pass::PassKind;
use crate::scoring::bound::{Alphabet, Ask, Hours, Offer, Offers};
use crate::scoring::{Score, score_if_admissible};

/// Stands for a volunteer without an open place or not eligible.
const NONE: u32 = u32::MAX;
/// Nodes of so many volunteers are counted whole.
const GRAIN: usize = 64;

/// The trees over the groups and places of an outline.
pub struct Search<'s> {
    prepared: &'s Prepared<'s>,
    outline: &'s Outline,
    /// By group; `None` where a child's own rules do not hold.
    asks: Vec<Option<Ask>>,
    /// By right node.
    offers: Vec<Offer>,
    /// Right node by volunteer, of the eligible.
    right_of: Vec<u32>,
    by_place: Tree<Offers>,
    by_ability: Tree<Offers>,
    groups: Tree<GroupsThere>,
}

/// Prices of volunteers, ready for searches of groups.
pub struct Prices {
    by_place: Weights,
    by_ability: Weights,
}

/// Prices of volunteers and worths of groups, ready for searches, and where each stands in the trees, so that one of them
/// is changed in a time that grows with the logarithm of how many there are.
pub struct LivePrices {
    prices: Prices,
    worths: Weights,
    by_place: Vec<u32>,
    by_ability: Vec<u32>,
    groups: Vec<u32>,
}

/// What is known of several groups: where they are.
#[derive(Clone, Debug)]
struct GroupsThere(Extent);

impl Summary for GroupsThere {
    fn join(&mut self, other: &Self) {
        self.0.join(&other.0);
    }
}

impl<'s> Search<'s> {
    /// Builds the trees.
    ///
    /// # Panics
    /// Never: only groups with a place are put into the tree of places.
    ///
    /// # Complexity
    /// O((g + v) log (g + v)) for g groups and v volunteers, some two hundred bytes of each.
    pub fn new(prepared: &'s Prepared<'s>, outline: &'s Outline) -> Self {
        let alphabet = Alphabet::of(prepared);
        let ask = |group: &crate::candidates::Group| {
            let ready = group.children.iter().all(|child| child_verdict(prepared, *child).admissible());
            ready.then(|| Ask::of(prepared, &alphabet, group))
        };
        let asks: Vec<Option<Ask>> = outline.groups.iter().map(ask).collect();
        let offers: Vec<Offer> =
            outline.places.iter().map(|place| Offer::of(prepared, &alphabet, place.volunteer)).collect();
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
        let hours =
            |right: u32| &*prepared.volunteers[outline.places[right as usize].volunteer as usize].hours;
        let offered = |right: u32| Offers { offer: offers[right as usize].clone(), hours: *hours(right) };
        let by_place = Tree::new(eligible.clone(), &offered, &|items| {
            split_by_place(items, |right| offers[right as usize].place());
        });
        let mut by_ability = eligible;
        if asks.iter().flatten().any(Ask::is_remote) {
            by_ability.sort_unstable_by(|a, b| by_abilities(&offers, &hours, *a, *b));
        } else {
            by_ability.clear();
        }
        let by_ability = Tree::new(by_ability, &offered, &|_| ());
        let extents: Vec<Option<Extent>> =
            asks.iter().map(|ask| ask.as_ref().and_then(Ask::extent)).collect();
        let bound = (0..asks.len() as u32).filter(|group| extents[*group as usize].is_some());
        let extent = |group: u32| extents[group as usize].expect("only groups with a place are in the tree");
        let groups = Tree::new(bound.collect(), &|group| GroupsThere(extent(group)), &|items| {
            split_by_place(items, |group| extent(group).middle());
        });
        Self { prepared, outline, asks, offers, right_of, by_place, by_ability, groups }
    }

    /// Whether the children's own rules hold, so that somebody may be admissible.
    pub fn is_ready(&self, group: usize) -> bool {
        self.asks[group].is_some()
    }

    /// Whether a volunteer's own search finds the group; the others are found from the group's side only.
    pub fn is_found_by_volunteers(&self, group: usize) -> bool {
        self.asks[group].as_ref().is_some_and(Ask::is_bound_to_places)
    }

    /// The prices of all right nodes, ready for searches.
    pub fn prices(&self, price: &[i64]) -> Prices {
        Prices {
            by_place: self.by_place.weights(price.to_vec()),
            by_ability: self.by_ability.weights(if self.by_ability.is_empty() {
                Vec::new()
            } else {
                price.to_vec()
            }),
        }
    }

    /// The worths of all groups, negated, ready for searches.
    pub fn worths(&self, worth: &[i64]) -> Weights {
        self.groups.weights(worth.iter().map(|worth| -worth).collect())
    }

    /// Prices and worths that will change one by one.
    pub fn live_prices(&self, price: &[i64], worth: &[i64]) -> LivePrices {
        LivePrices {
            prices: self.prices(price),
            worths: self.worths(worth),
            by_place: self.by_place.places(price.len()),
            by_ability: self.by_ability.places(price.len()),
            groups: self.groups.places(worth.len()),
        }
    }

    /// Changes the price of a right node.
    pub fn set_price(&self, live: &mut LivePrices, right: u32, price: i64) {
        self.by_place.reweigh(&mut live.prices.by_place, &live.by_place, right, price);
        if !self.by_ability.is_empty() {
            self.by_ability.reweigh(&mut live.prices.by_ability, &live.by_ability, right, price);
        }
    }

    /// Changes the worth of a group.
    pub fn set_worth(&self, live: &mut LivePrices, group: u32, worth: i64) {
        self.groups.reweigh(&mut live.worths, &live.groups, group, -worth);
    }

    /// [`volunteers_of`](Self::volunteers_of) at live prices.
    pub fn volunteers_at(&self, live: &LivePrices, group: u32, most: usize, below: i64) -> Found {
        self.volunteers_of(group, Some(&live.prices), most, below)
    }

    /// [`groups_of`](Self::groups_of) at live worths.
    pub fn groups_at(&self, live: &LivePrices, right: u32, most: usize, below: i64) -> Found {
        self.groups_of(right, Some(&live.worths), most, below)
    }

    /// Right nodes that may serve a group, by least cost plus price below a bound.
    pub fn volunteers_of(&self, group: u32, prices: Option<&Prices>, most: usize, below: i64) -> Found {
        let Some(ask) = &self.asks[group as usize] else { return Found::default() };
        let good = ask.good_volunteers().iter().map(|unit| self.right_of[*unit as usize]);
        let mut apart: Vec<u32> = good.filter(|right| *right != NONE).collect();
        apart.sort_unstable();
        let costs = OfGroup { search: self, group, ask, apart };
        let wanted = Wanted { most, below, salt: mix(u64::from(group)) };
        if ask.is_remote() {
            self.by_ability.search(prices.map(|prices| &prices.by_ability), wanted, &costs)
        } else {
            self.by_place.search(prices.map(|prices| &prices.by_place), wanted, &costs)
        }
    }

    /// Groups bound to places that a right node may serve, by least cost less worth below a bound.
    pub fn groups_of(&self, right: u32, worths: Option<&Weights>, most: usize, below: i64) -> Found {
        let volunteer = self.outline.places[right as usize].volunteer;
        if self.right_of[volunteer as usize] != right {
            return Found::default();
        }
        let wanted = Wanted { most, below, salt: mix(!u64::from(right)) };
        self.groups.search(worths, wanted, &OfVolunteer { search: self, right })
    }

    /// Every right node that may serve a group, with its cost; ascending.
    pub fn all_of(&self, group: u32) -> Vec<(u32, i64)> {
        let Some(ask) = &self.asks[group as usize] else { return Vec::new() };
        let near = self.by_place.items(&|there| ask.may_reach(&there.offer));
        let priced = near.into_iter().filter_map(|right| self.cost(group, right).map(|cost| (right, cost)));
        let mut row: Vec<(u32, i64)> = priced.collect();
        row.sort_unstable();
        row
    }

    /// Every right node that may serve a group, with the parts of its cost; ascending.
    pub fn all_scored(&self, group: u32) -> Vec<(u32, Score)> {
        let Some(ask) = &self.asks[group as usize] else { return Vec::new() };
        let near = self.by_place.items(&|there| ask.may_reach(&there.offer));
        let scored =
            near.into_iter().filter_map(|right| self.scored(group, right).map(|score| (right, score)));
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
        let Some(ask) = &self.asks[group] else { return 0 };
        self.by_place.count_at_most(GRAIN, &|there| ask.may_reach(&there.offer))
    }

    fn hours(&self, right: u32) -> &Hours {
        let volunteer = self.outline.places[right as usize].volunteer;
        &self.prepared.volunteers[volunteer as usize].hours
    }

    /// What a pair costs at least.
    fn least(&self, group: u32, right: u32) -> Option<i64> {
        let ask = self.asks[group as usize].as_ref()?;
        let least = ask.least(self.prepared, &self.offers[right as usize], self.hours(right))?;
        let good = ask.good_volunteers();
        let volunteer = self.outline.places[right as usize].volunteer;
        let passed_over = good.is_empty() || good.binary_search(&volunteer).is_err();
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

fn by_abilities<'h>(offers: &[Offer], hours: &impl Fn(u32) -> &'h Hours, a: u32, b: u32) -> Ordering {
    let abilities = |right: u32| offers[right as usize].abilities();
    abilities(a).cmp(&abilities(b)).then_with(|| hours(a).cmp(hours(b))).then_with(|| a.cmp(&b))
}

struct OfGroup<'q> {
    search: &'q Search<'q>,
    group: u32,
    ask: &'q Ask,
    apart: Vec<u32>,
}

impl Costs<Offers> for OfGroup<'_> {
    fn of_node(&self, summary: &Offers) -> Option<i64> {
        let least = self.ask.least(self.search.prepared, &summary.offer, &summary.hours)?;
        Some(least + self.ask.continuity())
    }

    fn of_item(&self, right: u32) -> Option<i64> {
        self.search.least(self.group, right)
    }

    fn exactly(&self, right: u32) -> Option<i64> {
        self.search.cost(self.group, right)
    }

    fn apart(&self) -> &[u32] {
        &self.apart
    }
}

struct OfVolunteer<'q> {
    search: &'q Search<'q>,
    right: u32,
}

impl Costs<GroupsThere> for OfVolunteer<'_> {
    fn of_node(&self, summary: &GroupsThere) -> Option<i64> {
        let offer = &self.search.offers[self.right as usize];
        let km = summary.0.least_km(&offer.place());
        let prepared = self.search.prepared;
        (km <= offer.reach_km()).then(|| prepared.travel_points(prepared.travel.least_minutes(km)))
    }

    fn of_item(&self, group: u32) -> Option<i64> {
        self.search.least(group, self.right)
    }

    fn exactly(&self, group: u32) -> Option<i64> {
        self.search.cost(group, self.right)
    }

    fn apart(&self) -> &[u32] {
        &[]
    }
}
