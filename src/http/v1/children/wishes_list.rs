//! `GET /children/{child_id}/wishes`: what a child said she wishes.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::CHILD_READERS;
use crate::http::v1::people::words::{KnownAnswer, Records};
use crate::store::View;
use crate::store::people::Wish;

/// A recorded wish.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Wish")]
pub(super) struct WishShown {
    id: String,
    answer: Option<KnownAnswer>,
    /// The day she was asked; empty where a sheet did not say.
    asked_on: String,
    /// Who recorded it.
    asked_by: String,
    recorded_at: String,
    /// When a later answer took its place.
    superseded_at: Option<String>,
}

impl From<Wish> for WishShown {
    fn from(wish: Wish) -> Self {
        Self {
            id: wish.id,
            answer: KnownAnswer::of(&wish.answer),
            asked_on: wish.asked_on,
            asked_by: wish.asked_by,
            recorded_at: rfc3339(wish.recorded_at_ms),
            superseded_at: wish.superseded_at_ms.map(rfc3339),
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/wishes";
    Endpoint::reads(path, "list_wishes", |call, view| list(call, view).boxed())
        .says(super::GROUP, "儿童本人意愿", "What a child wishes")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<Records<WishShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let event = super::records_event(view, &span, id, "child.read", &["wish"]).await?;
    let items: Vec<WishShown> = view.wishes(&span, id).await?.into_iter().map(Into::into).collect();
    Ok(Reply::ok(&Records { items }).reading([event]))
}
