//! `GET /api-keys`: my keys.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{ApiKeyShown, HOLDERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

/// Which keys.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListApiKeys {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/api-keys", "list_api_keys", |call, view| list_api_keys(call, view).boxed())
        .says("账号 accounts", "我的程序密钥", "My keys for programs")
        .allows(Access::Roles(HOLDERS), Scope::Own)
        .asks::<ListApiKeys>()
        .gives::<ListOf<ApiKeyShown>>(StatusCode::OK)
        .leads_to("api_key_id", "/items/0/id")
        .in_session()
}

async fn list_api_keys(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (asked, caller): (ListApiKeys, _) = (call.query()?, call.caller()?);
    let page = call.page(asked.limit, asked.cursor.as_deref(), &caller.user_id)?;
    let keys = view.api_keys(&caller.user_id, &page).await?;
    Ok(list::page(call, keys, &caller.user_id, ApiKeyShown::of))
}
