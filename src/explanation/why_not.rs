//! Why not this volunteer for this child: the rules that forbid it, or what insisting would cost and whom it would move.
//!
//! Rules are asked of all children who would be placed together, and of what standing pairs leave open. Where none
//! forbids the pair, the price is the exact difference of two least totals, found by
//! [one search](crate::assignment::insist) of the residual graph.

use super::insisting::Insisting;
use super::named::{Named, NamedRule};
use super::{Audience, LoadedPlan};
use crate::candidates::rules::verdict;
use crate::candidates::{Prepared, Scope, StandingPairs};
use crate::model::Rule;

/// Why not this volunteer for this child.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct WhyNot {
    /// The child.
    pub child: Named,
    /// Brothers and sisters who are placed with it and would come along.
    pub with_siblings: Vec<Named>,
    /// The volunteer.
    pub volunteer: Named,
    /// The answer.
    pub because: Because,
}

/// The reason why a child does not have a volunteer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Because {
    /// It does.
    Paired,
    /// Rules forbid it.
    Forbidden {
        /// In counting order.
        rules: Vec<NamedRule>,
        /// Pairs that stand hold all her places: she has places, and none is open.
        places_held: bool,
    },
    /// No rule forbids it, but the child's present pair stands and is not moved by a run.
    ChildStands {
        /// The child's volunteer.
        with: Named,
        /// How the pair came to be: `kept`, `accepted`, `pinned`, `joined_sibling`.
        origin: &'static str,
    },
    /// It may be; this is what it would change.
    Price {
        /// Points of the pair itself.
        cost_points: i64,
        /// Exactly.
        insisting: Insisting,
    },
    /// It may be, but every choice with it leaves somebody alone who must not be.
    NoChoice,
}

/// Answers the question.
///
/// # Complexity
/// That of [`insist`](crate::assignment::insist): it sees what lies nearer than the price of the change.
pub fn why_not(plan: &LoadedPlan<'_>, child: u32, volunteer: u32) -> WhyNot {
    let prepared = plan.prepared;
    let group = plan.group_of(child);
    let children: &[u32] = match group {
        Some(group) => &plan.outline.groups[group as usize].children,
        None => &[child],
    };
    let others = children.iter().filter(|other| **other != child);
    WhyNot {
        child: Named::child(prepared, child),
        with_siblings: others.map(|other| Named::child(prepared, *other)).collect(),
        volunteer: Named::volunteer(prepared, volunteer),
        because: because(plan, group, children, volunteer),
    }
}

fn because(plan: &LoadedPlan<'_>, group: Option<u32>, children: &[u32], volunteer: u32) -> Because {
    let prepared = plan.prepared;
    let stands = plan.standing.pairs.iter().find(|pair| group.is_none() && children.contains(&pair.child));
    let right = plan.right_of(volunteer);
    let has = group.and_then(|group| plan.chosen(group));
    if stands.is_some_and(|pair| pair.volunteer == volunteer) || (right.is_some() && has == right) {
        return Because::Paired;
    }
    let rules = forbidding_rules(prepared, plan.standing, children, volunteer);
    if !rules.is_empty() {
        let places_held = rules.contains(&Rule::Capacity) && prepared.volunteer_of(volunteer).capacity > 0;
        return Because::Forbidden { rules: NamedRule::all(&rules), places_held };
    }
    if let Some(pair) = stands {
        let with = Named::volunteer(prepared, pair.volunteer);
        return Because::ChildStands { with, origin: pair.origin.names().1 };
    }
    let priced = group.zip(right).and_then(|(group, right)| {
        let cost_points = plan.cost(group, right)?;
        let insisting = Insisting::of(plan, group, right, cost_points)?;
        Some(Because::Price { cost_points, insisting })
    });
    priced.unwrap_or(Because::NoChoice)
}

/// Every rule that forbids a pair, in counting order: those of the people, that a unit whom some brother or sister stands with
/// and whom these could not join takes none of them (H17), and that pairs which stand hold all her places (H12).
pub fn forbidding_rules(
    prepared: &Prepared<'_>,
    standing: &StandingPairs,
    children: &[u32],
    volunteer: u32,
) -> Vec<Rule> {
    let mut broken = verdict(prepared, children, volunteer, Scope::Lead).broken;
    if children.iter().any(|child| standing.could_not_join(*child, volunteer)) {
        broken.push(Rule::Siblings);
    }
    if standing.households_of(volunteer) >= prepared.volunteer_of(volunteer).capacity {
        broken.push(Rule::Capacity);
    }
    broken.sort_unstable();
    broken.dedup();
    broken
}

impl WhyNot {
    /// Reduced to what an audience may know.
    #[must_use]
    pub fn shown_to(mut self, audience: Audience) -> Self {
        self.because = match self.because {
            Because::Forbidden { rules, places_held } => Because::Forbidden {
                rules: NamedRule::shown_to(&rules, audience),
                places_held: places_held && audience.sees_others(),
            },
            // The guardian knows the child's own volunteer; another volunteer is not told of her.
            Because::ChildStands { with, origin } if audience == Audience::Volunteer => {
                Because::ChildStands { with: with.as_other(audience), origin }
            }
            Because::Price { cost_points, insisting } => {
                Because::Price { cost_points, insisting: insisting.shown_to(audience) }
            }
            same => same,
        };
        self
    }
}
