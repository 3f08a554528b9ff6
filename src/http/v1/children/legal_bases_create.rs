//! `POST /children/{child_id}/legal-bases`: records a statutory duty. The other basis is a consent, and recorded as one.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ChildShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::store::Change;
use crate::store::people::NewDuty;

/// A statutory duty.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewStatutoryDuty")]
struct Body {
    /// Which authority; no comma or semicolon in it.
    #[schemars(length(min = 1, max = 100), regex(pattern = r"^[^,，、;；]*\S[^,，、;；]*$"))]
    authority: String,
    /// By which document.
    #[schemars(length(min = 1, max = 200), regex(pattern = r"\S"))]
    document: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/legal-bases";
    Endpoint::changes(Method::POST, path, "create_legal_basis", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记法定职责依据", "Record a statutory duty")
        .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<ChildShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/authority", body.authority.trim(), 1..=100);
    checks.length("/document", body.document.trim(), 1..=200);
    checks.hold(
        !body.authority.contains([',', '，', '、', ';', '；']),
        "/authority",
        "separator",
        "不得含逗号、顿号或分号",
        "must hold no comma or semicolon",
    );
    for (pointer, text) in [("/authority", &body.authority), ("/document", &body.document)] {
        checks.unnamed(change.child_is_named_in(&span, id, text).await?, pointer);
    }
    checks.done()?;
    let duty = NewDuty { authority: body.authority, document: body.document };
    change.add_duty(&span, id, &duty).await?;
    let child = change.child(&span, id).await?;
    Ok(super::reply(call, StatusCode::OK, child))
}
