//! Somebody at work, every answer to whom is searched.

use serde_json::Value;

use super::traces::Traces;
use crate::http::client::{Answer, Client};

/// Somebody of some role.
pub(super) struct Office<'a> {
    pub(super) client: Client,
    pub(super) traces: &'a Traces,
}

/// An answer with its headers, as bytes.
fn whole(answer: &Answer) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    for (name, value) in &answer.headers {
        bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
    }
    bytes.extend_from_slice(&answer.bytes);
    bytes
}

/// A path without ids, so that one place is told once.
fn pattern(path: &str) -> String {
    let path = path.split('?').next().unwrap_or(path);
    let parts = path.split('/').map(|part| if part.len() == 36 { "…" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

impl Office<'_> {
    /// Searches an answer.
    pub(super) fn keep(&self, method: &str, path: &str, answer: Answer) -> Answer {
        let what = format!("{method} {} {} for {}", pattern(path), answer.status, self.client.login);
        self.traces.look(&what, &whole(&answer));
        answer
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        self.keep("GET", path, self.client.get(path))
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Answer {
        self.keep("POST", path, self.client.post(path, body))
    }

    pub(super) fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.keep("PATCH", path, self.client.patch(path, etag, body))
    }

    pub(super) fn put(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.keep("PUT", path, self.client.put(path, etag, body))
    }

    pub(super) fn upload(&self, path: &str, media_type: &str, file: Vec<u8>) -> Answer {
        self.keep("POST", path, self.client.upload(path, media_type, file))
    }

    /// Every item of a list, page by page; the links to the next pages are followed as they are given.
    pub(super) fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut address = format!("{path}{}limit=200", if path.contains('?') { '&' } else { '?' });
        loop {
            let page = self.get(&address).expect(200);
            items.extend(page.body["items"].as_array().unwrap().iter().cloned());
            let link = page.header("link");
            let Some(next) = link.strip_prefix("</api/v1").and_then(|link| link.split('>').next()) else {
                return items;
            };
            next.clone_into(&mut address);
        }
    }
}
