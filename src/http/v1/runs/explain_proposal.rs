//! `GET /proposals/{proposal_id}/explanation`: why these two, or why not another volunteer.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::explaining::{Explanation, about, shown_of};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::store::people::PeopleScope;
use crate::store::{RegionSpan, is_id};

/// Which question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ExplainProposalQuery")]
struct Query {
    /// Why not this volunteer; where absent, why this proposal's own.
    #[schemars(length(min = 36, max = 36))]
    volunteer_id: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/proposals/{proposal_id}/explanation";
    Endpoint::works(Method::GET, path, "explain_proposal", |call| explain(call).boxed())
        .says("建议结对 proposals", "说明建议结对", "Why these two, or why not another volunteer")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<Query>()
        .gives::<Explanation>(StatusCode::OK)
        .fails(&[Code::RunNotAskable, Code::NotExplainable])
}

async fn explain(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    if query.volunteer_id.as_deref().is_some_and(|id| !is_id(id)) {
        let said = call.language.pick("不是有效的编号", "is not an id");
        return Err(Problem::of_field("volunteer_id", "id", said));
    }
    let mut view = call.app.store.view().await?;
    let place = view.proposal_place(&call.span()?, call.id("proposal_id")?).await?;
    if let Some(volunteer_id) = &query.volunteer_id {
        view.volunteer(&PeopleScope::region(call.span()?), volunteer_id).await?;
    }
    let run = view.run(&RegionSpan::everywhere(), &place.run_id).await?;
    let child_ids = view.proposal(&call.span()?, call.id("proposal_id")?).await?.child_ids;
    drop(view);
    let shown = shown_of(call, &run.region_code)?;
    let child_id = place.child_id.clone();
    // What a repair proposed is asked for as another volunteer than that of the plan that was published.
    let volunteer_id = query
        .volunteer_id
        .or(Some(place.volunteer_id).filter(|_| place.origin == "repaired" || place.origin == "swapped"));
    let explained = call.app.plans.ask(&place.run_id, move |kept| match &volunteer_id {
        Some(volunteer_id) => kept.explain_not(&child_id, volunteer_id, shown),
        None => kept.explain_child(&child_id, shown),
    });
    let children: Vec<(&str, &str)> =
        child_ids.iter().map(|child_id| (child_id.as_str(), place.region_code.as_str())).collect();
    about(call, &run, &children, explained.await?).await
}
