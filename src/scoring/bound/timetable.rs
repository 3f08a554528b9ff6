//! How well every child's week goes together with the weeks that volunteers have, looked up instead of counted each time.
//!
//! Volunteers have few different weeks between them: each gets a column. Where there are more than [`COLUMNS`], like weeks share
//! one, which then stands for the hours of any of them, so that what it says is a bound. Children whose hours, device and needs
//! are the same share a row. Cost: O(people) to tell rows and columns; rows × columns meetings of two weeks.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};

use super::ask::{Ask, ChildAsk, needs_of};
use super::offer::Hours;
use crate::candidates::meeting::{Sites, fit_together, window};
use crate::candidates::{Prepared, Scope};
use crate::model::availability::WeekMask;
use crate::model::child::CallDevice;
use crate::model::need::Need;
use crate::model::{Rule, Season};

/// Most columns; each is a bit of a word.
pub(super) const COLUMNS: usize = 64;
/// Required needs of one child whose windows are looked at together.
const DUE_TOGETHER: usize = 4;
/// Wishes of one child that are looked at.
pub(super) const WISHES: usize = 8;

/// What becomes of a child's needs in the hours of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    /// Half-hours short of what was asked, at least.
    pub(super) short: u16,
    /// Wishes that find time, were each alone; a bit each.
    pub(super) wishes: u8,
    /// Where the required needs find room in every season.
    pub(super) rooms: Rooms,
}

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

/// All meetings of weeks.
#[derive(Clone, Debug)]
pub struct Timetable {
    column_of: HashMap<Hours, u8>,
    width: usize,
    /// Row by row.
    times: Vec<Time>,
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
        let of_row = |(child, scope): &(ChildAsk, Scope)| -> Vec<Time> {
            columns.iter().map(|hours| time(prepared, child, scope, hours)).collect()
        };
        let times: Vec<Vec<Time>> = rows.par_iter().map(of_row).collect();
        Self { column_of, width: columns.len(), times: times.into_iter().flatten().collect() }
    }

    /// The column of a week, if it is one of those that the timetable was made for.
    pub fn column(&self, week: &[WeekMask; 4]) -> Option<u8> {
        self.column_of.get(week).copied()
    }

    /// The times of a row, by column.
    pub(super) fn row(&self, row: u32) -> &[Time] {
        &self.times[row as usize * self.width..][..self.width]
    }
}

/// The column of each week, and the hours of each column.
fn columns<'w>(weeks: impl Iterator<Item = &'w Hours>) -> (HashMap<Hours, u8>, Vec<Hours>) {
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
    let columns = weeks.chunks(together).map(union).collect();
    let column_of = weeks.iter().enumerate().map(|(at, week)| (**week, (at / together) as u8)).collect();
    (column_of, columns)
}

/// What becomes of a child's needs in some hours.
fn time(prepared: &Prepared<'_>, child: &ChildAsk, scope: &Scope, hours: &Hours) -> Time {
    let own = &prepared.children[child.child as usize].hours;
    let common = |season: &Season| own[season.index()].anywhere.and(&hours[season.index()]).minutes();
    let common_min = prepared.seasons.iter().map(common).min().unwrap_or(u32::MAX);
    let short = child.asked_min.saturating_sub(common_min).div_ceil(30) as u16;
    if !prepared.policy.enforces(Rule::CommonTime) {
        return Time { short, wishes: u8::MAX, rooms: Rooms::ALL };
    }
    let due = needs_of(prepared, child.child, scope).0;
    let mut wishes = u8::MAX;
    for (at, wish) in child.wishes.iter().take(WISHES).enumerate() {
        if !has_room(prepared, child.child, &[usize::from(wish.need)], hours, ANYWHERE) {
            wishes &= !(1 << at);
        }
    }
    let choices = [ANYWHERE, Sites { school: false, ..ANYWHERE }, Sites { home: false, ..ANYWHERE }];
    let found = choices.into_iter().filter(|sites| has_room(prepared, child.child, due, hours, *sites));
    Time { short, wishes, rooms: found.fold(Rooms::NONE, |rooms, sites| rooms.or(Rooms::at(sites))) }
}

/// Whether some needs, or the first few of them, find room side by side in every season, the child being met at some sites.
fn has_room(prepared: &Prepared<'_>, child: u32, needs: &[usize], hours: &Hours, sites: Sites) -> bool {
    let person = prepared.child_of(child);
    prepared.seasons.iter().copied().all(|season| {
        let own = &prepared.children[child as usize].hours[season.index()];
        let applying = needs.iter().map(|need| &person.needs[*need]);
        let applying = applying.filter(|need| prepared.policy.need(need.kind).seasons.contains(&season));
        let mut windows = [(WeekMask::EMPTY, 0); DUE_TOGETHER];
        let mut used = 0;
        for (place, need) in windows.iter_mut().zip(applying) {
            let free = window(need, person.call_device, own, sites).and(&hours[season.index()]);
            *place = (free, u32::from(need.minutes_per_week));
            used += 1;
        }
        fit_together(&windows[..used])
    })
}
