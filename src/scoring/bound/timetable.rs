//! How well every child's week goes together with the weeks that volunteers have, looked up instead of counted each time.
//!
//! Volunteers have few different weeks between them: each gets a column. Where there are more than [`COLUMNS`], like weeks share
//! one, which then stands for the hours of any of them, so that what it says is a bound. Children whose hours, device and needs
//! are the same share a row. A row says of every answer which columns give it, a bit a column, so that the best of any number of
//! weeks is told by a few ANDs. Cost: O(people) to tell rows and columns; rows × columns meetings of two weeks.

mod asked;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use asked::{Asked, Time};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::ask::{Ask, ChildAsk, needs_of};
use super::offer::Hours;
use crate::candidates::meeting::Sites;
use crate::candidates::year::Year;
use crate::candidates::{Prepared, Scope};
use crate::model::availability::WeekMask;
use crate::model::child::CallDevice;
use crate::model::need::Need;

/// Most columns; each is a bit of a word.
pub(super) const COLUMNS: usize = 64;
/// Wishes of one child that are looked at.
pub(super) const WISHES: usize = 8;

/// Where required needs find room, were the child met there and nowhere else; a bit each. Who can be met at both finds room at
/// one in some seasons and at the other in the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rooms(u8);

impl Rooms {
    /// Nowhere.
    pub(super) const NONE: Self = Self(0);
    const ALL: Self = Self(7);

    /// Wherever any of the two has room.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is room for who is met at such sites alone.
    pub(super) fn has(self, sites: Sites) -> bool {
        self.0 & Self::bit(sites) != 0
    }

    /// Not at such sites alone.
    fn without(self, sites: Sites) -> Self {
        Self(self.0 & !Self::bit(sites))
    }

    /// Those of some sites.
    fn at(sites: Sites) -> Self {
        Self(Self::bit(sites))
    }

    const fn bit(sites: Sites) -> u8 {
        match (sites.home, sites.school) {
            (true, true) => 1,
            (true, false) => 2,
            (false, true) => 4,
            (false, false) => 0,
        }
    }
}

/// The home and the school.
pub(super) const ANYWHERE: Sites = Sites { home: true, school: true };
/// Where a child may be met: at both, at home alone, at school alone.
const CHOICES: [Sites; 3] =
    [ANYWHERE, Sites { school: false, ..ANYWHERE }, Sites { home: false, ..ANYWHERE }];

/// The columns of a row in whose hours something holds, a bit each: what the best of many weeks comes to is told by a few words,
/// however many weeks there are.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The required needs find room in every season: at both sites taken together, at home alone, at school alone.
    rooms: [u64; 3],
    /// By wish: it finds time, and the required needs find room.
    wishes: [u64; WISHES],
    /// Half-hours short, ascending, of those columns that have room.
    short: Box<[(u16, u64)]>,
}

impl Row {
    fn of(times: &[Time]) -> Self {
        let columns = |holds: &dyn Fn(&Time) -> bool| -> u64 {
            let holding = times.iter().enumerate().filter(|(_, time)| holds(time));
            holding.fold(0, |columns, (column, _)| columns | 1 << column)
        };
        let has_room = |time: &Time| time.rooms.has(ANYWHERE);
        let amounts: BTreeSet<u16> =
            times.iter().filter(|time| has_room(time)).map(|time| time.short).collect();
        let as_short = |short: u16| columns(&|time| has_room(time) && time.short == short);
        Self {
            rooms: CHOICES.map(|sites| columns(&|time| time.rooms.has(sites))),
            wishes: std::array::from_fn(|at| columns(&|time| has_room(time) && time.wishes >> at & 1 == 1)),
            short: amounts.into_iter().map(|short| (short, as_short(short))).collect(),
        }
    }

    /// Those of some columns in which the required needs find room somewhere.
    pub(super) fn with_room(&self, columns: u64) -> u64 {
        self.rooms[0] & columns
    }

    /// Where the required needs find room in some of the columns.
    pub(super) fn rooms(&self, columns: u64) -> Rooms {
        let found = CHOICES.into_iter().zip(self.rooms).filter(|(_, having)| having & columns != 0);
        found.fold(Rooms::NONE, |rooms, (sites, _)| rooms.or(Rooms::at(sites)))
    }

    /// Half-hours short in the best of some columns; `None` where none of them has room.
    pub(super) fn short(&self, columns: u64) -> Option<u16> {
        self.short.iter().find(|(_, having)| having & columns != 0).map(|(short, _)| *short)
    }

    /// Whether a wish finds time in some of the columns, as far as that is known.
    pub(super) fn has_time(&self, wish: usize, columns: u64) -> bool {
        self.wishes.get(wish).is_none_or(|having| having & columns != 0)
    }
}

/// All meetings of weeks.
#[derive(Clone, Debug)]
pub struct Timetable {
    column_of: HashMap<Hours, u8>,
    width: usize,
    rows: Vec<Row>,
}

/// What a row depends on. Lists that people share are told apart by where they stand; a list that stands twice merely
/// has two rows.
#[derive(PartialEq, Eq, Hash)]
struct Demand {
    hours: usize,
    needs: usize,
    device: CallDevice,
    due: Vec<usize>,
    wishes: Vec<u16>,
    asked_min: u32,
}

impl Timetable {
    /// The timetable of some groups and of weeks that volunteers have; tells each child of the asks its row.
    pub fn new<'w>(
        prepared: &Prepared<'_>,
        asks: &mut [Option<Ask>],
        weeks: impl Iterator<Item = &'w [WeekMask; 4]>,
    ) -> Self {
        let (column_of, columns) = columns(weeks);
        let mut row_of: HashMap<Demand, u32> = HashMap::new();
        let mut rows: Vec<(ChildAsk, Scope)> = Vec::new();
        for ask in asks.iter_mut().flatten() {
            let scope = ask.scope;
            for child in &mut ask.children {
                let person = prepared.child_of(child.child);
                let demand = Demand {
                    hours: Arc::as_ptr(&prepared.children[child.child as usize].hours).addr(),
                    needs: Arc::as_ptr(&person.needs).cast::<Need>().addr(),
                    device: person.call_device,
                    due: needs_of(prepared, child.child, &scope).0.to_vec(),
                    wishes: child.wishes.iter().map(|wish| wish.need).collect(),
                    asked_min: child.asked_min,
                };
                child.row = *row_of.entry(demand).or_insert_with(|| {
                    rows.push((child.clone(), scope));
                    rows.len() as u32 - 1
                });
            }
        }
        let of_row = |(child, scope): &(ChildAsk, Scope)| {
            let asked = Asked::of(prepared, child, scope);
            Row::of(&columns.iter().map(|hours| asked.in_hours(hours)).collect::<Vec<_>>())
        };
        Self { column_of, width: columns.len(), rows: rows.par_iter().map(of_row).collect() }
    }

    /// The column of a week, if it is one of those that the timetable was made for.
    pub fn column(&self, week: &[WeekMask; 4]) -> Option<u8> {
        self.column_of.get(week).copied()
    }

    /// How many columns there are.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// A row.
    pub(super) fn row(&self, row: u32) -> &Row {
        &self.rows[row as usize]
    }
}

/// The column of each week, and the hours of each column.
fn columns<'w>(weeks: impl Iterator<Item = &'w Hours>) -> (HashMap<Hours, u8>, Vec<Year<WeekMask>>) {
    let weeks: BTreeSet<&Hours> = weeks.collect();
    let weeks: Vec<&Hours> = weeks.into_iter().collect();
    let together = weeks.len().div_ceil(COLUMNS).max(1);
    let union = |weeks: &[&Hours]| {
        let mut whole = [WeekMask::EMPTY; 4];
        for week in weeks {
            whole.iter_mut().zip(*week).for_each(|(whole, own)| *whole = whole.or(own));
        }
        whole
    };
    let columns = weeks.chunks(together).map(|weeks| Year::of(union(weeks))).collect();
    let column_of = weeks.iter().enumerate().map(|(at, week)| (**week, (at / together) as u8)).collect();
    (column_of, columns)
}
