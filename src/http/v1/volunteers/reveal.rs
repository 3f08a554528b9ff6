//! `POST /volunteers/{volunteer_id}/reveal`: named fields of one volunteer in full, for a stated purpose, written down.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::cells::{check_fields, volunteer_columns};
use crate::http::v1::people::words::{RevealRequest, RevealedShown};
use crate::http::v1::people::{VOLUNTEER_READERS, scope};
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/reveal";
    Endpoint::changes(Method::POST, path, "reveal_volunteer", |call, change| reveal(call, change).boxed())
        .says(
            super::GROUP,
            "查看志愿者的完整字段（须注明用途，留痕）",
            "Fields of a volunteer in full, for a purpose, audited",
        )
        .allows(Access::Roles(VOLUNTEER_READERS), Scope::Region)
        .takes::<RevealRequest>()
        .gives::<RevealedShown>(StatusCode::OK)
        .unkeyed()
        .scarce()
}

async fn reveal(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let id = call.id("volunteer_id")?;
    let request: RevealRequest = call.body()?;
    let mut checks = Checks::new(call.language);
    check_fields(&mut checks, &request.fields, volunteer_columns());
    checks.done()?;
    let fields: Vec<&str> = request.fields.iter().map(String::as_str).collect();
    let (volunteer, clear) = change.reveal_volunteer(&scope(call)?, id, &fields).await?;
    let event = volunteer.event("volunteer.revealed");
    change.record(event.of_fields(fields).for_purpose(request.purpose.word()));
    Ok(Reply::ok(&RevealedShown { id: id.to_owned(), fields: clear }))
}
