//! Who must not be paired (S17): kept symmetric and until cleared.

pub(in crate::http) mod clear;
pub(in crate::http) mod create;
pub(in crate::http) mod list;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::time::rfc3339;
use crate::store::people::Conflict;

/// The group in the API's documentation.
pub(super) const GROUP: &str = "回避 conflicts";

/// A recorded conflict.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Conflict")]
pub(super) struct ConflictShown {
    id: String,
    child_id: String,
    /// The volunteer, once she is registered.
    volunteer_id: Option<String>,
    /// Her number when it was recorded.
    volunteer_number: String,
    /// A word of a code list; `sheet` where a sheet named it.
    kind: String,
    recorded_at: String,
    recorded_by: String,
    cleared_at: Option<String>,
    cleared_by: Option<String>,
}

impl From<Conflict> for ConflictShown {
    fn from(conflict: Conflict) -> Self {
        Self {
            id: conflict.id,
            child_id: conflict.child_id,
            volunteer_id: conflict.volunteer_id,
            volunteer_number: conflict.volunteer_number,
            kind: conflict.kind,
            recorded_at: rfc3339(conflict.recorded_at_ms),
            recorded_by: conflict.recorded_by,
            cleared_at: conflict.cleared_at_ms.map(rfc3339),
            cleared_by: conflict.cleared_by,
        }
    }
}
