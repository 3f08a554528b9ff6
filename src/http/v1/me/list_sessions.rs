//! `GET /me/sessions`: where I am logged in.

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
use crate::store::{ABSOLUTE_MS, View};

/// Which sessions.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListSessions {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// A session of mine.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionShown {
    id: String,
    /// Whether this request belongs to it.
    current: bool,
    /// Whether the second factor was given in it.
    second_factor_given: bool,
    began_at: String,
    /// To the minute.
    used_at: String,
    /// When it ends at the latest.
    expires_at: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/me/sessions", "list_sessions", |call, view| list_sessions(call, view).boxed())
        .says("本人 me", "我的登录会话", "Where I am logged in")
        .allows(Access::LoggedIn, Scope::Own)
        .asks::<ListSessions>()
        .gives::<ListOf<SessionShown>>(StatusCode::OK)
        .leads_to("session_id", "/items/0/id")
}

async fn list_sessions(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (asked, caller): (ListSessions, _) = (call.query()?, call.caller()?);
    let page = call.page(asked.limit, asked.cursor.as_deref(), &caller.user_id)?;
    let sessions = view.sessions(&caller.user_id, &page).await?;
    Ok(list::page(call, sessions, &caller.user_id, |session| SessionShown {
        current: caller.session_id.as_deref() == Some(&session.id),
        id: session.id,
        second_factor_given: session.second_factor_at_ms.is_some(),
        began_at: rfc3339(session.created_at_ms),
        used_at: rfc3339(session.used_at_ms),
        expires_at: rfc3339(session.created_at_ms + ABSOLUTE_MS),
    }))
}
