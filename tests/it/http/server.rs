//! A server to be tested, and a client for it. All persons are invented.
//!
//! The server listens on a port of its own, over a SQLite file in a folder that goes away with it, or over a database of a
//! throw-away PostgreSQL ([`on_postgres_too`]). Its clock stands still
//! until a test moves it, its randomness is seeded, its rate limits are out of the way. Clients speak HTTP.

use std::cell::Cell;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use jiedui::http::limits::Budgets;
use jiedui::http::{App, ServerOptions, serve};
use jiedui::model::private::Private;
use jiedui::model::{Clock, Role, SetClock};
use jiedui::secrets::{Keyring, Password};
use jiedui::store::{Actor, Location, RegionSpan, Store, StoreOptions, UserFields};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::Value;
use sha1::Sha1;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

use crate::postgres::Cluster;

/// When a server's clock stands at first: 2026-03-02 09:00 in Beijing.
pub(crate) const BEGIN_MS: i64 = 1_772_413_200_000;
/// The county in which users work unless a test says otherwise (invented use of a real code).
pub(crate) const COUNTY: &str = "422827000000";
/// A county in another prefecture.
pub(crate) const ELSEWHERE: &str = "422802000000";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

thread_local! {
    /// Whether servers that this thread starts work with PostgreSQL.
    static ON_POSTGRES: Cell<bool> = const { Cell::new(false) };
}

/// Runs a test whose servers work with PostgreSQL.
pub(crate) fn on_postgres(test: fn()) {
    ON_POSTGRES.set(true);
    test();
}

/// Has tests of a file run once more, with PostgreSQL.
macro_rules! on_postgres_too {
    ($($test:ident)+) => {
        mod on_postgres {
            $(#[test]
            fn $test() {
                crate::http::server::on_postgres(super::$test);
            })+
        }
    };
}
pub(crate) use on_postgres_too;

/// A running server.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) base: String,
    /// The time it believes in.
    pub(crate) clock: Arc<SetClock>,
    /// Its store, for what a test prepares or looks up behind the API's back.
    pub(crate) store: Store,
    location: Location,
    _folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    runtime: Runtime,
    numbers: AtomicU64,
}

impl Server {
    /// A server with an empty database.
    pub(crate) fn start() -> Self {
        Self::with(Self::options())
    }

    /// Rate limits out of the way, plain HTTP.
    pub(crate) fn options() -> ServerOptions {
        let plenty = NonZeroU32::MAX;
        let budgets = Budgets {
            address_per_second: plenty,
            scarce_per_minute: plenty,
            anonymous_scarce_per_minute: plenty,
        };
        ServerOptions { budgets, ..ServerOptions::default() }
    }

    /// A server set up in another way.
    pub(crate) fn with(options: ServerOptions) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::at(BEGIN_MS));
        let mut random = ChaCha20Rng::seed_from_u64(5);
        let keyring = Keyring::generate(&mut random);
        let location = if ON_POSTGRES.get() {
            Location::Postgres(Cluster::shared().database(""))
        } else {
            Location::Sqlite(folder.path().join("jiedui.sqlite"))
        };
        let ticking: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let opened = StoreOptions { location: location.clone(), keyring, clock: ticking, random, readers: 4 };
        let store = runtime.block_on(Store::open(opened)).unwrap();
        let app = App::new(store.clone(), options);
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = runtime.spawn(async move {
            let stopped = async {
                // A sender that was dropped stops the server too.
                let _ = stopped.await;
            };
            serve(listener, app, stopped).await;
        });
        Self {
            base: format!("http://{address}"),
            clock,
            store,
            location,
            _folder: folder,
            stop: Some(stop),
            served: Some(served),
            runtime,
            numbers: AtomicU64::new(0),
        }
    }

    /// Runs a future on the server's threads.
    pub(crate) fn run<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// A number that was not given before.
    pub(crate) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::SeqCst)
    }

    /// Every row of every table but some, as text in a fixed order.
    pub(crate) fn dump(&self, without: &[&str]) -> Vec<String> {
        self.run(async {
            match &self.location {
                Location::Sqlite(path) => dump_sqlite(path, without).await,
                Location::Postgres(url) => dump_postgres(url, without).await,
            }
        })
    }

    /// How many rows a table has, or a table and a condition, asked of the database itself.
    pub(crate) fn counted(&self, from: &str) -> i64 {
        let statement = AssertSqlSafe(format!("SELECT COUNT(*) FROM {from}"));
        self.run(async {
            match &self.location {
                Location::Sqlite(path) => {
                    let url = format!("sqlite://{}", path.display());
                    let mut beside = SqliteConnection::connect(&url).await.unwrap();
                    sqlx::query_scalar(statement).fetch_one(&mut beside).await.unwrap()
                }
                Location::Postgres(url) => {
                    let mut beside = PgConnection::connect(url).await.unwrap();
                    sqlx::query_scalar(statement).fetch_one(&mut beside).await.unwrap()
                }
            }
        })
    }

    /// Whether a text stands in the database as it is: in the bytes of SQLite's files, in the rows of PostgreSQL.
    pub(crate) fn stores(&self, text: &str) -> bool {
        let Location::Sqlite(path) = &self.location else {
            return self.dump(&[]).iter().any(|row| row.contains(text));
        };
        ["sqlite", "sqlite-wal"].iter().any(|extension| {
            let bytes = std::fs::read(path.with_extension(extension)).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }

    /// Somebody who is not logged in.
    pub(crate) fn anonymous(&self) -> Client {
        Client::at(&self.base)
    }

    /// A user with [`PASSWORD`], made behind the API's back: her id and login.
    pub(crate) fn add_user(&self, fields: &UserFields) -> (String, String) {
        let (id, login) = self.add_invited_user(fields);
        self.run(async {
            let mut change = self.store.change(Actor::COMMAND).await.unwrap();
            let user = change.credentials(&id).await.unwrap();
            change.set_password(&user, password_hash()).await.unwrap();
            change.commit(None).await.unwrap();
        });
        (id, login)
    }

    /// A user without password, her version 1.
    pub(crate) fn add_invited_user(&self, fields: &UserFields) -> (String, String) {
        let number = self.number();
        let login = format!("{}.{number}", fields.role.word().replace('_', "-"));
        let id = self.run(async {
            let mut change = self.store.change(Actor::COMMAND).await.unwrap();
            let id = change.add_user(&login, fields, &RegionSpan::everywhere()).await.unwrap();
            change.commit(None).await.unwrap();
            id
        });
        (id, login)
    }

    /// A new user of a role who works in [`COUNTY`] (admins, auditors and analysts: everywhere), logged in with second factor.
    ///
    /// The session is made behind the API's back, since a password takes long; tests of logging in use [`Client::log_in`].
    pub(crate) fn log_in_as(&self, role: Role) -> Client {
        let wide = matches!(role, Role::Admin | Role::Auditor | Role::Analyst);
        self.log_in_as_in(role, if wide { "" } else { COUNTY })
    }

    /// The same in a division of choice.
    pub(crate) fn log_in_as_in(&self, role: Role, region_code: &str) -> Client {
        self.log_in_with(&fields(role, region_code))
    }

    /// The same with team and record of choice.
    pub(crate) fn log_in_with(&self, fields: &UserFields) -> Client {
        let (id, login) = self.add_user(fields);
        Client { login, team_id: fields.team_id.clone(), ..self.session_of(&id) }
    }

    /// A new session of a user, with second factor.
    pub(crate) fn session_of(&self, user_id: &str) -> Client {
        let token = self.run(async {
            let mut change = self.store.change(Actor::COMMAND).await.unwrap();
            let (session_id, _) = change.begin_session(user_id, "").await.unwrap();
            let (token, _) = change.elevate_session(&session_id, user_id).await.unwrap();
            change.commit(None).await.unwrap();
            token
        });
        let mut client = self.anonymous();
        user_id.clone_into(&mut client.user_id);
        client.cookie = Some(format!("session={}", token.expose()));
        client.csrf_token = Some(client.get("/me").expect(200).text_of("/csrf_token"));
        client
    }

    /// A user with [`PASSWORD`] who has logged in by it and, where her role asks for it, set up an authenticator app.
    pub(crate) fn log_in_with_password(&self, role: Role) -> Client {
        let (id, login) = self.add_user(&fields(role, if role == Role::Admin { "" } else { COUNTY }));
        let mut client = self.anonymous();
        client.user_id = id;
        client.log_in(&login, PASSWORD).expect(201);
        if role.reveals() {
            client.enrol(self.seconds());
        }
        client
    }

    /// The server's time, whole seconds.
    pub(crate) fn seconds(&self) -> u64 {
        u64::try_from(self.clock.now_ms() / 1000).unwrap()
    }

    /// Moves the server's clock.
    pub(crate) fn wait_minutes(&self, minutes: i64) {
        self.clock.advance_ms(minutes * 60_000);
    }
}

async fn dump_sqlite(path: &Path, without: &[&str]) -> Vec<String> {
    let mut connection = SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut rows = Vec::new();
    for table in tables.iter().filter(|table| !without.contains(&table.as_str())) {
        let columns =
            "SELECT group_concat('quote(\"' || name || '\")', ' || char(9) || ') FROM pragma_table_info($1)";
        let columns = sqlx::query_scalar(columns).bind(table).fetch_one(&mut connection).await;
        let columns: String = columns.unwrap();
        let all = format!("SELECT '{table}' || char(9) || {columns} FROM \"{table}\" ORDER BY 1");
        let found = sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(&mut connection).await;
        rows.extend::<Vec<String>>(found.unwrap());
    }
    connection.close().await.unwrap();
    rows
}

async fn dump_postgres(url: &str, without: &[&str]) -> Vec<String> {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut rows = Vec::new();
    for table in tables.iter().filter(|table| !without.contains(&table.as_str())) {
        let all = format!("SELECT '{table} ' || t::text FROM \"{table}\" t ORDER BY 1");
        let found = sqlx::query_scalar(AssertSqlSafe(all)).fetch_all(&mut connection).await;
        rows.extend::<Vec<String>>(found.unwrap());
    }
    connection.close().await.unwrap();
    rows
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that failed has stopped already; its test tells why.
            let _ = stop.send(());
        }
        if let Some(served) = self.served.take() {
            let waited = async { tokio::time::timeout(std::time::Duration::from_secs(10), served).await };
            let _ = self.runtime.block_on(waited);
        }
    }
}

/// What an invented user of a role is made of.
pub(crate) fn fields(role: Role, region_code: &str) -> UserFields {
    UserFields {
        role,
        region_code: region_code.to_owned(),
        team_id: None,
        volunteer_id: None,
        name: Private::new("覃试"),
        phone: Private::new("13800000000"),
    }
}

/// [`PASSWORD`] as it is stored: hashed once for all tests, since hashing is slow on purpose.
fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| Password::hash(PASSWORD, &mut ChaCha20Rng::seed_from_u64(6)))
}

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
        let secret = self.post("/me/totp", &Value::Null).expect(200).text_of("/secret");
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
