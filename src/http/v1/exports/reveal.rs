//! `POST /exports/{file}`: the same files in full, for a purpose that is written down.

use axum::http::Method;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{EXPORTERS, Encoding, Wanted, asked, export, span};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::upload::XLSX;
use crate::http::v1::people::words::words;
use crate::store::people::Shown;

words! {
    /// Why people leave the system as a file.
    ExportPurpose {
        /// To work where there is no network.
        OfflineWork "offline_work" "离线办公",
        /// To put records right in a spreadsheet and import them again.
        CorrectRecord "correct_record" "在表格中更正后再导入",
        /// An authority above asked for the list.
        ReportUpward "report_upward" "上级要求报送",
        /// To move to another system.
        Migration "migration" "迁移到其他系统",
    }
}

/// Which people, how and what for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Export")]
struct Body {
    /// What for.
    purpose: ExportPurpose,
    /// Only of this division, 2 to 12 digits.
    #[serde(default)]
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Encoding of a CSV file.
    #[serde(default)]
    encoding: Encoding,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/exports/{file}", "export_full", |call| reveal(call).boxed())
        .says(
            "导出 exports",
            "导出名单（完整，须写明用途，记入审计）",
            "People as a file, in full, for a purpose that is written down",
        )
        .allows(Access::Roles(EXPORTERS), Scope::Region)
        .in_session()
        .takes::<Body>()
        .unkeyed()
        .scarce()
        .gives_file("text/csv")
        .gives_file(XLSX)
}

async fn reveal(call: &Call) -> Result<Reply, Problem> {
    let asked = asked(call)?;
    let body: Body = call.body()?;
    let span = span(call, body.region.as_deref())?;
    let purpose = body.purpose.word();
    export(call, Wanted { asked, encoding: body.encoding, span, shown: Shown::Full, purpose }).await
}
