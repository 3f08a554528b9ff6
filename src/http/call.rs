//! A request on its way: who calls, what was sent, and how to begin a transaction for it.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufRead;
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use super::App;
use super::authentication::Caller;
use super::cursor;
use super::endpoint::Endpoint;
use super::language::Language;
use super::problem::{Code, Problem};
use super::reply::Reply;
use super::upload;
use super::uploaded_file::UploadedFile;
use crate::runs::repairs::repair_run;
use crate::store::{Actor, Change, Keyed, KeyedRequest, PageRequest, RegionSpan, StoredReply};

/// Longest cursor, characters; ours are far shorter.
const LONGEST_CURSOR: usize = 500;

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
    /// Digest of what was sent, once it was asked for.
    pub fingerprint: OnceCell<String>,
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
        if self.query.contains("%00") {
            return Err(nul());
        }
        let uri = format!("/?{}", self.query).parse().map_err(|_| Problem::new(Code::ValidationFailed))?;
        axum::extract::Query::try_from_uri(&uri)
            .map(|axum::extract::Query(query)| query)
            .map_err(|error| self.unfit_parameter(&error.body_text()))
    }

    /// The body as a type that denies unknown fields.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text = std::str::from_utf8(&self.body).map_err(|_| Problem::new(Code::MalformedBody))?;
        // PostgreSQL's text cannot hold U+0000; no field of ours means anything by it. JSON can only spell it like this, but
        // what looks so may also be a backslash and digits.
        if text.contains("\\u0000") && serde_json::from_str(text).is_ok_and(|value| holds_nul(&value)) {
            return Err(nul());
        }
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
        // No version has ten digits; what has may be somebody's phone or ID number.
        let version = Some(text).filter(|text| text.len() < 10).and_then(|text| text.parse().ok());
        version.ok_or(Problem::new(Code::PreconditionFailed))
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
                let cursor = Some(cursor).filter(|cursor| cursor.len() <= LONGEST_CURSOR);
                let read = cursor.and_then(|cursor| cursor::read(&mac, self.endpoint.name, filter, cursor));
                read.ok_or_else(|| {
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
        if !self.endpoint.keyed {
            return Ok(Begun::Change(Box::new(self.app.store.change(self.actor()).await?)));
        }
        // A file is read for it, which must not happen while others wait for the one writer.
        let request = self.keyed_request().await?;
        let mut change = self.app.store.change(self.actor()).await?;
        match change.keyed(request).await? {
            Keyed::First => Ok(Begun::Change(Box::new(change))),
            Keyed::Answered(stored) => Ok(Begun::Answered(Reply::again(stored))),
            Keyed::Reused => Err(Problem::new(Code::IdempotencyKeyReused)),
            Keyed::InFlight => Err(Problem::new(Code::IdempotencyKeyInFlight)),
        }
    }

    /// Commits the transaction with the answer; what was read for it is written down by it too.
    pub async fn finish(&self, mut change: Change, reply: Reply) -> Result<Reply, Problem> {
        let mut reply = reply.sound()?;
        let stored: Option<StoredReply> = self.endpoint.keyed.then(|| reply.stored());
        for event in reply.readings.drain(..) {
            change.record(event);
        }
        let plans = change.plans_to_follow().clone();
        change.commit(stored).await?;
        for run_id in plans {
            // What was asked is done; a plan that cannot follow now does so by the next tick.
            if let Err(error) = repair_run(&self.app.store, &self.app.plans, &run_id).await {
                tracing::warn!(run_id, %error, "a plan could not follow, it is tried again");
            }
        }
        Ok(reply)
    }

    async fn keyed_request(&self) -> Result<KeyedRequest, Problem> {
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
        let fingerprint = self.fingerprint.get_or_try_init(|| self.digest()).await?.clone();
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

    /// SHA-256 of what was sent; the store keeps it under a key.
    async fn digest(&self) -> Result<String, Problem> {
        let mut digest = Sha256::new();
        digest.update((self.query.len() as u64).to_be_bytes());
        digest.update(self.query.as_bytes());
        digest.update(&self.body);
        if let Some(file) = &self.file {
            let file = file.reader().map_err(unreadable)?;
            digest = upload::apart(move || digest_of(&file, digest)).await?.map_err(unreadable)?;
        }
        Ok(data_encoding::HEXLOWER.encode(&digest.finalize()))
    }

    /// Which parameter does not fit. The driver's message names it, and may quote its value, which goes no further.
    fn unfit_parameter(&self, message: &str) -> Problem {
        let named = message.split(": ").nth(1).unwrap_or_default();
        let known = self.endpoint.parameters().into_iter().find(|name| *name == named);
        let said = self
            .language
            .pick("参数不存在或取值不符", "there is no such parameter, or its value does not fit");
        Problem::of_field(known.as_deref().unwrap_or("query"), "invalid", said)
    }
}

fn digest_of(file: &File, mut digest: Sha256) -> std::io::Result<Sha256> {
    let mut reader = std::io::BufReader::new(file);
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            return Ok(digest);
        }
        digest.update(piece);
        let read = piece.len();
        reader.consume(read);
    }
}

fn unreadable(error: std::io::Error) -> Problem {
    Problem { cause: Some(Box::new(error)), ..Problem::new(Code::StorageUnavailable) }
}

fn nul() -> Problem {
    Problem::of_field("/", "nul", "U+0000 is not allowed")
}

/// Whether a text in it, or a name, holds U+0000.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
