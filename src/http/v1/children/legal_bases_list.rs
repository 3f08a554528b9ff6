//! `GET /children/{child_id}/legal-bases`: why a child's data may be kept, now and before.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use super::LegalBasisKind;
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::CHILD_READERS;
use crate::http::v1::people::words::Records;
use crate::store::View;
use crate::store::people::LegalBasisRecord;

/// A recorded legal basis.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "LegalBasis")]
pub(super) struct LegalBasisShown {
    id: String,
    kind: Option<LegalBasisKind>,
    /// Of a duty: which authority.
    authority: String,
    /// Of a duty: by which document.
    document: String,
    /// Of a consent: which.
    consent_id: Option<String>,
    recorded_at: String,
    recorded_by: String,
    /// When it ended.
    ended_at: Option<String>,
}

impl From<LegalBasisRecord> for LegalBasisShown {
    fn from(basis: LegalBasisRecord) -> Self {
        Self {
            id: basis.id,
            kind: LegalBasisKind::of(&basis.kind),
            authority: basis.authority,
            document: basis.document,
            consent_id: basis.consent_id,
            recorded_at: rfc3339(basis.recorded_at_ms),
            recorded_by: basis.recorded_by,
            ended_at: basis.ended_at_ms.map(rfc3339),
        }
    }
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/children/{child_id}/legal-bases";
    Endpoint::reads(path, "list_legal_bases", |call, view| list(call, view).boxed())
        .says(super::GROUP, "儿童信息处理的法律依据", "Why a child's data may be kept")
        .allows(Access::Roles(CHILD_READERS), Scope::Region)
        .gives::<Records<LegalBasisShown>>(StatusCode::OK)
        .leads_to("legal_basis_id", "/items/0/id")
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("child_id")?);
    let event = super::records_event(view, &span, id, "child.read", &["legal_basis"]).await?;
    let items: Vec<LegalBasisShown> =
        view.legal_bases(&span, id).await?.into_iter().map(Into::into).collect();
    Ok(Reply::ok(&Records { items }).reading([event]))
}
