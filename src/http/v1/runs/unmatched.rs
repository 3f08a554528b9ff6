//! `GET /runs/{run_id}/unmatched`: children without a lead and needs without a specialist, with the reason of each.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GROUP, MAKERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::runs::unmatched::Unmatched;
use crate::store::{AuditEvent, Page};

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UnmatchedQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// A child without a lead, or a need without a specialist.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Unmatched")]
struct Wire {
    /// The child.
    child_id: String,
    /// Her division then.
    region_code: String,
    /// `lead` or `service`.
    pass: String,
    /// The need, of a service.
    need: Option<String>,
    /// `own`, `sibling`, `no_candidate` or `competition`; of a service `referral`, `waiting`, `withheld` or `deferred`.
    reason: String,
    /// Rules, and how many volunteers were lost at each.
    rules: String,
}

impl From<Unmatched> for Wire {
    fn from(row: Unmatched) -> Self {
        Self {
            child_id: row.child.id,
            region_code: row.child.region_code,
            pass: row.pass,
            need: Some(row.need).filter(|need| !need.is_empty()),
            reason: row.reason,
            rules: row.rules,
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/unmatched";
    Endpoint::works(Method::GET, path, "list_run_unmatched", |call| list(call).boxed())
        .says(GROUP, "未配对儿童与原因", "Children who are alone, and why")
        .allows(Access::Roles(MAKERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<Wire>>(StatusCode::OK)
        .fails(&[Code::RunNotAskable])
}

async fn list(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let id = call.id("run_id")?.to_owned();
    let page = call.page(query.limit, query.cursor.as_deref(), &id)?;
    let run = call.app.store.view().await?.run(&call.span()?, &id).await?;
    let after: usize = page.after.parse().unwrap_or(0);
    let (rows, more) = call
        .app
        .plans
        .ask(&run.id, move |kept| {
            let rest = kept.unmatched().get(after..).unwrap_or_default();
            let limit = page.limit.clamp(1, 200) as usize;
            (rest.iter().take(limit).cloned().collect::<Vec<_>>(), rest.len() > limit)
        })
        .await?;
    let next_after = more.then(|| (after + rows.len()).to_string());
    let events: Vec<AuditEvent> = (rows.iter())
        .map(|row| {
            let event = AuditEvent::new("child.read", "children", &row.child.id, &row.child.region_code);
            event.of_fields(["unmatched"])
        })
        .collect();
    let shown = list::page(call, Page { items: rows, next_after }, &id, Wire::from);
    Ok(shown.reading(events))
}
