//! `GET /code-lists`: every code list with its words.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::CodeList;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::ListOf;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::model::{Role, code_list};
use crate::store::View;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/code-lists", "list_code_lists", |call, view| list(call, view).boxed())
        .says("区划 regions", "列出代码表", "List the code lists")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .gives::<ListOf<CodeList>>(StatusCode::OK)
}

async fn list(_call: &Call, _view: &mut View) -> Result<Reply, Problem> {
    let lists = code_list::all().into_iter().map(CodeList::from).collect();
    Ok(Reply::ok(&ListOf { items: lists, next_cursor: None }))
}
