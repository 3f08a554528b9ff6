//! What if: changes to people and policy as plain data, applied to a copy of the inputs; what they cost, once both plans are
//! made.
//!
//! A pin is a pinned row of `existing_pairs.csv`, a forbidden pair an exclusion of the child's, a capacity the volunteer's
//! column, a setting a key of `policy.toml`: the plan that follows is the one that `match` makes of sheets edited so. Pairs
//! that stand (kept, accepted, pinned) are not touched unless that is asked; changes that contradict each other or what
//! stands are refused, and so is a pin that breaks a rule. What the changes cost is exact: both plans are optimal, and the
//! pairs of both are counted whole, pinned and standing ones too.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Audience;
use super::audience::NotForThem;
use super::difference::{Amount, Difference};
use super::named::Named;
use crate::candidates::standing::PlaceTaker;
use crate::candidates::{Group, Origin, Prepared, Scope, StandingPair, StandingPairs};
use crate::model::instance::SourceRow;
use crate::model::pairing::PairState;
use crate::model::policy::POINTS_PER_MINUTE;
use crate::model::{ChildId, ExistingPair, Instance, Rule, VolunteerId};
use crate::scoring::score;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum Change {
    /// These two are paired.
    Pin {
        /// The child.
        child: Named,
        /// The volunteer.
        volunteer: Named,
    },
    /// These two are not.
    Forbid {
        /// The child.
        child: Named,
        /// The volunteer.
        volunteer: Named,
    },
    /// A volunteer takes so many households.
    Capacity {
        /// Who.
        volunteer: Named,
        /// Households.
        households: u32,
    },
    /// A key of the policy has another value. Policies belong to the input: [`apply`] leaves this to its caller.
    Setting {
        /// The key, as docs/POLICY.md names it.
        key: String,
        /// The value as written.
        value: String,
    },
    /// Accepted and pinned pairs are open again. Living pairs never are.
    MoveAccepted,
}

/// Why changes are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhatIfError {
    /// Nobody of that number.
    #[error("资料中没有 {0}，请核对编号 / nobody in the sheets has the number {0}: check it")]
    Unknown(String),
    /// Two of the changes contradict each other.
    #[error("{one} 与 {other} 矛盾：请只留一个 / {one} and {other} contradict each other: keep one of them")]
    Contradiction {
        /// One.
        one: String,
        /// The other.
        other: String,
    },
    /// A pair that stands is in the way.
    #[error(
        "{change}：儿童 {child} 与志愿者 {volunteer} 的结对{}，不动它；{} / {change}: the pair of child {child} and volunteer \
         {volunteer} {} and is not moved; {}",
        stands(*.origin).0, stands(*.origin).1, stands(*.origin).2, stands(*.origin).3
    )]
    Stands {
        /// The change that it is in the way of.
        change: String,
        /// The child.
        child: ChildId,
        /// The volunteer.
        volunteer: VolunteerId,
        /// Why it stands.
        origin: Origin,
    },
    /// A pin that breaks rules, or finds no place; or a former pin that would by these changes.
    #[error("指定 {child}:{volunteer} 不合规则，不试算：{} / the pin {child}:{volunteer} breaks rules and is not tried: {}", listed(.rules, true), listed(.rules, false))]
    PinRefused {
        /// The child.
        child: ChildId,
        /// The volunteer.
        volunteer: VolunteerId,
        /// The rules.
        rules: Vec<Rule>,
    },
}

fn stands(origin: Origin) -> (&'static str, &'static str, &'static str, &'static str) {
    match origin {
        Origin::Kept => {
            ("正在进行", "结束它请改 existing_pairs.csv", "is alive", "to end it, correct existing_pairs.csv")
        }
        Origin::Pinned => {
            ("已指定", "要试请加 --move-accepted", "is pinned", "to try it, add --move-accepted")
        }
        _ => ("已被接受", "要试请加 --move-accepted", "was accepted", "to try it, add --move-accepted"),
    }
}

fn listed(rules: &[Rule], chinese: bool) -> String {
    let text = |rule: &Rule| {
        let texts = rule.texts();
        format!("{} {}", rule.code(), if chinese { texts.0 } else { texts.1 })
    };
    rules.iter().map(text).collect::<Vec<_>>().join(if chinese { "；" } else { "; " })
}

impl Change {
    /// As it is asked for on the command line.
    pub fn asked(&self) -> String {
        let number = |named: &Named| named.number().unwrap_or_default().to_owned();
        match self {
            Self::Pin { child, volunteer } => format!("--pin {}:{}", number(child), number(volunteer)),
            Self::Forbid { child, volunteer } => format!("--forbid {}:{}", number(child), number(volunteer)),
            Self::Capacity { volunteer, households } => {
                format!("--capacity {}={households}", number(volunteer))
            }
            Self::Setting { key, value } => format!("--set {key}={value}"),
            Self::MoveAccepted => "--move-accepted".to_owned(),
        }
    }

    /// Whether both cannot be.
    fn contradicts(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pin { child, volunteer }, Self::Pin { child: again, volunteer: another }) => {
                child == again && volunteer != another
            }
            (Self::Pin { child, volunteer }, Self::Forbid { child: again, volunteer: another })
            | (Self::Forbid { child, volunteer }, Self::Pin { child: again, volunteer: another }) => {
                child == again && volunteer == another
            }
            (
                Self::Capacity { volunteer, households },
                Self::Capacity { volunteer: again, households: others },
            ) => volunteer == again && households != others,
            (Self::Setting { key, value }, Self::Setting { key: again, value: another }) => {
                key == again && value != another
            }
            _ => false,
        }
    }
}

/// The keys of the policy that change.
pub fn settings(changes: &[Change]) -> Vec<(String, String)> {
    let setting = |change: &Change| match change {
        Change::Setting { key, value } => Some((key.clone(), value.clone())),
        _ => None,
    };
    changes.iter().filter_map(setting).collect()
}

/// The people with the changes made, as sheets edited so would give them.
///
/// # Errors
/// Unknown people, contradictions, and changes that a standing pair is in the way of.
pub fn apply(instance: &Instance, changes: &[Change]) -> Result<Instance, WhatIfError> {
    for (at, one) in changes.iter().enumerate() {
        if let Some(other) = changes[at + 1..].iter().find(|other| one.contradicts(other)) {
            return Err(WhatIfError::Contradiction { one: one.asked(), other: other.asked() });
        }
    }
    let mut edited = instance.clone();
    if changes.contains(&Change::MoveAccepted) {
        edited.existing_pairs.retain(|row| row.state != PairState::Pinned);
        edited.replies.retain(|reply| !reply.accepted);
    }
    // What stood before the pins of this question, which are compared with each other above.
    let standing = rows_that_stand(&edited);
    for change in changes {
        match change {
            Change::Pin { child, volunteer } => {
                let (at, unit) = (child_at(instance, child)?, volunteer_at(instance, volunteer)?);
                let pair = (&instance.children[at].id, &instance.volunteers[unit].id);
                match standing.iter().find(|row| row.0 == *pair.0) {
                    Some(row) if row.1 != *pair.1 => return Err(in_the_way(change, row)),
                    Some(_) => {}
                    None => edited.existing_pairs.push(pinned(pair.0, pair.1)),
                }
            }
            Change::Forbid { child, volunteer } => {
                let (at, unit) = (child_at(instance, child)?, volunteer_at(instance, volunteer)?);
                let pair = (&instance.children[at].id, &instance.volunteers[unit].id);
                if let Some(row) = standing.iter().find(|row| row.0 == *pair.0 && row.1 == *pair.1) {
                    return Err(in_the_way(change, row));
                }
                let excluded = &mut edited.children[at].excluded_volunteers;
                if !excluded.contains(pair.1) {
                    excluded.push(pair.1.clone());
                }
            }
            Change::Capacity { volunteer, households } => {
                let unit = volunteer_at(instance, volunteer)?;
                edited.volunteers[unit].capacity = *households;
            }
            Change::Setting { .. } | Change::MoveAccepted => {}
        }
    }
    edited.existing_pairs.sort_by(|one, other| {
        (&one.child, &one.volunteer, one.state).cmp(&(&other.child, &other.volunteer, other.state))
    });
    edited.existing_pairs.dedup_by(|one, other| {
        (&one.child, &one.volunteer, one.state) == (&other.child, &other.volunteer, other.state)
    });
    Ok(edited)
}

/// A pair that stands.
type Standing = (ChildId, VolunteerId, Origin);

fn rows_that_stand(instance: &Instance) -> Vec<Standing> {
    let existing = instance.existing_pairs.iter().filter_map(|row| {
        let origin = match row.state {
            PairState::Kept => Origin::Kept,
            PairState::Pinned => Origin::Pinned,
            PairState::Ended => return None,
        };
        Some((row.child.clone(), row.volunteer.clone(), origin))
    });
    let accepted = instance.replies.iter().filter(|reply| reply.accepted);
    let accepted = accepted.map(|reply| (reply.child.clone(), reply.volunteer.clone(), Origin::Accepted));
    existing.chain(accepted).collect()
}

fn in_the_way(change: &Change, row: &Standing) -> WhatIfError {
    let (child, volunteer, origin) = row.clone();
    WhatIfError::Stands { change: change.asked(), child, volunteer, origin }
}

fn pinned(child: &ChildId, volunteer: &VolunteerId) -> ExistingPair {
    ExistingPair {
        child: child.clone(),
        volunteer: volunteer.clone(),
        state: PairState::Pinned,
        began_on: None,
        ended_on: None,
        went_well: None,
        source: SourceRow::default(),
    }
}

fn child_at(instance: &Instance, named: &Named) -> Result<usize, WhatIfError> {
    let number = named.number().unwrap_or_default();
    let found = instance.children.iter().position(|child| child.id.as_str() == number);
    found.ok_or_else(|| WhatIfError::Unknown(number.to_owned()))
}

fn volunteer_at(instance: &Instance, named: &Named) -> Result<usize, WhatIfError> {
    let number = named.number().unwrap_or_default();
    let found = instance.volunteers.iter().position(|unit| unit.id.as_str() == number);
    found.ok_or_else(|| WhatIfError::Unknown(number.to_owned()))
}

/// Whether every pin holds: those of the changes, and those that held before.
///
/// # Errors
/// [`WhatIfError::PinRefused`], with the rules.
pub fn pins_hold(
    prepared: &Prepared<'_>,
    before: &StandingPairs,
    after: &StandingPairs,
    changes: &[Change],
) -> Result<(), WhatIfError> {
    let known: BTreeSet<(u32, u32)> =
        before.refused_pins.iter().map(|pair| (pair.child, pair.volunteer)).collect();
    let asked = |pair: &StandingPair| {
        let (child, volunteer) =
            (Named::child(prepared, pair.child), Named::volunteer(prepared, pair.volunteer));
        changes.contains(&Change::Pin { child, volunteer })
    };
    let refused =
        after.refused_pins.iter().find(|pair| asked(pair) || !known.contains(&(pair.child, pair.volunteer)));
    refused.map_or(Ok(()), |pair| {
        Err(WhatIfError::PinRefused {
            child: prepared.child_of(pair.child).id.clone(),
            volunteer: prepared.volunteer_of(pair.volunteer).id.clone(),
            rules: pair.verdict.broken.clone(),
        })
    })
}

/// What all leads of a plan cost, standing ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Whole {
    /// Cost of the pairs: brothers and sisters with one volunteer are one pair, as where they are placed together.
    pub cost_points: i64,
    /// Further households of one volunteer.
    pub load_points: i64,
    /// Standing pairs that can no longer meet: they have no cost.
    pub without_cost: usize,
}

impl Whole {
    /// Of leads, by child and volunteer.
    pub fn of(prepared: &Prepared<'_>, leads: &[(u32, u32)]) -> Self {
        let mut households: BTreeMap<u32, BTreeMap<PlaceTaker<'_>, Vec<u32>>> = BTreeMap::new();
        for (child, volunteer) in leads {
            let of_unit = households.entry(*volunteer).or_default();
            of_unit.entry(PlaceTaker::of(prepared, *child)).or_default().push(*child);
        }
        let step = i64::from(prepared.policy.exchange.further_household_min) * POINTS_PER_MINUTE;
        let mut whole = Self::default();
        for (volunteer, taken) in households {
            let count = taken.len() as i64;
            whole.load_points += step * count * (count - 1) / 2;
            for children in taken.into_values() {
                match score(prepared, &Group { children, scope: Scope::Lead }, volunteer) {
                    Some(score) => whole.cost_points += score.total(),
                    None => whole.without_cost += 1,
                }
            }
        }
        whole
    }
}

/// What the changes cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Children with a lead; by class they are in [`Difference::classes`].
    pub paired: Amount,
    /// Cost of all leads, in points.
    pub cost_points: Amount,
    /// Further households of one volunteer, in points.
    pub load_points: Amount,
    /// Their sum.
    pub all_points: Amount,
    /// The policy is the same, so that the amounts are of one currency.
    pub same_policy: bool,
    /// Standing pairs of either plan that can no longer meet and have no cost.
    pub without_cost: Amount,
}

impl Cost {
    /// Of two plans, each under its own policy: leads by child and volunteer.
    pub fn between(before: (&Prepared<'_>, &[(u32, u32)]), after: (&Prepared<'_>, &[(u32, u32)])) -> Self {
        let (one, other) = (Whole::of(before.0, before.1), Whole::of(after.0, after.1));
        let amount = |take: fn(&Whole) -> i64| Amount::of(Some(take(&one)), Some(take(&other)));
        Self {
            paired: Amount::of(Some(before.1.len() as i64), Some(after.1.len() as i64)),
            cost_points: amount(|whole| whole.cost_points),
            load_points: amount(|whole| whole.load_points),
            all_points: amount(|whole| whole.cost_points + whole.load_points),
            same_policy: before.0.policy == after.0.policy,
            without_cost: amount(|whole| whole.without_cost as i64),
        }
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// The changes that were asked about.
    pub changes: Vec<Change>,
    /// What they cost.
    pub cost: Cost,
    /// Who moved, and all else that differs.
    pub difference: Difference,
}

impl WhatIf {
    /// The same for an audience.
    ///
    /// # Errors
    /// [`NotForThem`] for a guardian or a volunteer.
    pub fn shown_to(self, audience: Audience) -> Result<Self, NotForThem> {
        audience.may_read_tables().map(|()| self)
    }
}
