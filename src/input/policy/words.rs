//! The words of the policy file for the model's codes.

use crate::model::child::RiskLevel;
use crate::model::need::{Mode, NeedKind, Strength};
use crate::model::policy::{Assignment, ClassCondition, CoverageMode, SiblingPolicy};
use crate::model::season::Season;

/// Words and what they stand for.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const COVERAGE: Words<CoverageMode> =
    &[("lexicographic", CoverageMode::Lexicographic), ("priced", CoverageMode::Priced)];

pub(super) const SIBLINGS: Words<SiblingPolicy> = &[
    ("same_volunteer", SiblingPolicy::SameVolunteer),
    ("same_day", SiblingPolicy::SameDay),
    ("free", SiblingPolicy::Free),
];

pub(super) const ASSIGNMENTS: Words<Assignment> =
    &[("lead", Assignment::Lead), ("scored", Assignment::Scored), ("service", Assignment::Service)];

pub(super) const MODES: Words<Mode> =
    &[("in_person", Mode::InPerson), ("remote", Mode::Remote), ("either", Mode::Either)];

pub(super) const STRENGTHS: Words<Strength> =
    &[("required", Strength::Required), ("wished", Strength::Wished)];

pub(super) const CONDITIONS: Words<ClassCondition> = &[
    ("risk_high", ClassCondition::RiskAtLeast(RiskLevel::High)),
    ("risk_medium", ClassCondition::RiskAtLeast(RiskLevel::Medium)),
    ("risk_low", ClassCondition::RiskAtLeast(RiskLevel::Low)),
    ("living_alone", ClassCondition::LivingAlone),
    ("nobody_home_for_festival", ClassCondition::NobodyHomeForFestival),
    ("pair_just_ended", ClassCondition::PairJustEnded),
    ("everybody", ClassCondition::Everybody),
];

/// What a word stands for.
pub(super) fn meaning<T: Copy>(words: Words<T>, word: &str) -> Option<T> {
    words.iter().find(|(known, _)| *known == word).map(|(_, meaning)| *meaning)
}

/// The word for a meaning.
pub(super) fn word_for<T: Copy + PartialEq>(words: Words<T>, meaning: T) -> &'static str {
    words.iter().find(|(_, known)| *known == meaning).map_or("", |(word, _)| word)
}

/// A season by its English name.
pub(super) fn season(word: &str) -> Option<Season> {
    Season::ALL.into_iter().find(|season| season.names().1 == word)
}

/// A kind of need by its stable code.
pub(super) fn need_kind(word: &str) -> Option<NeedKind> {
    NeedKind::ALL.into_iter().find(|kind| kind.names().1 == word)
}

/// The words alone.
pub(super) fn list<T>(words: Words<T>) -> Vec<&'static str> {
    words.iter().map(|(word, _)| *word).collect()
}

/// The seasons' names.
pub(super) fn seasons() -> Vec<&'static str> {
    Season::ALL.map(|season| season.names().1).to_vec()
}
