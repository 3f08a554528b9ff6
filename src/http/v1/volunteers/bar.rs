//! `POST /volunteers/{volunteer_id}/bar`: bars a volunteer for good (S3). The bar meets her ID number however often it registers.

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
use crate::http::v1::people::{BARRERS, scope};
use crate::store::Change;

words! {
    /// Why a volunteer is barred.
    BarReason {
        /// A finding in the record check.
        Screening "screening" "从业查询未通过",
        /// Guardianship was revoked, or a protection order stands against her.
        CourtOrder "court_order" "撤销监护资格或人身安全保护令",
        /// An incident with a child.
        Incident "incident" "与儿童有关的事件",
        /// False papers or statements.
        FalsePapers "false_papers" "虚假材料或陈述",
        /// Another reason of the law.
        OtherLegal "other_legal" "法律规定的其他情形",
    }
}

/// A bar.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewBar")]
struct Body {
    reason: BarReason,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/bar";
    Endpoint::changes(Method::POST, path, "bar_volunteer", |call, change| bar(call, change).boxed())
        .says(super::GROUP, "永久禁止志愿者（解除须两人）", "Bar a volunteer for good; lifting it takes two")
        .allows(Access::Roles(BARRERS), Scope::Region)
        .takes::<Body>()
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn bar(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("volunteer_id")?);
    let body: Body = call.body()?;
    change.bar_volunteer(&scope, id, body.reason.word()).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
