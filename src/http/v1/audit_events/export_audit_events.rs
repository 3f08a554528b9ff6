//! `GET /audit-events/export`: the trail of a time as CSV, for the yearly audit of minors' data.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Asked, READERS, filter};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::report::trail;
use crate::store::{AuditEvent, PageRequest, View};

/// Most rows of one file; more are asked for by shorter times, or by `jiedui audit export`.
const MOST_ROWS: usize = 100_000;
const CSV: &str = "text/csv";

/// Which rows.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExportAuditEvents {
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
    let export: crate::http::endpoint::Reads = |call, view| export_audit_events(call, view).boxed();
    Endpoint::reads("/audit-events/export", "export_audit_events", export)
        .says("审计 audit", "导出审计记录", "The audit trail as a table")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<ExportAuditEvents>()
        .gives_file(CSV)
        .fails(&[Code::StateConflict])
        .scarce()
}

async fn export_audit_events(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let asked: ExportAuditEvents = call.query()?;
    let (from, before) = (asked.from.as_deref(), asked.before.as_deref());
    let region = asked.region.as_deref();
    let filter = filter(call, &Asked { action: None, actor_id: None, from, before, region })?;
    let (mut rows, mut page) = (Vec::new(), PageRequest { after: String::new(), limit: 200 });
    loop {
        let found = view.audit_events(&filter, &page).await?;
        rows.extend(found.items);
        if rows.len() > MOST_ROWS {
            let said = call.language.pick("记录过多，请缩短时间段", "too many rows, ask for a shorter time");
            return Err(Problem::new(Code::StateConflict).detail(said));
        }
        match found.next_after {
            Some(after) => page.after = after,
            None => break,
        }
    }
    let region_code = call.caller()?.span.first.clone();
    let event = AuditEvent::new("audit.exported", "audit_events", "", &region_code);
    let table = trail::csv(&rows);
    Ok(Reply::file(StatusCode::OK, CSV, table).download("audit-events.csv").reading([event]))
}
