//! The terms of the score, one function each, in points.

use super::Met;
use crate::candidates::rules::pair::covers;
use crate::candidates::{Prepared, Scope};
use crate::model::policy::POINTS_PER_MINUTE;

pub(super) fn points(minutes: u32) -> i64 {
    i64::from(minutes) * POINTS_PER_MINUTE
}

/// Whether the unit has what a need asks for.
pub(super) fn covered(prepared: &Prepared<'_>, child: u32, volunteer: u32, need: usize) -> bool {
    covers(prepared, volunteer, &prepared.child_of(child).needs[need])
}

/// One-way travel in the worst season, rounded up to the policy's step.
pub(super) fn travel(prepared: &Prepared<'_>, met: &Met) -> i64 {
    prepared.travel_points(met.meeting.travel_min)
}

/// Every wished need that goes unmet, at its weight.
pub(super) fn wished_need_missed(prepared: &Prepared<'_>, child: u32, met: &Met) -> i64 {
    let rate = points(prepared.policy.exchange.wished_need_missed_min);
    let needs = &prepared.child_of(child).needs;
    met.missed.iter().map(|need| rate * i64::from(needs[*need].weight_percent) / 100).sum()
}

/// Each half-hour a week that the common time of the worst season falls short of all that was asked.
pub(super) fn time_short(prepared: &Prepared<'_>, child: u32, scope: Scope, met: &Met) -> i64 {
    let person = &prepared.children[child as usize];
    let needs = &prepared.child_of(child).needs;
    let minutes = |need: &usize| u32::from(needs[*need].minutes_per_week);
    let asked: u32 = match scope {
        Scope::Lead => person.required.iter().chain(&person.wished).map(minutes).sum(),
        Scope::Service(need) => minutes(&need),
    };
    let short = asked.saturating_sub(met.meeting.common_min).div_ceil(30);
    points(prepared.policy.exchange.half_hour_short_min) * i64::from(short)
}

/// The child's first language, where the two must use another.
pub(super) fn home_language(prepared: &Prepared<'_>, child: u32, volunteer: u32) -> i64 {
    let spoken = &prepared.volunteer_of(volunteer).languages;
    let missing =
        prepared.child_of(child).languages.first().is_some_and(|language| !spoken.contains(language));
    if missing { points(prepared.policy.exchange.home_language_missing_min) } else { 0 }
}

/// Another lead than one who was good for the child before.
pub(super) fn continuity(prepared: &Prepared<'_>, child: u32, volunteer: u32, scope: Scope) -> i64 {
    let lost = scope == Scope::Lead && prepared.loses_continuity(child, volunteer);
    if lost { points(prepared.policy.exchange.continuity_lost_min) } else { 0 }
}
