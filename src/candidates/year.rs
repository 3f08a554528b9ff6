//! Weeks by season, and which of the seasons served decide how two people can meet.
//!
//! Most people have the same hours all year. A season in which both have the hours of another one, and in which no need applies
//! that does not apply in the other as well, is settled by that one: what finds room there finds room here, by ways no longer.
//! Which weeks of a year are the same is told once a year, not once a pair.

use std::ops::Deref;

use super::prepared::Prepared;
use crate::model::need::NeedKind;
use crate::model::{Policy, Rule, Season};

/// One for every season.
const SEASONS: usize = Season::ALL.len();

/// Somebody's week in each season.
#[derive(Clone, Copy, Debug)]
pub struct Year<Week> {
    weeks: [Week; SEASONS],
    alike: Alike,
}

impl<Week: PartialEq> Year<Week> {
    /// The weeks by season.
    pub fn of(weeks: [Week; SEASONS]) -> Self {
        let as_in = |season: Season| {
            let same = |other: &Season| weeks[other.index()] == weeks[season.index()];
            Season::ALL.into_iter().filter(same).fold(0, |seasons, other| seasons | 1 << other.index())
        };
        let alike = Alike(Season::ALL.map(as_in));
        Self { weeks, alike }
    }
}

impl<Week> Year<Week> {
    /// Which of the weeks are the same.
    pub fn alike(&self) -> Alike {
        self.alike
    }
}

impl<Week> Deref for Year<Week> {
    type Target = [Week; SEASONS];

    fn deref(&self) -> &Self::Target {
        &self.weeks
    }
}

/// For each season those in which the week is the same, a bit a season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alike([u8; SEASONS]);

impl Alike {
    /// Where both are the same.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|season| self.0[season] & other.0[season]))
    }
}

/// The kinds of needs that apply in each season, a bit a kind.
#[derive(Clone, Copy, Debug)]
pub struct Applying([u8; SEASONS]);

impl Applying {
    /// What a policy says.
    pub fn of(policy: &Policy) -> Self {
        let applying = |season: Season| {
            let kinds = NeedKind::ALL.into_iter();
            bits(kinds.filter(|kind| policy.need(*kind).seasons.contains(&season)))
        };
        Self(Season::ALL.map(applying))
    }

    /// Whether needs of a kind apply in a season.
    pub fn has(&self, kind: NeedKind, season: Season) -> bool {
        self.0[season.index()] & bit(kind) != 0
    }
}

const fn bit(kind: NeedKind) -> u8 {
    1 << kind.index()
}

fn bits(kinds: impl Iterator<Item = NeedKind>) -> u8 {
    kinds.fold(0, |bits, kind| bits | bit(kind))
}

/// The seasons served that decide how two can meet needs of some kinds, in their order; `alike` says where both have the same hours.
pub fn deciding_seasons(
    prepared: &Prepared<'_>,
    kinds: impl Iterator<Item = NeedKind>,
    alike: Alike,
) -> impl Iterator<Item = Season> {
    let kinds = bits(kinds);
    let due = move |season: Season| prepared.applying.0[season.index()] & kinds;
    // Without the rule of common time the ways are the shortest where nothing finds room, and longer where something does.
    let in_force = prepared.policy.enforces(Rule::CommonTime);
    let is_settled_by = move |season: Season, other: Season| {
        let (here, there) = (due(season), due(other));
        let asks_no_more = if here == there { other < season } else { in_force && here & there == here };
        asks_no_more && alike.0[season.index()] >> other.index() & 1 == 1
    };
    let served = prepared.seasons.iter().copied();
    let is_settled = move |season: Season| served.clone().any(|other| is_settled_by(season, other));
    prepared.seasons.iter().copied().filter(move |season| !is_settled(*season))
}
