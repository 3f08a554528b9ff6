//! `GET /runs/{run_id}/recruits`: whom to recruit, or what is lost where a volunteer stops.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::GROUP;
use super::explaining::{Explanation, shown, tables};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::is_id;

/// How many, or without whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RecruitsQuery")]
struct Query {
    /// How many are to be recruited, 1 to 100; 10 where absent.
    #[schemars(range(min = 1, max = 100))]
    count: Option<u32>,
    /// Ask instead what is lost where this volunteer stops.
    #[schemars(length(min = 36, max = 36))]
    without: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/recruits";
    Endpoint::works(Method::GET, path, "explain_recruits", |call| explain(call).boxed())
        .says(
            GROUP,
            "再招哪里的、会什么的志愿者最有用；或某位志愿者不再参加的影响",
            "Whom to recruit; or what is lost where a volunteer stops",
        )
        .allows(Access::Roles(&[Role::Coordinator, Role::Supervisor]), Scope::Region)
        .asks::<Query>()
        .gives::<Explanation>(StatusCode::OK)
        .fails(&[Code::RunNotAskable, Code::NotExplainable])
        .scarce()
}

async fn explain(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let count = query.count.unwrap_or(10);
    if !(1..=100).contains(&count) || query.without.as_deref().is_some_and(|id| !is_id(id)) {
        let said = call.language.pick("人数须为 1 至 100，编号须有效", "a count of 1 to 100, and an id");
        return Err(Problem::of_field("count", "invalid", said));
    }
    let run = call.app.store.view().await?.run(&call.span()?, call.id("run_id")?).await?;
    let shown = shown(call)?;
    let explained = call.app.plans.ask_aside(&run.id, move |kept| match &query.without {
        Some(volunteer_id) => kept.explain_loss(volunteer_id, shown),
        None => kept.explain_recruits(count, shown),
    });
    tables(call, &[&run], explained.await?).await
}
