//! `GET /concerns/{concern_id}`: everything, for those who may.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::READERS;
use super::shown::ConcernShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/concerns/{concern_id}", "get_concern", |call, view| get(call, view).boxed())
        .says(super::GROUP, "查看关切报告", "One concern")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<ConcernShown>(StatusCode::OK)
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    super::shown(call, view, call.id("concern_id")?).await
}
