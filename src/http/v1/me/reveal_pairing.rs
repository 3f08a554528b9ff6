//! `POST /me/pairings/{pairing_id}/reveal`: what a volunteer needs in order to meet her child, in full and only while the pairing is
//! active (S25): name, phone, guardian, village. Never an ID number, never coordinates.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_pairings::own;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::model::Role;
use crate::store::{ACTIVE, AuditEvent, Change, RegionSpan};

/// Fields of a child that her volunteer may see.
const SEALED: [&str; 3] = ["name", "phone", "guardian"];
/// Those that are no secret to the office.
const CLEAR: [&str; 2] = ["township", "village"];

words! {
    /// What a volunteer needs them for.
    OwnRevealPurpose {
        /// To reach guardian or carer.
        Contact "contact",
        /// To go there.
        ArrangeVisit "arrange_visit",
        /// Somebody may be in danger.
        Emergency "emergency",
    }
}

/// A request to show.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "OwnReveal")]
struct Body {
    purpose: OwnRevealPurpose,
}

/// What is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OwnRevealed")]
struct Shown {
    /// The pairing.
    id: String,
    /// By key; a field that holds nothing is left out.
    fields: BTreeMap<String, String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/me/pairings/{pairing_id}/reveal";
    Endpoint::changes(Method::POST, path, "reveal_my_pairing", |call, change| reveal(call, change).boxed())
        .says("本人 me", "查看结对儿童的联系方式（留痕）", "Where and how to reach my child, audited")
        .allows(Access::Roles(&[Role::Volunteer]), Scope::Own)
        .takes::<Body>()
        .gives::<Shown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
        .unkeyed()
        .scarce()
}

async fn reveal(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (own(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let pairing = change.pairing(&scope, id).await?;
    if pairing.state != ACTIVE || !change.unit_is_screened(&pairing.volunteer_id).await? {
        return Err(Problem::new(Code::StateConflict));
    }
    let (child, mut fields) =
        change.reveal_child(&RegionSpan::everywhere(), &pairing.child_id, &SEALED).await?;
    let clear = CLEAR.iter().filter_map(|key| child.cells.get_key_value(*key));
    fields.extend(clear.map(|(key, text)| (key.clone(), text.clone())));
    let event = AuditEvent::new("child.revealed", "children", &child.id, &child.region_code);
    let shown: Vec<String> = fields.keys().cloned().collect();
    change.record(event.of_fields(shown).for_purpose(body.purpose.word()));
    Ok(Reply::ok(&Shown { id: pairing.id, fields }))
}
