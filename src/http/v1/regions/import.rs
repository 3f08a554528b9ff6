//! `POST /regions/import`: a published code table, all of it or nothing.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::language::Language;
use crate::http::problem::{Code, Fault, Problem};
use crate::http::reply::Reply;
use crate::http::upload;
use crate::input::code_table::{self, Division, LineFault};
use crate::input::table::TableFile;
use crate::input::values::Text;
use crate::model::{RegionCode, Role};
use crate::store::{NewRegion, RegionSpan, View};

/// Most divisions of one table.
const MOST_ROWS: usize = 50_000;
/// Faults that are listed.
const MOST_FAULTS: usize = 100;

/// What came of a table.
#[derive(Debug, Serialize, JsonSchema)]
struct RegionImport {
    /// Divisions in it.
    rows: usize,
    /// Divisions that are new, or other than before.
    changed: u64,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/regions/import", "import_regions", |call| import(call).boxed())
        .says(
            "区划 regions",
            "导入区划代码表（code,name,provinceCode,cityCode,areaCode,streetCode）",
            "Import a code table (code,name,provinceCode,cityCode,areaCode,streetCode)",
        )
        .allows(Access::Roles(&[Role::Admin]), Scope::Region)
        .takes_file(upload::TABLES)
        .gives::<RegionImport>(StatusCode::OK)
}

async fn import(call: &Call) -> Result<Reply, Problem> {
    let path = upload::path(call)?;
    let name = upload::default_name(call, "regions");
    // One row more, for the headers.
    let most_rows = MOST_ROWS + 1;
    let read = upload::in_turn(move || code_table::read(TableFile { path: &path, name: &name, most_rows }));
    let (divisions, mut faults) = read.await?.map_err(|error| upload::refused(&error, call.language))?;
    if divisions.is_empty() && faults.is_empty() {
        let said = call.language.pick("表里没有一行数据", "the table has no row of data");
        return Err(Problem::new(Code::FileRejected).detail(said));
    }
    let span = call.span()?;
    let mut view = call.app.store.view().await?;
    faults.extend(outside_or_orphaned(&mut view, &divisions, &span).await?);
    drop(view);
    if !faults.is_empty() {
        return Err(refused(call, faults));
    }
    let regions: Vec<NewRegion> = divisions.iter().map(new_region).collect();
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let changed = change.import_regions(&regions).await?;
            call.finish(*change, Reply::ok(&RegionImport { rows: regions.len(), changed })).await
        }
    }
}

fn new_region(division: &Division) -> NewRegion {
    NewRegion {
        code: division.code.to_string(),
        name: division.name.clone(),
        parent_code: division.parent.map(|parent| parent.to_string()),
        level: code_table::level(division.code),
    }
}

/// Lines that are not the caller's to change, and those whose division above is neither in the file nor loaded before.
async fn outside_or_orphaned(
    view: &mut View,
    divisions: &[Division],
    span: &RegionSpan,
) -> Result<Vec<LineFault>, Problem> {
    let loaded = view.upper_region_codes().await?;
    let here: BTreeSet<RegionCode> = divisions.iter().map(|division| division.code).collect();
    let fault = |division: &Division, column, text| Some(LineFault { line: division.line, column, text });
    let found = divisions.iter().filter_map(|division| {
        if !span.holds(division.code.as_str()) {
            let text = Text::fixed(
                "不在您的管辖区划内，请删去该行",
                "it lies outside your divisions: delete the row",
            );
            return fault(division, "code", text);
        }
        let known = |parent: &RegionCode| here.contains(parent) || loaded.contains(parent.as_str());
        if division.parent.as_ref().is_some_and(|parent| !known(parent)) {
            let text = Text::fixed(
                "上级区划尚未导入，请先导入上一级的代码表，或放在同一文件中",
                "the division above is not known: import the table of that level first, or put both into one file",
            );
            return fault(division, "parent", text);
        }
        None
    });
    Ok(found.collect())
}

fn refused(call: &Call, mut faults: Vec<LineFault>) -> Problem {
    faults.sort_by_key(|fault| fault.line);
    let count = faults.len();
    let said = match call.language {
        Language::Chinese => format!("有 {count} 行有误，未导入任何一行"),
        Language::English => format!("{count} rows have faults, nothing was imported"),
    };
    let listed = faults.into_iter().take(MOST_FAULTS).map(|fault| Fault {
        pointer: format!("row {} / {}", fault.line, fault.column),
        code: "invalid".to_owned(),
        detail: call.language.pick(&fault.text.zh, &fault.text.en).to_owned(),
    });
    Problem { errors: listed.collect(), ..Problem::new(Code::ValidationFailed).detail(said) }
}
