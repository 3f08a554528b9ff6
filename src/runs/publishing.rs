//! A kept plan → the drafts that people will decide about: every pair that the run proposes, a group each.

use std::collections::HashMap;

use super::kept::KeptPlan;
use crate::candidates::{Origin, StandingPair};
use crate::plan::PairKind;
use crate::plan::folder::read::PairRow;
use crate::plan::pass::PassKind;
use crate::store::runs::NewProposal;

/// The drafts of a plan in the order of their groups. Brothers and sisters who join a standing pair are groups of their own, numbered
/// behind the groups of the plan in the order of the run's children, those included who were erased since: no repair moves them, and
/// whoever is drafted later has the same number as before.
pub fn drafts(kept: &KeptPlan<'_>) -> Vec<NewProposal> {
    let lead = PassKind::Lead.code();
    let rows = kept.folder.pairs.iter().filter(|row| row.pass == lead);
    let rows: HashMap<&str, &PairRow> = rows.map(|row| (row.child.as_str(), row)).collect();
    let units: HashMap<&str, usize> =
        kept.ids.volunteers.iter().enumerate().map(|(at, id)| (id.as_str(), at)).collect();
    let person = |unit: usize| kept.snapshot.volunteers[unit].id.clone();
    let kind = |volunteer: u32| {
        let seasonal = kept.prepared.volunteers[volunteer as usize].seasonal;
        if seasonal { PairKind::Seasonal } else { PairKind::Lead }.names().1
    };
    let row_of = |child: u32| rows.get(kept.ids.children[child as usize].as_str());
    let mut drafts = Vec::new();
    for (group, number) in kept.plan.outline.groups.iter().zip(0_u32..) {
        let Some(right) = kept.plan.chosen(number) else { continue };
        let volunteer = kept.plan.volunteer_at(right);
        let children = || group.children.iter().map(|child| &kept.snapshot.children[*child as usize]);
        let backup = row_of(group.children[0]).and_then(|row| units.get(row.backup.as_str()));
        drafts.push(NewProposal {
            group_number: i64::from(kept.numbers.group(number)),
            region_code: children().next().map(|child| child.region_code.clone()).unwrap_or_default(),
            volunteer_id: person(volunteer as usize),
            kind: kind(volunteer),
            origin: Origin::Proposed.names().1,
            cost: kept.plan.cost(number, right).unwrap_or_default(),
            backup_volunteer_id: backup.map(|unit| person(*unit)),
            joins_child_id: None,
            child_ids: children().map(|child| child.id.clone()).collect(),
        });
    }
    let joined = kept.posed.standing.pairs.iter().filter(|pair| pair.origin == Origin::JoinedSibling);
    let numbers = child_numbers(kept);
    let first = drafts.len();
    for pair in joined {
        let child = &kept.snapshot.children[pair.child as usize];
        let Some(number) = numbers.get(child.id.as_str()) else { continue };
        drafts.push(NewProposal {
            group_number: i64::from(kept.numbers.groups() + number),
            region_code: child.region_code.clone(),
            volunteer_id: person(pair.volunteer as usize),
            kind: kind(pair.volunteer),
            origin: Origin::JoinedSibling.names().1,
            cost: row_of(pair.child).and_then(|row| row.cost.as_ref()).map_or(0, |(cost, _)| *cost),
            backup_volunteer_id: None,
            joins_child_id: joined_by(kept, pair)
                .map(|child| kept.snapshot.children[child as usize].id.clone()),
            child_ids: vec![child.id.clone()],
        });
    }
    drafts[first..].sort_by_key(|draft| draft.group_number);
    drafts
}

/// By id of the store: the number of a child in the order of the run.
fn child_numbers<'k>(kept: &'k KeptPlan<'_>) -> HashMap<&'k str, u32> {
    match &kept.snapshot.erased_since {
        Some(key) => key.children.iter().map(|(id, _)| id.as_str()).zip(0..).collect(),
        None => kept.snapshot.children.iter().map(|child| child.id.as_str()).zip(0..).collect(),
    }
}

/// The brother or sister whose pair stood before, and whom a child joins.
fn joined_by(kept: &KeptPlan<'_>, joining: &StandingPair) -> Option<u32> {
    let household = |child: u32| kept.prepared.child_of(child).household.as_ref();
    let home = household(joining.child)?;
    let stood = kept.posed.standing.pairs.iter().filter(|pair| pair.origin != Origin::JoinedSibling);
    let mut with_her = stood.filter(|pair| pair.volunteer == joining.volunteer);
    with_her.find(|pair| household(pair.child) == Some(home)).map(|pair| pair.child)
}
