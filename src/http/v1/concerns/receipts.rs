//! `GET /me/concerns`: what I reported and where it stands, no text of it.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::{Receipt, View};

/// Which page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConcernReceiptQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// What I reported.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ConcernReceipt")]
struct ReceiptShown {
    id: String,
    /// What was feared, a word.
    kind: String,
    region_code: String,
    /// Whether it is settled.
    closed: bool,
    created_at: String,
}

impl From<Receipt> for ReceiptShown {
    fn from(receipt: Receipt) -> Self {
        Self {
            id: receipt.id,
            kind: receipt.kind,
            region_code: receipt.region_code,
            closed: receipt.state == "closed",
            created_at: rfc3339(receipt.created_at_ms),
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/concerns", "list_my_concerns", |call, view| list(call, view).boxed())
        .says(super::GROUP, "我报告的关切（仅回执）", "What I reported: receipts alone")
        .allows(Access::Roles(Role::ALL), Scope::Own)
        .asks::<Query>()
        .gives::<ListOf<ReceiptShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (query, caller): (Query, _) = (call.query()?, call.caller()?);
    let page = call.page(query.limit, query.cursor.as_deref(), &caller.user_id)?;
    let found = view.concern_receipts(&caller.user_id, &page).await?;
    Ok(list::page(call, found, &caller.user_id, ReceiptShown::from))
}
