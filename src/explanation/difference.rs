//! Two plans compared: by child, by need for a specialist, by class, by term of the score, by rule, by key of the policy.
//!
//! In: two [records](PlanRecord), of plans in memory or in folders. Out: a [`Difference`], data that serializes as it stands.
//! Children are told apart by the county's numbers, so the two may have been made from other sheets, at other times and under
//! other policies: who joined the pool or left it is said, and no amount is taken for more than it is. Cost: linear in the
//! children of both.

pub mod record;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::named::{Named, NamedRule};
use super::{Audience, audience::NotForThem};
use crate::model::Rule;
use crate::scoring::Term;
pub use record::{Outcome, PlanRecord};

/// One amount in both plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Amount {
    /// In the first plan; none of nothing, such as a median of no pairs.
    pub before: Option<i64>,
    /// In the second.
    pub after: Option<i64>,
    /// The second less the first; none where either is.
    pub difference: Option<i64>,
}

impl Amount {
    /// Of an amount that both plans may have.
    pub fn of(before: Option<i64>, after: Option<i64>) -> Self {
        Self { before, after, difference: before.zip(after).map(|(before, after)| after - before) }
    }

    fn count(before: usize, after: usize) -> Self {
        Self::of(Some(before as i64), Some(after as i64))
    }

    /// Whether there is nothing to tell.
    pub fn is_zero(self) -> bool {
        self.before.unwrap_or(0) == 0 && self.after.unwrap_or(0) == 0
    }
}

/// What a plan says of a child or of a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    /// Somebody was found.
    Paired {
        /// Who.
        volunteer: Named,
        /// How: `proposed`, `kept`, `accepted`, `pinned` or `joined_sibling`.
        origin: String,
    },
    /// Nobody was.
    Alone {
        /// Code of the reason.
        reason: String,
        /// The rules that speak.
        rules: Vec<Lost>,
    },
}

/// A rule that left a child alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Which.
    pub rule: NamedRule,
    /// How many volunteers were lost at it, where that was counted.
    pub volunteers: Option<u32>,
}

/// What changed for a child or a need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The same volunteer.
    Same,
    /// Nobody in both plans, for the same reason.
    StillAlone,
    /// Another volunteer.
    Moved,
    /// Somebody where there was nobody.
    NewlyPaired,
    /// Nobody where there was somebody.
    NoLongerPaired,
    /// Nobody in both plans, for another reason or by other rules.
    ReasonChanged,
    /// Only the second plan knows it.
    New,
    /// Only the first plan knows it.
    Absent,
}

impl Change {
    /// Every change.
    pub const ALL: [Self; 8] = [
        Self::Same,
        Self::StillAlone,
        Self::Moved,
        Self::NewlyPaired,
        Self::NoLongerPaired,
        Self::ReasonChanged,
        Self::New,
        Self::Absent,
    ];

    fn of(before: Option<&Outcome>, after: Option<&Outcome>) -> Self {
        let (before, after) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (None, _) => return Self::New,
            (_, None) => return Self::Absent,
        };
        match (before, after) {
            (Outcome::Paired { volunteer: one, .. }, Outcome::Paired { volunteer: other, .. }) => {
                if one == other { Self::Same } else { Self::Moved }
            }
            (Outcome::Alone { .. }, Outcome::Paired { .. }) => Self::NewlyPaired,
            (Outcome::Paired { .. }, Outcome::Alone { .. }) => Self::NoLongerPaired,
            (
                Outcome::Alone { reason: one, rules: of_one },
                Outcome::Alone { reason: other, rules: of_other },
            ) => {
                let by_rule = |rules: &[(Rule, Option<u32>)]| -> Vec<Rule> {
                    rules.iter().map(|(rule, _)| *rule).collect()
                };
                let same = one == other && by_rule(of_one) == by_rule(of_other);
                if same { Self::StillAlone } else { Self::ReasonChanged }
            }
        }
    }
}

/// How many had each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeCount {
    /// Which.
    pub change: Change,
    /// How many.
    pub count: usize,
}

/// A child for whom something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChildChange {
    /// Who.
    pub child: Named,
    /// What changed.
    pub change: Change,
    /// What the first plan says.
    pub before: Option<State>,
    /// What the second says.
    pub after: Option<State>,
}

/// A need for which something changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceChange {
    /// Whose.
    pub child: Named,
    /// Code of the need.
    pub need: String,
    /// What changed.
    pub change: Change,
    /// What the first plan says.
    pub before: Option<State>,
    /// What the second says.
    pub after: Option<State>,
}

/// A class in both plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassChange {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Children in the pool.
    pub children: Amount,
    /// Children with a lead.
    pub paired: Amount,
}

/// A term of the score in both plans, over lead pairs; brothers and sisters who were placed together count once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermChange {
    /// Code of the term, `load` for further households of one volunteer, or `all`.
    pub term: &'static str,
    /// Sum.
    pub sum_points: Amount,
    /// Median over the pairs, by nearest rank; none for `load`, which belongs to no one pair.
    pub median_points: Option<Amount>,
}

/// What a rule does in both plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleChange {
    /// Which.
    pub rule: NamedRule,
    /// Children who are alone because they themselves, or a brother or sister, do not keep it.
    pub children: Amount,
    /// Volunteers lost at it, added up over the children for whom nobody is admissible.
    pub volunteers_lost: Amount,
    /// Pairs that stand although they no longer keep it.
    pub no_longer_kept: Amount,
}

/// A key of the policy that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyChange {
    /// The key, as docs/POLICY.md names it.
    pub key: String,
    /// In the first plan.
    pub before: Option<String>,
    /// In the second.
    pub after: Option<String>,
}

/// Two plans compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Children by change.
    pub child_counts: Vec<ChangeCount>,
    /// Children for whom something changed, by number.
    pub children: Vec<ChildChange>,
    /// Needs for a specialist by change.
    pub service_counts: Vec<ChangeCount>,
    /// Needs for which something changed, by child.
    pub services: Vec<ServiceChange>,
    /// Classes of either plan, the highest first.
    pub classes: Vec<ClassChange>,
    /// Terms of the score.
    pub terms: Vec<TermChange>,
    /// Rules that speak in either plan, in counting order.
    pub rules: Vec<RuleChange>,
    /// Keys of the policy that differ. Where a price is among them, amounts of the two plans are not of one currency.
    pub policy: Vec<PolicyChange>,
}

impl Difference {
    /// Compares two plans.
    pub fn between(before: &PlanRecord, after: &PlanRecord) -> Self {
        let children = changes(&before.children, &after.children);
        let services = changes(&before.services, &after.services);
        Self {
            child_counts: counted(&children),
            children: told(children, |child, change, before, after| ChildChange {
                child: Named::by_number(child),
                change,
                before,
                after,
            }),
            service_counts: counted(&services),
            services: told(services, |(child, need, _), change, before, after| ServiceChange {
                child: Named::by_number(child),
                need: need.clone(),
                change,
                before,
                after,
            }),
            classes: class_changes(before, after),
            terms: term_changes(before, after),
            rules: rule_changes(before, after),
            policy: policy_changes(before, after),
        }
    }

    /// The same for an audience: a table about everybody is reduced to nothing or not at all.
    ///
    /// # Errors
    /// [`NotForThem`] for a guardian or a volunteer.
    pub fn shown_to(self, audience: Audience) -> Result<Self, NotForThem> {
        audience.may_read_tables().map(|()| self)
    }
}

/// By key: the change and what either plan says.
type Changed<'r, Key> = Vec<(&'r Key, Change, Option<&'r Outcome>, Option<&'r Outcome>)>;

fn changes<'r, Key: Ord>(
    before: &'r BTreeMap<Key, Outcome>,
    after: &'r BTreeMap<Key, Outcome>,
) -> Changed<'r, Key> {
    let keys: BTreeSet<&Key> = before.keys().chain(after.keys()).collect();
    let both = keys.into_iter().map(|key| (key, before.get(key), after.get(key)));
    both.map(|(key, before, after)| (key, Change::of(before, after), before, after)).collect()
}

fn counted<Key>(changed: &Changed<'_, Key>) -> Vec<ChangeCount> {
    let of = |change| changed.iter().filter(|entry| entry.1 == change).count();
    Change::ALL.into_iter().map(|change| ChangeCount { change, count: of(change) }).collect()
}

/// Entries with a change to tell.
fn told<Key, Entry>(
    changed: Changed<'_, Key>,
    entry: impl Fn(&Key, Change, Option<State>, Option<State>) -> Entry,
) -> Vec<Entry> {
    let told = changed.into_iter().filter(|entry| !matches!(entry.1, Change::Same | Change::StillAlone));
    told.map(|(key, change, before, after)| entry(key, change, before.map(state), after.map(state))).collect()
}

fn state(outcome: &Outcome) -> State {
    match outcome {
        Outcome::Paired { volunteer, origin } => {
            State::Paired { volunteer: Named::by_number(volunteer), origin: origin.clone() }
        }
        Outcome::Alone { reason, rules } => State::Alone {
            reason: reason.clone(),
            rules: rules
                .iter()
                .map(|(rule, volunteers)| Lost { rule: NamedRule(Some(*rule)), volunteers: *volunteers })
                .collect(),
        },
    }
}

fn class_changes(before: &PlanRecord, after: &PlanRecord) -> Vec<ClassChange> {
    let gone = before
        .classes
        .iter()
        .filter(|class| after.classes.iter().all(|other| other.name_en != class.name_en));
    let classes = after.classes.iter().chain(gone);
    let of = |record: &PlanRecord, name: &str| {
        record.classes.iter().find(|class| class.name_en == name).map(|class| (class.children, class.paired))
    };
    let change = |class: &crate::plan::folder::wire::ClassCount| {
        let (one, other) = (of(before, &class.name_en), of(after, &class.name_en));
        let amount = |take: fn((usize, usize)) -> usize| {
            let whole = |counts: Option<(usize, usize)>| counts.map(|counts| take(counts) as i64);
            Amount::of(whole(one), whole(other))
        };
        ClassChange {
            name_zh: class.name_zh.clone(),
            name_en: class.name_en.clone(),
            children: amount(|counts| counts.0),
            paired: amount(|counts| counts.1),
        }
    };
    classes.map(change).collect()
}

fn term_changes(before: &PlanRecord, after: &PlanRecord) -> Vec<TermChange> {
    let change = |term: &'static str, points: &dyn Fn(&crate::scoring::Score) -> i64| {
        let of = |record: &PlanRecord| {
            let mut parts: Vec<i64> = record.scores.iter().map(points).collect();
            parts.sort_unstable();
            (parts.iter().sum::<i64>(), parts.get((parts.len().div_ceil(2)).max(1) - 1).copied())
        };
        let (one, other) = (of(before), of(after));
        TermChange {
            term,
            sum_points: Amount::of(Some(one.0), Some(other.0)),
            median_points: Some(Amount::of(one.1, other.1)),
        }
    };
    let mut terms: Vec<TermChange> =
        Term::ALL.into_iter().map(|term| change(term.names().2, &|score| score.part(term))).collect();
    let load = Amount::of(Some(before.load_points), Some(after.load_points));
    let mut all = change("all", &|score| score.total());
    let with_load = |sum: Option<i64>, load: Option<i64>| sum.zip(load).map(|(sum, load)| sum + load);
    all.sum_points = Amount::of(
        with_load(all.sum_points.before, load.before),
        with_load(all.sum_points.after, load.after),
    );
    terms.push(TermChange { term: "load", sum_points: load, median_points: None });
    terms.push(all);
    terms
}

fn rule_changes(before: &PlanRecord, after: &PlanRecord) -> Vec<RuleChange> {
    let speaking = |record: &PlanRecord, rule: Rule| {
        let (mut children, mut lost) = (0, 0_i64);
        for outcome in record.children.values() {
            let Outcome::Alone { rules, .. } = outcome else { continue };
            for (_, volunteers) in rules.iter().filter(|(other, _)| *other == rule) {
                match volunteers {
                    Some(count) => lost += i64::from(*count),
                    None => children += 1,
                }
            }
        }
        (children, lost, record.no_longer_kept.get(&rule).copied().unwrap_or(0) as usize)
    };
    let change = |rule: Rule| {
        let (one, other) = (speaking(before, rule), speaking(after, rule));
        RuleChange {
            rule: NamedRule(Some(rule)),
            children: Amount::count(one.0, other.0),
            volunteers_lost: Amount::of(Some(one.1), Some(other.1)),
            no_longer_kept: Amount::count(one.2, other.2),
        }
    };
    let rules = Rule::ALL.into_iter().map(change);
    let silent = |rule: &RuleChange| {
        [rule.children, rule.volunteers_lost, rule.no_longer_kept].into_iter().all(Amount::is_zero)
    };
    rules.filter(|rule| !silent(rule)).collect()
}

fn policy_changes(before: &PlanRecord, after: &PlanRecord) -> Vec<PolicyChange> {
    let keys: BTreeSet<&String> = before.policy.keys().chain(after.policy.keys()).collect();
    let both = keys.into_iter().map(|key| (key, before.policy.get(key), after.policy.get(key)));
    both.filter(|(_, before, after)| before != after)
        .map(|(key, before, after)| PolicyChange {
            key: key.clone(),
            before: before.cloned(),
            after: after.cloned(),
        })
        .collect()
}
