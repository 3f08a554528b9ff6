//! The one way every request goes: who calls, may she, is what was sent complete, do it, write down what was read.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::sync::OnceCell;

use super::App;
use super::authentication::{self, Caller};
use super::call::{Begun, Call};
use super::endpoint::{Access, Endpoint, Handler, Taken};
use super::language::Language;
use super::problem::{Code, Problem, ProblemBody};
use super::reply::Reply;
use super::uploaded_file::UploadedFile;
use crate::store::View;

/// How long a body that is no file may take, and a file between two pieces.
const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a file may take.
const FILE_TIMEOUT: Duration = Duration::from_mins(10);
/// How much of a refused request's body is read, bytes.
const MOST_UNREAD_BYTES: usize = 64 << 10;
/// How long it may take.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(1);
/// Largest JSON body, bytes.
const MOST_JSON_BYTES: usize = 1 << 20;
/// Largest uploaded file, bytes.
pub(super) const MOST_FILE_BYTES: u64 = 64 << 20;
/// Longest value in a path that is no id, characters.
const LONGEST_PATH_VALUE: usize = 200;

/// The number of a request, put there by the outermost layer.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

/// Answers a request for an endpoint.
pub(super) async fn dispatch(app: Arc<App>, endpoint: &'static Endpoint, request: Request) -> Response<Body> {
    let language = Language::asked(request.headers());
    let request_id = request_id(&request);
    let (parts, body) = request.into_parts();
    let mut unread = Some(body);
    match answer(app, endpoint, parts, &mut unread, language, &request_id).await {
        Ok(reply) => reply.header(header::CONTENT_LANGUAGE, language.tag()).into_response(),
        Err(problem) => {
            let cut_off = matches!(problem.code, Code::BodyTooLarge | Code::ImportTooLarge)
                || matches!(endpoint.takes, Taken::File(_));
            let response = problem_response(&problem, language, &request_id);
            if cut_off { closing(response) } else { after_body(response, unread).await }
        }
    }
}

/// A refusal, once the rest of its request has been read, so that the connection is good for the next one. What is large or
/// slow is not waited for: the client is told that the connection ends.
pub(super) async fn after_body(response: Response<Body>, unread: Option<Body>) -> Response<Body> {
    let Some(body) = unread else { return response };
    match tokio::time::timeout(UNREAD_TIMEOUT, axum::body::to_bytes(body, MOST_UNREAD_BYTES)).await {
        Ok(Ok(_)) => response,
        _ => closing(response),
    }
}

fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

pub(super) fn request_id(request: &Request) -> String {
    request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

/// A problem as an answer; its cause goes to the log.
pub(super) fn problem_response(problem: &Problem, language: Language, request_id: &str) -> Response<Body> {
    let status = problem.code.status();
    if let Some(cause) = &problem.cause {
        let mut text = cause.to_string();
        let mut source = cause.source();
        while let Some(deeper) = source {
            // A driver's message may quote a value of a statement; its kind is enough.
            text.push_str(": ");
            text.push_str(&super::log::without_values(deeper));
            source = deeper.source();
        }
        if status.is_server_error() {
            tracing::error!(request_id, code = problem.code.word(), cause = text, "request failed");
        } else {
            tracing::info!(request_id, code = problem.code.word(), cause = text, "request refused");
        }
    }
    let body = ProblemBody {
        kind: "about:blank",
        title: problem.code.title(language),
        status: status.as_u16(),
        detail: problem.detail.as_deref(),
        code: problem.code.word(),
        errors: &problem.errors,
        request_id,
    };
    let mut reply = Reply::json(status, &body).header(header::CONTENT_LANGUAGE, language.tag());
    reply.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.retry_after_s {
        reply = reply.header(header::RETRY_AFTER, &seconds.to_string());
    }
    if status == StatusCode::UNAUTHORIZED {
        reply = reply.header(header::WWW_AUTHENTICATE, "Bearer realm=\"jiedui\"");
    }
    reply.into_response()
}

pub(super) async fn answer(
    app: Arc<App>,
    endpoint: &'static Endpoint,
    mut parts: Parts,
    unread: &mut Option<Body>,
    language: Language,
    request_id: &str,
) -> Result<Reply, Problem> {
    let changes = parts.method != Method::GET && parts.method != Method::HEAD;
    let address = app.client_address(&parts.headers, peer(&parts.extensions));
    app.limits.admit_address(address)?;
    let mut view = None;
    let caller = authentication::identify(&app, endpoint, &parts.headers, changes, &mut view).await?;
    // What reads goes on with the connection that told who calls; nobody keeps it who is yet to send something, or will not read.
    let sent = unread.as_ref().is_none_or(axum::body::HttpBody::is_end_stream);
    let view = view.filter(|_| sent && matches!(endpoint.handler, Handler::Reads(_)));
    authorize(endpoint, caller.as_ref())?;
    app.limits.admit(endpoint, caller.as_ref(), address)?;
    check_headers(endpoint, &parts.headers)?;
    let path = path_values(&mut parts).await?;
    let query = parts.uri.query().unwrap_or_default().to_owned();
    if endpoint.query.is_none() && !query.is_empty() {
        return Err(Problem::of_field(
            "query",
            "unknown",
            language.pick("此处没有查询参数", "there are no parameters here"),
        ));
    }
    let body = unread.take().unwrap_or_default();
    let (body, file) = match endpoint.takes {
        Taken::File(types) => (Bytes::new(), Some(receive_file_in_time(&parts.headers, body, types).await?)),
        _ => (receive(endpoint, &parts.headers, body).await?, None),
    };
    let call = Call {
        app,
        endpoint,
        caller,
        request_id: request_id.to_owned(),
        language,
        address,
        headers: parts.headers,
        path,
        query,
        body,
        file,
        fingerprint: OnceCell::new(),
    };
    let reply = run(&call, view).await?;
    Ok(unchanged(&call, reply))
}

/// Calls the endpoint's function and sees its effects and readings onto the disk.
async fn run(call: &Call, view: Option<View>) -> Result<Reply, Problem> {
    match call.endpoint.handler {
        Handler::Reads(handler) => {
            let mut view = match view {
                Some(view) => view,
                None => call.app.store.view().await?,
            };
            let reply = handler(call, &mut view).await?;
            drop(view);
            write_down(call, reply).await
        }
        Handler::Changes(handler) => match call.begin().await? {
            // Given again, it shows again what was read for it.
            Begun::Answered(reply) => write_down(call, reply).await,
            Begun::Change(mut change) => {
                let reply = handler(call, &mut change).await?;
                call.finish(*change, reply).await
            }
        },
        Handler::Works(handler) => {
            let reply = handler(call).await?;
            write_down(call, reply).await
        }
    }
}

/// No answer leaves before it is on disk who read whose record.
async fn write_down(call: &Call, reply: Reply) -> Result<Reply, Problem> {
    let mut reply = reply.sound()?;
    let readings = std::mem::take(&mut reply.readings);
    call.app.store.record_readings(call.actor(), readings).await?;
    Ok(reply)
}

/// 304 where the client has this version already.
fn unchanged(call: &Call, mut reply: Reply) -> Reply {
    let seen = call.headers.get(header::IF_NONE_MATCH);
    let version = reply.headers.get(header::ETAG);
    if call.endpoint.method == Method::GET && seen.is_some() && seen == version {
        reply.status = StatusCode::NOT_MODIFIED;
        reply.body = Bytes::new();
        reply.headers.remove(header::CONTENT_TYPE);
    }
    reply
}

/// Whether the caller may use the endpoint at all; which objects she reaches is for the statements.
fn authorize(endpoint: &Endpoint, caller: Option<&Caller>) -> Result<(), Problem> {
    let roles = match endpoint.access {
        Access::Everybody => return Ok(()),
        Access::LoggedIn => &[][..],
        Access::Roles(roles) => roles,
    };
    let caller = caller.ok_or(Problem::new(Code::Unauthenticated))?;
    if caller.scopes.as_ref().is_some_and(|scopes| !endpoint.may_be_scope(scopes)) {
        return Err(Problem::new(Code::Forbidden));
    }
    if matches!(endpoint.access, Access::LoggedIn) {
        return Ok(());
    }
    if !roles.contains(&caller.role) {
        return Err(Problem::new(Code::Forbidden));
    }
    if !caller.second_factor {
        return Err(Problem::new(Code::MfaRequired));
    }
    Ok(())
}

/// Headers without which nothing is begun.
fn check_headers(endpoint: &Endpoint, headers: &HeaderMap) -> Result<(), Problem> {
    let is_key =
        |key: &HeaderValue| (1..=255).contains(&key.len()) && key.as_bytes().iter().all(u8::is_ascii_graphic);
    if endpoint.keyed && !headers.get("idempotency-key").is_some_and(is_key) {
        return Err(Problem::new(Code::IdempotencyKeyMissing));
    }
    if endpoint.if_match && !headers.contains_key(header::IF_MATCH) {
        return Err(Problem::new(Code::PreconditionRequired));
    }
    Ok(())
}

fn peer(extensions: &axum::http::Extensions) -> IpAddr {
    let info = extensions.get::<ConnectInfo<SocketAddr>>();
    info.map_or(IpAddr::from([0, 0, 0, 0]), |info| info.0.ip())
}

async fn path_values(parts: &mut Parts) -> Result<HashMap<String, String>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| Problem::new(Code::NotFound))?;
    let values: HashMap<String, String> =
        params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    // What cannot be the name of anything is not found, before it comes near an index of the database.
    let good = |(name, value): (&String, &String)| {
        if name.ends_with("_id") {
            return crate::store::is_id(value);
        }
        !value.contains('\0') && value.chars().count() <= LONGEST_PATH_VALUE
    };
    if values.iter().all(good) { Ok(values) } else { Err(Problem::new(Code::NotFound)) }
}

fn media_type(headers: &HeaderMap) -> &str {
    let header = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    header.split(';').next().unwrap_or_default().trim()
}

/// The body of a request that is not a file.
async fn receive(endpoint: &Endpoint, headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let allowed: &[&str] = match endpoint.takes {
        Taken::Nothing | Taken::File(_) => &[],
        Taken::Json(_) => &["application/json"],
        Taken::MergePatch(_) => &["application/merge-patch+json", "application/json"],
    };
    let bytes = tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(body, MOST_JSON_BYTES)).await;
    let bytes = bytes.map_err(|_| Problem::new(Code::RequestTimeout))?;
    let bytes = bytes.map_err(|_| Problem::new(Code::BodyTooLarge))?;
    if allowed.is_empty() {
        // Clients that send `{}` with every POST do no harm.
        return Ok(bytes);
    }
    if !allowed.contains(&media_type(headers)) {
        let expected = format!("Content-Type: {}", allowed.join(", "));
        return Err(Problem::new(Code::UnsupportedMediaType).detail(expected));
    }
    Ok(bytes)
}

async fn receive_file_in_time(
    headers: &HeaderMap,
    body: Body,
    types: &[&str],
) -> Result<UploadedFile, Problem> {
    let received = tokio::time::timeout(FILE_TIMEOUT, receive_file(headers, body, types)).await;
    received.map_err(|_| Problem::new(Code::RequestTimeout))?
}

/// Streams a file to disk, so that its size never counts in memory.
async fn receive_file(headers: &HeaderMap, body: Body, types: &[&str]) -> Result<UploadedFile, Problem> {
    if !types.contains(&media_type(headers)) {
        let expected = format!("Content-Type: {}", types.join(", "));
        return Err(Problem::new(Code::UnsupportedMediaType).detail(expected));
    }
    let length =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MOST_FILE_BYTES) {
        return Err(Problem::new(Code::ImportTooLarge));
    }
    let unwritable = |error: std::io::Error| Problem {
        cause: Some(Box::new(error)),
        ..Problem::new(Code::StorageUnavailable)
    };
    let file = UploadedFile::new().map_err(unwritable)?;
    let mut writer = tokio::fs::File::from_std(file.writer().map_err(unwritable)?);
    let (mut stream, mut received) = (body.into_data_stream(), 0_u64);
    loop {
        let next = tokio::time::timeout(BODY_TIMEOUT, stream.next()).await;
        let Some(chunk) = next.map_err(|_| Problem::new(Code::RequestTimeout))? else { break };
        let chunk = chunk.map_err(|_| Problem::new(Code::MalformedBody))?;
        received += chunk.len() as u64;
        if received > MOST_FILE_BYTES {
            return Err(Problem::new(Code::ImportTooLarge));
        }
        writer.write_all(&chunk).await.map_err(unwritable)?;
    }
    writer.flush().await.map_err(unwritable)?;
    Ok(file)
}
