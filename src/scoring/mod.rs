//! What a pair costs: an admissible pair in, integer points out.
//!
//! One point is a hundredth of a minute of one-way travel ([`POINTS_PER_MINUTE`]). Every term is a function
//! in [`terms`]; the parts of a [`Score`] sum to its total by construction. Costs are never negative: what a
//! pair lacks costs, what it has is free, so that continuity is a price on everybody else.
//!
//! [`POINTS_PER_MINUTE`]: crate::model::policy::POINTS_PER_MINUTE

pub mod bound;
pub mod spread;
pub mod terms;

use std::cell::OnceCell;

use crate::candidates::meeting::{Meeting, Ways, meeting_by};
use crate::candidates::rules::{pair_may_meet, siblings_fit};
use crate::candidates::{Group, Prepared, Scope};

/// A term of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// One-way travel for needs met in person, rounded up to the policy's step.
    Travel,
    /// Wished needs that go unmet.
    WishedNeedMissed,
    /// Common time short of what was asked.
    TimeShort,
    /// The child's home language is not spoken.
    HomeLanguage,
    /// An earlier good volunteer is passed over.
    Continuity,
}

impl Term {
    /// Every term, in the order of the parts.
    pub const ALL: [Self; 5] =
        [Self::Travel, Self::WishedNeedMissed, Self::TimeShort, Self::HomeLanguage, Self::Continuity];

    /// Chinese name, English name and stable code.
    pub const fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Travel => ("路程", "travel", "travel"),
            Self::WishedNeedMissed => ("希望的需求未满足", "wished needs missed", "wished_need_missed"),
            Self::TimeShort => ("共同时段不足", "common time short", "time_short"),
            Self::HomeLanguage => ("不会儿童家乡话", "home language not spoken", "home_language"),
            Self::Continuity => ("未延续原结对", "continuity lost", "continuity"),
        }
    }
}

/// The parts of a pair's cost, in points, in the order of [`Term::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Score {
    /// One part a term.
    pub parts: [i64; Term::ALL.len()],
}

impl Score {
    /// The cost of the pair.
    pub fn total(&self) -> i64 {
        self.parts.iter().sum()
    }

    /// One part.
    pub fn part(&self, term: Term) -> i64 {
        self.parts[term as usize]
    }
}

/// Scores an admissible pair; `None` where the two cannot meet, which no admissible pair is.
///
/// Brothers and sisters who get one volunteer share her way, so travel counts once, the longest; every
/// other term counts for each child.
pub fn score(prepared: &Prepared<'_>, group: &Group, volunteer: u32) -> Option<Score> {
    let mut whole = Score::default();
    for child in group.children.iter().copied() {
        let part = score_child(prepared, child, volunteer, group.scope)?;
        for (term, (sum, points)) in Term::ALL.into_iter().zip(whole.parts.iter_mut().zip(part.parts)) {
            *sum = if term == Term::Travel { (*sum).max(points) } else { *sum + points };
        }
    }
    Some(whole)
}

/// The score of a pair of people who each pass the rules of their own; `None` where a rule of the pair forbids it.
/// The same answer as the rules and [`score`] one after the other, but where the two can meet is looked at once.
pub fn score_if_admissible(prepared: &Prepared<'_>, group: &Group, volunteer: u32) -> Option<Score> {
    let may_meet = |child: &u32| pair_may_meet(prepared, *child, volunteer, group.scope);
    let allowed =
        siblings_fit(prepared, volunteer, group.children.len()) && group.children.iter().all(may_meet);
    if allowed { score(prepared, group, volunteer) } else { None }
}

/// Scores a pair for one child of a group.
pub fn score_child(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> Option<Score> {
    let met = Met::of(prepared, child, volunteer, scope)?;
    Some(Score {
        parts: [
            terms::travel(prepared, &met),
            terms::wished_need_missed(prepared, child, &met),
            terms::time_short(prepared, child, scope, &met),
            terms::home_language(prepared, child, volunteer),
            terms::continuity(prepared, child, volunteer, scope),
        ],
    })
}

/// Which needs a pair meets, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// How the required needs and the wished ones that fit beside them are met.
    pub meeting: Meeting,
    /// Wished needs that are met.
    pub wished: Vec<usize>,
    /// Wished needs that are not.
    pub missed: Vec<usize>,
}

impl Met {
    /// Takes the wished needs one by one, in the order of the sheet, as long as they fit beside the required
    /// ones and those taken before.
    pub fn of(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> Option<Self> {
        let person = &prepared.children[child as usize];
        let mut needs: Vec<usize> = match scope {
            Scope::Lead => person.required.clone(),
            Scope::Service(need) => vec![need],
        };
        let wishes: &[usize] = if scope == Scope::Lead { &person.wished } else { &[] };
        let ways = OnceCell::new();
        let ways = || *ways.get_or_init(|| Ways::of(prepared, child, volunteer));
        let meeting = |needs: &[usize]| meeting_by(prepared, child, volunteer, needs, ways);
        let mut met = Self { meeting: meeting(&needs).ok()?, wished: Vec::new(), missed: Vec::new() };
        for wish in wishes.iter().copied() {
            needs.push(wish);
            let covered = terms::covered(prepared, child, volunteer, wish);
            if let Some(Ok(better)) = covered.then(|| meeting(&needs)) {
                met.meeting = better;
                met.wished.push(wish);
            } else {
                needs.pop();
                met.missed.push(wish);
            }
        }
        Some(met)
    }
}
