//! `GET /code-lists/{name}`: one code list.

use std::future::ready;

use axum::http::{StatusCode, header};
use futures_util::future::FutureExt;

use super::CodeList;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/code-lists/{name}", "get_code_list", |call, _| ready(get(call)).boxed())
        .says("区划 regions", "查看代码表", "Show a code list")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .gives::<CodeList>(StatusCode::OK)
}

fn get(call: &Call) -> Result<Reply, Problem> {
    let found = super::all().into_iter().find(|list| list.name == call.path("name"));
    let list = CodeList::from(found.ok_or(Problem::new(Code::NotFound))?);
    let version = format!("\"{}\"", list.version);
    Ok(Reply::ok(&list).header(header::ETAG, &version))
}
