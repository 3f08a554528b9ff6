//! `GET /code-lists`: every code list with its words.

use std::future::ready;

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::CodeList;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::ListOf;
use crate::http::reply::Reply;
use crate::model::Role;

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/code-lists", "list_code_lists", |_, _| ready(Ok(list())).boxed())
        .says("区划 regions", "列出代码表", "List the code lists")
        .allows(Access::Roles(Role::ALL), Scope::None)
        .gives::<ListOf<CodeList>>(StatusCode::OK)
        .leads_to("name", "/items/0/name")
}

fn list() -> Reply {
    let lists = super::all().into_iter().map(CodeList::from).collect();
    Reply::ok(&ListOf { items: lists, next_cursor: None })
}
