//! `GET /conflicts`: conflicts of children in the caller's divisions, cleared ones included.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ConflictShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{CHILD_READERS, filter_of};
use crate::store::people::{Conflict, ConflictFilter};
use crate::store::{AuditEvent, View};

/// Which conflicts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConflictQuery")]
struct Query {
    /// Only of this child.
    #[schemars(extend("format" = "uuid"))]
    child_id: Option<String>,
    /// Only of this volunteer.
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: Option<String>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/conflicts", "list_conflicts", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出须回避的组合", "List who must not be paired")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<ConflictShown>>(StatusCode::OK)
        .leads_to("conflict_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let id = |name: &str, text: Option<String>| match text {
        Some(text) if !crate::store::is_id(&text) => {
            let said = call.language.pick("不是有效的编号", "is not an id");
            Err(Problem::of_field(name, "id", said))
        }
        text => Ok(text.unwrap_or_default()),
    };
    let filter = ConflictFilter {
        region: call.span()?,
        child_id: id("child_id", query.child_id)?,
        volunteer_id: id("volunteer_id", query.volunteer_id)?,
    };
    let of = filter_of(&[&filter.child_id, &filter.volunteer_id]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.conflicts(&filter, &page).await?;
    let events: Vec<AuditEvent> = found.items.iter().map(Conflict::read_event).collect();
    Ok(list::page(call, found, &of, ConflictShown::from).reading(events))
}
