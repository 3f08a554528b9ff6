//! `POST /children/{child_id}/reveal`: named fields of one child in full, for a stated purpose, written down.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_READERS;
use crate::http::v1::people::cells::{check_fields, child_columns};
use crate::http::v1::people::words::{RevealRequest, RevealedShown};
use crate::store::{AuditEvent, Change};

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/reveal";
    Endpoint::changes(Method::POST, path, "reveal_child", |call, change| reveal(call, change).boxed())
        .says(
            super::GROUP,
            "查看儿童的完整字段（须注明用途，留痕）",
            "Fields of a child in full, for a purpose, audited",
        )
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .takes::<RevealRequest>()
        .gives::<RevealedShown>(StatusCode::OK)
        .unkeyed()
        .scarce()
}

async fn reveal(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let id = call.id("child_id")?;
    let request: RevealRequest = call.body()?;
    let mut checks = Checks::new(call.language);
    check_fields(&mut checks, &request.fields, child_columns());
    checks.done()?;
    let fields: Vec<&str> = request.fields.iter().map(String::as_str).collect();
    let (child, clear) = change.reveal_child(&call.span()?, id, &fields).await?;
    let event = AuditEvent::new("child.revealed", "children", id, &child.region_code);
    change.record(event.of_fields(fields).for_purpose(request.purpose.word()));
    Ok(Reply::ok(&RevealedShown { id: id.to_owned(), fields: clear }))
}
