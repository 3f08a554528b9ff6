//! Children: registered, found masked, changed; and the records that say whether they may take part.
//!
//! Every answer that shows a child carries the event that says who saw her (S32); [`reply`] is the one way to show one.

pub(in crate::http) mod archive;
pub(in crate::http) mod availability_get;
pub(in crate::http) mod availability_put;
pub(in crate::http) mod consents_create;
pub(in crate::http) mod consents_list;
pub(in crate::http) mod consents_withdraw;
pub(in crate::http) mod create;
pub(in crate::http) mod erase;
pub(in crate::http) mod get;
pub(in crate::http) mod history;
pub(in crate::http) mod legal_bases_create;
pub(in crate::http) mod legal_bases_end;
pub(in crate::http) mod legal_bases_list;
pub(in crate::http) mod list;
pub(in crate::http) mod needs_put;
pub(in crate::http) mod patch;
pub(in crate::http) mod restore;
pub(in crate::http) mod reveal;
pub(in crate::http) mod search;
pub(in crate::http) mod wishes_create;
pub(in crate::http) mod wishes_list;

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::people::cells::ShownChildCells;
use super::people::findings::{self, FindingShown};
use super::people::words::{KnownAnswer, words};
use crate::http::call::Call;
use crate::http::language::Language;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::store::people::StoredChild;
use crate::store::{AuditEvent, RegionSpan, View};

/// The group in the API's documentation.
pub(super) const GROUP: &str = "儿童 children";

words! {
    /// Why a child's data may be kept (S9).
    LegalBasisKind {
        /// The guardian agreed.
        GuardianConsent "guardian_consent" "监护人同意",
        /// An authority's duty.
        StatutoryDuty "statutory_duty" "法定职责",
    }
}

impl LegalBasisKind {
    /// The kind of a stored word.
    pub(super) fn of(word: &str) -> Option<Self> {
        [Self::GuardianConsent, Self::StatutoryDuty].into_iter().find(|kind| kind.word() == word)
    }
}

/// A child, masked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Child")]
pub(super) struct ChildShown {
    id: String,
    /// Counts changes; also the `ETag`.
    version: i64,
    /// The county's own number.
    number: String,
    /// The client's own reference.
    external_ref: Option<String>,
    region_code: String,
    /// Such as `张**`.
    name: String,
    /// Such as `138****1234`.
    phone: String,
    /// Such as `42************1234`.
    id_number: String,
    /// The guardian's name, masked.
    guardian: String,
    birth_year: Option<i16>,
    /// Completed years.
    age: Option<u8>,
    /// Whether exact coordinates are known; they show by `reveal` alone.
    has_point: bool,
    cells: ShownChildCells,
    /// Kinds of need.
    need_kinds: Vec<String>,
    /// Whether she takes part in runs.
    ready: bool,
    /// What the input rules say of her row.
    findings: Vec<FindingShown>,
    legal_basis: Option<LegalBasisKind>,
    /// The guardian's answer to a pairing.
    consent: Option<KnownAnswer>,
    /// Her own wish.
    wish: Option<KnownAnswer>,
    created_at: String,
    updated_at: String,
    /// When she was archived.
    delete_time: Option<String>,
    /// When she will be erased.
    purge_time: Option<String>,
}

impl ChildShown {
    /// As she goes out.
    pub(super) fn of(language: Language, child: StoredChild) -> Self {
        let mut cells = child.cells;
        cells.extend(child.masked.hidden);
        Self {
            id: child.id,
            version: child.version,
            number: child.number,
            external_ref: child.external_ref,
            region_code: child.region_code,
            name: child.masked.name,
            phone: child.masked.phone,
            id_number: child.masked.id_number,
            guardian: child.masked.guardian,
            birth_year: child.masked.birth_year,
            age: child.masked.age,
            has_point: child.masked.has_point,
            cells: ShownChildCells(cells),
            need_kinds: child.need_kinds,
            ready: child.ready,
            findings: findings::shown(language, &child.findings),
            legal_basis: LegalBasisKind::of(&child.legal_basis),
            consent: KnownAnswer::of(&child.consent),
            wish: KnownAnswer::of(&child.wish),
            created_at: rfc3339(child.created_at_ms),
            updated_at: rfc3339(child.updated_at_ms),
            delete_time: child.deleted_at_ms.map(rfc3339),
            purge_time: child.purge_at_ms.map(rfc3339),
        }
    }
}

/// Shows a child, and says so in the audit trail.
pub(super) fn reply(call: &Call, status: StatusCode, child: StoredChild) -> Reply {
    let (version, event) = (child.version, child.read_event("child.read"));
    let location = format!("/api/v1/children/{}", child.id);
    let reply = Reply::json(status, &ChildShown::of(call.language, child)).version(version).reading([event]);
    if status == StatusCode::CREATED {
        return reply.header(axum::http::header::LOCATION, &location);
    }
    reply
}

/// That records of a child were shown.
pub(super) async fn records_event(
    view: &mut View,
    span: &RegionSpan,
    child_id: &str,
    action: &'static str,
    fields: &[&str],
) -> Result<AuditEvent, Problem> {
    let child = view.child(span, child_id).await?;
    Ok(AuditEvent::new(action, "children", child_id, &child.region_code).of_fields(fields.iter().copied()))
}
