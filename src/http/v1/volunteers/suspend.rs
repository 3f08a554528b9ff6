//! `POST /volunteers/{volunteer_id}/suspend`: keeps a volunteer out of every run until she is resumed.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::http::v1::people::{VOLUNTEER_EDITORS, scope};
use crate::store::Change;

words! {
    /// Why a volunteer is suspended.
    SuspendReason {
        /// She asked for it.
        OwnRequest "own_request" "本人要求",
        /// Illness, study, a move.
        Unavailable "unavailable" "患病、求学、迁居等",
        /// Her papers are being put right.
        Papers "papers" "补正材料",
        /// A concern is being looked into.
        Concern "concern" "正在核查隐患报告",
        /// Another reason.
        Other "other" "其他",
    }
}

/// A suspension.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Suspension")]
struct Body {
    reason: SuspendReason,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/suspend";
    Endpoint::changes(Method::POST, path, "suspend_volunteer", |call, change| suspend(call, change).boxed())
        .says(super::GROUP, "暂停志愿者服务", "Suspend a volunteer")
        .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn suspend(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("volunteer_id")?);
    let body: Body = call.body()?;
    change.suspend_volunteer(&scope, id, body.reason.word()).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
