//! `GET /version`: which program answers.

use axum::http::StatusCode;
use futures_util::future::{FutureExt, ready};
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::reply::Reply;

/// The program.
#[derive(Debug, Serialize, JsonSchema)]
struct Program {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
    /// The database it works with: `sqlite` or `postgres`.
    database: &'static str,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/version", "version", |call, _view| ready(Ok(version(call))).boxed())
        .says("运行 operation", "程序版本", "Which program answers")
        .allows(Access::LoggedIn, Scope::None)
        .gives::<Program>(StatusCode::OK)
}

fn version(call: &Call) -> Reply {
    Reply::ok(&Program {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        database: call.app.store.database_name(),
    })
}
