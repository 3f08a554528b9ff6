//! `GET /runs/{run_id}/children/{child_id}/explanation`: why this volunteer, why nobody, or why not that one.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::GROUP;
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
#[schemars(rename = "ExplainChildQuery")]
struct Query {
    /// Why not this volunteer; where absent, what became of the child.
    #[schemars(length(min = 36, max = 36))]
    volunteer_id: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/children/{child_id}/explanation";
    Endpoint::works(Method::GET, path, "explain_child", |call| explain(call).boxed())
        .says(
            GROUP,
            "说明：为何是这位志愿者、为何无人、为何不是某位",
            "Why this volunteer, why nobody, or why not that one",
        )
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
    let span = call.span()?;
    let (run_id, child_id) = (call.id("run_id")?.to_owned(), call.id("child_id")?.to_owned());
    let mut view = call.app.store.view().await?;
    // A child director's village is less than a run's division: the child tells whether she may ask.
    let child = view.child(&span, &child_id).await?;
    if view.run_subject(&run_id, &child_id).await?.is_none() {
        return Err(Problem::new(Code::NotFound));
    }
    if let Some(volunteer_id) = &query.volunteer_id {
        view.volunteer(&PeopleScope::region(span), volunteer_id).await?;
    }
    let run = view.run(&RegionSpan::everywhere(), &run_id).await?;
    drop(view);
    let (shown, asked) = (shown_of(call, &run.region_code)?, child_id.clone());
    let explained = call.app.plans.ask(&run_id, move |kept| match &query.volunteer_id {
        Some(volunteer_id) => kept.explain_not(&asked, volunteer_id, shown),
        None => kept.explain_child(&asked, shown),
    });
    about(call, &run, &[(&child.id, &child.region_code)], explained.await?).await
}
