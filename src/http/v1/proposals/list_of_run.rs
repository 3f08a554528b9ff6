//! `GET /runs/{run_id}/proposals`: proposals of a run, for children in the caller's divisions.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ProposalShown, ProposalState};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::ListOf;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::store::View;
use crate::store::proposals::{ProposalFilter, ProposalsOf};

/// Which proposals of a run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RunProposalQuery")]
struct Query {
    /// Only in this state.
    state: Option<ProposalState>,
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
    Endpoint::reads("/runs/{run_id}/proposals", "list_run_proposals", |call, view| list(call, view).boxed())
        .says(super::GROUP, "列出一次匹配的建议", "List the proposals of a run")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<ProposalShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let run = view.run(&call.span()?, call.id("run_id")?).await?;
    let filter = ProposalFilter {
        region: call.span()?,
        state: query.state.map_or("", ProposalState::word).to_owned(),
        volunteer_id: super::list::id(call, "volunteer_id", query.volunteer_id)?,
        of: ProposalsOf::Run(run.id),
    };
    super::list::page(call, view, &filter, (query.limit, query.cursor.as_deref())).await
}
