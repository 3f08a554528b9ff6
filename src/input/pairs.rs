//! Existing pairs and replies, and what they teach about the children they name.
//!
//! A pair names the unit, whichever of its adults the sheet wrote down. A row that names nobody in the pool is told
//! and counted, never guessed at.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::Column;
use super::columns::{existing_pairs, replies};
use super::person::UnitOf;
use super::report::Finding;
use super::row::Row;
use super::rule::InputRule;
use super::table::Sheet;
use super::values::codes::{parse_answer, parse_pair_state, parse_went_well};
use super::values::dates::parse_date;
use crate::model::instance::SourceRow;
use crate::model::pairing::PairState;
use crate::model::{Child, ChildId, ExistingPair, Reply, Volunteer, VolunteerId};

/// Who may be named.
pub(super) struct Known<'a> {
    pub(super) children: BTreeSet<&'a ChildId>,
    pub(super) quarantined: BTreeSet<&'a ChildId>,
    pub(super) units: &'a UnitOf,
}

/// Usable rows, and for each living pair of a quarantined child the volunteer whose time it takes.
#[derive(Default)]
pub(super) struct ReadPairs {
    pub(super) pairs: Vec<ExistingPair>,
    pub(super) taken_places: Vec<VolunteerId>,
}

/// Reads `existing_pairs`.
pub(super) fn read_pairs(sheet: &Sheet, known: &Known<'_>, findings: &mut Vec<Finding>) -> ReadPairs {
    use existing_pairs as columns;
    let mut read = ReadPairs::default();
    let mut seen: BTreeSet<(ChildId, VolunteerId, PairState)> = BTreeSet::new();
    for row in &sheet.rows {
        let row = &mut Row::new(sheet, row, columns::ALL, findings);
        let volunteer = volunteer_of(row, &columns::VOLUNTEER, known);
        let state = row.read(&columns::STATE, InputRule::PairUnreadable, parse_pair_state);
        if state.is_none() && row.cell(&columns::STATE).is_empty() {
            row.tell(InputRule::PairUnreadable, &columns::STATE);
        }
        if let (Some(volunteer), Some(PairState::Kept)) = (&volunteer, state)
            && known.quarantined.contains(&ChildId::new(row.text(&columns::CHILD)))
        {
            row.tell(InputRule::KeptPairOfQuarantined, &columns::CHILD);
            read.taken_places.push(volunteer.clone());
        }
        let child = child_of(row, &columns::CHILD, known);
        let began_on = row.read(&columns::BEGAN_ON, InputRule::PairField, parse_date);
        let ended_on = row.read(&columns::ENDED_ON, InputRule::PairField, parse_date);
        let remark = !row.cell(&columns::WENT_WELL).is_empty();
        let well = row.read(&columns::WENT_WELL, InputRule::WentWellUnreadable, parse_went_well);
        let went_well = if remark { Some(well.unwrap_or(false)) } else { None };
        let (Some(child), Some(volunteer), Some(state)) = (child, volunteer, state) else { continue };
        // Two living pairs of one child are left to stand: no reader may choose between them, the run refuses.
        if !seen.insert((child.clone(), volunteer.clone(), state)) {
            row.tell(InputRule::PairTwice, &columns::CHILD);
            continue;
        }
        let source = SourceRow(row.number());
        read.pairs.push(ExistingPair { child, volunteer, state, began_on, ended_on, went_well, source });
    }
    read
}

/// Reads `replies`. Of several answers about one pair the latest counts; undated, a no counts.
pub(super) fn read_replies(sheet: &Sheet, known: &Known<'_>, findings: &mut Vec<Finding>) -> Vec<Reply> {
    use replies as columns;
    let mut latest: BTreeMap<(ChildId, VolunteerId), Reply> = BTreeMap::new();
    for row in &sheet.rows {
        let row = &mut Row::new(sheet, row, columns::ALL, findings);
        let child = child_of(row, &columns::CHILD, known);
        let volunteer = volunteer_of(row, &columns::VOLUNTEER, known);
        let accepted = row.read(&columns::ANSWER, InputRule::PairUnreadable, parse_answer);
        if accepted.is_none() && row.cell(&columns::ANSWER).is_empty() {
            row.tell(InputRule::PairUnreadable, &columns::ANSWER);
        }
        let answered_on = row.read(&columns::ANSWERED_ON, InputRule::PairField, parse_date);
        let (Some(child), Some(volunteer), Some(accepted)) = (child, volunteer, accepted) else { continue };
        let source = SourceRow(row.number());
        let reason = row.text(&columns::REASON);
        let key = (child.clone(), volunteer.clone());
        let reply = Reply { child, volunteer, accepted, reason, answered_on, source };
        if let Some(earlier) = latest.get(&key) {
            row.tell(InputRule::PairTwice, &columns::CHILD);
            if !outweighs(&reply, earlier) {
                continue;
            }
        }
        latest.insert(key, reply);
    }
    let mut replies: Vec<Reply> = latest.into_values().collect();
    replies.sort_by_key(|reply| reply.source);
    replies
}

/// Later outweighs earlier; where the dates do not tell, no outweighs yes.
fn outweighs(reply: &Reply, other: &Reply) -> bool {
    match (reply.answered_on, other.answered_on) {
        (Some(day), Some(other_day)) if day != other_day => day > other_day,
        _ => other.accepted && !reply.accepted,
    }
}

/// An ended pair that went well is one to come back to; one that did not never comes back.
pub(super) fn remember_ended_pairs(children: &mut [Child], pairs: &[ExistingPair]) {
    let mut ended: BTreeMap<&ChildId, Vec<&ExistingPair>> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.state == PairState::Ended) {
        ended.entry(&pair.child).or_default().push(pair);
    }
    for child in children {
        for pair in ended.get(&child.id).into_iter().flatten() {
            let list = match pair.went_well {
                Some(true) => &mut child.previous_volunteers,
                Some(false) => &mut child.excluded_volunteers,
                None => continue,
            };
            if !list.contains(&pair.volunteer) {
                list.push(pair.volunteer.clone());
            }
        }
    }
}

/// A living pair whose child is in quarantine still takes a place of its volunteer (S19).
pub(super) fn take_places(volunteers: &mut [Volunteer], taken: &[VolunteerId]) {
    let mut places: BTreeMap<&VolunteerId, u32> = BTreeMap::new();
    for id in taken {
        *places.entry(id).or_default() += 1;
    }
    for volunteer in volunteers {
        let places = places.get(&volunteer.id).copied().unwrap_or_default();
        volunteer.capacity = volunteer.capacity.saturating_sub(places);
    }
}

fn child_of(row: &mut Row<'_>, column: &'static Column, known: &Known<'_>) -> Option<ChildId> {
    let id = ChildId::new(row.text(column));
    if known.children.contains(&id) {
        return Some(id);
    }
    row.tell(InputRule::UnknownPerson, column);
    None
}

fn volunteer_of(row: &mut Row<'_>, column: &'static Column, known: &Known<'_>) -> Option<VolunteerId> {
    let unit = known.units.get(&VolunteerId::new(row.text(column))).cloned();
    if unit.is_none() {
        row.tell(InputRule::UnknownPerson, column);
    }
    unit
}
