//! `POST /concerns/{concern_id}/report`: the authority was told. The first time stops the timer.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::shown::ConcernShown;
use super::{LONGEST_TEXT, READERS, put, reader};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::time::milliseconds;
use crate::http::v1::people::words::words;
use crate::store::Change;

words! {
    /// Who was told.
    Authority {
        /// The police.
        Police "police",
        /// Civil affairs.
        CivilAffairs "civil_affairs",
        /// Education.
        Education "education",
        /// The procuratorate.
        Procuratorate "procuratorate",
        /// The federation of women, the disabled, the youth league, or another office.
        Other "other",
    }
}

/// A report to the authority.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ConcernReportedToAuthority")]
struct Body {
    authority: Authority,
    /// Who took it there, or under which number.
    #[schemars(length(min = 1, max = 200), regex(pattern = r"\S"))]
    reference: String,
    /// When, not in the future.
    #[schemars(extend("format" = "date-time"))]
    told_at: String,
    #[schemars(length(max = 4000))]
    text: Option<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/concerns/{concern_id}/report";
    Endpoint::changes(Method::POST, path, "report_concern", |call, change| report(call, change).boxed())
        .says(super::GROUP, "登记已向主管部门报告", "Write down that the authority was told")
        .allows(Access::Roles(READERS), Scope::Region)
        .takes::<Body>()
        .gives::<ConcernShown>(StatusCode::OK)
}

async fn report(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (id, body): (_, Body) = (call.id("concern_id")?, call.body()?);
    let mut checks = Checks::new(call.language);
    let told_at_ms =
        milliseconds(&body.told_at).filter(|told_at_ms| (0..=change.now_ms()).contains(told_at_ms));
    checks.hold(
        told_at_ms.is_some(),
        "/told_at",
        "time",
        "须为不晚于现在的 RFC 3339 时间",
        "must be a time in RFC 3339, not in the future",
    );
    checks.length("/reference", body.reference.trim(), 1..=200);
    let mut texts = BTreeMap::from([("authority".to_owned(), body.authority.word().to_owned())]);
    put(&mut checks, &mut texts, ("reference", 200), Some(body.reference));
    put(&mut checks, &mut texts, ("text", LONGEST_TEXT), body.text);
    checks.done()?;
    let told_at_ms = told_at_ms.unwrap_or_else(|| change.now_ms());
    change.report_concern_to_authority(&reader(call)?, id, told_at_ms, texts).await?;
    super::shown(call, change, id).await
}
