//! `GET /volunteers/{volunteer_id}/screenings`: a volunteer's record checks: kind, result, dates. The reference shows nowhere.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::words::{KnownAnswer, Records};
use crate::http::v1::people::{VOLUNTEER_READERS, scope};
use crate::store::View;
use crate::store::people::ScreeningRecord;

/// A recorded check.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Screening")]
pub(super) struct ScreeningShown {
    id: String,
    /// `employment` or `no_conviction`; empty where a sheet did not say.
    kind: String,
    /// `passed`, `barred`, `pending`; of sheets also `unreadable` and empty.
    result: String,
    authority: String,
    /// The day it was made; empty where a sheet did not say.
    screened_on: String,
    /// Its last day, where it names one.
    valid_through: Option<String>,
    /// Whether she agreed to it (S4).
    query_consent: Option<KnownAnswer>,
    recorded_at: String,
    recorded_by: String,
}

impl From<ScreeningRecord> for ScreeningShown {
    fn from(record: ScreeningRecord) -> Self {
        Self {
            id: record.id,
            kind: record.kind,
            result: record.result,
            authority: record.authority,
            screened_on: record.screened_on,
            valid_through: record.valid_through,
            query_consent: KnownAnswer::of(&record.query_consent),
            recorded_at: rfc3339(record.recorded_at_ms),
            recorded_by: record.recorded_by,
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/screenings";
    Endpoint::reads(path, "list_screenings", |call, view| list(call, view).boxed())
        .says(super::GROUP, "志愿者的从业查询", "A volunteer's record checks")
        .allows(Access::Roles(VOLUNTEER_READERS), Scope::Region)
        .gives::<Records<ScreeningShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let records = view.screenings(&scope(call)?, call.id("volunteer_id")?).await?;
    let items: Vec<ScreeningShown> = records.into_iter().map(Into::into).collect();
    Ok(Reply::ok(&Records { items }))
}
