//! What an endpoint answers, before it becomes an HTTP response.

use axum::BoxError;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use futures_util::Stream;
use serde::Serialize;

use super::problem::{Code, Problem};
use crate::store::{AuditEvent, StoredReply};

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers that belong to it.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// What was read to make it, to be written down before it leaves.
    pub readings: Vec<AuditEvent>,
    /// The body in pieces that are still to come, in place of `body`; no keyed request may be answered so.
    stream: Option<Body>,
    /// Why the body could not be written; such a reply is never given.
    fault: Option<serde_json::Error>,
}

impl Reply {
    /// JSON.
    pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => Self::file(status, "application/json", body),
            Err(error) => Self { fault: Some(error), ..Self::nothing() },
        }
    }

    /// 200 with JSON.
    pub fn ok<T: Serialize>(body: &T) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 201 with JSON, and where it is.
    pub fn created<T: Serialize>(location: &str, body: &T) -> Self {
        Self::json(StatusCode::CREATED, body).header(header::LOCATION, location)
    }

    /// 204.
    pub fn nothing() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            readings: Vec::new(),
            stream: None,
            fault: None,
        }
    }

    /// Bytes of a type.
    pub fn file(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        Self { status, headers, body: body.into(), ..Self::nothing() }
    }

    /// Pieces of a type, as they come. Where one fails, the connection ends before the body does, which the client sees.
    pub fn stream<E: Into<BoxError> + 'static>(
        media_type: &'static str,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Self {
        Self {
            stream: Some(Body::from_stream(pieces)),
            ..Self::file(StatusCode::OK, media_type, Bytes::new())
        }
    }

    /// With a header. Values are ours and ASCII; one that is not is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }

    /// With the version of what it shows.
    #[must_use]
    pub fn version(self, version: i64) -> Self {
        self.header(header::ETAG, &format!("\"{version}\""))
    }

    /// To be downloaded under a name of ASCII letters.
    #[must_use]
    pub fn download(self, name: &str) -> Self {
        self.header(header::CONTENT_DISPOSITION, &format!("attachment; filename=\"{name}\""))
    }

    /// With what was read.
    #[must_use]
    pub fn reading(mut self, events: impl IntoIterator<Item = AuditEvent>) -> Self {
        self.readings.extend(events);
        self
    }

    /// Itself, where its body could be written.
    ///
    /// # Errors
    /// `internal`, before anything of the request takes effect.
    pub(super) fn sound(mut self) -> Result<Self, Problem> {
        match self.fault.take() {
            None => Ok(self),
            Some(error) => Err(Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) }),
        }
    }

    /// As it is kept to be given again.
    pub(super) fn stored(&self) -> StoredReply {
        let headers = self.headers.iter().filter_map(|(name, value)| {
            value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned()))
        });
        StoredReply {
            status: self.status.as_u16(),
            headers: headers.collect(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
            readings: self.readings.clone(),
        }
    }

    /// A kept answer, marked as given again.
    pub(super) fn again(stored: StoredReply) -> Self {
        let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::OK);
        let mut reply = Self::nothing();
        reply.status = status;
        reply.body = stored.body.into();
        reply.readings = stored.readings;
        for (name, value) in stored.headers {
            if let Ok(name) = HeaderName::try_from(name) {
                reply = reply.header(name, &value);
            }
        }
        reply.header(HeaderName::from_static("idempotent-replayed"), "true")
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(self.stream.unwrap_or_else(|| Body::from(self.body)));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}
