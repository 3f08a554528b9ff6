//! `/i/{token}`: the page behind the link of an offer, for a phone, without scripts. Chinese with English, large type.
//!
//! It is the JSON of `/api/v1/offer-links/{token}` in another dress: a GET shows and changes nothing, a form's POST goes to the very
//! endpoint, with its limits, its audit trail and its answers. Cookies and keys that a browser sends along are not looked at: the
//! link's token is all the authority there is, so a form from elsewhere gains nothing by them.

mod text;

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::language::Language;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::{App, ENDPOINTS, dispatch};
use crate::http::endpoint::Endpoint;

/// The page's styles.
const STYLE: &str = include_str!("style.css");
/// Longest form, bytes.
const MOST_FORM_BYTES: usize = 1 << 10;

pub(super) fn routes(app: &Arc<App>) -> Router {
    let style = || async {
        let kept =
            [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=86400")];
        (kept, STYLE)
    };
    let shown = Arc::clone(app);
    let mut router = Router::new()
        .route("/i.css", get(style))
        .route("/i/{token}", get(move |request: Request| show(Arc::clone(&shown), request)));
    for (path, name, field) in [
        ("/i/{token}/accept", "accept_offer_link", ""),
        ("/i/{token}/decline", "decline_offer_link", "reason"),
        ("/i/{token}/conflict", "report_offer_link_conflict", "kind"),
    ] {
        let app = Arc::clone(app);
        let answered = move |request: Request| answer(Arc::clone(&app), name, field, request);
        router = router.route(path, post(answered));
    }
    router
}

/// The endpoint of a name; every name here is one of the table's, which a test of the page sees.
fn endpoint(name: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.name == name)
}

/// Asks the endpoint in the place of the page.
async fn ask(app: Arc<App>, name: &str, request: Request) -> Result<Reply, Problem> {
    let endpoint = endpoint(name).ok_or(Problem::new(Code::NotFound))?;
    let language = Language::asked(request.headers());
    let request_id = dispatch::request_id(&request);
    let (mut parts, body) = request.into_parts();
    let without = [
        header::COOKIE,
        header::AUTHORIZATION,
        header::ORIGIN,
        header::IF_NONE_MATCH,
        HeaderName::from_static("sec-fetch-site"),
    ];
    for name in without {
        parts.headers.remove(name);
    }
    dispatch::answer(app, endpoint, parts, &mut Some(body), language, &request_id).await
}

async fn show(app: Arc<App>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    match ask(app, "get_offer_link", request).await {
        Ok(reply) => {
            let seen: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            page(StatusCode::OK, &text::offer(&seen, &path))
        }
        Err(problem) => refused(&problem),
    }
}

async fn answer(app: Arc<App>, name: &'static str, field: &'static str, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let (mut parts, body) = request.into_parts();
    let Ok(form) = axum::body::to_bytes(body, MOST_FORM_BYTES).await else {
        return refused(&Problem::new(Code::BodyTooLarge));
    };
    let form: HashMap<String, String> = form_of(&form);
    let chosen = form.get(field).filter(|word| !word.is_empty());
    let sent = chosen.map_or_else(|| json!({}), |word| json!({ field: word }));
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.method = Method::POST;
    match ask(app, name, Request::from_parts(parts, Body::from(sent.to_string()))).await {
        // The page of the link tells what has become of it, also to whoever comes back later.
        Ok(_) => {
            let link = path.rsplit_once('/').map_or("/", |(link, _)| link);
            let mut response = page(StatusCode::SEE_OTHER, "");
            if let Ok(link) = HeaderValue::from_str(link) {
                response.headers_mut().insert(header::LOCATION, link);
            }
            response
        }
        Err(problem) => refused(&problem),
    }
}

/// The fields of a form; words of code lists are plain ASCII, so that nothing needs to be decoded.
fn form_of(body: &[u8]) -> HashMap<String, String> {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn refused(problem: &Problem) -> Response<Body> {
    page(problem.code.status(), &text::refused(problem.code))
}

fn page(status: StatusCode, html: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(html.to_owned()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
