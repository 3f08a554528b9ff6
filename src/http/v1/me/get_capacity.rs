//! `GET /me/capacity`: how many households I take, and how many I have.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::scope;
use crate::model::Role;
use crate::store::View;

/// How much I take on.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnCapacity")]
pub(super) struct Shown {
    /// Counts changes of my record; also the `ETag`.
    version: i64,
    /// Households I take.
    capacity: i64,
    /// Households I have at present. Where I take fewer than I have, nobody is taken from me.
    taken: i64,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/capacity", "get_my_capacity", |call, view| get(call, view).boxed())
        .says("本人 me", "我可结对的户数", "How many households I take")
        .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
        .gives::<Shown>(StatusCode::OK)
}

/// As it stands.
pub(super) async fn shown(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let id = super::own_record(call)?;
    let volunteer = view.volunteer(&scope(call)?, id).await?;
    let taken = view.places_taken(id).await?;
    let shown = Shown { version: volunteer.version, capacity: volunteer.capacity, taken };
    Ok(Reply::ok(&shown).version(volunteer.version))
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    shown(call, view).await
}
