//! Every endpoint, one line each: routes, authorization matrix and OpenAPI document are made from this list.

use super::endpoint::Endpoint;
use super::v1;

/// All endpoints below `/api/v1`.
pub fn all() -> Vec<Endpoint> {
    vec![v1::operation::version::endpoint()]
}
