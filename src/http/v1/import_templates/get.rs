//! `GET /import-templates/{file}`: `children.xlsx`, `children.csv`, `volunteers.xlsx`, `volunteers.csv`.

use std::future::ready;

use axum::http::StatusCode;
use futures_util::future::FutureExt;

use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::upload::XLSX;
use crate::input::write::template::{SHEETS, TemplateSheet, csv, workbook_of};
use crate::model::Role;

/// Sheets that can be uploaded.
const FILES: [&str; 2] = ["children.csv", "volunteers.csv"];

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/import-templates/{file}";
    Endpoint::reads(path, "get_import_template", |call, _| ready(get(call)).boxed())
        .says(
            "导入 imports",
            "下载空表样：children.xlsx、children.csv、volunteers.xlsx、volunteers.csv",
            "An empty sheet: children.xlsx, children.csv, volunteers.xlsx, volunteers.csv",
        )
        .allows(Access::Roles(&[Role::Admin, Role::Coordinator, Role::TeamLeader]), Scope::None)
        .gives_file(XLSX)
        .gives_file("text/csv")
}

fn get(call: &Call) -> Result<Reply, Problem> {
    let asked = call.path("file");
    let sheet = SHEETS.iter().find(|sheet| FILES.contains(&sheet.file) && is_of(sheet, asked));
    let sheet = sheet.ok_or(Problem::new(Code::NotFound))?;
    let reply = if asked == sheet.file {
        Reply::file(StatusCode::OK, "text/csv", csv(sheet))
    } else {
        Reply::file(StatusCode::OK, XLSX, workbook_of(std::slice::from_ref(sheet)))
    };
    Ok(reply.download(asked))
}

fn is_of(sheet: &TemplateSheet, asked: &str) -> bool {
    let stem = sheet.file.trim_end_matches(".csv");
    asked.strip_prefix(stem).is_some_and(|ending| matches!(ending, ".csv" | ".xlsx"))
}
