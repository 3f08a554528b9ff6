//! Which of the seasons served decide how two people can meet.
//!
//! Most people have the same hours all year. A season in which both have the hours of another one, and in which no need applies
//! that does not apply in the other as well, is settled by that one: what finds room there finds room here, by ways no longer.
//! Cost: one comparison of hours for every two seasons.

use super::hours::ChildHours;
use super::prepared::Prepared;
use crate::model::availability::WeekMask;
use crate::model::need::NeedKind;
use crate::model::{Policy, Rule, Season};

/// The kinds of needs that apply in each season, a bit a kind.
#[derive(Clone, Copy, Debug)]
pub struct Applying([u8; Season::ALL.len()]);

impl Applying {
    /// What a policy says.
    pub fn of(policy: &Policy) -> Self {
        let kinds = |season: Season| {
            let applying =
                NeedKind::ALL.into_iter().filter(|kind| policy.need(*kind).seasons.contains(&season));
            bits(applying)
        };
        Self(Season::ALL.map(kinds))
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

/// The seasons served that decide how needs of some kinds can be met in the hours of a child and a volunteer, in their order.
pub fn deciding_seasons(
    prepared: &Prepared<'_>,
    kinds: impl Iterator<Item = NeedKind>,
    (hours, free): (&[ChildHours; 4], &[WeekMask; 4]),
) -> impl Iterator<Item = Season> {
    let kinds = bits(kinds);
    let due = move |season: Season| prepared.applying.0[season.index()] & kinds;
    // Without the rule of common time the ways are the shortest where nothing finds room, and longer where something does.
    let in_force = prepared.policy.enforces(Rule::CommonTime);
    let is_settled_by = move |season: Season, position: usize, other: Season, at: usize| {
        let more = due(other) != due(season);
        (if more { in_force && due(other) & due(season) == due(season) } else { at < position })
            && free[season.index()] == free[other.index()]
            && hours[season.index()] == hours[other.index()]
    };
    let served = prepared.seasons.iter().copied().enumerate();
    let is_settled = move |position: usize, season: Season| {
        served.clone().any(|(at, other)| at != position && is_settled_by(season, position, other, at))
    };
    let served = prepared.seasons.iter().copied().enumerate();
    served.filter(move |(position, season)| !is_settled(*position, *season)).map(|(_, season)| season)
}
