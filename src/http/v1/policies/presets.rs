//! `GET /policies/presets`: the texts a policy may begin from.

use std::future::ready;

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Serialize;

use super::READERS;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::list::ListOf;
use crate::http::reply::Reply;
use crate::input::policy;

/// A preset.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyPreset {
    /// Its name, for `extends`.
    name: &'static str,
    /// What it is for, Chinese.
    purpose_zh: &'static str,
    /// What it is for, English.
    purpose_en: &'static str,
    /// The commented text.
    content: &'static str,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::reads("/policies/presets", "list_policy_presets", |_, _| ready(Ok(list())).boxed())
        .says("规则 policies", "列出规则样例", "List the presets")
        .allows(Access::Roles(READERS), Scope::None)
        .gives::<ListOf<PolicyPreset>>(StatusCode::OK)
}

fn list() -> Reply {
    let preset = |(name, purpose_zh, purpose_en)| {
        let content = policy::preset(name).unwrap_or_default();
        PolicyPreset { name, purpose_zh, purpose_en, content }
    };
    Reply::ok(&ListOf { items: policy::PRESETS.into_iter().map(preset).collect(), next_cursor: None })
}
