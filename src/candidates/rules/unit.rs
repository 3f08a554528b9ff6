//! H04–H12: what every adult of the unit must have passed and promised.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Holder, MissingPaper, Outcome, Scope};
use crate::candidates::papers::Paper;
use crate::candidates::prepared::Prepared;
use crate::model::child::Answer;
use crate::model::volunteer::{Adult, Screening, ScreeningKind, ScreeningResult};

const FULL_AGE: u8 = 18;

/// The papers of all adults for whom `missing` names one.
fn missing_of_adults(
    prepared: &Prepared<'_>,
    volunteer: u32,
    missing: impl Fn(&Adult) -> Option<Paper>,
) -> Vec<MissingPaper> {
    let adults = prepared.volunteer_of(volunteer).adults.iter().zip(0..);
    adults
        .filter_map(|(adult, position)| {
            missing(adult).map(|paper| MissingPaper { holder: Holder::Adult(volunteer, position), paper })
        })
        .collect()
}

/// Whether a check is complete and of a kind that counts: result, date, authority and reference (S1).
fn counts(prepared: &Prepared<'_>, screening: &Screening) -> bool {
    let right_kind =
        screening.kind == ScreeningKind::Employment || prepared.policy.eligibility.accept_no_conviction;
    let recorded = !screening.authority.is_empty() && !screening.reference.is_empty();
    let checked = screening.checked_on.is_some_and(|day| day <= prepared.instance.dates.today);
    right_kind && recorded && checked && screening.result == ScreeningResult::Passed
}

/// The last day on which a check counts: what it says, and never more than the policy's days after it (S2).
pub fn screening_counts_through(prepared: &Prepared<'_>, screening: &Screening) -> Option<Date> {
    let days = i64::from(prepared.policy.eligibility.screening_days);
    let by_age = screening.checked_on?.checked_add(days.days()).ok()?;
    Some(screening.valid_through.map_or(by_age, |day| day.min(by_age)))
}

pub(super) fn h04_not_barred(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    let barred = |adult: &Adult| {
        adult.screening.as_ref().is_some_and(|screening| screening.result == ScreeningResult::Barred)
    };
    Outcome::holds_if(!prepared.volunteer_of(volunteer).adults.iter().any(barred))
}

pub(super) fn h05_identity_clear(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    Outcome::holds_if(!prepared.volunteer_of(volunteer).adults.iter().any(|adult| adult.held))
}

pub(super) fn h06_query_consent(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    if prepared.volunteer_of(volunteer).adults.iter().any(|adult| adult.query_consent == Answer::No) {
        return Outcome::Broken;
    }
    Outcome::unless_missing(missing_of_adults(prepared, volunteer, |adult| {
        (adult.query_consent == Answer::Unknown).then_some(Paper::QueryConsent)
    }))
}

pub(super) fn h07_screening_passed(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    Outcome::unless_missing(missing_of_adults(prepared, volunteer, |adult| {
        let passed = adult.screening.as_ref().is_some_and(|screening| counts(prepared, screening));
        (!passed).then_some(Paper::Screening)
    }))
}

pub(super) fn h08_screening_in_date(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    let dates = &prepared.instance.dates;
    let needed = if prepared.policy.eligibility.screening_covers_period {
        dates.period.last
    } else {
        dates.period.first.max(dates.today)
    };
    Outcome::unless_missing(missing_of_adults(prepared, volunteer, |adult| {
        let screening = adult.screening.as_ref().filter(|screening| counts(prepared, screening))?;
        let in_date = screening_counts_through(prepared, screening).is_some_and(|day| day >= needed);
        (!in_date).then_some(Paper::ScreeningRenewal)
    }))
}

pub(super) fn h09_training_done(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    let done = |answer: Answer| matches!(answer, Answer::Yes(_));
    let mut papers =
        missing_of_adults(prepared, volunteer, |adult| (!done(adult.training)).then_some(Paper::Training));
    papers.extend(missing_of_adults(prepared, volunteer, |adult| {
        (!done(adult.agreement)).then_some(Paper::Agreement)
    }));
    Outcome::unless_missing(papers)
}

pub(super) fn h10_adult_volunteer(prepared: &Prepared<'_>, volunteer: u32) -> Outcome {
    let today = prepared.instance.dates.today;
    Outcome::holds_if(
        prepared.volunteer_of(volunteer).adults.iter().all(|adult| adult.age_on(today) >= FULL_AGE),
    )
}

/// A lead stays for the minimum term, or for a seasonal pairing whose end everybody knows; a service is a
/// matter of single appointments and asks for no term.
pub(super) fn h11_commitment(prepared: &Prepared<'_>, volunteer: u32, scope: Scope) -> Outcome {
    let Some(through) = prepared.volunteer_of(volunteer).committed_through else { return Outcome::Holds };
    let today = prepared.instance.dates.today;
    let eligibility = &prepared.policy.eligibility;
    let shortest =
        eligibility.seasonal_min_days.unwrap_or(eligibility.min_term_days).min(eligibility.min_term_days);
    let needed = match scope {
        Scope::Lead => today.checked_add(i64::from(shortest).days()).unwrap_or(Date::MAX),
        Scope::Service(_) => today,
    };
    Outcome::holds_if(through >= needed)
}

pub(super) fn h12_capacity(prepared: &Prepared<'_>, volunteer: u32, scope: Scope) -> Outcome {
    let unit = prepared.volunteer_of(volunteer);
    Outcome::holds_if(match scope {
        Scope::Lead => unit.capacity > 0,
        Scope::Service(_) => unit.service_capacity > 0,
    })
}
