//! Living pairs: answers of guardian and child, the way to `active` and out of it, contacts.
//!
//! A pairing tells of a child: every answer that shows one carries the event that says who saw her (S32); [`reply`] is the one way
//! to show one.

pub(in crate::http) mod activate;
pub(in crate::http) mod calendar;
pub(in crate::http) mod child_answer;
pub(in crate::http) mod conflict;
pub(in crate::http) mod contacts_amend;
pub(in crate::http) mod contacts_create;
pub(in crate::http) mod contacts_list;
pub(in crate::http) mod end;
pub(in crate::http) mod get;
pub(in crate::http) mod guardian_answer;
pub(in crate::http) mod history;
pub(in crate::http) mod list;
pub(in crate::http) mod resume;
pub(in crate::http) mod suspend;

use axum::http::StatusCode;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::people::words::{KnownAnswer, words};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::runs::eligibility::{self, Eligibility};
use crate::store::people::china_day;
use crate::store::{Change, Pairing, PairingScope, Side, StoreError};

/// The group in the API's documentation.
pub(super) const GROUP: &str = "结对 pairings";
/// Who sees pairings.
pub(super) const READERS: &[Role] = &[Role::Coordinator, Role::ChildDirector, Role::Supervisor];
/// Who writes down what guardian and child say.
pub(super) const ASKERS: &[Role] = &[Role::Coordinator, Role::ChildDirector];
/// Who lets two meet, and ends it.
pub(super) const DECIDERS: &[Role] = &[Role::Coordinator];

words! {
    /// Where a pairing stands.
    PairingState {
        /// Guardian or child has not said yes yet.
        AwaitingGuardian "awaiting_guardian",
        /// They meet.
        Active "active",
        /// They do not meet at present.
        Suspended "suspended",
        /// Over.
        Ended "ended",
    }
}

/// With whom the office must speak (S27).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum ContactSide {
    /// The volunteer.
    Volunteer,
    /// Guardian or carer.
    Carer,
    /// The child.
    Child,
}

impl ContactSide {
    fn of(side: Side) -> Self {
        match side {
            Side::Volunteer => Self::Volunteer,
            Side::Carer => Self::Carer,
            Side::Child => Self::Child,
        }
    }
}

/// What is late.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Overdue")]
pub(super) struct OverdueShown {
    /// Since which day.
    #[schemars(extend("format" = "date"))]
    due_on: String,
    /// Days since then.
    days: i64,
    /// With whom nobody spoke in time.
    sides: Vec<ContactSide>,
}

/// A pairing. Names are masked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Pairing")]
pub(super) struct PairingShown {
    id: String,
    /// Counts changes; also the `ETag`.
    version: i64,
    child_id: String,
    /// The child's number in her county.
    child_number: String,
    child_name: String,
    volunteer_id: String,
    volunteer_number: String,
    volunteer_name: String,
    /// Her team.
    team_id: Option<String>,
    /// Where her record check stands: `passed`, `pending`, `barred`, or empty.
    volunteer_screening: String,
    /// Its last day.
    volunteer_screened_through: Option<String>,
    proposal_id: String,
    policy_id: String,
    region_code: String,
    kind: String,
    /// `awaiting_guardian`, `active`, `suspended` or `ended`.
    state: String,
    /// Why it stands there, a word; empty at first.
    reason: String,
    /// The coordinator who approved it.
    approved_by: String,
    /// The guardian's answer to this volunteer.
    guardian_answer: Option<KnownAnswer>,
    guardian_consent_id: Option<String>,
    /// The child's answer to this volunteer.
    child_answer: Option<KnownAnswer>,
    child_wish_id: Option<String>,
    /// The day since which they meet.
    began_on: Option<String>,
    /// The day on which it ends, where that is known beforehand.
    ends_on: Option<String>,
    ended_on: Option<String>,
    /// Whether both would meet again.
    went_well: Option<bool>,
    /// What was told to the child, a word; `pending` until somebody says, empty while it lives.
    notice: String,
    farewell: String,
    replacement: String,
    /// How many other volunteers the child had met before.
    volunteer_changes: i64,
    /// What is late, where anything is.
    overdue: Option<OverdueShown>,
    created_at: String,
    updated_at: String,
}

impl PairingShown {
    /// As it goes out on a day.
    pub(super) fn of(pairing: Pairing, today: Date) -> Self {
        let overdue = pairing.overdue(today).map(|overdue| OverdueShown {
            due_on: overdue.due_on.to_string(),
            days: overdue.days,
            sides: overdue.sides.into_iter().map(ContactSide::of).collect(),
        });
        Self {
            overdue,
            id: pairing.id,
            version: pairing.version,
            child_id: pairing.child_id,
            child_number: pairing.child_number,
            child_name: pairing.child_name,
            volunteer_id: pairing.volunteer_id,
            volunteer_number: pairing.volunteer_number,
            volunteer_name: pairing.volunteer_name,
            team_id: pairing.team_id,
            volunteer_screening: pairing.screening,
            volunteer_screened_through: pairing.screened_through,
            proposal_id: pairing.proposal_id,
            policy_id: pairing.policy_id,
            region_code: pairing.region_code,
            kind: pairing.kind,
            state: pairing.state,
            reason: pairing.reason,
            approved_by: pairing.approved_by,
            guardian_answer: KnownAnswer::of(&pairing.guardian_answer),
            guardian_consent_id: pairing.guardian_consent_id,
            child_answer: KnownAnswer::of(&pairing.child_answer),
            child_wish_id: pairing.child_wish_id,
            began_on: pairing.began_on,
            ends_on: pairing.ends_on,
            ended_on: pairing.ended_on,
            went_well: pairing.went_well,
            notice: pairing.notice,
            farewell: pairing.farewell,
            replacement: pairing.replacement,
            volunteer_changes: pairing.volunteer_changes,
            created_at: rfc3339(pairing.created_at_ms),
            updated_at: rfc3339(pairing.updated_at_ms),
        }
    }
}

/// The day it is.
pub(super) fn today(call: &Call) -> Date {
    china_day(call.app.store.now_ms())
}

/// Which pairings the caller reaches, by her divisions.
pub(super) fn scope(call: &Call) -> Result<PairingScope, Problem> {
    Ok(PairingScope::region(call.span()?))
}

/// Shows a pairing, and says so in the audit trail.
pub(super) fn reply(call: &Call, pairing: Pairing) -> Reply {
    let (version, event) = (pairing.version, pairing.read_event("pairing.read"));
    let shown = PairingShown::of(pairing, today(call));
    Reply::json(StatusCode::OK, &shown).version(version).reading([event])
}

/// Nobody can have agreed to this very volunteer before she was asked for.
pub(super) fn check_since(call: &Call, checks: &mut Checks, pointer: &str, day: &str, pairing: &Pairing) {
    let asked_since = china_day(pairing.created_at_ms).to_string();
    let said = call.language.pick("不能早于结对提出之日", "must not lie before the day of the pairing");
    checks.hold(day.is_empty() || day >= asked_since.as_str(), pointer, "too_early", said, said);
}

/// What an entry to `active` may meet.
pub(super) const ENTRY_REFUSALS: &[Code] = &[
    Code::StateConflict,
    Code::ApprovalMissing,
    Code::ConsentMissing,
    Code::WishMissing,
    Code::NotEligible,
    Code::NoConcernHandler,
];

/// Lets two meet, for the first time or again: the same questions are asked.
pub(super) async fn enter(call: &Call, change: &mut Change, again: bool) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let pairing = change.hold_for_rules(&scope, id).await?;
    let eligibility = eligibility::of_pairing(change, &pairing).await?;
    let rules = eligibility.said();
    let done = if again {
        change.resume_pairing(&scope, id, &rules).await
    } else {
        change.activate_pairing(&scope, id, &rules).await
    };
    let pairing = done.map_err(|error| refused(call, error, &eligibility))?;
    Ok(reply(call, pairing))
}

/// Why two may not meet, rule by rule. That somebody is looking into something is not told.
fn refused(call: &Call, error: StoreError, eligibility: &Eligibility) -> Problem {
    let mut problem = Problem::from(error);
    if problem.code != Code::NotEligible {
        return problem;
    }
    for rule in &eligibility.broken {
        let (zh, en) = rule.texts();
        problem = problem.fault("/", rule.code(), call.language.pick(zh, en));
    }
    if !eligibility.absent_children.is_empty() {
        let said = call.language.pick("儿童目前不参与匹配", "the child takes no part at present");
        problem = problem.fault("/child_id", "not_ready", said);
    }
    if eligibility.volunteer_absent {
        let said = call.language.pick("志愿者目前不能服务", "the volunteer cannot serve at present");
        problem = problem.fault("/volunteer_id", "not_ready", said);
    }
    problem
}
