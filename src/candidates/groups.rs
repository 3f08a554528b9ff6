//! Who is placed together: a child, or the brothers and sisters of one household.

use std::collections::BTreeMap;

use super::prepared::Prepared;
use super::rules::Scope;
use super::standing::StandingPairs;
use crate::model::HouseholdId;
use crate::model::policy::SiblingPolicy;

/// A left node: children who get one volunteer together, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Child indices, in stable order.
    pub children: Vec<u32>,
    /// Lead, or one need.
    pub scope: Scope,
}

/// The groups that wait for a lead, in stable order: everybody whom no standing pair holds.
pub fn lead_groups(prepared: &Prepared<'_>, standing: &StandingPairs) -> Vec<Group> {
    let together = prepared.policy.siblings == SiblingPolicy::SameVolunteer;
    let mut groups: Vec<Group> = Vec::new();
    let mut of_household: BTreeMap<&HouseholdId, usize> = BTreeMap::new();
    for child in prepared.child_order.iter().copied().filter(|child| !standing.holds(*child)) {
        let household = prepared.child_of(child).household.as_ref().filter(|_| together);
        let known = household.and_then(|household| of_household.get(household));
        if let Some(group) = known {
            groups[*group].children.push(child);
            continue;
        }
        if let Some(household) = household {
            of_household.insert(household, groups.len());
        }
        groups.push(Group { children: vec![child], scope: Scope::Lead });
    }
    groups
}

/// The needs that wait for a specialist, in stable order, and those that the limit on concurrent
/// volunteers (S19) puts off.
pub fn service_groups(prepared: &Prepared<'_>) -> (Vec<Group>, Vec<Group>) {
    let places = prepared.policy.max_volunteers_per_child.saturating_sub(1) as usize;
    let (mut groups, mut deferred) = (Vec::new(), Vec::new());
    for child in prepared.child_order.iter().copied() {
        for (position, need) in prepared.children[child as usize].services.iter().enumerate() {
            let group = Group { children: vec![child], scope: Scope::Service(*need) };
            if position < places { groups.push(group) } else { deferred.push(group) }
        }
    }
    (groups, deferred)
}
