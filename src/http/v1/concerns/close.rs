//! `POST /concerns/{concern_id}/close`: one person finds it settled, another one confirms (S29). Neither is its subject, who does not
//! find it at all.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown::ConcernShown;
use super::words::Outcome;
use super::{LONGEST_TEXT, READERS, put, reader};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::{Change, Closing};

/// How it ended. The second person finds the same as the first.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CloseConcern")]
struct Body {
    outcome: Outcome,
    /// Why.
    #[schemars(length(min = 1, max = 4000), regex(pattern = r"\S"))]
    text: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/concerns/{concern_id}/close";
    Endpoint::changes(Method::POST, path, "close_concern", |call, change| close(call, change).boxed())
        .says(super::GROUP, "关切结案（须两人）", "Close a concern: one asks, another confirms")
        .allows(Access::Roles(READERS), Scope::Region)
        .takes::<Body>()
        .gives::<ConcernShown>(StatusCode::ACCEPTED)
        .gives::<ConcernShown>(StatusCode::OK)
        .fails(&[Code::SecondPersonNeeded, Code::StateConflict])
}

async fn close(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, body): (_, Body) = (call.id("concern_id")?, call.body()?);
    let mut checks = Checks::new(call.language);
    checks.length("/text", body.text.trim(), 1..=LONGEST_TEXT);
    let mut texts = BTreeMap::from([("outcome".to_owned(), body.outcome.word().to_owned())]);
    put(&mut checks, &mut texts, ("text", LONGEST_TEXT), Some(body.text));
    checks.done()?;
    let status = match change.close_concern(&reader(call)?, id, body.outcome.word(), texts).await? {
        Closing::Asked => StatusCode::ACCEPTED,
        Closing::Done => StatusCode::OK,
    };
    let mut reply = super::shown(call, change, id).await?;
    reply.status = status;
    Ok(reply)
}
