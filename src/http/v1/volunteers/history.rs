//! `GET /volunteers/{volunteer_id}/history`: what was done to a volunteer's record, and who read it in full.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::history::{HistoryQuery, HistoryShown};
use crate::http::v1::people::{BARRERS, scope};
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/history";
    Endpoint::reads(path, "get_volunteer_history", |call, view| history(call, view).boxed())
        .says(super::GROUP, "志愿者档案的变更记录", "What was done to a volunteer's record")
        .allows(Access::Roles(BARRERS), Scope::Region)
        .asks::<HistoryQuery>()
        .gives::<ListOf<HistoryShown>>(StatusCode::OK)
}

async fn history(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let id = call.id("volunteer_id")?;
    let query: HistoryQuery = call.query()?;
    let page = call.page(query.limit, query.cursor.as_deref(), id)?;
    view.volunteer(&scope(call)?, id).await?;
    let found = view.history("volunteers", id, &page).await?;
    Ok(list::page(call, found, id, HistoryShown::from))
}
