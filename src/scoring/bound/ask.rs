//! What one group asks of a volunteer.

use super::Visit;
use super::alphabet::Alphabet;
use super::division::Division;
use super::offer::{Hours, Offer, category_bits, sex_bit};
use crate::candidates::meeting::{Sites as Accepted, asks_for_visit, fit_together, window};
use crate::candidates::places::{Extent, Point, on_unit_sphere};
use crate::candidates::travel::TravelModel;
use crate::candidates::{Group, Prepared, Scope};
use crate::model::availability::WeekMask;
use crate::model::child::Sex;
use crate::model::need::Need;
use crate::model::{Rule, Season};
use crate::scoring::terms::points;

/// Required needs of one child whose windows are looked at together.
const DUE_TOGETHER: usize = 4;

/// Where a child can be met: at home, and at a school that lies elsewhere.
type Sites = (Point, Option<Point>);

/// A wished need for which nobody travels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Position among the child's needs.
    need: u16,
    /// Its place in the alphabet.
    pub(super) letter: Option<u8>,
    /// Points where it is missed.
    pub(super) missed: i64,
}

/// What one child of a group asks.
#[derive(Clone, Debug)]
pub(super) struct ChildAsk {
    child: u32,
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
}

/// What a group asks of a volunteer.
#[derive(Clone, Debug)]
pub struct Ask {
    scope: Scope,
    /// Children who must be met in person.
    visits: Vec<Sites>,
    /// Where nobody must be: children who wish a visit, and what it costs where no visit is made.
    wished_visits: Vec<Sites>,
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
            scope: group.scope,
            visits: Vec::new(),
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
        if !ask.visits.is_empty() {
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
        let (visits, others): (Vec<usize>, Vec<usize>) = wishes.iter().partition(|need| visited(need));
        let missed = |need: &usize| missed_points(prepared, &person.needs[*need]);
        self.wished_visits_missed += visits.iter().map(missed).sum::<i64>();
        self.girls |= person.sex == Sex::Female && prepared.policy.enforces(Rule::Gender);
        let minutes = |need: &usize| u32::from(person.needs[*need].minutes_per_week);
        let shared = prepared.policy.enforces(Rule::Language);
        let first = person.languages.first().map(std::slice::from_ref);
        self.children.push(ChildAsk {
            child,
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

    /// Every place at which the group must be met or, where it need not be, wishes to.
    pub fn extent(&self) -> Option<Extent> {
        let visits = self.visits.iter().chain(&self.wished_visits);
        let points = visits.flat_map(|(home, school)| std::iter::once(home).chain(school));
        points.map(|point| Extent::of(*point)).reduce(|mut whole, point| {
            whole.join(&point);
            whole
        })
    }

    /// Whether anybody of the offer may be near enough to all who must be visited.
    pub fn may_reach(&self, offer: &Offer) -> bool {
        self.visits.iter().all(|sites| least_km(sites, offer) <= offer.reach_km)
    }

    /// Whether anybody of the offer may be near enough for a visit that must be made or, where none must, for a wished one.
    pub fn is_near(&self, offer: &Offer) -> bool {
        let wished = || self.wished_visits.iter().any(|sites| least_km(sites, offer) <= offer.reach_km);
        if self.visits.is_empty() { wished() } else { self.may_reach(offer) }
    }

    /// Points that no pair of a kind with anybody of the offer costs less than, continuity apart; `None` where nobody of it is
    /// admissible.
    pub fn least(&self, prepared: &Prepared<'_>, offer: &Offer, hours: &Hours, visit: Visit) -> Option<i64> {
        if offer.covered & self.required != self.required
            || (self.girls && !offer.without_man)
            || offer.bounds.siblings < self.children.len() as u32
        {
            return None;
        }
        let mut least = match visit {
            Visit::Near => self.least_way(prepared, offer)?,
            Visit::Away => self.wished_visits_missed,
        };
        for child in &self.children {
            least += child.least(prepared, &self.scope, offer, hours)?;
        }
        Some(least)
    }

    /// Points of the way, or of the visits that are not made.
    fn least_way(&self, prepared: &Prepared<'_>, offer: &Offer) -> Option<i64> {
        let way = |km: f64| {
            let near = km <= offer.reach_km;
            near.then(|| prepared.travel_points(prepared.travel.least_minutes(km)))
        };
        if self.visits.is_empty() {
            // Either somebody goes, at least to the nearest child, or every visit is missed.
            let nearest = self.wished_visits.iter().map(|sites| least_km(sites, offer)).reduce(f64::min);
            return Some(way(nearest?)?.min(self.wished_visits_missed));
        }
        self.visits.iter().try_fold(0, |most, sites| Some(way(least_km(sites, offer))?.max(most)))
    }

    /// What passing over good volunteers costs, where all are passed over.
    pub fn continuity(&self) -> i64 {
        self.continuity
    }

    /// Hours by season at which any of the children is anywhere.
    pub(super) fn hours(&self, prepared: &Prepared<'_>) -> Hours {
        let mut whole = [WeekMask::EMPTY; 4];
        for child in &self.children {
            for (whole, own) in whole.iter_mut().zip(prepared.children[child.child as usize].hours.iter()) {
                *whole = whole.or(&own.anywhere);
            }
        }
        whole
    }

    /// Minutes that must find room, by season: for the child for whom it is most.
    pub(super) fn room_min(&self, prepared: &Prepared<'_>) -> [u32; 4] {
        let mut most = [0; 4];
        if prepared.policy.enforces(Rule::CommonTime) {
            for season in prepared.seasons.iter().copied() {
                let of_child = |child: &ChildAsk| -> u32 {
                    let due = child.due_in(prepared, &self.scope, season);
                    due.map(|need| u32::from(need.minutes_per_week).next_multiple_of(30)).sum()
                };
                most[season.index()] = self.children.iter().map(of_child).max().unwrap_or(0);
            }
        }
        most
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
    /// Required needs that apply in a season.
    fn due_in<'a>(
        &self,
        prepared: &'a Prepared<'_>,
        scope: &'a Scope,
        season: Season,
    ) -> impl Iterator<Item = &'a Need> {
        let needs = &prepared.child_of(self.child).needs;
        let due = needs_of(prepared, self.child, scope).0.iter().map(|need| &needs[*need]);
        due.filter(move |need| prepared.policy.need(need.kind).seasons.contains(&season))
    }

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

    fn least(&self, prepared: &Prepared<'_>, scope: &Scope, offer: &Offer, hours: &Hours) -> Option<i64> {
        let mute = self.languages.is_some_and(|languages| languages & offer.languages == 0);
        if mute || !self.is_within(offer) {
            return None;
        }
        let enforced = prepared.policy.enforces(Rule::CommonTime);
        let mut common_min = u32::MAX;
        for season in prepared.seasons.iter().copied() {
            let (own, free) =
                (&prepared.children[self.child as usize].hours[season.index()], &hours[season.index()]);
            common_min = common_min.min(own.anywhere.and(free).minutes());
            if enforced && !self.fits(prepared, scope, season, free, offer.sites) {
                return None;
            }
        }
        let exchange = &prepared.policy.exchange;
        let short = self.asked_min.saturating_sub(common_min).div_ceil(30);
        let mut least = points(exchange.half_hour_short_min) * i64::from(short);
        if self.first_language.is_some_and(|first| first & offer.languages == 0) {
            least += points(exchange.home_language_missing_min);
        }
        for wish in &self.wishes {
            let covered = wish.letter.is_none_or(|letter| offer.covered >> letter & 1 == 1);
            if !covered || (enforced && !self.finds_time(prepared, wish, hours)) {
                least += wish.missed;
            }
        }
        Some(least)
    }

    /// Whether the required needs, or the first few of them, find room in a season at all sites that she accepts.
    fn fits(
        &self,
        prepared: &Prepared<'_>,
        scope: &Scope,
        season: Season,
        free: &WeekMask,
        sites: Accepted,
    ) -> bool {
        let own = &prepared.children[self.child as usize].hours[season.index()];
        let device = prepared.child_of(self.child).call_device;
        let mut windows = [(WeekMask::EMPTY, 0); DUE_TOGETHER];
        let mut used = 0;
        for (place, need) in windows.iter_mut().zip(self.due_in(prepared, scope, season)) {
            let minutes = u32::from(need.minutes_per_week);
            *place = (window(need, device, own, sites).and(free), minutes);
            used += 1;
        }
        fit_together(&windows[..used])
    }

    /// Whether there is time for a wish, were it alone.
    fn finds_time(&self, prepared: &Prepared<'_>, wish: &Wish, hours: &Hours) -> bool {
        let person = prepared.child_of(self.child);
        let need = &person.needs[usize::from(wish.need)];
        let minutes = u32::from(need.minutes_per_week).next_multiple_of(30);
        let anywhere = Accepted { home: true, school: true };
        prepared.seasons.iter().copied().all(|season| {
            let own = &prepared.children[self.child as usize].hours[season.index()];
            !prepared.policy.need(need.kind).seasons.contains(&season)
                || window(need, person.call_device, own, anywhere).and(&hours[season.index()]).minutes()
                    >= minutes
        })
    }
}

/// Kilometres to the nearer of the sites at which she meets children; no way at all where she accepts neither.
fn least_km(sites: &Sites, offer: &Offer) -> f64 {
    let home = if offer.sites.home { offer.least_km(&sites.0) } else { f64::INFINITY };
    if offer.sites.school { home.min(offer.least_km(sites.1.as_ref().unwrap_or(&sites.0))) } else { home }
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
