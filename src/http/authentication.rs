//! Who calls: a session cookie or a key of a program, looked up in the store at every request.
//!
//! # Cookies
//!
//! Behind HTTPS the cookie is `__Host-session`: `Secure`, for this host alone, for every path, out of reach of scripts.
//! Browsers keep such a cookie only from HTTPS, and `curl` sends it over HTTPS only. Over plain HTTP, which is meant for
//! 127.0.0.1 and for nothing else, the cookie is called `session` and is not `Secure`. A server takes only the name of
//! its own kind, so that a cookie planted over HTTP is nothing to one that speaks HTTPS.
//!
//! # Requests forged across sites
//!
//! A cookie goes along with whatever a browser sends, so a request that changes something needs three things: it does not
//! say that it comes from another site (`Sec-Fetch-Site`, `Origin`); and it bears `X-CSRF-Token`, signed from the session's
//! token, which another site cannot read. Keys come in a header that no browser adds by itself and need none of it.

use axum::http::{HeaderMap, header};
use data_encoding::BASE64URL_NOPAD;

use super::endpoint::{Access, Endpoint};
use super::problem::{Code, Problem};
use super::{App, ServerOptions};
use crate::model::Role;
use crate::secrets::Token;
use crate::store::{ABSOLUTE_MS, Identity, RegionSpan, Store, View};

/// The header with the token against forged requests.
const CSRF_HEADER: &str = "x-csrf-token";

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
    /// Whether an authenticator app has been set up.
    pub enrolled: bool,
    /// Whether the second factor has been given, or the role needs none.
    pub second_factor: bool,
    /// The operations a key may be used for; `None` for all that the role may.
    pub scopes: Option<Vec<String>>,
}

impl Caller {
    fn of(identity: Identity, kind: &'static str, principal: String) -> Self {
        let span = match identity.region_code.as_str() {
            "" => RegionSpan::everywhere(),
            code => RegionSpan::of_prefix(code),
        };
        Self {
            kind,
            principal,
            user_id: identity.user_id,
            role: identity.role,
            span,
            team_id: identity.team_id,
            volunteer_id: identity.volunteer_id,
            session_id: None,
            enrolled: identity.enrolled,
            second_factor: true,
            scopes: None,
        }
    }
}

/// Looks up who calls, through a view that is left for whoever reads next.
///
/// # Errors
/// A [`Problem`] where a key was given that is not good, or a request that changes comes from another site. A cookie that is
/// no longer good is like none: a browser cannot help sending it when somebody logs in again.
pub(super) async fn identify(
    app: &App,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    changes: bool,
    view: &mut Option<View>,
) -> Result<Option<Caller>, Problem> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let refused = || Problem::new(Code::Unauthenticated);
        let (scheme, token) =
            value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused());
        }
        let key =
            view.insert(app.store.view().await?).key_of_token(token.trim()).await?.ok_or_else(refused)?;
        let caller = Caller::of(key.identity, "api_key", key.id);
        return Ok(Some(Caller { scopes: Some(key.scopes), ..caller }));
    }
    if changes && is_cross_site(&app.options, headers) {
        return Err(Problem::new(Code::CrossSite));
    }
    // Where anybody may call, nobody is asked for: a stale cookie does not stand in the way of logging in.
    if matches!(endpoint.access, Access::Everybody) {
        return Ok(None);
    }
    let Some(token) = session_token(&app.options, headers) else { return Ok(None) };
    let view = view.insert(app.store.view().await?);
    let Some(session) = view.session_of_token(token).await? else { return Ok(None) };
    if changes && !is_csrf_token(&app.store, token, headers) {
        return Err(Problem::new(Code::CrossSite));
    }
    let needed = session.identity.enrolled || session.identity.role.reveals();
    let user_id = session.identity.user_id.clone();
    let caller = Caller::of(session.identity, "user", user_id);
    let second_factor = session.second_factor || !needed;
    Ok(Some(Caller { session_id: Some(session.id), second_factor, ..caller }))
}

/// Whether a request says of itself that it comes from another site.
fn is_cross_site(options: &ServerOptions, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return true;
    }
    let Some(origin) = text("origin") else { return false };
    let forwarded = options.behind_proxy.then(|| text("x-forwarded-host")).flatten();
    let host = forwarded.or_else(|| text("host")).unwrap_or_default();
    let ours = origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    !ours
}

const fn cookie_name(options: &ServerOptions) -> &'static str {
    if options.https { "__Host-session" } else { "session" }
}

/// The session's token as the cookie brings it.
pub(super) fn session_token<'a>(options: &ServerOptions, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = cookie_name(options);
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name).map(|(_, token)| token)
}

/// The cookie that hands out a session's token.
pub(super) fn session_cookie(options: &ServerOptions, token: &str) -> String {
    let secure = if options.https { " Secure;" } else { "" };
    let age_s = ABSOLUTE_MS / 1000;
    format!("{}={token}; Path=/;{secure} HttpOnly; SameSite=Strict; Max-Age={age_s}", cookie_name(options))
}

/// The cookie that takes it back.
pub(super) fn ended_cookie(options: &ServerOptions) -> String {
    let secure = if options.https { " Secure;" } else { "" };
    format!("{}=; Path=/;{secure} HttpOnly; SameSite=Strict; Max-Age=0", cookie_name(options))
}

fn signed(token: &str) -> Vec<u8> {
    format!("session {}", Token::hash(token)).into_bytes()
}

/// The token against forged requests that goes with a session's token.
pub(super) fn csrf_token(store: &Store, token: &str) -> String {
    BASE64URL_NOPAD.encode(&store.csrf_mac().mac(&signed(token)))
}

fn is_csrf_token(store: &Store, token: &str, headers: &HeaderMap) -> bool {
    let given = headers.get(CSRF_HEADER).and_then(|value| BASE64URL_NOPAD.decode(value.as_bytes()).ok());
    given.is_some_and(|given| store.csrf_mac().verify(&signed(token), &given))
}
