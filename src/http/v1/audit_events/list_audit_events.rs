//! `GET /audit-events`: the trail, in the order in which things were done.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Asked, AuditEventShown, READERS, filter};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

/// Which rows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListAuditEvents {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
    /// Only this action, such as `child.revealed`.
    #[schemars(length(max = 64), regex(pattern = "^[a-z_.]*$"))]
    action: Option<String>,
    /// Only this user or key.
    #[schemars(extend("format" = "uuid"))]
    actor_id: Option<String>,
    /// From this moment on.
    #[schemars(extend("format" = "date-time"))]
    from: Option<String>,
    /// Before this moment.
    #[schemars(extend("format" = "date-time"))]
    before: Option<String>,
    /// Only divisions whose code begins so.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/audit-events", "list_audit_events", |call, view| list_audit_events(call, view).boxed())
        .says("审计 audit", "审计记录", "The audit trail")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<ListAuditEvents>()
        .gives::<ListOf<AuditEventShown>>(StatusCode::OK)
}

async fn list_audit_events(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let asked: ListAuditEvents = call.query()?;
    let filter = filter(
        call,
        &Asked {
            action: asked.action.as_deref(),
            actor_id: asked.actor_id.as_deref(),
            from: asked.from.as_deref(),
            before: asked.before.as_deref(),
            region: asked.region.as_deref(),
        },
    )?;
    let signed = format!("{filter:?}");
    let page = call.page(asked.limit, asked.cursor.as_deref(), &signed)?;
    let rows = view.audit_events(&filter, &page).await?;
    Ok(list::page(call, rows, &signed, AuditEventShown::of))
}
