//! The rules that a pair passed, each with what shows it: a day, a count, a distance; never what a paper says.
//!
//! In: children who are placed together and a volunteer unit. Out: the rules in force that are not broken, in counting order,
//! each with its [`Fact`]s. A rule that only says what is *not* on record (no bar, no conflict) has none.

use super::named::{Named, NamedRule, Titled};
use crate::candidates::meeting::asks_for_visit;
use crate::candidates::rules::screening_counts_through;
use crate::candidates::{Prepared, Scope, StandingPairs};
use crate::model::Rule;
use crate::model::child::{Answer, ConsentGiver};
use crate::model::need::Need;
use crate::model::volunteer::Adult;
use crate::scoring::Met;

/// A rule that holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PassedRule {
    /// Which; without a code it stands for all that this audience is not told apart.
    pub rule: NamedRule,
    /// What shows it.
    pub facts: Vec<Fact>,
}

/// What shows that a rule holds. Days are written 2026-11-24; a day that the sheet does not give is absent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// The guardian's yes.
    Consent {
        /// Whose guardian.
        child: Named,
        /// When.
        on: Option<String>,
        /// By a carer whose written agreement names this consent, not the guardian.
        by_carer: bool,
    },
    /// The child's own wish.
    Wish {
        /// Whose.
        child: Named,
        /// When it was recorded.
        on: Option<String>,
        /// Whether the child is of the age from which it is asked.
        asked: bool,
    },
    /// One adult's consent to the record check.
    QueryConsent {
        /// Which adult of the unit, from 1.
        adult: usize,
        /// When.
        on: Option<String>,
    },
    /// One adult's passed record check.
    Screened {
        /// Which adult of the unit, from 1.
        adult: usize,
        /// When it was made.
        on: Option<String>,
        /// The last day on which it counts.
        through: Option<String>,
    },
    /// One adult's training and agreement.
    Trained {
        /// Which adult of the unit, from 1.
        adult: usize,
        /// When the training was finished.
        trained_on: Option<String>,
        /// When the agreement was signed.
        agreed_on: Option<String>,
    },
    /// How long she commits.
    Committed {
        /// The last day; absent where it is open-ended.
        through: Option<String>,
    },
    /// Her places, in households.
    Places {
        /// Offered.
        offered: u32,
        /// Of these held by pairs that stand.
        standing: u32,
    },
    /// Brothers and sisters together.
    Siblings {
        /// How many of them there are here.
        together: usize,
        /// The most she takes; absent where she names no limit.
        at_most: Option<u8>,
    },
    /// Languages that both speak.
    Languages {
        /// The child.
        child: Named,
        /// By name.
        shared: Vec<String>,
    },
    /// Required needs that she can meet.
    Needs {
        /// The child.
        child: Named,
        /// Which.
        needs: Vec<Titled>,
    },
    /// The way, against how far she goes.
    Way {
        /// The child.
        child: Named,
        /// One way, rounded up as the plan shows it; absent where nobody needs to travel.
        one_way_min: Option<u32>,
        /// How far she goes.
        at_most_min: u32,
    },
    /// The hours in common, against what is asked.
    CommonTime {
        /// The child.
        child: Named,
        /// In the worst season served, a week.
        common_min: u32,
        /// For the required needs, a week.
        asked_min: u32,
    },
}

/// The rules in force that a pair keeps, in counting order.
pub fn passed_rules(
    prepared: &Prepared<'_>,
    standing: &StandingPairs,
    children: &[u32],
    volunteer: u32,
    broken: &[Rule],
) -> Vec<PassedRule> {
    let holds = |rule: &Rule| prepared.policy.enforces(*rule) && !broken.contains(rule);
    let passed = |rule: Rule| {
        let mut facts = of_unit(prepared, standing, rule, children.len(), volunteer);
        facts.extend(children.iter().filter_map(|child| of_child(prepared, rule, *child, volunteer)));
        PassedRule { rule: NamedRule(Some(rule)), facts }
    };
    Rule::ALL.into_iter().filter(holds).map(passed).collect()
}

/// The name of a need, in both languages.
pub fn need_title(need: &Need) -> Titled {
    let mut en = need.kind.names().1.replace('_', " ");
    if let Some(subject) = need.subject {
        en.extend([" (", subject.names().1, ")"]);
    }
    Titled { zh: need.to_string(), en }
}

/// Whether a pair meets face to face for any of these needs.
pub fn meets_in_person(prepared: &Prepared<'_>, child: u32, needs: &[usize]) -> bool {
    let person = prepared.child_of(child);
    needs.iter().any(|need| asks_for_visit(prepared, &person.needs[*need], person.call_device))
}

/// Minutes a week of some needs.
pub fn minutes_of(prepared: &Prepared<'_>, child: u32, needs: &[usize]) -> u32 {
    needs.iter().map(|need| u32::from(prepared.child_of(child).needs[*need].minutes_per_week)).sum()
}

fn day_of(answer: Answer) -> Option<String> {
    if let Answer::Yes(Some(day)) = answer { Some(day.to_string()) } else { None }
}

fn of_unit(
    prepared: &Prepared<'_>,
    standing: &StandingPairs,
    rule: Rule,
    together: usize,
    volunteer: u32,
) -> Vec<Fact> {
    let unit = prepared.volunteer_of(volunteer);
    let adults = |fact: &dyn Fn(usize, &Adult) -> Option<Fact>| -> Vec<Fact> {
        unit.adults.iter().zip(1..).filter_map(|(adult, number)| fact(number, adult)).collect()
    };
    match rule {
        Rule::QueryConsent => {
            adults(&|adult, person| Some(Fact::QueryConsent { adult, on: day_of(person.query_consent) }))
        }
        Rule::ScreeningInDate => adults(&|adult, person| {
            let screening = person.screening.as_ref()?;
            let through = screening_counts_through(prepared, screening).map(|day| day.to_string());
            Some(Fact::Screened { adult, on: screening.checked_on.map(|day| day.to_string()), through })
        }),
        Rule::TrainingDone => adults(&|adult, person| {
            let (trained_on, agreed_on) = (day_of(person.training), day_of(person.agreement));
            Some(Fact::Trained { adult, trained_on, agreed_on })
        }),
        Rule::Commitment => {
            vec![Fact::Committed { through: unit.committed_through.map(|day| day.to_string()) }]
        }
        Rule::Capacity => {
            vec![Fact::Places { offered: unit.capacity, standing: standing.households_of(volunteer) }]
        }
        Rule::Siblings if together > 1 => {
            vec![Fact::Siblings { together, at_most: unit.limits.max_siblings }]
        }
        _ => Vec::new(),
    }
}

fn of_child(prepared: &Prepared<'_>, rule: Rule, index: u32, volunteer: u32) -> Option<Fact> {
    let (person, unit) = (prepared.child_of(index), prepared.volunteer_of(volunteer));
    let child = Named::child(prepared, index);
    let required = &prepared.children[index as usize].required;
    match rule {
        Rule::GuardianConsent => Some(Fact::Consent {
            child,
            on: day_of(person.consent.answer),
            by_carer: person.consent.giver != ConsentGiver::Guardian,
        }),
        Rule::ChildWish => Some(Fact::Wish {
            child,
            on: day_of(person.wish),
            asked: prepared.children[index as usize].age >= prepared.policy.eligibility.wish_from_age,
        }),
        Rule::Language => {
            let shared = person.languages.iter().filter(|language| unit.languages.contains(language));
            Some(Fact::Languages { child, shared: shared.map(|language| language.0.to_string()).collect() })
        }
        Rule::NeedCovered => {
            let needs = required.iter().map(|need| need_title(&person.needs[*need])).collect();
            Some(Fact::Needs { child, needs })
        }
        Rule::WithinReach => {
            let met = Met::of(prepared, index, volunteer, Scope::Lead)?;
            let visits =
                meets_in_person(prepared, index, required) || meets_in_person(prepared, index, &met.wished);
            Some(Fact::Way {
                child,
                one_way_min: visits.then(|| prepared.shown_travel_min(met.meeting.travel_min)),
                at_most_min: prepared.volunteers[volunteer as usize].reach_min,
            })
        }
        Rule::CommonTime => {
            let met = Met::of(prepared, index, volunteer, Scope::Lead)?;
            let asked_min = minutes_of(prepared, index, required);
            Some(Fact::CommonTime { child, common_min: met.meeting.common_min, asked_min })
        }
        _ => None,
    }
}
