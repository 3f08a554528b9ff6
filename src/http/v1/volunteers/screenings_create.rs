//! `POST /volunteers/{volunteer_id}/screenings`: records a check: kind, result and reference, never the content (S4). One
//! with a finding bars her in the same transaction (S3).

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use super::VolunteerShown;
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::http::v1::people::{VOLUNTEER_EDITORS, check_day, scope};
use crate::store::Change;
use crate::store::people::NewScreening;

words! {
    /// Kind of check.
    ScreeningKindWord {
        /// 从业查询
        Employment "employment",
        /// 无犯罪记录证明, which does not suffice by itself.
        NoConviction "no_conviction",
    }
}

words! {
    /// Result of a check.
    ScreeningResultWord {
        /// 通过
        Passed "passed",
        /// 未通过
        Barred "barred",
        /// 查询中
        Pending "pending",
    }
}

/// A check.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewScreening")]
struct Body {
    kind: ScreeningKindWord,
    result: ScreeningResultWord,
    /// Who made it.
    #[schemars(length(min = 1, max = 100), regex(pattern = r"\S"))]
    authority: String,
    /// The day it was made, not in the future.
    #[schemars(extend("format" = "date"))]
    screened_on: String,
    /// Its last day, where it names one.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    valid_through: Option<String>,
    /// That she agreed to be checked; nobody is checked without.
    query_consent: bool,
    /// Its number there; sealed. Needed for a passed check.
    #[serde(default)]
    #[schemars(length(max = 100))]
    reference: String,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/volunteers/{volunteer_id}/screenings";
    Endpoint::changes(Method::POST, path, "create_screening", |call, change| create(call, change).boxed())
        .says(super::GROUP, "登记从业查询结果", "Record a check of a volunteer")
        .allows(Access::Roles(VOLUNTEER_EDITORS), Scope::Region)
        .takes::<Body>()
        .gives::<VolunteerShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn create(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("volunteer_id")?);
    let body: Body = call.body()?;
    let mut checks = Checks::new(call.language);
    checks.length("/authority", body.authority.trim(), 1..=100);
    checks.length("/reference", &body.reference, 0..=100);
    let screened_on = check_day(call, &mut checks, "/screened_on", &body.screened_on);
    let last: Option<Result<Date, _>> = body.valid_through.as_deref().map(str::parse);
    let readable = !matches!(last, Some(Err(_)));
    let (zh, en) = ("须为日期，如 2027-11-20", "must be a date such as 2027-11-20");
    checks.hold(readable, "/valid_through", "date", zh, en);
    checks.hold(
        body.query_consent,
        "/query_consent",
        "required",
        "未经本人同意不得查询，也不得登记",
        "nobody is checked, nor the check recorded, without her consent",
    );
    checks.hold(
        body.result != ScreeningResultWord::Passed || !body.reference.trim().is_empty(),
        "/reference",
        "required",
        "通过的查询须有编号",
        "a passed check needs its reference",
    );
    checks.unnamed(change.volunteer_is_named_in(&scope, id, &body.authority).await?, "/authority");
    checks.done()?;
    let new = NewScreening {
        kind: body.kind.word().to_owned(),
        result: body.result.word().to_owned(),
        authority: body.authority.trim().to_owned(),
        screened_on,
        valid_through: last.and_then(Result::ok).map(|day| day.to_string()),
        query_consent: "yes".to_owned(),
        reference: body.reference.trim().to_owned(),
    };
    change.add_screening(&scope, id, &new).await?;
    let volunteer = change.volunteer(&scope, id).await?;
    super::reply(call, StatusCode::OK, volunteer)
}
