//! `GET /pairings/{pairing_id}/contacts`: what was done. Corrected ones stay in the list, with the one that counts.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{READERS, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::filter_of;
use crate::store::{Contact, View};

/// Which contacts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ContactQuery")]
struct Query {
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// A contact. What somebody wrote about it stays sealed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Contact")]
pub(in crate::http::v1) struct ContactShown {
    id: String,
    pairing_id: String,
    kind: String,
    /// In which setting; empty for the office's own calls.
    setting: String,
    took_place: bool,
    #[schemars(extend("format" = "date"))]
    happened_on: String,
    minutes: i64,
    /// Who was there.
    present: Vec<String>,
    /// The one it corrects.
    amends_id: Option<String>,
    /// The one that corrects it: then it no longer counts.
    amended_by: Option<String>,
    recorded_at: String,
    recorded_by: String,
}

impl From<Contact> for ContactShown {
    fn from(contact: Contact) -> Self {
        let present = contact.present.split(',').filter(|word| !word.is_empty());
        Self {
            present: present.map(str::to_owned).collect(),
            id: contact.id,
            pairing_id: contact.pairing_id,
            kind: contact.kind,
            setting: contact.setting,
            took_place: contact.took_place,
            happened_on: contact.happened_on,
            minutes: contact.minutes,
            amends_id: contact.amends_id,
            amended_by: contact.amended_by,
            recorded_at: rfc3339(contact.recorded_at_ms),
            recorded_by: contact.recorded_by,
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/contacts";
    Endpoint::reads(path, "list_contacts", |call, view| list(call, view).boxed())
        .says(super::GROUP, "联系记录", "What was done")
        .allows(Access::Roles(READERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<ContactShown>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let query: Query = call.query()?;
    let of = filter_of(&[id]);
    let page = call.page(query.limit, query.cursor.as_deref(), &of)?;
    let event = view.pairing(&scope, id).await?.read_event("contacts.read");
    let found = view.contacts(&scope, id, &page).await?;
    Ok(list::page(call, found, &of, ContactShown::from).reading([event]))
}
