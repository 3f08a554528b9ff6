//! `PUT /me/capacity`: a volunteer takes more or fewer households. Fewer than she has takes nobody from her, and has no penalty (S8).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::get_capacity::{Shown, shown};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::scope;
use crate::model::Role;
use crate::store::Change;
use crate::store::people::PersonPatch;

/// How much I take on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewOwnCapacity")]
struct Body {
    /// Households; 0 for none at present.
    #[schemars(range(min = 0, max = 200))]
    capacity: i64,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::PUT, "/me/capacity", "put_my_capacity", |call, change| {
        put(call, change).boxed()
    })
    .says("本人 me", "修改我可结对的户数", "Put how many households I take")
    .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
    .takes::<Body>()
    .gives::<Shown>(StatusCode::OK)
    .fails(&[Code::StateConflict])
}

async fn put(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id, seen) = (scope(call)?, super::own_record(call)?, call.if_match()?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    let households = (0..=200).contains(&body.capacity);
    checks.hold(households, "/capacity", "range", "须为 0 至 200", "must be 0 to 200");
    checks.done()?;
    let patch = PersonPatch::of_cells([("capacity".to_owned(), Some(body.capacity.to_string()))]);
    change.patch_volunteer(&scope, id, seen, &patch).await?;
    shown(call, change).await
}
