//! `POST /children/{child_id}/wishes`: records what a child wishes (S12). A no binds.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::KnownAnswer;
use crate::http::v1::people::{CHILD_EDITORS, check_day};
use crate::store::Change;
use crate::store::people::NewWish;

/// A wish.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewWish")]
struct Body {
    answer: KnownAnswer,
    /// The day she was asked, not in the future.
    #[schemars(extend("format" = "date"))]
    asked_on: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/wishes";
    Endpoint::changes(Method::POST, path, "create_wish", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记儿童本人意愿", "Record what a child wishes")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    let asked_on = check_day(call, &mut checks, "/asked_on", &body.asked_on);
    checks.done()?;
    change.add_wish(&span, id, &NewWish { answer: body.answer.word().to_owned(), asked_on }).await?;
    let child = change.child(&span, id).await?;
    Ok(super::reply(call, StatusCode::OK, child))
}
