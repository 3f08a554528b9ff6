//! Keys for programs, each user's own.

pub(in crate::http) mod create_api_key;
pub(in crate::http) mod list_api_keys;
pub(in crate::http) mod revoke_api_key;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::time::rfc3339;
use crate::model::Role;
use crate::store::ApiKey;

/// Whose work programs may do. Whoever cares for children by herself does it by herself.
pub(in crate::http) const HOLDERS: &[Role] =
    &[Role::Admin, Role::Coordinator, Role::Supervisor, Role::Analyst, Role::Auditor];

/// A key, without its token.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
pub(in crate::http) struct ApiKeyShown {
    id: String,
    /// What it is for.
    name: String,
    /// Names of the operations it is good for.
    scopes: Vec<String>,
    created_at: String,
    expires_at: String,
}

impl ApiKeyShown {
    /// As it goes out.
    pub(in crate::http) fn of(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes,
            created_at: rfc3339(key.created_at_ms),
            expires_at: rfc3339(key.expires_at_ms),
        }
    }
}
