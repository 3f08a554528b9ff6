//! `POST /runs`: asks for a plan of a division, or only says who would take part.

use axum::http::{Method, StatusCode, header};
use futures_util::future::FutureExt;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{GROUP, MAKERS, Wire};
use crate::http::call::{Begun, Call};
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::input::policy;
use crate::model::{Period, RegionCode};
use crate::runs::planning::SOLVERS;
use crate::store::people::china_day;
use crate::store::runs::NewRun;
use crate::store::{PUBLISHED, RegionSpan, StoredPolicy};

/// Whether anything is begun.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewRunQuery")]
struct Query {
    /// Only checks, and counts who would take part: nothing is begun.
    #[serde(default)]
    validate_only: bool,
}

/// A run to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewRun")]
struct New {
    /// The division whose people take part: 2, 4, 6, 9 or 12 digits, one of the caller's.
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region_code: String,
    /// The rules: a published policy.
    #[schemars(length(min = 36, max = 36))]
    policy_id: String,
    /// The day it is made for; today where absent.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    date: Option<String>,
    /// First day served; that of the policy where absent.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    period_first: Option<String>,
    /// Last day served; that of the policy where absent.
    #[serde(default)]
    #[schemars(extend("format" = "date"))]
    period_last: Option<String>,
    /// The method: `exact`, which alone proves its plan, `greedy`, `first-come`, `gale-shapley`, `kuhn-munkres` or `random`.
    #[serde(default)]
    #[schemars(length(max = 20))]
    solver: Option<String>,
    /// Order among equals.
    #[serde(default)]
    #[schemars(range(min = 0, max = 9_007_199_254_740_991_i64))]
    seed: i64,
    /// Plan as if missing papers will arrive; nothing of it may be offered.
    #[serde(default)]
    provisional: bool,
}

/// A run that could be made.
#[derive(Debug, Serialize, JsonSchema)]
struct RunChecked {
    /// Always true: what cannot be made is a problem that says why.
    valid: bool,
    /// Children who would take part.
    children: i64,
    /// Children who would not: something is missing, or they are refused.
    children_not_ready: i64,
    /// Adults who would take part.
    volunteers: i64,
    /// Adults who would not.
    volunteers_not_ready: i64,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/runs", "create_run", |call| create(call).boxed())
        .says(GROUP, "新建匹配（排队，由后台完成）", "Ask for a plan; a worker makes it")
        .allows(Access::Roles(MAKERS), Scope::Region)
        .asks::<Query>()
        .takes::<New>()
        .gives::<Wire>(StatusCode::ACCEPTED)
        .gives::<RunChecked>(StatusCode::OK)
        .fails(&[Code::PolicyNotPublished])
}

async fn create(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let body: New = call.body()?;
    let span = call.span()?;
    let mut checks = Checks::new(call.language);
    let region = RegionCode::parse(&body.region_code);
    let own = region.map(|code| RegionSpan::of_prefix(code.prefix()));
    let own = own.filter(|own| span.within(own) == *own);
    checks.hold(
        own.is_some(),
        "/region_code",
        "region_code",
        "须为您管辖范围内的区划代码",
        "must be a code of one of your divisions",
    );
    checks.id("/policy_id", &body.policy_id);
    let seed_fits = (0..=9_007_199_254_740_991).contains(&body.seed);
    checks.hold(seed_fits, "/seed", "range", "须为非负整数", "must be a whole number, not negative");
    let solver = body.solver.clone().unwrap_or_else(|| "exact".to_owned());
    let known = SOLVERS.contains(&solver.as_str());
    checks.hold(known, "/solver", "unknown", "没有这种求解方法", "there is no such method");
    let date = day(&mut checks, "/date", body.date.as_deref());
    let first = day(&mut checks, "/period_first", body.period_first.as_deref());
    let last = day(&mut checks, "/period_last", body.period_last.as_deref());
    checks.done()?;
    let mut view = call.app.store.view().await?;
    let policy = match view.policy(&span, &body.policy_id).await {
        Ok(policy) => policy,
        Err(crate::store::StoreError::NotFound { .. }) => {
            let said = call.language.pick("没有这一规则", "there is no such policy");
            return Err(Problem::of_field("/policy_id", "unknown", said));
        }
        Err(error) => return Err(error.into()),
    };
    if policy.state != PUBLISHED {
        return Err(Problem::new(Code::PolicyNotPublished));
    }
    let period = period(call, &policy, first, last)?;
    let region = region.map_or_else(String::new, |region| region.to_string());
    if query.validate_only {
        let counted = view.taking_part(&RegionSpan::of_prefix(&region)).await?;
        return Ok(Reply::ok(&RunChecked {
            valid: true,
            children: counted.children,
            children_not_ready: counted.children_not_ready,
            volunteers: counted.volunteers,
            volunteers_not_ready: counted.volunteers_not_ready,
        }));
    }
    drop(view);
    let new = NewRun {
        region_code: region,
        policy_id: policy.id,
        today: date.unwrap_or_else(|| china_day(call.app.store.now_ms())).to_string(),
        period_first: period.first.to_string(),
        period_last: period.last.to_string(),
        solver,
        seed: body.seed,
        provisional: body.provisional,
        created_by: call.caller()?.user_id.clone(),
    };
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let run = change.add_run(&new).await?;
            let (location, version) = (format!("/api/v1/runs/{}", run.id), run.version);
            let reply = Reply::json(StatusCode::ACCEPTED, &Wire::new(run)?).version(version);
            let reply = reply.header(header::LOCATION, &location).header(header::RETRY_AFTER, "1");
            call.finish(*change, reply).await
        }
    }
}

fn day(checks: &mut Checks, pointer: &str, text: Option<&str>) -> Option<Date> {
    let day = text?.parse::<Date>().ok().filter(|day| (1900..=9000).contains(&day.year()));
    let (zh, en) = ("须为日期，如 2026-11-20", "must be a date such as 2026-11-20");
    checks.hold(day.is_some(), pointer, "date", zh, en);
    day
}

/// The days served: as asked for, else as the policy says.
fn period(
    call: &Call,
    policy: &StoredPolicy,
    first: Option<Date>,
    last: Option<Date>,
) -> Result<Period, Problem> {
    let file = policy::parse(&policy.content, "policy.toml").ok();
    let own = file.and_then(|file| file.run).map(|run| run.period);
    let (first, last) = (first.or(own.map(|own| own.first)), last.or(own.map(|own| own.last)));
    let (Some(first), Some(last)) = (first, last) else {
        let said = call.language.pick(
            "规则里没有服务期，请指明首日和末日",
            "the policy names no days, so the first and the last are needed",
        );
        return Err(Problem::of_field("/period_first", "required", said));
    };
    let longest = first.checked_add(jiff::Span::new().days(1_100)).is_ok_and(|end| last <= end);
    Period::new(first, last).filter(|_| longest).ok_or_else(|| {
        let said = call.language.pick(
            "末日须不早于首日，且不超过三年",
            "the last day must not be before the first, nor more than three years after",
        );
        Problem::of_field("/period_last", "invalid", said)
    })
}
