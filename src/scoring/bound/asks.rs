//! What any of several groups asks of a volunteer.

use std::cmp::Ordering;

use super::Visit;
use super::ask::{Ask, ChildAsk};
use super::division::Division;
use super::offer::{ANY_SEX, Offer};
use super::timetable::{COLUMNS, Timetable};
use crate::candidates::Prepared;
use crate::candidates::places::{Extent, Point};
use crate::candidates::travel::TravelModel;
use crate::candidates::tree::Summary;
use crate::scoring::terms::points;

/// Stands for required needs that find no room.
const NO_ROOM: u16 = u16::MAX;

/// What any of several groups asks.
#[derive(Clone, Debug)]
pub struct Asks {
    /// Places of all visits, required or wished.
    extent: Option<Extent>,
    /// Needs that every group has.
    required: u128,
    /// There are girls in every group.
    girls: bool,
    /// Languages of all children; `None` where some ask for none, or speak what the alphabet does not tell.
    languages: Option<u64>,
    first_languages: Option<u64>,
    /// By column of the timetable: half-hours that some group is short at least; [`NO_ROOM`] where none finds room.
    short: [u16; COLUMNS],
    /// Of the groups, the least of what their most demanding child needs in a week.
    due_min: u32,
    size: u32,
    /// Of the groups, the greatest age of a youngest child and the least of an oldest.
    youngest: u8,
    oldest: u8,
    /// Sexes of which some group is altogether, see [`sex_bit`](super::offer::sex_bit); of groups of both, only [`ANY_SEX`].
    sexes: u8,
    categories: u8,
    homes: Division,
    /// What missing every wished visit costs at least; nothing makes up for one that is required.
    visits_missed: i64,
    /// Wished needs that every group has, with what missing each costs at least; ascending.
    wished: Vec<(u8, i64)>,
}

impl Asks {
    /// What one group asks.
    pub fn of(timetable: &Timetable, ask: &Ask) -> Self {
        let children = || ask.children.iter();
        let union = |of_child: fn(&ChildAsk) -> Option<u64>| -> Option<u64> {
            children().map(of_child).try_fold(0, |whole, bits| bits.map(|bits| whole | bits))
        };
        let mut wished: Vec<(u8, i64)> = children()
            .flat_map(|child| child.wishes.iter())
            .filter_map(|wish| wish.letter.map(|letter| (letter, wish.missed)))
            .collect();
        wished.sort_unstable();
        wished.dedup_by(|again, first| {
            let same = again.0 == first.0;
            first.1 += if same { again.1 } else { 0 };
            same
        });
        let homes = children().map(|child| child.home).reduce(|whole, one| whole.join(&one));
        Self {
            extent: ask.extent(),
            required: ask.required,
            girls: ask.girls,
            languages: union(|child| child.languages),
            first_languages: union(|child| child.first_language),
            short: short(timetable, ask),
            due_min: children().map(|child| child.due_min).max().unwrap_or(0),
            size: ask.children.len() as u32,
            youngest: children().map(|child| child.age).min().unwrap_or(0),
            oldest: children().map(|child| child.age).max().unwrap_or(0),
            sexes: children().fold(u8::MAX, |sexes, child| sexes & (child.sex | ANY_SEX)),
            categories: children().fold(0, |bits, child| bits | child.categories),
            homes: homes.unwrap_or(Division::ANY),
            visits_missed: if ask.is_bound_to_places() { i64::MAX } else { ask.wished_visits_missed },
            wished,
        }
    }

    /// Points that no pair of a kind with a unit costs less than; `None` where none of the groups may have it.
    pub fn least(&self, prepared: &Prepared<'_>, offer: &Offer, visit: Visit) -> Option<i64> {
        let mute = self.languages.is_some_and(|languages| languages & offer.languages == 0);
        let lacking = offer.covered & self.required != self.required;
        if lacking || mute || (self.girls && !offer.without_man) || !self.are_within(offer) {
            return None;
        }
        let mut least = match visit {
            Visit::Near => {
                let km = self.extent?.least_km(&offer.place());
                if km > offer.reach_km {
                    return None;
                }
                prepared.travel_points(prepared.travel.least_minutes(km)).min(self.visits_missed)
            }
            Visit::Away => self.visits_missed,
        };
        let short = self.short[offer.columns.trailing_zeros() as usize];
        if short == NO_ROOM {
            return None;
        }
        let exchange = &prepared.policy.exchange;
        least += points(exchange.half_hour_short_min) * i64::from(short);
        if self.first_languages.is_some_and(|first| first & offer.languages == 0) {
            least += points(exchange.home_language_missing_min);
        }
        let missed = self.wished.iter().filter(|(letter, _)| offer.covered >> letter & 1 == 0);
        Some(least + missed.map(|wish| wish.1).sum::<i64>())
    }

    /// Whether a unit's own limits let it take any of the groups.
    fn are_within(&self, offer: &Offer) -> bool {
        let bounds = &offer.bounds;
        bounds.min_age <= self.youngest
            && self.oldest <= bounds.max_age
            && bounds.sexes & self.sexes != 0
            && bounds.categories & self.categories != 0
            && self.due_min <= bounds.minutes_a_week
            && self.size <= bounds.siblings
            && offer.scope.meets(&self.homes)
            && bounds.regions.meets(&self.homes)
    }

    /// The middle of the places of all visits.
    ///
    /// # Panics
    /// Where no visit is asked for.
    pub fn middle(&self) -> Point {
        self.extent.expect("some visit is asked for").middle()
    }

    /// An order in which groups of one county stand together, and among these those that ask the same.
    pub fn by_county(&self, other: &Self) -> Ordering {
        self.homes.county().cmp(&other.homes.county()).then_with(|| self.by_wants(other))
    }

    /// An order in which groups that ask the same stand together.
    pub fn by_wants(&self, other: &Self) -> Ordering {
        let key = |asks: &Self| {
            (
                (asks.girls, asks.languages, asks.required, asks.first_languages),
                (asks.size, asks.due_min, asks.categories, asks.youngest, asks.oldest),
            )
        };
        let order = key(self).cmp(&key(other)).then_with(|| self.wished.cmp(&other.wished));
        order.then_with(|| self.short.cmp(&other.short))
    }
}

/// Half-hours that a group is short, by column.
fn short(timetable: &Timetable, ask: &Ask) -> [u16; COLUMNS] {
    let mut short = [0_u16; COLUMNS];
    for child in &ask.children {
        let row = timetable.row(child.row);
        for (column, short) in short.iter_mut().enumerate().take(timetable.width()) {
            *short = row.short(1 << column).map_or(NO_ROOM, |further| short.saturating_add(further));
        }
    }
    short
}

impl Summary for Asks {
    fn join(&mut self, other: &Self) {
        match (&mut self.extent, &other.extent) {
            (Some(own), Some(others)) => own.join(others),
            (own, others) => *own = own.or(*others),
        }
        let union = |own: Option<u64>, others: Option<u64>| Some(own? | others?);
        self.required &= other.required;
        self.girls &= other.girls;
        self.languages = union(self.languages, other.languages);
        self.first_languages = union(self.first_languages, other.first_languages);
        for (own, others) in self.short.iter_mut().zip(other.short) {
            *own = (*own).min(others);
        }
        self.due_min = self.due_min.min(other.due_min);
        self.size = self.size.min(other.size);
        self.youngest = self.youngest.max(other.youngest);
        self.oldest = self.oldest.min(other.oldest);
        self.sexes |= other.sexes;
        self.categories |= other.categories;
        self.homes = self.homes.join(&other.homes);
        self.visits_missed = self.visits_missed.min(other.visits_missed);
        let least = |wish: &(u8, i64)| {
            let at = other.wished.binary_search_by_key(&wish.0, |wish| wish.0).ok()?;
            Some((wish.0, wish.1.min(other.wished[at].1)))
        };
        self.wished = self.wished.iter().filter_map(least).collect();
    }
}
