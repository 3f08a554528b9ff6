//! `POST /conflicts`: records that a child and a volunteer must not be paired.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::ConflictShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::CHILD_EDITORS;
use crate::http::v1::people::words::words;
use crate::store::Change;
use crate::store::people::NewConflict;

words! {
    /// Why two must not be paired.
    ConflictKind {
        /// Relatives in dispute, or too near.
        Kinship "kinship" "亲属关系",
        /// A dispute or an old quarrel.
        Dispute "dispute" "纠纷",
        /// Lender and debtor.
        Debt "debt" "借贷",
        /// An incident.
        Incident "incident" "发生过事件",
        /// The guardian said no; no reason is asked.
        RefusedByGuardian "refused_by_guardian" "监护人谢绝",
        /// The child said no.
        RefusedByChild "refused_by_child" "儿童谢绝",
        /// The volunteer said no.
        RefusedByVolunteer "refused_by_volunteer" "志愿者谢绝",
        /// Another reason.
        Other "other" "其他",
    }
}

/// A conflict.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewConflict")]
struct Body {
    #[schemars(extend("format" = "uuid"))]
    child_id: String,
    #[schemars(extend("format" = "uuid"))]
    volunteer_id: String,
    kind: ConflictKind,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::POST, "/conflicts", "create_conflict", |call, change| {
        create(call, change).boxed()
    })
    .says(super::GROUP, "登记须回避的组合", "Record that two must not be paired")
    .allows(Access::Roles(CHILD_EDITORS), Scope::Region)
    .takes::<Body>()
    .gives::<ConflictShown>(StatusCode::CREATED)
    .leads_to("conflict_id", "/id")
    .fails(&[Code::AlreadyExists, Code::StateConflict, Code::NotFound])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let span = call.span()?;
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.id("/child_id", &body.child_id);
    checks.id("/volunteer_id", &body.volunteer_id);
    checks.done()?;
    let kind = body.kind.word().to_owned();
    let new = NewConflict { child_id: body.child_id, volunteer_id: body.volunteer_id, kind };
    let id = change.add_conflict(&span, &new).await?;
    let conflict = change.conflict(&span, &id).await?;
    let event = conflict.read_event();
    Ok(Reply::json(StatusCode::CREATED, &ConflictShown::from(conflict)).reading([event]))
}
