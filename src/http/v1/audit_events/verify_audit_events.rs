//! `GET /audit-events/verify`: whether the chain holds from its first row to its last.

use std::sync::LazyLock;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use super::READERS;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::turns::Turns;

/// Callers who may wait for the one before.
const MOST_WAITING: usize = 4;

/// What going through the chain came to.
#[derive(Debug, Serialize, JsonSchema)]
struct AuditVerification {
    /// Whether every row holds.
    intact: bool,
    /// Rows that hold, from the first on.
    rows: i64,
    /// The first row that does not.
    broken_at: Option<i64>,
    /// What is wrong with it: `changed`, `missing`, `added`, `not after the row before` or `end cut off`.
    fault: Option<&'static str>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/audit-events/verify";
    Endpoint::works(Method::GET, path, "verify_audit_events", |call| verify_audit_events(call).boxed())
        .says("审计 audit", "核对审计链", "Check the chain of the audit trail")
        .allows(Access::Roles(READERS), Scope::Everywhere)
        .gives::<AuditVerification>(StatusCode::OK)
        .scarce()
}

/// Goes through the whole chain, for one caller at a time.
async fn verify_audit_events(call: &Call) -> Result<Reply, Problem> {
    static TURNS: LazyLock<Turns> = LazyLock::new(|| Turns::new(1, MOST_WAITING));
    let _turn = TURNS.take().await?;
    let mut view = call.app.store.view().await?;
    let (rows, fault) = view.verify_audit().await?;
    Ok(Reply::ok(&AuditVerification {
        intact: fault.is_none(),
        rows,
        broken_at: fault.as_ref().map(|fault| fault.sequence),
        fault: fault.map(|fault| fault.fault),
    }))
}
