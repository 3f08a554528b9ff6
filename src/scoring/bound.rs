//! Bounds on the cost of pairs that nobody has looked at: what a group asks, what one unit or many units offer → points
//! that no pair of the two can cost less than, and points that no pair of the group can cost more than.
//!
//! [`Ask`] is made once a group, [`Offer`] once a unit; offers join into the offer of all units below a node
//! of a tree: every place, skill, language and hour that any of them has. The bound on such an offer holds for each of
//! them, term by term: way to the nearest corner of the box, wished needs that nobody covers, common time at most
//! that of the united hours, a home language that nobody speaks. `None` means that none of them is admissible.

use std::collections::BTreeSet;

use super::terms::points;
use crate::candidates::meeting::asks_for_visit;
use crate::candidates::places::{Extent, Point, on_unit_sphere};
use crate::candidates::rules::pair::covers;
use crate::candidates::travel::TravelModel;
use crate::candidates::tree::Summary;
use crate::candidates::{Group, Prepared, Scope};
use crate::model::Rule;
use crate::model::availability::WeekMask;
use crate::model::child::Sex;
use crate::model::need::{Need, NeedKind, Subject};
use crate::model::volunteer::Language;

/// What needs and languages the people of an instance speak of, each with a bit. What finds no bit is never ruled out.
#[derive(Clone, Debug, Default)]
pub struct Alphabet {
    needs: Vec<Need>,
    languages: Vec<Language>,
}

/// What tells needs apart as far as covering them goes.
type NeedKey = (NeedKind, Option<Subject>, Option<u8>);

fn key(need: &Need) -> NeedKey {
    (need.kind, need.subject, need.grade.map(|grade| grade.0))
}

impl Alphabet {
    /// The needs and first languages of the children.
    pub fn of(prepared: &Prepared<'_>) -> Self {
        let children = &prepared.instance.children;
        let mut seen: BTreeSet<NeedKey> = BTreeSet::new();
        let mut needs: Vec<Need> = Vec::new();
        for need in children.iter().flat_map(|child| child.needs.iter()) {
            if seen.insert(key(need)) {
                needs.push(need.clone());
            }
        }
        needs.sort_unstable_by_key(key);
        needs.truncate(128);
        let languages: BTreeSet<&Language> =
            children.iter().flat_map(|child| child.languages.iter()).collect();
        Self { needs, languages: languages.into_iter().take(64).cloned().collect() }
    }

    fn need_bit(&self, need: &Need) -> u128 {
        let at = self.needs.binary_search_by_key(&key(need), key);
        at.map_or(0, |at| 1 << at)
    }

    fn language_bits(&self, languages: &[Language]) -> Option<u64> {
        let bit = |language: &Language| self.languages.binary_search(language).ok().map(|at| 1 << at);
        languages.iter().map(bit).try_fold(0, |bits: u64, bit| bit.map(|bit: u64| bits | bit))
    }

    fn spoken_bits(&self, languages: &[Language]) -> u64 {
        let bit = |language: &Language| self.languages.binary_search(language).map_or(0, |at| 1 << at);
        languages.iter().map(bit).fold(0, |bits: u64, bit: u64| bits | bit)
    }

    fn covered(&self, prepared: &Prepared<'_>, unit: u32) -> u128 {
        let covered = self.needs.iter().enumerate().filter(|(_, need)| covers(prepared, unit, need));
        covered.fold(0, |bits, (at, _)| bits | 1 << at)
    }
}

/// Weekly hours by season.
pub type Hours = [WeekMask; 4];

/// What one unit offers, or any of several; hours apart.
#[derive(Clone, Debug)]
pub struct Offer {
    extent: Extent,
    reach_km: f64,
    covered: u128,
    languages: u64,
    without_man: bool,
}

impl Offer {
    /// What one unit offers.
    pub fn of(prepared: &Prepared<'_>, alphabet: &Alphabet, unit: u32) -> Self {
        let person = prepared.volunteer_of(unit);
        let derived = &prepared.volunteers[unit as usize];
        Self {
            extent: Extent::of(on_unit_sphere(person.place.location)),
            reach_km: derived.reach_km,
            covered: alphabet.covered(prepared, unit),
            languages: alphabet.spoken_bits(&person.languages),
            without_man: !derived.has_man,
        }
    }

    /// Where she starts; of several, the middle.
    pub fn place(&self) -> Point {
        self.extent.middle()
    }

    /// The farthest that anybody goes.
    pub fn reach_km(&self) -> f64 {
        self.reach_km
    }

    /// Offers of the same abilities stand together in this order.
    pub fn abilities(&self) -> (u128, u64, bool) {
        (self.covered, self.languages, self.without_man)
    }
}

/// What any of several units offers, with their hours.
#[derive(Clone, Debug)]
pub struct Offers {
    /// All but hours.
    pub offer: Offer,
    /// Hours at which any of them is free.
    pub hours: Hours,
}

impl Summary for Offers {
    fn join(&mut self, other: &Self) {
        let (own, others) = (&mut self.offer, &other.offer);
        own.extent.join(&others.extent);
        own.reach_km = own.reach_km.max(others.reach_km);
        own.covered |= others.covered;
        own.languages |= others.languages;
        own.without_man |= others.without_man;
        for (own, others) in self.hours.iter_mut().zip(&other.hours) {
            *own = own.or(others);
        }
    }
}

/// Where a child can be met: at home, and at a school that lies elsewhere.
type Sites = (Point, Option<Point>);

/// What one child of a group asks.
#[derive(Clone, Debug)]
struct ChildAsk {
    child: u32,
    /// Some language that both speak is needed; `None` where the alphabet does not tell.
    languages: Option<u64>,
    first_language: Option<u64>,
    /// Minutes asked in all.
    asked_min: u32,
    /// Minutes that must find room, by season.
    due_min: [u32; 4],
}

/// What a group asks of a volunteer.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Children who must be met in person.
    visits: Vec<Sites>,
    /// Where nobody must be: children who wish a visit, and what it costs where no visit is made.
    wished_visits: Vec<Sites>,
    wished_visits_missed: i64,
    /// Needs without which nobody will do.
    required: u128,
    /// Wished needs with what they cost where they are missed.
    wished: Vec<(u128, i64)>,
    girls: bool,
    children: Vec<ChildAsk>,
    /// What passing over every good volunteer costs.
    continuity: i64,
    /// Volunteers who were good for some child of the group.
    good: Vec<u32>,
}

/// Which needs the volunteer must meet and which she may, by position.
fn needs_of<'a>(prepared: &'a Prepared<'_>, child: u32, scope: &'a Scope) -> (&'a [usize], &'a [usize]) {
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
            visits: Vec::new(),
            wished_visits: Vec::new(),
            wished_visits_missed: 0,
            required: 0,
            wished: Vec::new(),
            girls: false,
            children: Vec::with_capacity(group.children.len()),
            continuity: 0,
            good: Vec::new(),
        };
        for child in group.children.iter().copied() {
            ask.take(prepared, alphabet, child, group.scope);
        }
        if !ask.visits.is_empty() {
            // A way made for a required need is not paid again.
            ask.wished_visits.clear();
        }
        ask.good.sort_unstable();
        ask.good.dedup();
        ask
    }

    fn take(&mut self, prepared: &Prepared<'_>, alphabet: &Alphabet, child: u32, scope: Scope) {
        let person = prepared.child_of(child);
        let (due, wishes) = needs_of(prepared, child, &scope);
        let sites = || {
            (
                on_unit_sphere(person.place.location),
                person.school.as_ref().map(|at| on_unit_sphere(at.location)),
            )
        };
        let visited = |need: &usize| asks_for_visit(prepared, &person.needs[*need], person.call_device);
        if due.iter().any(visited) {
            self.visits.push(sites());
        }
        if wishes.iter().any(visited) {
            self.wished_visits.push(sites());
        }
        if prepared.policy.enforces(Rule::NeedCovered) {
            self.required |= due.iter().fold(0, |bits, need| bits | alphabet.need_bit(&person.needs[*need]));
        }
        for need in wishes {
            let missed = missed_points(prepared, &person.needs[*need]);
            if visited(need) {
                self.wished_visits_missed += missed;
            } else if alphabet.need_bit(&person.needs[*need]) != 0 {
                self.wished.push((alphabet.need_bit(&person.needs[*need]), missed));
            }
        }
        self.girls |= person.sex == Sex::Female && prepared.policy.enforces(Rule::Gender);
        let minutes = |need: &usize| u32::from(person.needs[*need].minutes_per_week);
        let mut due_min = [0; 4];
        if prepared.policy.enforces(Rule::CommonTime) {
            for season in prepared.seasons.iter().copied() {
                let applies =
                    |need: &&usize| prepared.policy.need(person.needs[**need].kind).seasons.contains(&season);
                due_min[season.index()] =
                    due.iter().filter(applies).map(|need| minutes(need).next_multiple_of(30)).sum();
            }
        }
        let shared = prepared.policy.enforces(Rule::Language);
        self.children.push(ChildAsk {
            child,
            languages: alphabet.language_bits(&person.languages).filter(|_| shared),
            first_language: person
                .languages
                .first()
                .and_then(|first| alphabet.language_bits(std::slice::from_ref(first))),
            asked_min: due.iter().chain(wishes).map(minutes).sum(),
            due_min,
        });
        let good = prepared.good_volunteers(child);
        if scope == Scope::Lead && !good.is_empty() {
            self.continuity += points(prepared.policy.exchange.continuity_lost_min);
            self.good.extend(good);
        }
    }

    /// Whether somebody must come: then only who is near will do.
    pub fn is_bound_to_places(&self) -> bool {
        !self.visits.is_empty()
    }

    /// Whether nobody comes at all, not even by a wish: then places do not matter.
    pub fn is_remote(&self) -> bool {
        self.visits.is_empty() && self.wished_visits.is_empty()
    }

    /// The volunteers for whom continuity is not lost, ascending.
    pub fn good_volunteers(&self) -> &[u32] {
        &self.good
    }

    /// Every place at which the group must be met.
    pub fn extent(&self) -> Option<Extent> {
        let points = self.visits.iter().flat_map(|(home, school)| std::iter::once(home).chain(school));
        points.map(|point| Extent::of(*point)).reduce(|mut whole, point| {
            whole.join(&point);
            whole
        })
    }

    /// Whether anybody of the offer may be near enough.
    pub fn may_reach(&self, offer: &Offer) -> bool {
        self.visits.iter().all(|sites| least_km(sites, offer) <= offer.reach_km)
    }

    /// Points that no pair with anybody of the offer costs less than, continuity apart; `None` where nobody of it is
    /// admissible.
    pub fn least(&self, prepared: &Prepared<'_>, offer: &Offer, hours: &Hours) -> Option<i64> {
        if offer.covered & self.required != self.required || (self.girls && !offer.without_man) {
            return None;
        }
        let mut travel = 0;
        for sites in &self.visits {
            let km = least_km(sites, offer);
            if km > offer.reach_km {
                return None;
            }
            travel = travel.max(prepared.travel_points(prepared.travel.least_minutes(km)));
        }
        let mut least = travel;
        if let Some(km) = self.wished_visits.iter().map(|sites| least_km(sites, offer)).reduce(f64::min) {
            // Either somebody goes, at least to the nearest child, or every visit is missed.
            let missed = self.wished_visits_missed;
            let way = || prepared.travel_points(prepared.travel.least_minutes(km));
            least += if km > offer.reach_km { missed } else { way().min(missed) };
        }
        least +=
            self.wished.iter().filter(|(bit, _)| offer.covered & bit == 0).map(|wish| wish.1).sum::<i64>();
        for child in &self.children {
            least += child.least(prepared, offer, hours)?;
        }
        Some(least)
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
    fn least(&self, prepared: &Prepared<'_>, offer: &Offer, hours: &Hours) -> Option<i64> {
        if self.languages.is_some_and(|languages| languages & offer.languages == 0) {
            return None;
        }
        let mut common_min = u32::MAX;
        for season in prepared.seasons.iter().copied() {
            let own = &prepared.children[self.child as usize].hours[season.index()].anywhere;
            let here = own.and(&hours[season.index()]).minutes();
            if here < self.due_min[season.index()] {
                return None;
            }
            common_min = common_min.min(here);
        }
        let exchange = &prepared.policy.exchange;
        let short = self.asked_min.saturating_sub(common_min).div_ceil(30);
        let foreign = self.first_language.is_some_and(|first| first & offer.languages == 0);
        let language = if foreign { points(exchange.home_language_missing_min) } else { 0 };
        Some(points(exchange.half_hour_short_min) * i64::from(short) + language)
    }
}

fn least_km(sites: &Sites, offer: &Offer) -> f64 {
    let home = offer.extent.least_km(&sites.0);
    sites.1.as_ref().map_or(home, |school| home.min(offer.extent.least_km(school)))
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
