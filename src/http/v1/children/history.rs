//! `GET /children/{child_id}/history`: what was done to a child's record, and who read it.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::http::v1::people::history::{HistoryQuery, HistoryShown};
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/history";
    Endpoint::reads(path, "get_child_history", |call, view| history(call, view).boxed())
        .says(super::GROUP, "儿童档案的变更与查阅记录", "What was done to a child's record, and who read it")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .asks::<HistoryQuery>()
        .gives::<ListOf<HistoryShown>>(StatusCode::OK)
}

async fn history(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let query: HistoryQuery = call.query()?;
    let page = call.page(query.limit, query.cursor.as_deref(), id)?;
    let event = super::records_event(view, &span, id, "child.history_read", &["history"]).await?;
    let found = view.history("children", id, &page).await?;
    Ok(list::page(call, found, id, HistoryShown::from).reading([event]))
}
