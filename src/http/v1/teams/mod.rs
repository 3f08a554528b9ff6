//! Teams of volunteers.

pub(in crate::http) mod change_team;
pub(in crate::http) mod create_team;
pub(in crate::http) mod get_team;
pub(in crate::http) mod list_teams;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::authentication::Caller;
use crate::http::checks::Checks;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::{Team, TeamFields};

/// Who sees teams; a team leader sees her own.
pub(in crate::http) const READERS: &[Role] =
    &[Role::Admin, Role::Coordinator, Role::Supervisor, Role::TeamLeader];
/// Who makes and changes them.
pub(in crate::http) const KEEPERS: &[Role] = &[Role::Admin, Role::Coordinator];

/// A team.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Team")]
pub(in crate::http) struct TeamShown {
    id: String,
    /// Counts changes; also the `ETag`.
    version: i64,
    name: String,
    /// Its division.
    region_code: String,
    /// What another system calls it.
    external_ref: Option<String>,
    created_at: String,
    updated_at: String,
}

impl From<Team> for TeamShown {
    fn from(team: Team) -> Self {
        Self {
            id: team.id,
            version: team.version,
            name: team.fields.name,
            region_code: team.fields.region_code,
            external_ref: team.fields.external_ref,
            created_at: rfc3339(team.created_at_ms),
            updated_at: rfc3339(team.updated_at_ms),
        }
    }
}

/// The one team a leader sees; `None` for whoever sees all of her divisions. A leader without a team sees none.
pub(in crate::http) fn only_team(caller: &Caller) -> Option<&str> {
    (caller.role == Role::TeamLeader).then(|| caller.team_id.as_deref().unwrap_or("none"))
}

/// Name, division and reference.
pub(in crate::http) fn check_fields(checks: &mut Checks, fields: &TeamFields) {
    checks.length("/name", &fields.name, 1..=100);
    checks.no_number("/name", &fields.name);
    checks.region_code("/region_code", &fields.region_code, false);
    if let Some(external_ref) = &fields.external_ref {
        checks.length("/external_ref", external_ref, 1..=100);
        checks.no_number("/external_ref", external_ref);
    }
}
