//! Every endpoint, one line each: routes, authorization matrix and OpenAPI document are made from this list.

use super::endpoint::Endpoint;
use super::v1;

/// All endpoints below `/api/v1`.
pub fn all() -> Vec<Endpoint> {
    vec![
        v1::operation::version::endpoint(),
        v1::regions::list::endpoint(),
        v1::regions::import::endpoint(),
        v1::regions::get::endpoint(),
        v1::regions::patch::endpoint(),
        v1::regions::boundary::endpoint(),
        v1::regions::boundary_put::endpoint(),
        v1::code_lists::list::endpoint(),
        v1::code_lists::get::endpoint(),
        v1::policies::list::endpoint(),
        v1::policies::create::endpoint(),
        v1::policies::presets::endpoint(),
        v1::policies::get::endpoint(),
        v1::policies::publish::endpoint(),
        v1::import_templates::get::endpoint(),
        v1::imports::list::endpoint(),
        v1::imports::create::endpoint(),
        v1::imports::get::endpoint(),
        v1::imports::rows::endpoint(),
        v1::imports::errors::endpoint(),
        v1::imports::commit::endpoint(),
        v1::imports::discard::endpoint(),
    ]
}
