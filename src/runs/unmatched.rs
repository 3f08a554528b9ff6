//! A kept plan → children without a lead and needs without a specialist, in the order in which the plan's folder lists them.

use std::collections::HashMap;

use super::kept::KeptPlan;
use super::snapshot::Person;

/// Somebody who waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The child.
    pub child: Person,
    /// `lead` or `service`.
    pub pass: String,
    /// The need, of a service.
    pub need: String,
    /// A stable word.
    pub reason: String,
    /// Rules, and how many volunteers were lost at each.
    pub rules: String,
}

/// Everybody who waits.
pub fn unmatched(kept: &KeptPlan<'_>) -> Vec<Unmatched> {
    let children: HashMap<&str, &Person> =
        kept.ids.children.iter().map(String::as_str).zip(&kept.snapshot.children).collect();
    let rows = kept.folder.unmatched.iter().filter_map(|row| {
        Some(Unmatched {
            child: (*children.get(row.child.as_str())?).clone(),
            pass: row.pass.clone(),
            need: row.need.clone(),
            reason: row.reason.clone(),
            rules: row.rules.clone(),
        })
    });
    rows.collect()
}
