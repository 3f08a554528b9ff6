//! Round every request: its number, its line in the log, and the headers every response bears.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use rand::RngExt;

use super::App;
use super::dispatch::RequestId;

/// Nothing but our own scripts and styles, in nobody's frame.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// The page of the API's documentation brings styles inside its markup.
const DOCUMENTATION_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Numbers the request, answers it, logs it, dresses the response.
pub(super) async fn around(app: Arc<App>, mut request: Request, next: Next) -> Response {
    let request_id = request_id(&app, &request);
    request.extensions_mut().insert(RequestId(request_id.clone()));
    // A client may make up a method; the word it made up is neither counted nor logged.
    let method = known_method(request.method());
    let pattern = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let documentation = request.uri().path().starts_with("/docs");
    let begun = Instant::now();
    let mut response = next.run(request).await;
    dress(response.headers_mut(), app.options.https, documentation);
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let (pattern, status) = (pattern.unwrap_or_else(|| "(none)".to_owned()), response.status().as_u16());
    let seconds = begun.elapsed().as_secs_f64();
    metrics::histogram!("http_request_seconds", "method" => method, "path" => pattern.clone(),
        "status" => status.to_string())
    .record(seconds);
    tracing::info!(request_id, method, path = pattern, status, seconds, "request");
    response
}

fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("(other)")
}

/// The client's number where it has the form of one, else a new one.
fn request_id(app: &App, request: &Request) -> String {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let good = |text: &&str| uuid::Uuid::try_parse(text).is_ok();
    given.filter(good).map_or_else(
        || uuid::Builder::from_random_bytes(app.store.with_random(RngExt::random)).into_uuid().to_string(),
        str::to_owned,
    )
}

fn dress(headers: &mut axum::http::HeaderMap, https: bool, documentation: bool) {
    let policy = if documentation { DOCUMENTATION_POLICY } else { CONTENT_SECURITY_POLICY };
    let always = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
