//! `GET /proposals`: proposals for children in the caller's divisions.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ProposalShown, ProposalState};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::{CHILD_READERS, filter_of};
use crate::store::proposals::{ProposalFilter, ProposalsOf};
use crate::store::{AuditEvent, View};

/// Which proposals.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ProposalQuery")]
struct Query {
    /// Only in this state.
    state: Option<ProposalState>,
    /// Only for this child.
    #[schemars(extend("format" = "uuid"))]
    child_id: Option<String>,
    /// Only for this volunteer.
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: Option<String>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/proposals", "list_proposals", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出建议", "List proposals")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<ProposalShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let child_id = id(call, "child_id", query.child_id)?;
    let of = if child_id.is_empty() { ProposalsOf::All } else { ProposalsOf::Child(child_id) };
    let filter = ProposalFilter {
        region: call.span()?,
        state: query.state.map_or("", ProposalState::word).to_owned(),
        volunteer_id: id(call, "volunteer_id", query.volunteer_id)?,
        of,
    };
    page(call, view, &filter, (query.limit, query.cursor.as_deref())).await
}

/// An id of a query; empty where there is none.
pub(in crate::http) fn id(call: &Call, name: &str, text: Option<String>) -> Result<String, Problem> {
    match text {
        Some(text) if !crate::store::is_id(&text) => {
            Err(Problem::of_field(name, "id", call.language.pick("不是有效的编号", "is not an id")))
        }
        text => Ok(text.unwrap_or_default()),
    }
}

/// A page, each child of each proposal written down as read of.
pub(super) async fn page(
    call: &Call,
    view: &mut View,
    filter: &ProposalFilter,
    (limit, cursor): (Option<i64>, Option<&str>),
) -> Result<Reply, Problem> {
    let whose = match &filter.of {
        ProposalsOf::All => "",
        ProposalsOf::Run(id) | ProposalsOf::Child(id) => id,
    };
    let of = filter_of(&[&filter.state, &filter.volunteer_id, whose]);
    let page = call.page(limit, cursor, &of)?;
    let found = view.proposals(filter, &page).await?;
    let events: Vec<AuditEvent> =
        found.items.iter().flat_map(|proposal| proposal.read_events().collect::<Vec<_>>()).collect();
    Ok(list::page(call, found, &of, ProposalShown::from).reading(events))
}
