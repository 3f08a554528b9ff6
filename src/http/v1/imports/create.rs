//! `POST /imports`: takes a sheet in, checks every row, and keeps the rows sealed until they are committed.
//!
//! The file is read on a thread of its own, one a core; rows come into the store some at a time, so that nobody waits
//! for a long sheet. Only the last transaction holds the request's key: until then the import is nobody's to see.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{LOADERS, Wire};
use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::upload;
use crate::input::Finding;
use crate::input::region_names::RegionNames;
use crate::input::rule::Severity;
use crate::input::sheet_check::{CheckedRow, SheetCheck, about_file};
use crate::input::sheet_kind::SheetKind;
use crate::input::table::{Sheet, TableFile};
use crate::model::RegionCode;
use crate::store::people::check_at;
use crate::store::{NewImport, NewImportRow, OpenImport, RegionSpan, SealedRow, Store, number_refused};

/// Most rows of one sheet, title and headers included.
const MOST_ROWS: usize = 200_000;
/// Rows that are checked and kept together.
const ROWS_A_STEP: usize = 1_000;
/// Findings about a file that are kept.
const MOST_FILE_FINDINGS: usize = 100;
/// Longest name of a file, characters.
const LONGEST_NAME: usize = 200;

/// What a sheet holds.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ImportKind", inline)]
enum Kind {
    Children,
    Volunteers,
}

/// What is uploaded, and for whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// What the sheet holds.
    kind: Kind,
    /// The division that rows belong to which say nothing of theirs: 6, 9 or 12 digits. Every row lies in it.
    #[schemars(regex(pattern = r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: String,
    /// The name of the file, for messages.
    #[schemars(length(min = 1, max = 200))]
    file_name: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/imports", "create_import", |call| create(call).boxed())
        .says(
            "导入 imports",
            "上传名单并逐行检查（CSV 或 XLSX，至多 64 MB、20 万行）",
            "Upload a sheet and check every row (CSV or XLSX, at most 64 MB and 200,000 rows)",
        )
        .allows(Access::Roles(LOADERS), Scope::Region)
        .asks::<Query>()
        .takes_file(upload::TABLES)
        .scarce()
        .gives::<Wire>(StatusCode::CREATED)
        .leads_to("import_id", "/id")
}

async fn create(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let kind = match query.kind {
        Kind::Children => SheetKind::Children,
        Kind::Volunteers => SheetKind::Volunteers,
    };
    let (region, name) = (region(call, &query.region)?, file_name(call, kind, query.file_name)?);
    // A key that was answered before is answered at once; a new one is claimed at the end.
    if let Begun::Answered(reply) = call.begin().await? {
        return Ok(reply);
    }
    let _turn = upload::turn().await?;
    let sheet = read(call, kind, &name).await?;
    let file_findings = whole_file(call, &sheet, kind)?;
    let span = RegionSpan::of_prefix(region.as_str());
    let divisions = call.app.store.view().await?.places_by_name(&span).await?;
    let known = divisions
        .iter()
        .filter_map(|division| RegionCode::parse(&division.code).map(|code| (code, division.name.as_str())));
    let names = RegionNames::new(known);
    let new = NewImport {
        kind,
        file_name: name,
        region_code: region.to_string(),
        columns: kind.columns().iter().filter(|column| sheet.has(column)).map(|column| column.key).collect(),
        findings: file_findings,
        created_by: call.caller()?.user_id.clone(),
    };
    let mut change = call.app.store.change(call.actor()).await?;
    let import = Arc::new(change.add_import(new).await?);
    change.commit(None).await?;
    keep_rows(call, &import, Rows { kind, sheet, names, region }).await?;
    answer(call, import.id()).await
}

fn region(call: &Call, given: &str) -> Result<RegionCode, Problem> {
    let span = call.span()?;
    let code = RegionCode::parse(given).filter(|code| code.prefix().len() >= 6 && span.holds(code.as_str()));
    let said = call.language.pick(
        "须为您管辖的县、乡镇或村的区划代码（6、9 或 12 位）",
        "the code of a county, township or village of yours is needed (6, 9 or 12 digits)",
    );
    code.ok_or_else(|| Problem::of_field("region", "invalid", said))
}

fn file_name(call: &Call, kind: SheetKind, given: Option<String>) -> Result<String, Problem> {
    let name = given.unwrap_or_else(|| upload::default_name(call, kind.word()));
    if name.trim().is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        let said = call.language.pick("须有 1 至 200 个字", "1 to 200 characters are needed");
        return Err(Problem::of_field("file_name", "length", said));
    }
    // A path says where a file lay on somebody's disk; only its last part is a name.
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    Ok(if last.is_empty() { kind.word().to_owned() } else { last.to_owned() })
}

async fn read(call: &Call, kind: SheetKind, name: &str) -> Result<Sheet, Problem> {
    let path = upload::path(call)?;
    let name = name.to_owned();
    let read = upload::apart(move || kind.read(TableFile { path: &path, name: &name, most_rows: MOST_ROWS }));
    read.await?.map_err(|error| upload::refused(&error, call.language))
}

/// What is found about the file; where it cannot be used at all, a problem.
fn whole_file(call: &Call, sheet: &Sheet, kind: SheetKind) -> Result<Vec<Finding>, Problem> {
    let mut findings = about_file(sheet, kind);
    let grave = findings.iter().find(|finding| finding.rule.severity() == Severity::RejectsFile);
    if let Some(finding) = grave {
        let (cause, remedy) = (&finding.cause, &finding.remedy);
        let zh = format!("{}：{}；{}", finding.file, cause.zh, remedy.zh);
        let en = format!("{}: {}; {}", finding.file, cause.en, remedy.en);
        return Err(Problem::new(Code::FileRejected).detail(call.language.pick(&zh, &en)));
    }
    findings.truncate(MOST_FILE_FINDINGS);
    Ok(findings)
}

/// Rows on their way into the store.
struct Rows {
    kind: SheetKind,
    sheet: Sheet,
    names: RegionNames,
    region: RegionCode,
}

async fn keep_rows(call: &Call, import: &Arc<OpenImport>, rows: Rows) -> Result<(), Problem> {
    let (rows, now_ms) = (Arc::new(rows), call.app.store.now_ms());
    let count = rows.sheet.rows.len();
    let twice = {
        let rows = Arc::clone(&rows);
        upload::apart(move || SheetCheck::numbers_twice(rows.kind, &rows.sheet)).await?
    };
    let twice = Arc::new(twice);
    for first in (0..count).step_by(ROWS_A_STEP) {
        let (rows, import_there) = (Arc::clone(&rows), Arc::clone(import));
        let (store, twice) = (call.app.store.clone(), Arc::clone(&twice));
        let sealed = upload::apart(move || {
            let check = SheetCheck {
                kind: rows.kind,
                person: check_at(now_ms),
                names: &rows.names,
                region: rows.region,
                twice: &twice,
            };
            let last = (first + ROWS_A_STEP).min(count);
            let checked = rows.sheet.rows[first..last].iter().map(|row| check.row(&rows.sheet, row));
            seal(&store, &import_there, rows.kind, checked)
        });
        let sealed = sealed.await?;
        let mut change = call.app.store.change(call.actor()).await?;
        change.add_import_rows(import, sealed).await?;
        change.commit(None).await?;
    }
    Ok(())
}

fn seal(
    store: &Store,
    import: &OpenImport,
    kind: SheetKind,
    rows: impl Iterator<Item = CheckedRow>,
) -> Vec<SealedRow> {
    let sealed = rows.map(|mut row| {
        let number = row.cells.get(kind.id().key).map_or("", String::as_str);
        if let Some(finding) = number_refused(number) {
            row.findings.push(finding);
            row.faulty = true;
        }
        let row = NewImportRow {
            table: kind.word(),
            number: row.number,
            cells: row.cells,
            region_code: row.region.to_string(),
            findings: row.findings,
            faulty: row.faulty,
        };
        store.seal_import_row(import, row)
    });
    sealed.collect()
}

/// Shows the import, unless the same request was answered meanwhile.
async fn answer(call: &Call, id: &str) -> Result<Reply, Problem> {
    match call.begin().await? {
        Begun::Answered(reply) => {
            let mut change = call.app.store.change(call.actor()).await?;
            change.take_back_import(id).await?;
            change.commit(None).await?;
            Ok(reply)
        }
        Begun::Change(mut change) => {
            let import = change.finish_import(&call.span()?, id).await?;
            let (location, version) = (format!("/api/v1/imports/{id}"), import.version);
            let reply = Reply::created(&location, &Wire::new(import, call.language)).version(version);
            call.finish(*change, reply).await
        }
    }
}
