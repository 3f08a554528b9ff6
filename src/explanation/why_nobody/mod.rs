//! Why a child has nobody, and what would change that.
//!
//! In: a loaded plan and a child. Out: one of the reasons of [`Why`], told apart in this order: the child has
//! somebody after all; the child's own side is not ready, or that of a brother or sister with whom it is placed;
//! nobody is admissible; the policy pays less than anybody would cost; every place that the child could come by is
//! taken. Children who are not in the pool are no part of a plan.
//!
//! - `funnel`: how many volunteers are left after each rule. `opening`: the least change of each kind that
//!   gives a pair, a `relaxation`.
//! - `competition`: the closed set of children and volunteers that alternating paths over all admissible pairs
//!   reach.
//!
//! Cost: a [`NobodyIndex`] is built once a plan, each of its two parts when it is first asked for.

mod competition;
mod funnel;
mod hours;
mod opening;
mod reach;
mod relaxation;
mod scene;

use std::sync::OnceLock;

use serde::ser::{Serialize, Serializer};

use super::named::{Named, NamedRule};
use super::{Audience, LoadedPlan};
use crate::candidates::Paper;
use crate::candidates::rules::{child_verdict, child_verdict_awaiting};
use crate::model::Rule;
use crate::model::policy::CoverageMode;
use competition::Competition;
use funnel::Everybody;
use opening::Opening;

pub use competition::{ClassShare, TownshipShare, Witness};
pub use funnel::{Funnel, Lost, Stage, StageKind};
pub use relaxation::{
    Change, DayPart, MissingSkill, NamedLimit, NamedPaper, OpenedPair, Relaxation, Stretch, Used,
};

/// Below this, a number of people is not told to those who could single somebody out.
const FEW: u32 = 3;

/// A number of people, or that there are few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// So many.
    Exactly(u32),
    /// One or two.
    Few,
}

impl Count {
    /// The number, if it may be known.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::Exactly(number) => Some(number),
            Self::Few => None,
        }
    }

    /// The same for somebody who could single people out.
    #[must_use]
    pub fn blurred(self) -> Self {
        match self {
            Self::Exactly(number) if (1..FEW).contains(&number) => Self::Few,
            other => other,
        }
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exactly(number) => serializer.serialize_u32(*number),
            Self::Few => serializer.serialize_str("few"),
        }
    }
}

/// Why a child has nobody.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct WhyNobody {
    /// Who was asked about.
    pub child: Named,
    /// Brothers and sisters who are placed together with the child.
    pub together_with: Vec<Named>,
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

/// The reason.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Why {
    /// The child has somebody.
    Paired {
        /// Whom.
        volunteer: Named,
    },
    /// Something on the child's own side.
    OwnSide {
        /// What.
        obstacles: Vec<Obstacle>,
    },
    /// Something on the side of a brother or sister who is to have the same volunteer.
    SiblingsSide {
        /// Whose, and what.
        siblings: Vec<SiblingObstacles>,
    },
    /// No volunteer passes every rule.
    NobodyAdmissible {
        /// How many are left after each.
        funnel: Funnel,
        /// The least change of each kind that gives a pair.
        relaxations: Vec<Relaxation>,
    },
    /// Every place that the child could come by is taken.
    Competition(Witness),
    /// Everybody would cost no less than what the policy pays for a volunteer here.
    Price(PriceReason),
}

/// A rule of a child's own side that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Obstacle {
    /// Which.
    pub rule: NamedRule,
    /// What is to be done; none for an audience that is to ask the office.
    pub to_do: Option<ToDo>,
}

/// What is to be done about a rule of a child's own side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToDo {
    /// Ask for this paper.
    Ask(Paper),
    /// Nothing: a «no» binds.
    Respect,
}

impl Serialize for ToDo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Ask(paper) => paper.code(),
            Self::Respect => "respect_the_answer",
        })
    }
}

/// What stands against a brother or sister.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SiblingObstacles {
    /// Who.
    pub child: Named,
    /// What.
    pub obstacles: Vec<Obstacle>,
}

/// What the policy pays for a volunteer, and what everybody would cost at least.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PriceReason {
    /// What leaving the child alone costs.
    pub unmatched_points: i64,
    /// c + v of the cheapest admissible volunteer: no plan that gives the child anybody gets by with less for it.
    pub at_least_points: i64,
    /// Who that is; none for an audience that may not know.
    pub cheapest: Option<Cheapest>,
}

/// The admissible volunteer of least c + v.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Cheapest {
    /// Who.
    pub volunteer: Named,
    /// c: what the pair costs.
    pub cost_points: i64,
    /// v: the price of her place.
    pub price_points: i64,
}

/// What answers about one plan share: volunteers by place with their own rules, and the closures of everybody
/// without a volunteer.
pub struct NobodyIndex<'q> {
    plan: &'q LoadedPlan<'q>,
    everybody: OnceLock<Everybody>,
    competition: OnceLock<Competition<'q>>,
}

/// Why a child has nobody. Who asks for many children keeps a [`NobodyIndex`].
pub fn why_nobody(plan: &LoadedPlan<'_>, child: u32) -> WhyNobody {
    NobodyIndex::of(plan).why_nobody(child)
}

impl<'q> NobodyIndex<'q> {
    /// An index of a plan; nothing is built before it is needed.
    pub fn of(plan: &'q LoadedPlan<'q>) -> Self {
        Self { plan, everybody: OnceLock::new(), competition: OnceLock::new() }
    }

    /// Why a child has nobody.
    ///
    /// # Complexity
    /// Once the parts are built: nobody admissible, O(volunteers within reach), of all where nobody must come;
    /// competition, a few searches and O(components reached).
    pub fn why_nobody(&self, child: u32) -> WhyNobody {
        let plan = self.plan;
        let prepared = plan.prepared;
        let answer = |together: &[u32], why: Why| WhyNobody {
            child: Named::child(prepared, child),
            together_with: together
                .iter()
                .filter(|other| **other != child)
                .map(|other| Named::child(prepared, *other))
                .collect(),
            why,
        };
        let Some(group) = plan.group_of(child) else {
            let standing = plan.standing.pairs.iter().find(|pair| pair.child == child);
            let volunteer =
                standing.map_or_else(Named::nobody, |pair| Named::volunteer(prepared, pair.volunteer));
            return answer(&[], Why::Paired { volunteer });
        };
        let children = plan.outline.groups[group as usize].children.as_slice();
        answer(children, self.why(group, children, child))
    }

    fn why(&self, group: u32, children: &[u32], child: u32) -> Why {
        let plan = self.plan;
        if let Some(right) = plan.chosen(group) {
            return Why::Paired { volunteer: Named::volunteer(plan.prepared, plan.volunteer_at(right)) };
        }
        let obstacles = self.obstacles(child);
        if !obstacles.is_empty() {
            return Why::OwnSide { obstacles };
        }
        let siblings = children.iter().map(|child| SiblingObstacles {
            child: Named::child(plan.prepared, *child),
            obstacles: self.obstacles(*child),
        });
        let siblings: Vec<_> = siblings.filter(|sibling| !sibling.obstacles.is_empty()).collect();
        if !siblings.is_empty() {
            return Why::SiblingsSide { siblings };
        }
        let Some(cheapest) = plan.cheapest(group) else {
            return self.nobody_admissible(group, children);
        };
        if plan.prepared.policy.coverage == CoverageMode::Lexicographic
            && let Some(witness) = self.competition().witness(group)
        {
            return Why::Competition(witness);
        }
        self.price_reason(group, cheapest)
    }

    /// The groups and right nodes that alternating paths reach from a group without a volunteer, each ascending: S
    /// and N(S).
    pub fn closure_of(&self, group: u32) -> (Vec<u32>, Vec<u32>) {
        self.competition().closure_of(group)
    }

    fn everybody(&self) -> &Everybody {
        self.everybody.get_or_init(|| Everybody::of(self.plan))
    }

    fn competition(&self) -> &Competition<'q> {
        self.competition.get_or_init(|| Competition::of(self.plan))
    }

    /// The rules of a child's own side that do not hold.
    fn obstacles(&self, child: u32) -> Vec<Obstacle> {
        let refused = child_verdict_awaiting(self.plan.prepared, child).broken;
        let to_do = |rule: Rule| match rule {
            _ if refused.contains(&rule) => Some(ToDo::Respect),
            Rule::GuardianConsent => Some(ToDo::Ask(Paper::GuardianConsent)),
            Rule::EntitledGuardian => Some(ToDo::Ask(Paper::EntitledSignature)),
            Rule::ChildWish => Some(ToDo::Ask(Paper::ChildWish)),
            _ => None,
        };
        let broken = child_verdict(self.plan.prepared, child).broken;
        broken.iter().map(|rule| Obstacle { rule: NamedRule(Some(*rule)), to_do: to_do(*rule) }).collect()
    }

    fn nobody_admissible(&self, group: u32, children: &[u32]) -> Why {
        let everybody = self.everybody();
        let looked_at = everybody.look_at(self.plan, children);
        let funnel = Funnel::of(self.plan.prepared.instance.volunteers.len(), &looked_at);
        let opening = Opening { plan: self.plan, everybody, group, children, looked_at: &looked_at };
        Why::NobodyAdmissible { funnel, relaxations: opening.relaxations() }
    }

    fn price_reason(&self, group: u32, (right, cost_points): (u32, i64)) -> Why {
        let price_points = self.plan.price(right);
        Why::Price(PriceReason {
            unmatched_points: self.plan.unmatched_price(group),
            at_least_points: cost_points + price_points,
            cheapest: Some(Cheapest {
                volunteer: Named::volunteer(self.plan.prepared, self.plan.volunteer_at(right)),
                cost_points,
                price_points,
            }),
        })
    }
}

impl WhyNobody {
    /// What an audience may know: for a guardian or a volunteer nobody else is named, and no number singles anybody
    /// out.
    #[must_use]
    pub fn shown_to(self, audience: Audience) -> Self {
        if audience.sees_others() {
            return self;
        }
        Self {
            child: self.child,
            together_with: self.together_with.into_iter().map(|child| child.as_other(audience)).collect(),
            why: self.why.shown_to(audience),
        }
    }
}

impl Why {
    fn shown_to(self, audience: Audience) -> Self {
        match self {
            Self::Paired { volunteer } => Self::Paired { volunteer: volunteer.as_other(audience) },
            Self::OwnSide { obstacles } => Self::OwnSide { obstacles: hidden(&obstacles, audience) },
            Self::SiblingsSide { siblings } => {
                let shown = siblings.into_iter().map(|sibling| SiblingObstacles {
                    child: sibling.child.as_other(audience),
                    obstacles: hidden(&sibling.obstacles, audience),
                });
                Self::SiblingsSide { siblings: shown.collect() }
            }
            Self::NobodyAdmissible { funnel, relaxations } => {
                let relaxations = relaxations.into_iter();
                Self::NobodyAdmissible {
                    funnel: funnel.shown_to(audience),
                    relaxations: relaxations.filter_map(|one| one.shown_to(audience)).collect(),
                }
            }
            Self::Competition(witness) => Self::Competition(witness.shown_to(audience)),
            Self::Price(reason) => Self::Price(PriceReason { cheapest: None, ..reason }),
        }
    }
}

/// Rules as an audience may read them, without what is to be done.
fn hidden(obstacles: &[Obstacle], audience: Audience) -> Vec<Obstacle> {
    let rules: Vec<NamedRule> = obstacles.iter().map(|obstacle| obstacle.rule).collect();
    NamedRule::shown_to(&rules, audience).into_iter().map(|rule| Obstacle { rule, to_do: None }).collect()
}
