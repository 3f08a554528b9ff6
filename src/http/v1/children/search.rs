//! `POST /children/search`: the children with exactly a phone, an ID number or a number, masked. By POST, since an address
//! with a phone in it would stand in the log of every proxy on its way.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{ListOf, MOST_ITEMS};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::words::SearchRequest;
use crate::http::v1::people::{CHILD_READERS, sought};
use crate::store::people::ChildFilter;
use crate::store::{AuditEvent, PageRequest, View};

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::seeks("/children/search", "search_children", |call, view| search(call, view).boxed())
        .says(
            super::GROUP,
            "按电话、身份证号或编号查找儿童（脱敏）",
            "Find children by phone, ID number or number, masked",
        )
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .takes::<SearchRequest>()
        .gives::<ListOf<ChildShown>>(StatusCode::OK)
        .leads_to("child_id", "/items/0/id")
}

async fn search(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let request: SearchRequest = call.body()?;
    let filter = ChildFilter {
        region: call.span()?,
        need: String::new(),
        ready: None,
        archived: request.archived,
        updated_since_ms: i64::MIN,
        exactly: sought(call, &request.text)?,
    };
    let page = PageRequest { after: String::new(), limit: MOST_ITEMS };
    let found = view.children(&filter, &page).await?.items;
    let events: Vec<AuditEvent> = found.iter().map(|child| child.read_event("child.found")).collect();
    let items = found.into_iter().map(|child| ChildShown::of(call.language, child)).collect();
    Ok(Reply::ok(&ListOf { items, next_cursor: None }).reading(events))
}
