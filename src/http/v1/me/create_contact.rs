//! `POST /me/pairings/{pairing_id}/contacts`: a volunteer writes down a meeting with her child. What the office hears from the sides
//! is the office's to record.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::list_pairings::own;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::pairings::contacts_create::Body;
use crate::http::v1::pairings::contacts_list::ContactShown;
use crate::model::Role;
use crate::store::Change;

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/me/pairings/{pairing_id}/contacts";
    Endpoint::changes(Method::POST, path, "create_my_contact", |call, change| create(call, change).boxed())
        .says("本人 me", "登记一次见面", "Record a meeting of mine")
        .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
        .takes::<Body>()
        .gives::<ContactShown>(StatusCode::CREATED)
        .fails(&[Code::StateConflict])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (own(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    if body.is_of_office() {
        let said = call.language.pick("只能登记与儿童的见面", "meetings with the child alone");
        return Err(Problem::of_field("/kind", "kind", said));
    }
    let contact = change.add_contact(&scope, id, &body.checked(call)?).await?;
    Ok(Reply::json(StatusCode::CREATED, &ContactShown::from(contact)))
}
