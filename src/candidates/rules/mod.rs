//! The hard rules, one function each, named by its number.
//!
//! A rule holds, is broken, or lacks a paper that may still arrive; only a provisional plan may count a
//! missing paper as arrived. Rules of the child alone (H01–H03) and of the unit alone (H04–H12) are looked
//! at once a person, the rules of the pair (H13–H21) once an arc.

mod child;
pub mod pair;
mod unit;

pub use unit::screening_counts_through;

use super::papers::Paper;
use super::prepared::Prepared;
use crate::model::Rule;

/// What a pair is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The child's lead volunteer.
    Lead,
    /// A specialist for one need, by its position among the child's needs.
    Service(usize),
}

/// Whose paper is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A child, by index.
    Child(u32),
    /// An adult of a unit: unit index, position among the adults.
    Adult(u32, u32),
}

/// A paper that would have to arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MissingPaper {
    /// Whose.
    pub holder: Holder,
    /// Which.
    pub paper: Paper,
}

/// What the rules say of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Rules that forbid it, in counting order, each once.
    pub broken: Vec<Rule>,
    /// Papers counted as arrived; empty unless the plan is provisional.
    pub awaited: Vec<MissingPaper>,
}

impl Verdict {
    /// Whether the pair may be.
    pub fn admissible(&self) -> bool {
        self.broken.is_empty()
    }

    fn take(&mut self, prepared: &Prepared<'_>, rule: Rule, outcome: Outcome) {
        self.take_if(prepared, prepared.provisional, rule, outcome);
    }

    fn take_if(&mut self, prepared: &Prepared<'_>, provisional: bool, rule: Rule, outcome: Outcome) {
        if !prepared.policy.enforces(rule) {
            return;
        }
        match outcome {
            Outcome::Holds => {}
            Outcome::Missing(papers) if provisional => self.awaited.extend(papers),
            Outcome::Missing(_) | Outcome::Broken => self.broken.push(rule),
        }
    }
}

/// What one rule says.
enum Outcome {
    Holds,
    Broken,
    Missing(Vec<MissingPaper>),
}

impl Outcome {
    fn holds_if(condition: bool) -> Self {
        if condition { Self::Holds } else { Self::Broken }
    }

    /// Holds where nothing is missing.
    fn unless_missing(papers: Vec<MissingPaper>) -> Self {
        if papers.is_empty() { Self::Holds } else { Self::Missing(papers) }
    }
}

/// The rules of a child alone.
pub fn child_verdict(prepared: &Prepared<'_>, child: u32) -> Verdict {
    child_verdict_if(prepared, child, prepared.provisional)
}

/// [`child_verdict`] as if papers that are missing would arrive: which these are, and what is refused.
pub fn child_verdict_awaiting(prepared: &Prepared<'_>, child: u32) -> Verdict {
    child_verdict_if(prepared, child, true)
}

fn child_verdict_if(prepared: &Prepared<'_>, child: u32, provisional: bool) -> Verdict {
    let mut verdict = Verdict::default();
    let mut take = |rule: Rule, outcome: Outcome| verdict.take_if(prepared, provisional, rule, outcome);
    take(Rule::GuardianConsent, child::h01_guardian_consent(prepared, child));
    take(Rule::EntitledGuardian, child::h02_entitled_guardian(prepared, child));
    take(Rule::ChildWish, child::h03_child_wish(prepared, child));
    verdict
}

/// The rules of a unit alone.
pub fn unit_verdict(prepared: &Prepared<'_>, volunteer: u32, scope: Scope) -> Verdict {
    unit_verdict_if(prepared, volunteer, scope, prepared.provisional)
}

/// [`unit_verdict`] as if papers that are missing would arrive: which these are, and what stands against the unit even then.
pub fn unit_verdict_awaiting(prepared: &Prepared<'_>, volunteer: u32, scope: Scope) -> Verdict {
    unit_verdict_if(prepared, volunteer, scope, true)
}

fn unit_verdict_if(prepared: &Prepared<'_>, volunteer: u32, scope: Scope, provisional: bool) -> Verdict {
    let mut verdict = Verdict::default();
    let mut take = |rule: Rule, outcome: Outcome| verdict.take_if(prepared, provisional, rule, outcome);
    take(Rule::NotBarred, unit::h04_not_barred(prepared, volunteer));
    take(Rule::IdentityClear, unit::h05_identity_clear(prepared, volunteer));
    take(Rule::QueryConsent, unit::h06_query_consent(prepared, volunteer));
    take(Rule::ScreeningPassed, unit::h07_screening_passed(prepared, volunteer));
    take(Rule::ScreeningInDate, unit::h08_screening_in_date(prepared, volunteer));
    take(Rule::TrainingDone, unit::h09_training_done(prepared, volunteer));
    take(Rule::AdultVolunteer, unit::h10_adult_volunteer(prepared, volunteer));
    take(Rule::Commitment, unit::h11_commitment(prepared, volunteer, scope));
    take(Rule::Capacity, unit::h12_capacity(prepared, volunteer, scope));
    verdict
}

/// The rules of a pair, for one child; the rules of each alone are taken as read.
pub fn pair_verdict(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.take(prepared, Rule::Gender, pair::h13_gender(prepared, child, volunteer));
    verdict.take(prepared, Rule::NoConflict, pair::h14_no_conflict(prepared, child, volunteer));
    verdict.take(prepared, Rule::RegionScope, pair::h15_region_scope(prepared, child, volunteer));
    verdict.take(prepared, Rule::OwnLimits, pair::h16_own_limits(prepared, child, volunteer, scope));
    verdict.take(prepared, Rule::Language, pair::h18_language(prepared, child, volunteer));
    verdict.take(prepared, Rule::NeedCovered, pair::h19_need_covered(prepared, child, volunteer, scope));
    // Where H20 or H21 is switched off, reach or time is relaxed before the meeting is sought; a meeting that
    // is impossible even then has no arc.
    verdict.broken.extend(pair::h20_h21_meeting(prepared, child, volunteer, scope));
    verdict
}

/// Whether the rules of a pair hold for one child, apart from reach and common time: what remains to be asked is
/// whether the two can meet. The same rules as [`pair_verdict`], cheapest first, without the list of what is broken.
pub fn pair_may_meet(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> bool {
    let holds = |rule: Rule, outcome: fn(&Prepared<'_>, u32, u32) -> Outcome| -> bool {
        !prepared.policy.enforces(rule) || matches!(outcome(prepared, child, volunteer), Outcome::Holds)
    };
    let holds_in = |rule: Rule, outcome: fn(&Prepared<'_>, u32, u32, Scope) -> Outcome| -> bool {
        !prepared.policy.enforces(rule)
            || matches!(outcome(prepared, child, volunteer, scope), Outcome::Holds)
    };
    holds(Rule::Gender, pair::h13_gender)
        && holds(Rule::RegionScope, pair::h15_region_scope)
        && holds(Rule::Language, pair::h18_language)
        && holds_in(Rule::OwnLimits, pair::h16_own_limits)
        && holds_in(Rule::NeedCovered, pair::h19_need_covered)
        && holds(Rule::NoConflict, pair::h14_no_conflict)
}

/// The first rule, in counting order, that the pair of some children and a unit breaks; the rules of each alone are taken as
/// read. The same as the least of [`verdict`]'s, without looking further than it.
pub fn first_broken(prepared: &Prepared<'_>, children: &[u32], volunteer: u32, scope: Scope) -> Option<Rule> {
    let breaks = |rule: Rule, outcome: &dyn Fn(u32) -> Outcome| -> bool {
        prepared.policy.enforces(rule)
            && children.iter().any(|child| !matches!(outcome(*child), Outcome::Holds))
    };
    if breaks(Rule::Gender, &|child| pair::h13_gender(prepared, child, volunteer)) {
        return Some(Rule::Gender);
    }
    if breaks(Rule::NoConflict, &|child| pair::h14_no_conflict(prepared, child, volunteer)) {
        return Some(Rule::NoConflict);
    }
    if breaks(Rule::RegionScope, &|child| pair::h15_region_scope(prepared, child, volunteer)) {
        return Some(Rule::RegionScope);
    }
    if breaks(Rule::OwnLimits, &|child| pair::h16_own_limits(prepared, child, volunteer, scope)) {
        return Some(Rule::OwnLimits);
    }
    if !siblings_fit(prepared, volunteer, children.len()) {
        return Some(Rule::Siblings);
    }
    if breaks(Rule::Language, &|child| pair::h18_language(prepared, child, volunteer)) {
        return Some(Rule::Language);
    }
    if breaks(Rule::NeedCovered, &|child| pair::h19_need_covered(prepared, child, volunteer, scope)) {
        return Some(Rule::NeedCovered);
    }
    let meetings = children.iter();
    meetings.filter_map(|child| pair::h20_h21_meeting(prepared, *child, volunteer, scope)).min()
}

/// Whether the number of brothers and sisters served together is within her limit (H17).
pub fn siblings_fit(prepared: &Prepared<'_>, volunteer: u32, siblings: usize) -> bool {
    let limit = prepared.volunteer_of(volunteer).limits.max_siblings;
    !prepared.policy.enforces(Rule::Siblings) || limit.is_none_or(|limit| siblings <= usize::from(limit))
}

/// Every rule for children served together by one unit.
pub fn verdict(prepared: &Prepared<'_>, children: &[u32], volunteer: u32, scope: Scope) -> Verdict {
    let mut whole = unit_verdict(prepared, volunteer, scope);
    for child in children {
        for part in [child_verdict(prepared, *child), pair_verdict(prepared, *child, volunteer, scope)] {
            whole.broken.extend(part.broken);
            whole.awaited.extend(part.awaited);
        }
    }
    if !siblings_fit(prepared, volunteer, children.len()) {
        whole.broken.push(Rule::Siblings);
    }
    whole.broken.sort_unstable();
    whole.broken.dedup();
    whole.awaited.sort_unstable();
    whole.awaited.dedup();
    whole
}
