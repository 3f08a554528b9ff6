//! What one group asks of a volunteer.

use super::Visit;
use super::alphabet::Alphabet;
use super::division::Division;
use super::offer::{Offer, category_bits, sex_bit};
use super::timetable::Timetable;
use super::whereabouts::{LeastWays, Whereabouts};
use crate::candidates::meeting::asks_for_visit;
use crate::candidates::places::Extent;
use crate::candidates::travel::TravelModel;
use crate::candidates::{Group, Prepared, Scope};
use crate::model::Rule;
use crate::model::child::Sex;
use crate::model::need::Need;
use crate::scoring::terms::points;

/// A wished need for which nobody travels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Position among the child's needs.
    pub(super) need: u16,
    /// Its place in the alphabet.
    pub(super) letter: Option<u8>,
    /// Points where it is missed.
    pub(super) missed: i64,
}

/// What one child of a group asks.
#[derive(Clone, Debug)]
pub(super) struct ChildAsk {
    pub(super) child: u32,
    /// Its row of the timetable, once there is one.
    pub(super) row: u32,
    /// Some language that both speak is needed; `None` where the alphabet does not tell, or none need be.
    pub(super) languages: Option<u64>,
    pub(super) first_language: Option<u64>,
    /// Minutes asked in all.
    pub(super) asked_min: u32,
    /// Minutes a week that are due.
    pub(super) due_min: u32,
    pub(super) age: u8,
    pub(super) sex: u8,
    pub(super) categories: u8,
    pub(super) home: Division,
    pub(super) wishes: Box<[Wish]>,
    /// Where it is, if somebody must come.
    visit: Option<Whereabouts>,
}

/// What a group asks of a volunteer.
#[derive(Clone, Debug)]
pub struct Ask {
    pub(super) scope: Scope,
    /// Whether some child must be met in person.
    bound_to_places: bool,
    /// Where none must: children who wish a visit, and what it costs where no visit is made.
    wished_visits: Vec<Whereabouts>,
    pub(super) wished_visits_missed: i64,
    /// Needs without which nobody will do.
    pub(super) required: u128,
    pub(super) girls: bool,
    pub(super) children: Vec<ChildAsk>,
    /// What passing over every good volunteer costs.
    continuity: i64,
    /// Volunteers who were good for some child of the group.
    good: Vec<u32>,
}

/// Which needs the volunteer must meet and which she may, by position.
pub(super) fn needs_of<'a>(
    prepared: &'a Prepared<'_>,
    child: u32,
    scope: &'a Scope,
) -> (&'a [usize], &'a [usize]) {
    let person = &prepared.children[child as usize];
    match scope {
        Scope::Lead => (&person.required, &person.wished),
        Scope::Service(need) => (std::slice::from_ref(need), &[]),
    }
}

fn missed_points(prepared: &Prepared<'_>, need: &Need) -> i64 {
    points(prepared.policy.exchange.wished_need_missed_min) * i64::from(need.weight_percent) / 100
}

impl Ask {
    /// What a group asks.
    pub fn of(prepared: &Prepared<'_>, alphabet: &Alphabet, group: &Group) -> Self {
        let mut ask = Self {
            scope: group.scope,
            bound_to_places: false,
            wished_visits: Vec::new(),
            wished_visits_missed: 0,
            required: 0,
            girls: false,
            children: Vec::with_capacity(group.children.len()),
            continuity: 0,
            good: Vec::new(),
        };
        for child in group.children.iter().copied() {
            ask.take(prepared, alphabet, child);
        }
        if ask.bound_to_places {
            // A way made for a required need is not paid again.
            ask.wished_visits.clear();
        }
        ask.good.sort_unstable();
        ask.good.dedup();
        ask
    }

    fn take(&mut self, prepared: &Prepared<'_>, alphabet: &Alphabet, child: u32) {
        let scope = self.scope;
        let person = prepared.child_of(child);
        let (due, wishes) = needs_of(prepared, child, &scope);
        let whereabouts = || Whereabouts::of(person);
        let visited = |need: &usize| asks_for_visit(prepared, &person.needs[*need], person.call_device);
        if wishes.iter().any(visited) {
            self.wished_visits.push(whereabouts());
        }
        if prepared.policy.enforces(Rule::NeedCovered) {
            self.required |= due.iter().fold(0, |bits, need| bits | alphabet.need_bit(&person.needs[*need]));
        }
        let (visits, others): (Vec<usize>, Vec<usize>) = wishes.iter().partition(|need| visited(need));
        let missed = |need: &usize| missed_points(prepared, &person.needs[*need]);
        self.wished_visits_missed += visits.iter().map(missed).sum::<i64>();
        self.girls |= person.sex == Sex::Female && prepared.policy.enforces(Rule::Gender);
        let minutes = |need: &usize| u32::from(person.needs[*need].minutes_per_week);
        let shared = prepared.policy.enforces(Rule::Language);
        let first = person.languages.first().map(std::slice::from_ref);
        self.children.push(ChildAsk {
            child,
            row: 0,
            languages: alphabet.language_bits(&person.languages).filter(|_| shared),
            first_language: first.and_then(|first| alphabet.language_bits(first)),
            asked_min: due.iter().chain(wishes).map(minutes).sum(),
            due_min: due.iter().map(minutes).sum(),
            age: prepared.children[child as usize].age,
            sex: sex_bit(person.sex),
            categories: category_bits(&person.categories),
            home: Division::place(person.place.region),
            wishes: others
                .iter()
                .map(|need| Wish {
                    need: *need as u16,
                    letter: alphabet.letter(&person.needs[*need]),
                    missed: missed(need),
                })
                .collect(),
            visit: due.iter().any(visited).then(whereabouts),
        });
        self.bound_to_places |= due.iter().any(visited);
        let good = prepared.good_volunteers(child);
        if scope == Scope::Lead && !good.is_empty() {
            self.continuity += points(prepared.policy.exchange.continuity_lost_min);
            self.good.extend(good);
        }
    }

    /// Whether somebody must come: then only who is near will do.
    pub fn is_bound_to_places(&self) -> bool {
        self.bound_to_places
    }

    /// Where those are who must be visited.
    fn visits(&self) -> impl Iterator<Item = &Whereabouts> {
        self.children.iter().filter_map(|child| child.visit.as_ref())
    }

    /// Whether nobody comes at all, not even by a wish: then places do not matter.
    pub fn is_remote(&self) -> bool {
        !self.bound_to_places && self.wished_visits.is_empty()
    }

    /// Whether there may be pairs of a kind.
    pub fn has(&self, visit: Visit) -> bool {
        match visit {
            Visit::Near => !self.is_remote(),
            Visit::Away => !self.is_bound_to_places(),
        }
    }

    /// The volunteers for whom continuity is not lost, ascending.
    pub fn good_volunteers(&self) -> &[u32] {
        &self.good
    }

    /// Every place at which the group must be met or, where it need not be, wishes to.
    pub fn extent(&self) -> Option<Extent> {
        let visits = self.visits().chain(&self.wished_visits);
        visits.flat_map(Whereabouts::points).map(Extent::of).reduce(|mut whole, point| {
            whole.join(&point);
            whole
        })
    }

    /// Whether anybody of the offer may be near enough to all who must be visited.
    pub fn may_reach(&self, offer: &Offer) -> bool {
        self.visits().all(|visit| visit.least_km(offer) <= offer.reach_km)
    }

    /// Whether anybody of the offer may be near enough for a visit that must be made or, where none must, for a wished one.
    pub fn is_near(&self, offer: &Offer) -> bool {
        let wished = || self.wished_visits.iter().any(|visit| visit.least_km(offer) <= offer.reach_km);
        if self.bound_to_places { self.may_reach(offer) } else { wished() }
    }

    /// Points that no pair of a kind with anybody of the offer costs less than, continuity apart; `None` where nobody of it is
    /// admissible.
    pub fn least(
        &self,
        prepared: &Prepared<'_>,
        timetable: &Timetable,
        offer: &Offer,
        visit: Visit,
    ) -> Option<i64> {
        if offer.covered & self.required != self.required
            || (self.girls && !offer.without_man)
            || offer.bounds.siblings < self.children.len() as u32
        {
            return None;
        }
        let mut least = match visit {
            Visit::Near if self.bound_to_places => 0,
            Visit::Near => self.wished_way(prepared, offer)?,
            Visit::Away => self.wished_visits_missed,
        };
        let mut way_min = 0;
        for child in &self.children {
            let (points, minutes) = child.least(prepared, timetable, offer)?;
            least += points;
            way_min = minutes.max(way_min);
        }
        Some(least + prepared.travel_points(way_min))
    }

    /// Points that the way alone costs at least in a pair of the near kind, or missing the visits; `None` where all are out of reach: the
    /// part of [`least`](Self::least) that is told at a glance and most often settles it.
    pub fn least_way(&self, prepared: &Prepared<'_>, offer: &Offer) -> Option<i64> {
        if !self.bound_to_places {
            return self.wished_way(prepared, offer);
        }
        let km = self.visits().map(|visit| visit.least_km(offer)).fold(0.0, f64::max);
        (km <= offer.reach_km).then(|| prepared.travel_points(prepared.travel.least_minutes(km)))
    }

    /// Points of the way to a wished visit, or of the visits that are not made: either somebody goes, at least to the nearest
    /// child, or every visit is missed.
    fn wished_way(&self, prepared: &Prepared<'_>, offer: &Offer) -> Option<i64> {
        let nearest_km = self.wished_visits.iter().map(|visit| visit.least_km(offer)).reduce(f64::min)?;
        let way = || prepared.travel_points(prepared.travel.least_minutes(nearest_km));
        (nearest_km <= offer.reach_km).then(|| way().min(self.wished_visits_missed))
    }

    /// What passing over good volunteers costs, where all are passed over.
    pub fn continuity(&self) -> i64 {
        self.continuity
    }

    /// Points that no pair of the group costs more than; `longest_way_min` is the longest way that anybody makes.
    pub fn most(&self, prepared: &Prepared<'_>, group: &Group, longest_way_min: u32) -> i64 {
        let travels = !self.is_remote()
            || group.children.iter().any(|child| wishes_visit(prepared, *child, &group.scope));
        let mut most = if travels { prepared.travel_points(longest_way_min) } else { 0 };
        for child in &self.children {
            let person = prepared.child_of(child.child);
            let (_, wishes) = needs_of(prepared, child.child, &group.scope);
            most += wishes.iter().map(|need| missed_points(prepared, &person.needs[*need])).sum::<i64>();
            most += points(prepared.policy.exchange.half_hour_short_min)
                * i64::from(child.asked_min.div_ceil(30));
            most += points(prepared.policy.exchange.home_language_missing_min);
        }
        most + self.continuity
    }
}

fn wishes_visit(prepared: &Prepared<'_>, child: u32, scope: &Scope) -> bool {
    let person = prepared.child_of(child);
    let (_, wishes) = needs_of(prepared, child, scope);
    wishes.iter().any(|need| asks_for_visit(prepared, &person.needs[*need], person.call_device))
}

impl ChildAsk {
    /// Whether her own limits, or the loosest of several, let her take the child.
    fn is_within(&self, offer: &Offer) -> bool {
        let bounds = &offer.bounds;
        bounds.min_age <= self.age
            && self.age <= bounds.max_age
            && bounds.sexes & self.sex != 0
            && bounds.categories & self.categories != 0
            && self.due_min <= bounds.minutes_a_week
            && offer.scope.meets(&self.home)
            && bounds.regions.meets(&self.home)
    }

    /// Points that no pair of the child with anybody of the offer costs less than, the way apart, and minutes that the way
    /// takes at least.
    fn least(&self, prepared: &Prepared<'_>, timetable: &Timetable, offer: &Offer) -> Option<(i64, u32)> {
        let mute = self.languages.is_some_and(|languages| languages & offer.languages == 0);
        if mute || !self.is_within(offer) {
            return None;
        }
        let ways = match &self.visit {
            Some(visit) => Some(LeastWays::to(visit, offer)?),
            None => None,
        };
        let row = timetable.row(self.row);
        let columns = row.with_room(offer.columns);
        let short = row.short(columns)?;
        let way_km = match ways {
            Some(ways) => ways.least_km(row.rooms(columns))?,
            None => 0.0,
        };
        let exchange = &prepared.policy.exchange;
        let mut least = points(exchange.half_hour_short_min) * i64::from(short);
        if self.first_language.is_some_and(|first| first & offer.languages == 0) {
            least += points(exchange.home_language_missing_min);
        }
        for (at, wish) in self.wishes.iter().enumerate() {
            let covered = wish.letter.is_none_or(|letter| offer.covered >> letter & 1 == 1);
            if !covered || !row.has_time(at, columns) {
                least += wish.missed;
            }
        }
        Some((least, prepared.travel.least_minutes(way_km)))
    }
}

/// The longest way in minutes that any of the units makes.
pub fn longest_way_min(prepared: &Prepared<'_>, units: impl Iterator<Item = u32>) -> u32 {
    let of_unit = |unit: u32| {
        let limits = &prepared.volunteers[unit as usize];
        // One more for the rounding of the kilometres.
        limits.reach_min.min(prepared.travel.least_minutes(limits.reach_km).saturating_add(1))
    };
    units.map(of_unit).max().unwrap_or(0)
}
