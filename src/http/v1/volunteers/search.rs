//! `POST /volunteers/search`: the volunteers within reach with exactly a phone, an ID number or a number, masked. By POST, as
//! for children.

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{ListOf, MOST_ITEMS};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::words::SearchRequest;
use crate::http::v1::people::{VOLUNTEER_LISTERS, scope, sought};
use crate::store::people::VolunteerFilter;
use crate::store::{PageRequest, View};

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::seeks("/volunteers/search", "search_volunteers", |call, view| search(call, view).boxed())
        .says(
            super::GROUP,
            "按电话、身份证号或编号查找志愿者（脱敏）",
            "Find volunteers by phone, ID number or number, masked",
        )
        .allows(Access::Roles(VOLUNTEER_LISTERS), Scope::Region)
        .takes::<SearchRequest>()
        .gives::<ListOf<VolunteerShown>>(StatusCode::OK)
        .leads_to("volunteer_id", "/items/0/id")
}

async fn search(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let request: SearchRequest = call.body()?;
    let filter = VolunteerFilter {
        scope: scope(call)?,
        skill: String::new(),
        ready: None,
        archived: request.archived,
        updated_since_ms: i64::MIN,
        exactly: sought(call, &request.text)?,
    };
    let page = PageRequest { after: String::new(), limit: MOST_ITEMS };
    let found = view.volunteers(&filter, &page).await?.items;
    let items = found.into_iter().map(|volunteer| VolunteerShown::of(call, volunteer));
    let items = items.collect::<Result<Vec<_>, _>>()?;
    Ok(Reply::ok(&ListOf { items, next_cursor: None }))
}
