//! `POST /imports/{import_id}/discard`: destroys the rows of an import and the key they are sealed under.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::{LOADERS, Wire};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/imports/{import_id}/discard";
    Endpoint::changes(Method::POST, path, "discard_import", |call, change| discard(call, change).boxed())
        .says("导入 imports", "放弃导入，销毁其内容", "Discard an import and destroy what it holds")
        .allows(Access::Roles(LOADERS), Scope::Region)
        .gives::<Wire>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn discard(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let import = change.discard_import(&call.span()?, call.id("import_id")?).await?;
    let version = import.version;
    Ok(Reply::ok(&Wire::new(import, call.language)).version(version))
}
