//! What somebody has to do or to know. A task names a thing by its id and nobody by her name.

pub(in crate::http) mod done;
pub(in crate::http) mod list;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::problem::Problem;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::Task;

/// The group in the API's documentation.
pub(super) const GROUP: &str = "任务 tasks";
/// Who has tasks.
pub(super) const DOERS: &[Role] = &[Role::Coordinator, Role::ChildDirector, Role::Supervisor];

/// A task.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Task")]
pub(super) struct TaskShown {
    id: String,
    /// What is to be done, a word.
    kind: String,
    /// The role that has to do it.
    role: String,
    region_code: String,
    /// What it is about: the table,
    subject_table: String,
    /// and the row.
    subject_id: String,
    /// Until when.
    #[schemars(extend("format" = "date"))]
    due_on: String,
    created_at: String,
    done_at: Option<String>,
    done_by: Option<String>,
}

impl From<Task> for TaskShown {
    fn from(task: Task) -> Self {
        Self {
            id: task.id,
            kind: task.kind,
            role: task.role,
            region_code: task.region_code,
            subject_table: task.subject_table,
            subject_id: task.subject_id,
            due_on: task.due_on,
            created_at: rfc3339(task.created_at_ms),
            done_at: task.done_at_ms.map(rfc3339),
            done_by: task.done_by,
        }
    }
}

/// Whose tasks the caller sees: her own role's. A supervisor's may be about what a coordinator must not know.
pub(super) fn role(call: &Call) -> Result<Role, Problem> {
    Ok(call.caller()?.role)
}
