//! `GET /imports/{import_id}/rows`: the rows of an import with what was found, masked.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ImportFinding, LOADERS};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::{self, ListOf};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::input::report::shown_number;
use crate::input::sheet_kind::SheetKind;
use crate::secrets::masking::mask_name;
use crate::store::{AuditEvent, ImportRow, RowStatus, View};

/// A status of a row.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportRowStatus", inline)]
enum Status {
    Good,
    Faulty,
    Committed,
}

/// Which rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only of this status.
    status: Option<Status>,
    /// How many; more than 200 is taken as 200.
    limit: Option<i64>,
    /// Where the page begins.
    #[schemars(length(max = 500))]
    cursor: Option<String>,
}

/// A row of an import.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ImportRow")]
struct Wire {
    /// Row as Excel shows it.
    number: i64,
    /// `good`, `faulty` or `committed`.
    status: &'static str,
    /// The person's number in the county; empty once she is registered.
    person_number: String,
    /// Her name, masked; empty once she is registered.
    name: String,
    /// Her division.
    region_code: String,
    /// What was found.
    findings: Vec<ImportFinding>,
    /// Id of the child or volunteer it became.
    subject_id: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/imports/{import_id}/rows", "list_import_rows", |call, view| list(call, view).boxed())
        .says("导入 imports", "列出导入的各行（脱敏）", "List the rows of an import, masked")
        .allows(Access::Roles(LOADERS), Scope::Region)
        .asks::<Query>()
        .gives::<ListOf<Wire>>(StatusCode::OK)
}

async fn list(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let status = query.status.map(|status| match status {
        Status::Good => RowStatus::Good,
        Status::Faulty => RowStatus::Faulty,
        Status::Committed => RowStatus::Committed,
    });
    let filter = format!("{} {status:?}", call.path("import_id"));
    let import = view.import(&call.span()?, call.id("import_id")?).await?;
    let page = call.page(query.limit, query.cursor.as_deref(), &filter)?;
    let found = view.import_rows(&import, status, &page).await?;
    let event = AuditEvent::new("import.rows_read", "imports", &import.id, &import.region_code);
    let count = format!("rows:{}", found.items.len());
    let event = event.of_fields([count.as_str(), "id:masked", "name:masked"]);
    let reply = list::page(call, found, &filter, |row| wire(row, import.kind, call));
    Ok(reply.reading([event]))
}

fn wire(row: ImportRow, kind: SheetKind, call: &Call) -> Wire {
    let text = |key: &str| row.cells.get(key).map_or("", String::as_str);
    Wire {
        number: row.number,
        status: row.status.word(),
        person_number: shown_number(kind.id(), text(kind.id().key)),
        name: mask_name(text("name")),
        findings: row
            .findings
            .into_iter()
            .map(|finding| ImportFinding::new(finding, call.language))
            .collect(),
        region_code: row.region_code,
        subject_id: row.subject_id,
    }
}
