//! A request on its way: who calls, what was sent, and how to begin a transaction for it.

use std::collections::HashMap;
use std::io::BufRead;
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::App;
use super::authentication::Caller;
use super::cursor;
use super::endpoint::Endpoint;
use super::language::Language;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::uploaded_file::UploadedFile;
use crate::store::{Actor, Change, Keyed, KeyedRequest, PageRequest, RegionSpan, StoredReply};

/// A request.
pub struct Call {
    /// What the server works with.
    pub app: Arc<App>,
    /// The endpoint that was found.
    pub endpoint: &'static Endpoint,
    /// Who calls, where somebody is logged in.
    pub caller: Option<Caller>,
    /// The request's number.
    pub request_id: String,
    /// The language of the answer.
    pub language: Language,
    /// Where it comes from.
    pub address: IpAddr,
    /// Its headers.
    pub headers: HeaderMap,
    /// Values of `{names}` in the path.
    pub path: HashMap<String, String>,
    /// The query, as sent.
    pub query: String,
    /// The body; for a file, empty.
    pub body: Bytes,
    /// The uploaded file.
    pub file: Option<UploadedFile>,
}

/// A transaction for a request, or the answer it was given before.
pub enum Begun {
    /// Go on, then [`Call::finish`].
    Change(Box<Change>),
    /// Give this again.
    Answered(Reply),
}

impl Call {
    /// Who calls.
    pub fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(|| Problem::new(Code::Unauthenticated))
    }

    /// The divisions the caller answers for.
    pub fn span(&self) -> Result<RegionSpan, Problem> {
        self.caller().map(|caller| caller.span.clone())
    }

    /// A value of the path.
    pub fn path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// An id in the path; what has not the form of one is not found.
    pub fn id(&self, name: &str) -> Result<&str, Problem> {
        let id = self.path(name);
        if crate::store::is_id(id) { Ok(id) } else { Err(Problem::new(Code::NotFound)) }
    }

    /// The query as a type that denies unknown fields.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        refuse_nul(&self.query, "%00")?;
        let uri = format!("/?{}", self.query).parse().map_err(|_| Problem::new(Code::ValidationFailed))?;
        axum::extract::Query::try_from_uri(&uri)
            .map(|axum::extract::Query(query)| query)
            .map_err(|error| Problem::of_field("query", "invalid", error.to_string()))
    }

    /// The body as a type that denies unknown fields.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = std::str::from_utf8(&self.body).map_err(|_| Problem::new(Code::MalformedBody))?;
        // PostgreSQL's text cannot hold U+0000; no field of ours means anything by it.
        refuse_nul(text, "\\u0000")?;
        serde_json::from_str(text).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                // The message of serde names fields and types and may quote a value: only the place is given back.
                let place = format!("line {} column {}", error.line(), error.column());
                Problem::of_field(
                    "/",
                    "invalid",
                    format!(
                        "{}: {place}",
                        self.language.pick("字段或类型不符", "a field or its type does not fit")
                    ),
                )
            }
            _ => Problem::new(Code::MalformedBody),
        })
    }

    /// The version the caller saw.
    pub fn if_match(&self) -> Result<i64, Problem> {
        let header = self.headers.get(header::IF_MATCH).ok_or(Problem::new(Code::PreconditionRequired))?;
        let text = header.to_str().unwrap_or_default().trim().trim_matches('"');
        text.parse().map_err(|_| Problem::new(Code::PreconditionFailed))
    }

    /// Which page is asked for. `filter` is the rest of the query: a cursor is good for the list it came from alone.
    pub fn page(
        &self,
        limit: Option<i64>,
        cursor: Option<&str>,
        filter: &str,
    ) -> Result<PageRequest, Problem> {
        let limit = limit.unwrap_or(50).clamp(1, 200);
        let after = match cursor {
            Some(cursor) if !cursor.is_empty() => {
                let mac = self.app.store.cursor_mac();
                cursor::read(&mac, self.endpoint.name, filter, cursor).ok_or_else(|| {
                    Problem::of_field(
                        "cursor",
                        "invalid",
                        self.language.pick(
                            "游标无效，请从第一页重新开始",
                            "the cursor is not good for this list, begin at the first page",
                        ),
                    )
                })?
            }
            _ => String::new(),
        };
        Ok(PageRequest { after, limit })
    }

    /// The cursor of the page after a sort key.
    pub fn next_cursor(&self, after: Option<&str>, filter: &str) -> Option<String> {
        let mac = self.app.store.cursor_mac();
        after.map(|after| cursor::write(&mac, self.endpoint.name, filter, after))
    }

    /// Who is written into the audit trail.
    pub fn actor(&self) -> Actor {
        let request_id = Some(self.request_id.clone());
        match &self.caller {
            Some(caller) => Actor { kind: caller.kind, id: Some(caller.principal.clone()), request_id },
            None => Actor { kind: "anonymous", id: None, request_id },
        }
    }

    /// Begins the transaction of the request, tied to its key where it needs one.
    pub async fn begin(&self) -> Result<Begun, Problem> {
        let mut change = self.app.store.change(self.actor()).await?;
        if !self.endpoint.keyed {
            return Ok(Begun::Change(Box::new(change)));
        }
        match change.keyed(self.keyed_request()?).await? {
            Keyed::First => Ok(Begun::Change(Box::new(change))),
            Keyed::Answered(stored) => Ok(Begun::Answered(Reply::again(stored))),
            Keyed::Reused => Err(Problem::new(Code::IdempotencyKeyReused)),
            Keyed::InFlight => Err(Problem::new(Code::IdempotencyKeyInFlight)),
        }
    }

    /// Commits the transaction with the answer; what was read for it is written down by it too.
    pub async fn finish(&self, mut change: Change, mut reply: Reply) -> Result<Reply, Problem> {
        for event in reply.readings.drain(..) {
            change.record(event);
        }
        let stored: Option<StoredReply> = self.endpoint.keyed.then(|| reply.stored());
        change.commit(stored).await?;
        Ok(reply)
    }

    fn keyed_request(&self) -> Result<KeyedRequest, Problem> {
        let key = self.idempotency_key()?;
        let principal = match &self.caller {
            Some(caller) => format!("{}:{}", caller.kind, caller.principal),
            None => format!("address:{}", self.address),
        };
        let mut route = format!("{} {}", self.endpoint.method, self.endpoint.path);
        let mut values: Vec<_> = self.path.iter().collect();
        values.sort();
        for (name, value) in values {
            for part in [" ", name, "=", value] {
                route.push_str(part);
            }
        }
        let fingerprint = self.fingerprint()?;
        Ok(KeyedRequest { principal, route, key, fingerprint })
    }

    /// The key of the request.
    pub fn idempotency_key(&self) -> Result<String, Problem> {
        let header = self.headers.get("idempotency-key").and_then(|value| value.to_str().ok());
        let key = header.unwrap_or_default();
        if key.is_empty() || key.len() > 255 {
            return Err(Problem::new(Code::IdempotencyKeyMissing));
        }
        Ok(key.to_owned())
    }

    /// SHA-256 of what was sent.
    fn fingerprint(&self) -> Result<String, Problem> {
        let mut digest = Sha256::new();
        digest.update((self.query.len() as u64).to_be_bytes());
        digest.update(self.query.as_bytes());
        digest.update(&self.body);
        if let Some(file) = &self.file {
            let unreadable = |error: std::io::Error| Problem {
                cause: Some(Box::new(error)),
                ..Problem::new(Code::StorageUnavailable)
            };
            let mut reader = std::io::BufReader::new(file.reader().map_err(unreadable)?);
            loop {
                let piece = reader.fill_buf().map_err(unreadable)?;
                if piece.is_empty() {
                    break;
                }
                digest.update(piece);
                let read = piece.len();
                reader.consume(read);
            }
        }
        Ok(data_encoding::HEXLOWER.encode(&digest.finalize()))
    }
}

fn refuse_nul(text: &str, spelled: &str) -> Result<(), Problem> {
    if text.contains(spelled) || text.contains('\0') {
        return Err(Problem::of_field("/", "nul", "U+0000 is not allowed"));
    }
    Ok(())
}
