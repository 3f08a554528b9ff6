//! `POST /concerns/{concern_id}/entries`: what was done. An entry is never changed.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown::ConcernShown;
use super::words::EntryKind;
use super::{LONGEST_TEXT, READERS, put, reader};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::{Change, NewEntry};

/// What was done.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewConcernEntry")]
struct Body {
    kind: EntryKind,
    /// In plain words.
    #[schemars(length(min = 1, max = 4000), regex(pattern = r"\S"))]
    text: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/concerns/{concern_id}/entries";
    Endpoint::changes(Method::POST, path, "create_concern_entry", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记处置经过", "Write down what was done about a concern")
        .allows(Access::Roles(READERS), Scope::Region)
        .takes::<Body>()
        .gives::<ConcernShown>(StatusCode::OK)
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, body): (_, Body) = (call.id("concern_id")?, call.body()?);
    let mut checks = Checks::new(call.language);
    checks.length("/text", body.text.trim(), 1..=LONGEST_TEXT);
    let mut texts = BTreeMap::new();
    put(&mut checks, &mut texts, ("text", LONGEST_TEXT), Some(body.text));
    checks.done()?;
    let entry = NewEntry { kind: body.kind.word().to_owned(), texts };
    change.add_concern_entry(&reader(call)?, id, &entry).await?;
    super::shown(call, change, id).await
}
