//! `GET /policies/{policy_id}`: one policy with its text.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{Policy, READERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/policies/{policy_id}", "get_policy", |call, view| get(call, view).boxed())
        .says("规则 policies", "查看规则", "Show a policy")
        .allows(Access::Roles(READERS), Scope::Region)
        .gives::<Policy>(StatusCode::OK)
        .leads_to("policy_id", "/id")
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let policy = view.policy(&call.span()?, call.id("policy_id")?).await?;
    let version = policy.version;
    Ok(Reply::ok(&Policy::from(policy)).version(version))
}
