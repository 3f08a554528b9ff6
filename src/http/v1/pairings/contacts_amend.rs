//! `POST /contacts/{contact_id}/amend`: records how it really was. The first word stays in the list and no longer counts.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::contacts_create::Body;
use super::contacts_list::ContactShown;
use super::{READERS, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/contacts/{contact_id}/amend";
    Endpoint::changes(Method::POST, path, "amend_contact", |call, change| amend(call, change).boxed())
        .says(super::GROUP, "更正联系记录", "Correct what was recorded")
        .allows(Access::Roles(READERS), Scope::Region)
        .takes::<Body>()
        .gives::<ContactShown>(StatusCode::CREATED)
        .fails(&[Code::StateConflict])
}

async fn amend(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("contact_id")?);
    let body: Body = call.body()?;
    let contact = change.amend_contact(&scope, id, &body.checked(call)?).await?;
    Ok(Reply::json(StatusCode::CREATED, &ContactShown::from(contact)))
}
