//! `GET /concerns`: a supervisor's divisions; for others, what is assigned to them. No texts.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown::SummaryShown;
use super::{READERS, reader};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::filter_of;
use crate::http::v1::people::words::words;
use crate::store::{AuditEvent, ConcernFilter, View};

words! {
    /// Where a concern stands.
    ConcernState {
        /// Nobody sees to it yet.
        Open "open",
        /// Somebody does.
        Assigned "assigned",
        /// One of two persons finds it settled.
        Closing "closing",
        /// Both do.
        Closed "closed",
    }
}

/// Which concerns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConcernQuery")]
struct Query {
    /// Only in this state.
    state: Option<ConcernState>,
    /// Only about this child.
    #[schemars(extend("format" = "uuid"))]
    child_id: Option<String>,
    /// Only whose subject is this volunteer.
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: Option<String>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/concerns", "list_concerns", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出关切报告", "List concerns")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<SummaryShown>>(StatusCode::OK)
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
    let filter = ConcernFilter {
        state: query.state.map_or("", ConcernState::word).to_owned(),
        child_id: id("child_id", query.child_id)?,
        volunteer_id: id("volunteer_id", query.volunteer_id)?,
    };
    let of = filter_of(&[&filter.state, &filter.child_id, &filter.volunteer_id]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let found = view.concerns(&reader(call)?, &filter, &page).await?;
    let events: Vec<AuditEvent> = found.items.iter().map(|concern| concern.event("concern.listed")).collect();
    Ok(list::page(call, found, &of, SummaryShown::from).reading(events))
}
