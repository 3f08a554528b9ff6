//! `GET /exports/{file}`: `children.csv`, `children.xlsx`, `volunteers.csv`, `volunteers.xlsx`, masked.

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
use crate::store::people::Shown;

/// Which people, and how.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only of this division, 2 to 12 digits.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region: Option<String>,
    /// Encoding of a CSV file.
    #[serde(default)]
    encoding: Encoding,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::GET, "/exports/{file}", "export_masked", |call| get(call).boxed())
        .says(
            "导出 exports",
            "导出名单（脱敏）：children.csv、children.xlsx、volunteers.csv、volunteers.xlsx",
            "People as a file, masked: children.csv, children.xlsx, volunteers.csv, volunteers.xlsx",
        )
        .allows(Access::Roles(EXPORTERS), Scope::Region)
        .asks::<Query>()
        .scarce()
        .gives_file("text/csv")
        .gives_file(XLSX)
}

async fn get(call: &Call) -> Result<Reply, Problem> {
    let asked = asked(call)?;
    let query: Query = call.query()?;
    let span = span(call, query.region.as_deref())?;
    export(call, Wanted { asked, encoding: query.encoding, span, shown: Shown::Masked, purpose: "" }).await
}
