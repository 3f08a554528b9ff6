//! Who calls: a session cookie or a key of a program, looked up in the store.

use axum::http::HeaderMap;

use super::App;
use super::problem::Problem;
use crate::model::Role;
use crate::store::RegionSpan;

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `user` or `api_key`.
    pub kind: &'static str,
    /// Id of the user or of the key.
    pub principal: String,
    /// Id of the user, also where a key of hers is used.
    pub user_id: String,
    /// Her role.
    pub role: Role,
    /// The divisions she answers for.
    pub span: RegionSpan,
    /// Her team, for a team leader.
    pub team_id: Option<String>,
    /// Her own record, for a volunteer.
    pub volunteer_id: Option<String>,
    /// Her session, where a cookie was used.
    pub session_id: Option<String>,
    /// Whether the second factor has been given, or the role needs none.
    pub second_factor: bool,
    /// The operations a key may be used for; `None` for all that the role may.
    pub scopes: Option<Vec<String>>,
}

/// Looks up who calls.
///
/// # Errors
/// A [`Problem`] where a credential was given that is not good, or a request that changes comes from another site.
pub(super) async fn identify(
    _app: &App,
    _headers: &HeaderMap,
    _changes: bool,
) -> Result<Option<Caller>, Problem> {
    Ok(None)
}
