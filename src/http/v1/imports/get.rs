//! `GET /imports/{import_id}`: how an import stands.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::{LOADERS, Wire};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/imports/{import_id}", "get_import", |call, view| get(call, view).boxed())
        .says("导入 imports", "查看导入", "Show an import")
        .allows(Access::Roles(LOADERS), Scope::Region)
        .gives::<Wire>(StatusCode::OK)
        .leads_to("import_id", "/id")
}

async fn get(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let import = view.import(&call.span()?, call.id("import_id")?).await?;
    let version = import.version;
    Ok(Reply::ok(&Wire::new(import, call.language)).version(version))
}
