//! `GET /exports/statistics.csv`: how many children there are by township and category, without small cells.
//!
//! A count below five may point at a child, so it is not told; nor is any total from which it could be worked out. A
//! combination that nobody belongs to is left out.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Encoding, encoded, span};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::upload;
use crate::model::Role;
use crate::spreadsheet::SafeCsv;
use crate::store::AuditEvent;

/// The smallest count that is told.
const LEAST_TOLD: usize = 5;

/// Digits of a township's code.
const LONGEST_REGION: usize = 9;

/// Which children, and how.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only of this division, 2 to 9 digits: the count of a village, taken from that of its township, would tell of the
    /// others.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9})$"))]
    region: Option<String>,
    /// Encoding of the file.
    #[serde(default)]
    encoding: Encoding,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/exports/statistics.csv";
    Endpoint::works(Method::GET, path, "export_statistics", |call| get(call).boxed())
        .says(
            "导出 exports",
            "导出统计：各乡镇各类儿童人数，少于 5 人不显示",
            "Children by township and category, counts below five not told",
        )
        .allows(
            Access::Roles(&[Role::Admin, Role::Coordinator, Role::Supervisor, Role::Analyst]),
            Scope::Region,
        )
        .asks::<Query>()
        .scarce()
        .gives_file("text/csv")
}

async fn get(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let said = call.language.pick("须为 2、4、6 或 9 位区划代码", "a code of 2, 4, 6 or 9 digits is needed");
    if query.region.as_ref().is_some_and(|region| region.len() > LONGEST_REGION) {
        return Err(Problem::of_field("region", "invalid", said));
    }
    let span = span(call, query.region.as_deref())?;
    let _turn = upload::turn().await?;
    let counts = call.app.store.view().await?.township_counts(&span).await?;
    let mut csv = SafeCsv::new(["township_code", "category", "category_zh", "children"]);
    for count in counts {
        let (zh, code) = count.category.names();
        let told = if count.children < LEAST_TOLD { "<5".to_owned() } else { count.children.to_string() };
        let township = count.township_code.as_str();
        csv.row([township, code, zh, &told]);
    }
    let file = encoded(csv.finish(), query.encoding);
    let mut event = AuditEvent::new("children.counted", "children", "", &span.first);
    event.subject.id = None;
    Ok(Reply::file(StatusCode::OK, "text/csv", file).download("statistics.csv").reading([event]))
}
