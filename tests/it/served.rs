//! The real program serving a database in a process of its own, and a client of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use data_encoding::BASE32_NOPAD;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use sha1::Sha1;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};

const LOGIN: &str = "first.admin";
const PASSWORD: &str = "correct horse battery";

/// A running server.
pub(crate) struct Served {
    child: Child,
    /// Where it serves.
    pub(crate) url: String,
    /// What makes the first admin, at the first start.
    pub(crate) setup_token: Option<String>,
}

/// A folder for data and keys, and which database.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) database_url: String,
}

impl Place {
    pub(crate) fn sqlite(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), database_url: folder.join("jiedui.sqlite3").display().to_string() }
    }

    pub(crate) fn postgres(folder: &Path, url: String) -> Self {
        Self { folder: folder.to_owned(), database_url: url }
    }

    /// The program with a verb, in this place.
    pub(crate) fn command(&self, verb: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiedui"));
        command.args(verb).current_dir(&self.folder).env_clear();
        command.env("JIEDUI_DATA_DIR", &self.folder).env("JIEDUI_DATABASE_URL", &self.database_url);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Runs a verb to its end: whether it went well, and what it said.
    pub(crate) fn run(&self, verb: &[&str]) -> (bool, String) {
        let output = self.command(verb).output().expect("the program runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).expect("it speaks UTF-8"))
    }
}

impl Served {
    /// Starts it and waits until it serves.
    pub(crate) fn start(place: &Place) -> Self {
        Self::start_with(place, &[])
    }

    pub(crate) fn start_with(place: &Place, flags: &[&str]) -> Self {
        Self::start_under(place, flags, &[])
    }

    /// The same with further settings in its environment.
    pub(crate) fn start_under(place: &Place, flags: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut command = place.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(flags).env("JIEDUI_REQUESTS_PER_SECOND", "1000000").env("JIEDUI_LOG", "warn");
        command.envs(settings.iter().copied());
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(place.folder.join("log"))
            .expect("a log");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut setup_token = None;
        let url = loop {
            let Some(Ok(line)) = lines.next() else {
                let log = std::fs::read_to_string(place.folder.join("log")).unwrap_or_default();
                panic!("it ended before it served: {log}");
            };
            if let Some((_, token)) = line.split_once("/setup#") {
                setup_token = Some(token.trim().to_owned());
            }
            if let Some((_, rest)) = line.split_once("serving: ") {
                break rest.split_whitespace().next().expect("an address").to_owned();
            }
        };
        // What else it prints must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url, setup_token }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it is gone");
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> bool {
        let done = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        assert!(done.is_ok_and(|status| status.success()));
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The JSON of an answer that went well.
    pub(crate) fn good(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        if self.body.is_empty() { Value::Null } else { self.json() }
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub(crate) struct Client {
    http: Http<HttpConnector, Full<Bytes>>,
    url: String,
    headers: HeaderMap,
}

impl Client {
    pub(crate) fn new(served: &Served) -> Self {
        let http = Http::builder(TokioExecutor::new()).build_http();
        Self { http, url: served.url.clone(), headers: HeaderMap::new() }
    }

    /// The same person at another start of the server.
    pub(crate) fn at(&self, served: &Served) -> Self {
        Self { headers: self.headers.clone(), ..Self::new(served) }
    }

    /// The same person at another address.
    pub(crate) fn elsewhere(self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header's value"));
        self
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let bytes = body.map_or_else(Bytes::new, |body| body.to_string().into());
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Full::new(bytes)).expect("a request");
        let response = self.http.request(request).await.map_err(|error| error.to_string())?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.try_send(Method::GET, path, None).await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.try_send(Method::POST, path, Some(body)).await.expect("an answer")
    }

    /// Posts under a key.
    pub(crate) async fn try_keyed(&self, path: &str, key: &str, body: &Value) -> Result<Answer, String> {
        self.clone().with("idempotency-key", key).try_send(Method::POST, path, Some(body)).await
    }

    /// What identifies her, as lines of a request that a test writes itself.
    pub(crate) fn lines(&self) -> String {
        let line = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
            format!("{name}: {}\r\n", value.to_str().expect("ASCII"))
        };
        self.headers.iter().map(line).collect()
    }

    /// Posts a file under a key.
    pub(crate) async fn upload(&self, path: &str, key: &str, media_type: &str, file: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(Method::POST).uri(format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.header("idempotency-key", key).header(header::CONTENT_TYPE, media_type);
        let request = request.body(Full::new(file.into())).expect("a request");
        let (parts, body) = self.http.request(request).await.expect("an answer").into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Takes cookie and token of an answer that begins or renews a session.
    fn remember(self, answer: &Answer, session: &Value) -> Self {
        let cookie = answer.headers[header::SET_COOKIE].to_str().expect("ASCII");
        let cookie = cookie.split(';').next().expect("a cookie");
        let token = session["csrf_token"].as_str().expect("a token");
        self.with("cookie", cookie).with("x-csrf-token", token)
    }

    /// Makes the first admin, and logs her in with both factors.
    pub(crate) async fn first_admin(served: &Served) -> Self {
        let client = Self::new(served);
        let token = served.setup_token.as_deref().expect("a set-up link was printed");
        let admin = json!({"token": token, "login": LOGIN, "password": PASSWORD, "name": "甲"});
        client.post("/api/v1/setup", &admin).await.good();
        client.logged_in(LOGIN).await
    }

    /// Makes a coordinator of a county and logs her in; `self` is an admin.
    pub(crate) async fn coordinator(&self, served: &Served, login: &str, county: &str) -> Self {
        self.colleague(served, "coordinator", login, county).await
    }

    /// Makes somebody of a role and logs her in; `self` is an admin.
    pub(crate) async fn colleague(&self, served: &Served, role: &str, login: &str, region: &str) -> Self {
        let user = json!({"login": login, "role": role, "region_code": region, "name": "乙"});
        let invited = self.try_keyed("/api/v1/users", login, &user).await.expect("an answer").good();
        let client = Self::new(served);
        let accepted = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
        client.try_keyed("/api/v1/invitations/accept", login, &accepted).await.expect("an answer").good();
        client.logged_in(login).await
    }

    /// Logs in and sets up an authenticator app.
    async fn logged_in(self, login: &str) -> Self {
        let begun = self.post("/api/v1/sessions", &json!({"login": login, "password": PASSWORD})).await;
        let session = begun.clone().good();
        let client = self.remember(&begun, &session);
        let secret = client.post("/api/v1/me/totp", &json!({})).await.good();
        let code = one_time_code(secret["secret"].as_str().expect("a secret"));
        let confirmed = client.post("/api/v1/me/totp/confirm", &json!({"code": code})).await;
        let session = confirmed.clone().good()["session"].clone();
        client.remember(&confirmed, &session)
    }

    /// Everything of a list, page by page.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let (mut found, mut address) = (Vec::new(), format!("{path}?limit=200"));
        loop {
            let page = self.get(&address).await.good();
            found.extend(page["items"].as_array().expect("items").iter().cloned());
            match page["next_cursor"].as_str() {
                Some(cursor) => address = format!("{path}?limit=200&cursor={cursor}"),
                None => return found,
            }
        }
    }
}

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the machine's clock, so its client must"
)]
pub(crate) fn seconds_now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

/// The code an authenticator app shows now (RFC 6238: SHA-1, 30 seconds, six digits).
fn one_time_code(secret: &str) -> String {
    let key =
        BASE32_NOPAD.decode(secret.replace(' ', "").to_uppercase().as_bytes()).expect("a secret in Base32");
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).expect("any key");
    mac.update(&(seconds_now() / 30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number =
        u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
