//! `POST /imports/{import_id}/errors.xlsx`: the rows to be corrected, in full, as a workbook.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;

use super::LOADERS;
use super::workbook::{Faulty, MOST_ROWS, write};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::upload::{self, XLSX};
use crate::store::people::china_day;
use crate::store::{AuditEvent, Import, ImportRow, PageRequest, RowStatus};

/// Why the rows are read, as the audit trail has it.
const PURPOSE: &str = "correct_import";

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/imports/{import_id}/errors.xlsx";
    Endpoint::works(Method::POST, path, "download_import_errors", |call| errors(call).boxed())
        .says(
            "导入 imports",
            "下载需改正的各行（原样，错处标出，至多一万行）",
            "The rows to be corrected, as uploaded, faults marked (at most 10,000)",
        )
        .allows(Access::Roles(LOADERS), Scope::Region)
        .unkeyed()
        .scarce()
        .gives_file(XLSX)
        .fails(&[Code::StateConflict])
}

async fn errors(call: &Call) -> Result<Reply, Problem> {
    let (span, id) = (call.span()?, call.id("import_id")?);
    let _turn = upload::turn().await?;
    let mut view = call.app.store.view().await?;
    let import = view.import(&span, id).await?;
    if import.state == "discarded" {
        return Err(Problem::new(Code::StateConflict));
    }
    let mut rows: Vec<ImportRow> = Vec::new();
    let mut page = PageRequest { after: String::new(), limit: 200 };
    loop {
        let found = view.import_rows(&import, Some(RowStatus::Faulty), &page).await?;
        rows.extend(found.items);
        match found.next_after {
            Some(after) if rows.len() < MOST_ROWS => page.after = after,
            _ => break,
        }
    }
    drop(view);
    rows.truncate(MOST_ROWS);
    let event = read_event(&import, rows.len());
    let today = china_day(call.app.store.now_ms());
    let faulty =
        Faulty { kind: import.kind, columns: import.columns, rows, total: import.rows_faulty, today };
    let written = upload::apart(move || write(&faulty)).await?;
    let written =
        written.map_err(|error| Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) })?;
    Ok(Reply::file(StatusCode::OK, XLSX, written).download("errors.xlsx").reading([event]))
}

fn read_event(import: &Import, rows: usize) -> AuditEvent {
    let event = AuditEvent::new("import.errors_downloaded", "imports", &import.id, &import.region_code);
    let count = std::iter::once(format!("rows:{rows}"));
    event.of_fields(count.chain(import.columns.iter().cloned())).for_purpose(PURPOSE)
}
