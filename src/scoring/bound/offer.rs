//! What units offer: places, reach, skills, languages, hours, and the limits that they set.

use std::cmp::Ordering;

use super::alphabet::Alphabet;
use super::division::Division;
use super::timetable::Timetable;
use crate::candidates::Prepared;
use crate::candidates::meeting::Sites;
use crate::candidates::places::{Extent, Point, on_unit_sphere};
use crate::candidates::tree::Summary;
use crate::model::Rule;
use crate::model::availability::WeekMask;
use crate::model::child::{Category, Sex};

/// Weekly hours by season.
pub(super) type Hours = [WeekMask; 4];

/// Own limits as far as they depend on the child alone: those of one unit, or the loosest of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bounds {
    pub(super) min_age: u8,
    pub(super) max_age: u8,
    /// A bit a sex, see [`sex_bit`].
    pub(super) sexes: u8,
    /// A bit a category, see [`category_bits`].
    pub(super) categories: u8,
    pub(super) minutes_a_week: u32,
    pub(super) siblings: u32,
    pub(super) regions: Division,
}

/// A bit that only who sets no limit has.
pub(super) const ANY_SEX: u8 = 1 << 7;

/// The bit of a sex.
pub(super) fn sex_bit(sex: Sex) -> u8 {
    1 << sex as u8
}

/// A bit for each of the categories.
pub(super) fn category_bits(categories: &[Category]) -> u8 {
    categories.iter().fold(0, |bits, category| bits | 1 << *category as u8)
}

impl Bounds {
    const NONE: Self = Self {
        min_age: 0,
        max_age: u8::MAX,
        sexes: u8::MAX,
        categories: u8::MAX,
        minutes_a_week: u32::MAX,
        siblings: u32::MAX,
        regions: Division::ANY,
    };

    fn of(prepared: &Prepared<'_>, unit: u32) -> Self {
        let limits = &prepared.volunteer_of(unit).limits;
        let mut bounds = Self::NONE;
        if prepared.policy.enforces(Rule::Siblings) {
            bounds.siblings = limits.max_siblings.map_or(u32::MAX, u32::from);
        }
        if !prepared.policy.enforces(Rule::OwnLimits) {
            return bounds;
        }
        bounds.min_age = limits.min_age.unwrap_or(0);
        bounds.max_age = limits.max_age.unwrap_or(u8::MAX);
        bounds.sexes = limits.sex.map_or(u8::MAX, sex_bit);
        if !limits.categories.is_empty() {
            bounds.categories = category_bits(&limits.categories);
        }
        bounds.minutes_a_week = limits.minutes_per_week.map_or(u32::MAX, u32::from);
        let divisions = limits.regions.iter().map(|code| Division::all_of(*code));
        bounds.regions = divisions.reduce(|whole, one| whole.join(&one)).unwrap_or(Division::ANY);
        bounds
    }

    fn join(&mut self, other: &Self) {
        self.min_age = self.min_age.min(other.min_age);
        self.max_age = self.max_age.max(other.max_age);
        self.sexes |= other.sexes;
        self.categories |= other.categories;
        self.minutes_a_week = self.minutes_a_week.max(other.minutes_a_week);
        self.siblings = self.siblings.max(other.siblings);
        self.regions = self.regions.join(&other.regions);
    }
}

/// What one unit offers, or any of several.
#[derive(Clone, Debug)]
pub struct Offer {
    extent: Extent,
    pub(super) reach_km: f64,
    pub(super) covered: u128,
    pub(super) languages: u64,
    pub(super) without_man: bool,
    pub(super) sites: Sites,
    pub(super) scope: Division,
    pub(super) bounds: Bounds,
    /// Columns of the timetable, a bit each.
    pub(super) columns: u64,
}

impl Offer {
    /// What one unit offers.
    ///
    /// # Panics
    /// Where the timetable was made without her week.
    pub fn of(prepared: &Prepared<'_>, alphabet: &Alphabet, timetable: &Timetable, unit: u32) -> Self {
        let person = prepared.volunteer_of(unit);
        let derived = &prepared.volunteers[unit as usize];
        let scope = person.region_scope.filter(|_| prepared.policy.enforces(Rule::RegionScope));
        Self {
            extent: Extent::of(on_unit_sphere(person.place.location)),
            reach_km: derived.reach_km,
            covered: alphabet.covered(prepared, unit),
            languages: alphabet.spoken_bits(&person.languages),
            without_man: !derived.has_man,
            sites: derived.sites,
            scope: scope.map_or(Division::ANY, Division::all_of),
            bounds: Bounds::of(prepared, unit),
            columns: 1 << timetable.column(&derived.hours).expect("the timetable has every volunteer's week"),
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

    /// Whether somebody may come to some place in a box.
    pub fn may_reach(&self, extent: &Extent) -> bool {
        self.extent.least_km_between(extent) <= self.reach_km
    }

    /// Whether she serves no more than one county.
    pub fn is_local(&self) -> bool {
        self.scope.is_within_county() || self.bounds.regions.is_within_county()
    }

    /// No unit is nearer to a point.
    pub(super) fn least_km(&self, from: &Point) -> f64 {
        self.extent.least_km(from)
    }

    /// An order in which offers that differ in nothing but place and reach stand together, and those for one
    /// division near each other.
    pub fn by_abilities(&self, other: &Self) -> Ordering {
        let key = |offer: &Self| {
            (offer.scope, offer.without_man, offer.languages, offer.covered, offer.bounds, offer.columns)
        };
        key(self).cmp(&key(other))
    }
}

impl Summary for Offer {
    fn join(&mut self, other: &Self) {
        self.extent.join(&other.extent);
        self.reach_km = self.reach_km.max(other.reach_km);
        self.covered |= other.covered;
        self.languages |= other.languages;
        self.without_man |= other.without_man;
        self.sites.home |= other.sites.home;
        self.sites.school |= other.sites.school;
        self.scope = self.scope.join(&other.scope);
        self.bounds.join(&other.bounds);
        self.columns |= other.columns;
    }
}
