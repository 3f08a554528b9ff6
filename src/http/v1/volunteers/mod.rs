//! Volunteers: registered, found masked, changed, suspended; their checks, and bars.

pub(in crate::http) mod archive;
pub(in crate::http) mod availability_get;
pub(in crate::http) mod availability_put;
pub(in crate::http) mod bar;
pub(in crate::http) mod capacity_put;
pub(in crate::http) mod create;
pub(in crate::http) mod erase;
pub(in crate::http) mod get;
pub(in crate::http) mod history;
pub(in crate::http) mod list;
pub(in crate::http) mod patch;
pub(in crate::http) mod restore;
pub(in crate::http) mod resume;
pub(in crate::http) mod reveal;
pub(in crate::http) mod screenings_create;
pub(in crate::http) mod screenings_list;
pub(in crate::http) mod search;
pub(in crate::http) mod suspend;

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::people::cells::ShownVolunteerCells;
use super::people::findings::{self, FindingShown};
use super::people::words::words;
use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::people::StoredVolunteer;

/// The group in the API's documentation.
pub(super) const GROUP: &str = "志愿者 volunteers";

/// What a team leader sees of a row: who serves when, where and with what.
const LEADERS_CELLS: [&str; 20] = [
    "unit",
    "unit_kind",
    "lead",
    "sex",
    "kinds",
    "team",
    "training",
    "agreement",
    "capacity",
    "service_capacity",
    "committed_through",
    "skills",
    "availability",
    "term_hours",
    "winter_holiday_hours",
    "spring_festival_hours",
    "summer_holiday_hours",
    "languages",
    "township",
    "village",
];

words! {
    /// Where a volunteer's record check stands.
    ScreeningStanding {
        /// Passed; whether it is in date is told by `screened_through`.
        Passed "passed",
        /// Under way.
        Pending "pending",
        /// A finding, or barred for another reason.
        Barred "barred",
    }
}

impl ScreeningStanding {
    fn of(word: &str) -> Option<Self> {
        [Self::Passed, Self::Pending, Self::Barred].into_iter().find(|standing| standing.word() == word)
    }
}

/// A volunteer, masked. A team leader gets neither check nor numbers nor limits.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Volunteer")]
pub(super) struct VolunteerShown {
    id: String,
    /// Counts changes; also the `ETag`.
    version: i64,
    /// The organisation's own number.
    number: String,
    /// The client's own reference.
    external_ref: Option<String>,
    region_code: String,
    team_id: Option<String>,
    /// Such as `张**`.
    name: String,
    /// Such as `138****1234`.
    phone: String,
    /// Such as `42************1234`.
    id_number: Option<String>,
    birth_year: Option<i16>,
    /// Completed years.
    age: Option<u8>,
    /// Whether exact coordinates are known; they show by `reveal` alone.
    has_point: bool,
    cells: ShownVolunteerCells,
    /// Kinds of need that her skills answer.
    skill_kinds: Vec<String>,
    /// How many households she takes.
    capacity: i64,
    /// Whether she takes part in runs.
    ready: bool,
    /// What the input rules say of her row.
    findings: Vec<FindingShown>,
    screening: Option<ScreeningStanding>,
    /// The last day of the check.
    screened_through: Option<String>,
    /// Since when she is suspended.
    suspended_at: Option<String>,
    suspended_reason: Option<String>,
    created_at: String,
    updated_at: String,
    /// When she was archived.
    delete_time: Option<String>,
    /// When she will be erased.
    purge_time: Option<String>,
}

impl VolunteerShown {
    /// As she goes out to the caller's role.
    pub(super) fn of(call: &Call, volunteer: StoredVolunteer) -> Result<Self, Problem> {
        let role = call.caller()?.role;
        let leader = role == Role::TeamLeader;
        let staff = !leader && role != Role::Volunteer;
        let masked = volunteer.masked;
        let mut cells = volunteer.cells;
        cells.extend(masked.hidden);
        let mut broken = volunteer.findings;
        if leader {
            cells.retain(|key, _| LEADERS_CELLS.contains(&key.as_str()));
            broken.retain(|broken| LEADERS_CELLS.contains(&broken.column.as_str()));
        }
        let screening = ScreeningStanding::of(&volunteer.screening).filter(|standing| {
            // A bar shows to herself only as not being ready.
            staff || (!leader && *standing != ScreeningStanding::Barred)
        });
        Ok(Self {
            id: volunteer.id,
            version: volunteer.version,
            number: volunteer.number,
            external_ref: volunteer.external_ref,
            region_code: volunteer.region_code,
            team_id: volunteer.team_id,
            name: masked.name,
            phone: masked.phone,
            id_number: (!leader).then_some(masked.id_number),
            birth_year: masked.birth_year.filter(|_| !leader),
            age: masked.age.filter(|_| !leader),
            has_point: masked.has_point,
            cells: ShownVolunteerCells(cells),
            skill_kinds: volunteer.skill_kinds,
            capacity: volunteer.capacity,
            ready: volunteer.ready,
            findings: findings::shown(call.language, &broken),
            screened_through: volunteer.screened_through.filter(|_| screening.is_some()),
            screening,
            suspended_at: volunteer.suspended_at_ms.map(rfc3339),
            suspended_reason: volunteer.suspended_reason.filter(|_| staff),
            created_at: rfc3339(volunteer.created_at_ms),
            updated_at: rfc3339(volunteer.updated_at_ms),
            delete_time: volunteer.deleted_at_ms.map(rfc3339),
            purge_time: volunteer.purge_at_ms.map(rfc3339),
        })
    }
}

/// Shows a volunteer.
pub(super) fn reply(call: &Call, status: StatusCode, volunteer: StoredVolunteer) -> Result<Reply, Problem> {
    let (version, location) = (volunteer.version, format!("/api/v1/volunteers/{}", volunteer.id));
    let reply = Reply::json(status, &VolunteerShown::of(call, volunteer)?).version(version);
    if status == StatusCode::CREATED {
        return Ok(reply.header(axum::http::header::LOCATION, &location));
    }
    Ok(reply)
}
