//! Permanent bars (S3). They name no person: what stands here is a record's id, a reason and who decided.

pub(in crate::http) mod lift;
pub(in crate::http) mod list;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::time::rfc3339;
use crate::store::people::Bar;

/// The group in the API's documentation.
pub(super) const GROUP: &str = "志愿者 volunteers";

/// A bar.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Bar")]
pub(super) struct BarShown {
    id: String,
    /// The record it was made for, which may be gone.
    volunteer_id: String,
    /// A word of a code list.
    reason: String,
    region_code: String,
    recorded_at: String,
    recorded_by: String,
    /// Who asked for it to be lifted.
    lift_asked_by: Option<String>,
    lift_asked_at: Option<String>,
    /// Who confirmed: another person.
    lifted_by: Option<String>,
    lifted_at: Option<String>,
}

impl From<Bar> for BarShown {
    fn from(bar: Bar) -> Self {
        Self {
            id: bar.id,
            volunteer_id: bar.volunteer_id,
            reason: bar.reason,
            region_code: bar.region_code,
            recorded_at: rfc3339(bar.recorded_at_ms),
            recorded_by: bar.recorded_by,
            lift_asked_by: bar.lift_asked_by,
            lift_asked_at: bar.lift_asked_at_ms.map(rfc3339),
            lifted_by: bar.lifted_by,
            lifted_at: bar.lifted_at_ms.map(rfc3339),
        }
    }
}
