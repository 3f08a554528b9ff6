//! What may be said of one pair: what it costs, or the rules that forbid it.
//!
//! Everything here speaks of one child and one volunteer unit by the county's own numbers and is meant for
//! coordinators. Parts come in minutes and sum to the whole; rules come in counting order.

use crate::candidates::meeting::Meeting;
use crate::candidates::rules::{MissingPaper, verdict};
use crate::candidates::{Group, Prepared, Scope, StandingPairs};
use crate::model::Rule;
use crate::scoring::{Met, Score, score};

/// What may be said of a pair, chosen or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PairAnswer {
    /// The pair may be.
    Admissible(AdmissiblePair),
    /// The pair may not be: the rules that forbid it.
    Forbidden(Vec<Rule>),
}

/// An admissible pair with what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdmissiblePair {
    /// Cost of the arc: of the child and of the brothers and sisters who come with it.
    pub score: Score,
    /// By child of the group: child index, how the two meet, wished needs that are met and that are not.
    pub children: Vec<MetChild>,
    /// Papers that a provisional plan counts as arrived.
    pub awaited: Vec<MissingPaper>,
}

/// What one child gets from the volunteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetChild {
    /// Child index.
    pub child: u32,
    /// How the two meet.
    pub meeting: Meeting,
    /// Needs that are met: required ones, then wished ones.
    pub met: Vec<usize>,
    /// Wished needs that are not.
    pub missed: Vec<usize>,
}

/// Explains a pair of children who are placed together and a volunteer unit. A unit that serves a brother or sister
/// whom these could not join takes none of them either (H17).
pub fn explain_pair(
    prepared: &Prepared<'_>,
    standing: &StandingPairs,
    children: &[u32],
    volunteer: u32,
) -> PairAnswer {
    let mut checked = verdict(prepared, children, volunteer, Scope::Lead);
    if checked.admissible() && children.iter().any(|child| standing.could_not_join(*child, volunteer)) {
        checked.broken.push(Rule::Siblings);
    }
    let group = Group { children: children.to_vec(), scope: Scope::Lead };
    let scored = score(prepared, &group, volunteer);
    let (true, Some(score)) = (checked.admissible(), scored) else {
        return PairAnswer::Forbidden(checked.broken);
    };
    let met_child = |child: &u32| {
        let met = Met::of(prepared, *child, volunteer, Scope::Lead)?;
        let required = prepared.children[*child as usize].required.iter().copied();
        Some(MetChild {
            child: *child,
            meeting: met.meeting,
            met: required.chain(met.wished).collect(),
            missed: met.missed,
        })
    };
    PairAnswer::Admissible(AdmissiblePair {
        score,
        children: children.iter().filter_map(met_child).collect(),
        awaited: checked.awaited,
    })
}
