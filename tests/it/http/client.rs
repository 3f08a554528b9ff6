//! Somebody who speaks HTTP with a server, and keeps cookie and tokens as a browser and its page would.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha1::Sha1;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// The code an authenticator app shows for a secret (RFC 6238), computed here and not by what is tested.
pub(crate) fn totp_code(secret: &str, seconds: u64) -> String {
    let key = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(seconds / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Somebody who speaks HTTP with the server, and keeps cookie and tokens as a browser would.
#[derive(Clone)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
    /// The session's cookie, `name=value`.
    pub(crate) cookie: Option<String>,
    /// Sent with whatever changes something.
    pub(crate) csrf_token: Option<String>,
    /// A key for programs.
    pub(crate) bearer: Option<String>,
    /// Who she is.
    pub(crate) user_id: String,
    /// Her login.
    pub(crate) login: String,
    /// The team she leads.
    pub(crate) team_id: Option<String>,
    /// Her own record, where she is a volunteer.
    pub(crate) volunteer_id: Option<String>,
    /// The secret of her authenticator app.
    pub(crate) secret: Option<String>,
    keys: Arc<AtomicU64>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Headers.
    pub(crate) headers: HeaderMap,
    /// The body as JSON; null where it is none.
    pub(crate) body: Value,
    /// The body as text.
    pub(crate) text: String,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The problem's stable word, or empty.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// A header's text, or empty.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// A text in the body.
    pub(crate) fn text_of(&self, pointer: &str) -> String {
        let found = self.body.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer} in {} {}", self.status, self.text)).to_owned()
    }

    /// The version it shows, as `If-Match` wants it.
    pub(crate) fn etag(&self) -> String {
        self.header("etag").to_owned()
    }

    /// Itself, after making sure of its status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}

impl Client {
    /// Somebody who is not logged in, at a server of whatever kind.
    pub(crate) fn at(base: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self {
            agent: Agent::new_with_config(config),
            base: base.to_owned(),
            cookie: None,
            csrf_token: None,
            bearer: None,
            user_id: String::new(),
            login: String::new(),
            team_id: None,
            volunteer_id: None,
            secret: None,
            keys: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Logs in; keeps cookie and token.
    pub(crate) fn log_in(&mut self, login: &str, password: &str) -> Answer {
        login.clone_into(&mut self.login);
        let body = serde_json::json!({"login": login, "password": password});
        let answer = self.post("/sessions", &body);
        self.keep(&answer, "/csrf_token");
        answer
    }

    /// Sets up an authenticator app.
    pub(crate) fn enrol(&mut self, seconds: u64) -> Answer {
        let secret = self.post("/me/totp", &serde_json::json!({})).expect(200).text_of("/secret");
        let code = totp_code(&secret, seconds);
        self.secret = Some(secret);
        let answer = self.post("/me/totp/confirm", &serde_json::json!({"code": code})).expect(200);
        self.keep(&answer, "/session/csrf_token");
        answer
    }

    /// Gives a code of her app.
    pub(crate) fn give_second_factor(&mut self, seconds: u64) -> Answer {
        let code = totp_code(self.secret.as_deref().unwrap(), seconds);
        let answer = self.post("/sessions/current/mfa", &serde_json::json!({"code": code}));
        self.keep(&answer, "/csrf_token");
        answer
    }

    /// Keeps cookie and token of an answer, as a browser and its page would.
    fn keep(&mut self, answer: &Answer, pointer: &str) {
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        if let Some(token) = answer.body.pointer(pointer).and_then(Value::as_str) {
            self.csrf_token = Some(token.to_owned());
        }
    }

    /// GET below `/api/v1`.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    /// POST below `/api/v1` with a new `Idempotency-Key`.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let key = self.new_key();
        self.send("POST", path, &[("idempotency-key", &key)], Some(body))
    }

    /// PATCH below `/api/v1` of the version seen.
    pub(crate) fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.send("PATCH", path, &[("if-match", etag)], Some(body))
    }

    /// PUT below `/api/v1` of the version seen.
    pub(crate) fn put(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[("if-match", etag)], Some(body))
    }

    /// DELETE below `/api/v1`, of the version seen where one is given.
    pub(crate) fn delete(&self, path: &str, etag: Option<&str>) -> Answer {
        let headers: Vec<(&str, &str)> = etag.map(|etag| ("if-match", etag)).into_iter().collect();
        self.send("DELETE", path, &headers, None)
    }

    /// A key that was not used before.
    pub(crate) fn new_key(&self) -> String {
        format!("key-{}", self.keys.fetch_add(1, Ordering::SeqCst))
    }

    /// Any request below `/api/v1`; further headers take the place of what would be sent otherwise.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let bytes = body.map(|body| if body.is_null() { Vec::new() } else { body.to_string().into_bytes() });
        self.send_bytes(method, &format!("/api/v1{path}"), headers, bytes)
    }

    /// Any request to the server.
    pub(crate) fn send_bytes(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Answer {
        let mut sent: Vec<(&str, String)> = vec![("content-type", "application/json".to_owned())];
        if let Some(cookie) = &self.cookie {
            sent.push(("cookie", cookie.clone()));
        }
        if let (Some(token), true) = (&self.csrf_token, method != "GET") {
            sent.push(("x-csrf-token", token.clone()));
        }
        if let Some(bearer) = &self.bearer {
            sent.push(("authorization", format!("Bearer {bearer}")));
        }
        sent.retain(|(name, _)| headers.iter().all(|(given, _)| given != name));
        sent.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in sent.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, value);
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut response = response.unwrap();
        let bytes = response.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
            bytes,
        }
    }

    /// POST of a file below `/api/v1` with a new `Idempotency-Key`.
    pub(crate) fn upload(&self, path: &str, media_type: &str, file: Vec<u8>) -> Answer {
        let key = self.new_key();
        let headers = [("idempotency-key", key.as_str()), ("content-type", media_type)];
        self.send_bytes("POST", &format!("/api/v1{path}"), &headers, Some(file))
    }
}
