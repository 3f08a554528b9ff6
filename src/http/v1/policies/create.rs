//! `POST /policies`: stores a checked text under the next number of its name, or only checks it.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Policy;
use crate::http::call::{Begun, Call};
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Fault, Problem};
use crate::http::reply::Reply;
use crate::input::policy::{self, PolicyProblem};
use crate::model::{RegionCode, Role};

/// Longest text, characters.
const LONGEST_CONTENT: usize = 65_536;
/// Longest name, characters.
const LONGEST_NAME: usize = 100;

/// Whether anything is stored.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// Only checks: nothing is stored.
    #[serde(default)]
    validate_only: bool,
}

/// A new policy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewPolicy {
    /// Its name; the same name again is the next number.
    #[schemars(length(min = 1, max = 100), regex(pattern = r"\S"))]
    name: String,
    /// For which division, 2, 4, 6, 9 or 12 digits; the caller's own where absent.
    #[serde(default)]
    #[schemars(regex(pattern = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"))]
    region_code: Option<String>,
    /// The text of `policy.toml`; only what differs from the preset it extends.
    #[schemars(length(max = 65_536))]
    content: String,
}

/// A text that would be stored.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyChecked {
    /// Always true: a text with faults is a problem that lists them.
    valid: bool,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::works(Method::POST, "/policies", "create_policy", |call| create(call).boxed())
        .says("规则 policies", "新增规则（草稿）", "Store a policy as a draft")
        .allows(Access::Roles(&[Role::Admin, Role::Coordinator]), Scope::Region)
        .asks::<Query>()
        .takes::<NewPolicy>()
        .gives::<Policy>(StatusCode::CREATED)
        .leads_to("policy_id", "/id")
        .gives::<PolicyChecked>(StatusCode::OK)
        .fails(&[Code::AlreadyExists])
}

/// The text is read and checked before the transaction begins: it may be long, and others wait for the one writer.
async fn create(call: &Call) -> Result<Reply, Problem> {
    let query: Query = call.query()?;
    let new: NewPolicy = call.body()?;
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let said = call.language.pick("须有 1 至 100 个字", "1 to 100 characters are needed");
        return Err(Problem::of_field("/name", "length", said));
    }
    if new.content.chars().count() > LONGEST_CONTENT {
        let said = call.language.pick("最多 65,536 个字", "at most 65,536 characters");
        return Err(Problem::of_field("/content", "length", said));
    }
    let region_code = region_code(call, new.region_code.as_deref())?;
    policy::parse(&new.content, "policy.toml").map_err(|error| faults(call, &error.problems))?;
    if query.validate_only {
        return Ok(Reply::ok(&PolicyChecked { valid: true }));
    }
    match call.begin().await? {
        Begun::Answered(reply) => Ok(reply),
        Begun::Change(mut change) => {
            let policy = change.add_policy(name, &region_code, &new.content).await?;
            let (location, version) = (format!("/api/v1/policies/{}", policy.id), policy.version);
            let reply = Reply::created(&location, &Policy::from(policy)).version(version);
            call.finish(*change, reply).await
        }
    }
}

/// The division a policy is for: one of the caller's, or all of hers.
fn region_code(call: &Call, given: Option<&str>) -> Result<String, Problem> {
    let span = call.span()?;
    let Some(given) = given else { return Ok(span.first) };
    let said = call.language.pick("不是您管辖的区划代码", "this is no code of your divisions");
    let code = RegionCode::parse(given).filter(|code| span.holds(code.as_str()));
    code.map(|code| code.to_string()).ok_or_else(|| Problem::of_field("/region_code", "invalid", said))
}

fn faults(call: &Call, problems: &[PolicyProblem]) -> Problem {
    let fault = |problem: &PolicyProblem| {
        let both = problem.to_string();
        let (zh, en) = both.split_once('\n').unwrap_or((&both, &both));
        Fault {
            pointer: "/content".to_owned(),
            code: "policy".to_owned(),
            detail: call.language.pick(zh, en.trim()).to_owned(),
        }
    };
    Problem { errors: problems.iter().map(fault).collect(), ..Problem::new(Code::ValidationFailed) }
}
