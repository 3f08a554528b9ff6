//! What needs and languages people speak of, each as a bit: what a volunteer covers and what a child asks become words that
//! are compared by one AND. Cost: O(needs · volunteers) to say who covers what.

use std::collections::BTreeSet;

use crate::candidates::Prepared;
use crate::candidates::rules::pair::covers;
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

    /// The place of a need, if it has one.
    pub(super) fn letter(&self, need: &Need) -> Option<u8> {
        self.needs.binary_search_by_key(&key(need), key).ok().map(|at| at as u8)
    }

    pub(super) fn need_bit(&self, need: &Need) -> u128 {
        self.letter(need).map_or(0, |at| 1 << at)
    }

    pub(super) fn language_bits(&self, languages: &[Language]) -> Option<u64> {
        let bit = |language: &Language| self.languages.binary_search(language).ok().map(|at| 1 << at);
        languages.iter().map(bit).try_fold(0, |bits: u64, bit| bit.map(|bit: u64| bits | bit))
    }

    pub(super) fn spoken_bits(&self, languages: &[Language]) -> u64 {
        let bit = |language: &Language| self.languages.binary_search(language).map_or(0, |at| 1 << at);
        languages.iter().map(bit).fold(0, |bits: u64, bit: u64| bits | bit)
    }

    pub(super) fn covered(&self, prepared: &Prepared<'_>, unit: u32) -> u128 {
        let covered = self.needs.iter().enumerate().filter(|(_, need)| covers(prepared, unit, need));
        covered.fold(0, |bits, (at, _)| bits | 1 << at)
    }
}
