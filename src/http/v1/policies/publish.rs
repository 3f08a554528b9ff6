//! `POST /policies/{policy_id}/publish`: puts a draft into force.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::PolicySummary;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/policies/{policy_id}/publish";
    Endpoint::changes(Method::POST, path, "publish_policy", |call, change| publish(call, change).boxed())
        .says("规则 policies", "发布规则；发布后不可更改", "Put a policy into force; it never changes after")
        .allows(Access::Roles(&[Role::Admin]), Scope::Region)
        .gives::<PolicySummary>(StatusCode::OK)
        .fails(&[Code::StateConflict, Code::SecondPersonNeeded])
}

async fn publish(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let policy = change.publish_policy(&call.span()?, call.id("policy_id")?).await?;
    let version = policy.version;
    Ok(Reply::ok(&PolicySummary::from(policy)).version(version))
}
