//! Runs: a plan asked for, made by a worker, looked at, published.

pub(in crate::http) mod cancel;
pub(in crate::http) mod certificate;
pub(in crate::http) mod compare;
pub(in crate::http) mod create;
pub(in crate::http) mod events;
pub(in crate::http) mod explain_child;
pub(in crate::http) mod explain_proposal;
mod explaining;
pub(in crate::http) mod frontier;
pub(in crate::http) mod get;
pub(in crate::http) mod list;
pub(in crate::http) mod metrics;
pub(in crate::http) mod publish;
pub(in crate::http) mod recruits;
pub(in crate::http) mod unmatched;
pub(in crate::http) mod what_if;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::runs::Run;

/// The group they are shown in.
pub(super) const GROUP: &str = "匹配 runs";
/// Who asks for plans, and decides about them.
pub(super) const MAKERS: &[Role] = &[Role::Coordinator];
/// Who looks at runs and their figures; nobody stands in them.
pub(super) const READERS: &[Role] =
    &[Role::Admin, Role::Coordinator, Role::Supervisor, Role::Analyst, Role::Auditor];

/// A run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Run")]
pub(super) struct Wire {
    /// Its id.
    id: String,
    /// The division whose people take part, twelve digits.
    region_code: String,
    /// The rules.
    policy_id: String,
    /// `queued`, `running`, `succeeded`, `failed`, `cancelled`, `published` or `superseded`.
    state: String,
    /// `queued`, `reading`, `solving`, `writing` or `done`.
    stage: String,
    /// How much of the stage is done, percent.
    progress: i64,
    /// The day it is made for.
    date: String,
    /// First day served.
    period_first: String,
    /// Last day served.
    period_last: String,
    /// The method.
    solver: String,
    /// Order among equals.
    seed: i64,
    /// Missing papers count as arrived: nothing of it may be offered.
    provisional: bool,
    /// Fingerprint of people, dates and policy, as understood; the `inputs_sha256` of the plan folder.
    snapshot_hash: Option<String>,
    /// SHA-256 over the files of the plan folder.
    result_hash: Option<String>,
    /// Why there is no plan: a stable word, after a colon what it is about.
    fault: Option<String>,
    /// Figures of the plan, once there is one; `null` until then.
    metrics: Value,
    /// How often the plan was changed since it was published.
    changes: i64,
    /// Whether somebody asked for it to be cancelled.
    cancel_asked: bool,
    /// Id of the user who asked for it.
    created_by: String,
    /// When.
    created_at: String,
    /// When a worker began.
    started_at: Option<String>,
    /// When it ended.
    ended_at: Option<String>,
    /// Id of the user who published it.
    published_by: Option<String>,
    /// When.
    published_at: Option<String>,
    /// The run that took its place.
    superseded_by: Option<String>,
    /// When.
    superseded_at: Option<String>,
    /// Its version, also the `ETag`.
    version: i64,
}

/// The figures of a run; `null` until it has a plan.
pub(super) fn metrics(run: &Run) -> Result<Value, Problem> {
    if run.result_hash.is_none() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&run.metrics)
        .map_err(|error| Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) })
}

/// Head counts below this could tell of a person (S26).
const SMALL: i64 = 5;

/// The figures of a run for a caller: whoever decides about nobody sees no head count that could tell of a person.
pub(super) fn metrics_for(call: &Call, run: &Run) -> Result<Value, Problem> {
    let mut figures = metrics(run)?;
    if matches!(call.caller()?.role, Role::Admin | Role::Analyst | Role::Auditor) {
        for counted in ["counts", "classes", "unmatched", "standing", "volunteer_changes"] {
            figures.get_mut(counted).into_iter().for_each(suppress);
        }
    }
    Ok(figures)
}

/// Leaves small counts out.
fn suppress(value: &mut Value) {
    match value {
        Value::Number(number) if number.as_i64().is_some_and(|count| (1..SMALL).contains(&count)) => {
            *value = Value::Null;
        }
        Value::Array(items) => items.iter_mut().for_each(suppress),
        Value::Object(fields) => fields.values_mut().for_each(suppress),
        _ => {}
    }
}

impl Wire {
    /// As a caller may see it.
    pub(super) fn for_caller(call: &Call, run: Run) -> Result<Self, Problem> {
        let metrics = metrics_for(call, &run)?;
        Ok(Self { metrics, ..Self::new(run)? })
    }

    pub(super) fn new(run: Run) -> Result<Self, Problem> {
        Ok(Self {
            metrics: metrics(&run)?,
            id: run.id,
            region_code: run.region_code,
            policy_id: run.policy_id,
            state: run.state,
            stage: run.stage,
            progress: run.progress,
            date: run.today,
            period_first: run.period_first,
            period_last: run.period_last,
            solver: run.solver,
            seed: run.seed,
            provisional: run.provisional,
            snapshot_hash: run.snapshot_hash,
            result_hash: run.result_hash,
            fault: run.fault,
            changes: run.changes,
            cancel_asked: run.cancel_asked_at_ms.is_some(),
            created_by: run.created_by,
            created_at: rfc3339(run.created_at_ms),
            started_at: run.started_at_ms.map(rfc3339),
            ended_at: run.ended_at_ms.map(rfc3339),
            published_by: run.published_by,
            published_at: run.published_at_ms.map(rfc3339),
            superseded_by: run.superseded_by,
            superseded_at: run.superseded_at_ms.map(rfc3339),
            version: run.version,
        })
    }
}
