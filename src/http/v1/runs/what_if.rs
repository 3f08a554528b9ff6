//! `POST /runs/{run_id}/what-if`: the plan that would follow from changes, compared with this one. Nothing is changed.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::GROUP;
use super::explaining::{Explanation, shown, tables};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::runs::explaining::Tried;

/// Most changes of one question.
const MOST_CHANGES: usize = 100;
/// Longest key or value of a setting, characters.
const LONGEST_SETTING: usize = 1_000;

/// A change to be tried.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "TriedChange")]
enum Wire {
    /// These two are paired.
    Pin {
        /// The child.
        child_id: String,
        /// The volunteer.
        volunteer_id: String,
    },
    /// These two are not.
    Forbid {
        /// The child.
        child_id: String,
        /// The volunteer.
        volunteer_id: String,
    },
    /// A volunteer takes so many households.
    Capacity {
        /// The volunteer.
        volunteer_id: String,
        /// Households.
        #[schemars(range(min = 0, max = 200))]
        households: u32,
    },
    /// A key of the policy has another value.
    Setting {
        /// The key, such as `travel.max_travel_min`.
        #[schemars(length(max = 1000))]
        key: String,
        /// The value as a policy writes it.
        #[schemars(length(max = 1000))]
        value: String,
    },
    /// Promised pairs are open again.
    MoveAccepted {},
}

/// What is to be tried.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "WhatIfChanges")]
struct Body {
    /// One change or more.
    #[schemars(length(min = 1, max = 100))]
    changes: Vec<Wire>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/runs/{run_id}/what-if";
    Endpoint::works(Method::POST, path, "explain_changes", |call| explain(call).boxed())
        .says(
            GROUP,
            "如果……会怎样：试算并与现方案对比，不作改动",
            "What if: tried and compared, nothing is changed",
        )
        .allows(Access::Roles(&[Role::Coordinator, Role::Supervisor]), Scope::Region)
        .takes::<Body>()
        .gives::<Explanation>(StatusCode::OK)
        .fails(&[Code::RunNotAskable, Code::NotExplainable])
        .unkeyed()
        .scarce()
}

impl From<Wire> for Tried {
    fn from(change: Wire) -> Self {
        match change {
            Wire::Pin { child_id, volunteer_id } => Self::Pin(child_id, volunteer_id),
            Wire::Forbid { child_id, volunteer_id } => Self::Forbid(child_id, volunteer_id),
            Wire::Capacity { volunteer_id, households } => Self::Capacity(volunteer_id, households),
            Wire::Setting { key, value } => Self::Setting(key, value),
            Wire::MoveAccepted {} => Self::MoveAccepted,
        }
    }
}

async fn explain(call: &Call) -> Result<Reply, Problem> {
    let run = call.app.store.view().await?.run(&call.span()?, call.id("run_id")?).await?;
    let body: Body = call.body()?;
    let long = |text: &String| text.chars().nth(LONGEST_SETTING).is_some();
    let fits = body.changes.iter().all(|change| match change {
        Wire::Setting { key, value } => !long(key) && !long(value),
        Wire::Capacity { households, .. } => *households <= 200,
        _ => true,
    });
    if body.changes.is_empty() || body.changes.len() > MOST_CHANGES || !fits {
        let said = call
            .language
            .pick("须有 1 至 100 项改动，取值在范围之内", "1 to 100 changes, each within its bounds");
        return Err(Problem::of_field("/changes", "length", said));
    }
    let changes: Vec<Tried> = body.changes.into_iter().map(Tried::from).collect();
    let shown = shown(call)?;
    let explained = call.app.plans.ask_aside(&run.id, move |kept| kept.explain_changes(&changes, shown));
    tables(call, &[&run], explained.await?).await
}
