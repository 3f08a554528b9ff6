//! Policies: the rules of a deployment, stored as immutable texts.

pub(in crate::http) mod create;
pub(in crate::http) mod get;
pub(in crate::http) mod list;
pub(in crate::http) mod presets;
pub(in crate::http) mod publish;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::StoredPolicy;

/// Who sees policies.
const READERS: &[Role] =
    &[Role::Admin, Role::Coordinator, Role::ChildDirector, Role::Supervisor, Role::Analyst, Role::Auditor];

/// A policy without its text.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PolicySummary {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// The number under that name, from 1; the text of a number never changes.
    number: i64,
    /// For which division, twelve digits; empty for the whole deployment.
    region_code: String,
    /// SHA-256 of the text, hexadecimal.
    content_hash: String,
    /// `draft` or `published`.
    state: String,
    /// When it was stored.
    created_at: String,
    /// When it was put into force.
    published_at: Option<String>,
    /// Version of the state, also the `ETag`.
    version: i64,
}

/// A policy.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Policy {
    #[serde(flatten)]
    summary: PolicySummary,
    /// The text of `policy.toml`.
    content: String,
}

impl From<StoredPolicy> for PolicySummary {
    fn from(policy: StoredPolicy) -> Self {
        Self {
            id: policy.id,
            name: policy.name,
            number: policy.number,
            region_code: policy.region_code,
            content_hash: policy.content_hash,
            state: policy.state,
            created_at: rfc3339(policy.created_at_ms),
            published_at: policy.published_at_ms.map(rfc3339),
            version: policy.version,
        }
    }
}

impl From<StoredPolicy> for Policy {
    fn from(mut policy: StoredPolicy) -> Self {
        let content = std::mem::take(&mut policy.content);
        Self { summary: policy.into(), content }
    }
}
