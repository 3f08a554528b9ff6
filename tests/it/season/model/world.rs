//! A small county of its own: a store in a folder that goes away with it, the whole of the API over it, called without a socket,
//! those who work with it, and what the test remembers of people because no column tells it. Nobody of them lives.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request as HttpRequest;
use http_body_util::BodyExt;
use jiedui::http::{App, router};
use jiedui::model::{Clock, Role, SetClock};
use jiedui::runs::{Worker, WorkerOptions};
use jiedui::secrets::Keyring;
use jiedui::store::people::china_day;
use jiedui::store::{Actor, Location, NewRegion, RegionSpan, Store, StoreOptions, UserFields};
use jiff::civil::Date;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::Value;
use tempfile::TempDir;
use tower_service::Service;

use super::rows::{Reader, Rows};
use crate::http::server::{BEGIN_MS, COUNTY, ELSEWHERE, Server, fields, password_hash};

/// After how long a session is made anew: before it is idle for too long.
const SESSION_MS: i64 = 20 * 60_000;

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) role: Role,
    /// Empty for the whole deployment.
    pub(crate) region_code: String,
    pub(crate) volunteer_id: Option<String>,
    session: Option<(String, String, i64)>,
}

impl User {
    /// Whether she answers for the county.
    pub(crate) fn is_here(&self) -> bool {
        self.region_code.is_empty() || self.region_code == COUNTY
    }
}

/// What is remembered of a child or a volunteer.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) man: bool,
    pub(crate) born: Date,
    /// 0 is the most urgent.
    pub(crate) class: usize,
    /// The same for brothers and sisters; of volunteers, for those who meet a child together.
    pub(crate) together: String,
    /// Whether she has time on Saturday, when most have.
    pub(crate) saturday: bool,
    /// What nobody may see who is not to see it.
    pub(crate) secrets: Vec<String>,
    /// Her village, which the office sees.
    pub(crate) village: String,
    pub(crate) serial: u32,
    /// Whether she is her unit's lead, or alone.
    pub(crate) lead: bool,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The problem's stable word, or empty.
    pub(crate) fn code(&self) -> &str {
        if self.status < 400 { "" } else { self.body["code"].as_str().unwrap_or_default() }
    }
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Position among the users; none for somebody who is not logged in.
    pub(crate) by: Option<usize>,
    pub(crate) method: &'static str,
    /// Below `/api/v1`.
    pub(crate) path: String,
    pub(crate) body: Value,
    /// The version that was seen.
    pub(crate) seen: Option<i64>,
    /// What it is about.
    pub(crate) target: String,
    /// What else.
    pub(crate) other: String,
    /// What is said.
    pub(crate) word: &'static str,
}

/// A county.
pub(crate) struct World {
    pub(crate) clock: Arc<SetClock>,
    pub(crate) store: Store,
    pub(crate) app: Arc<App>,
    pub(crate) worker: Worker,
    pub(crate) reader: Reader,
    pub(crate) users: Vec<User>,
    pub(crate) children: Vec<Person>,
    pub(crate) volunteers: Vec<Person>,
    pub(crate) policy_id: String,
    /// The last token of each offer.
    pub(crate) tokens: BTreeMap<String, String>,
    /// Tokens that were replaced.
    pub(crate) former_tokens: Vec<String>,
    /// What was said in each concern.
    pub(crate) said: BTreeMap<String, String>,
    /// How many requests were sent.
    pub(crate) requests: u64,
    router: Router,
    keys: u64,
    _folder: TempDir,
}

/// In memory where there is such a place: what is synced to a disk is tested elsewhere.
fn folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

impl World {
    /// A county with its offices and nobody else.
    pub(crate) async fn open(seed: u64) -> Self {
        let folder = folder();
        let path = folder.path().join("jiedui.sqlite");
        let clock = Arc::new(SetClock::at(BEGIN_MS));
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let keyring = Keyring::generate(&mut random);
        let ticking: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let location = Location::Sqlite(path.clone());
        let options = StoreOptions { location, keyring, clock: ticking, random, readers: 2 };
        let store = Store::open(options).await.unwrap();
        let app = App::new(store.clone(), Server::options());
        let options = WorkerOptions { lease_ms: 3_600_000, ..WorkerOptions::default() };
        let mut world = Self {
            reader: Reader::open(&format!("sqlite://{}", path.display())).await,
            worker: Worker::new(store.clone(), options),
            router: router(&app),
            clock,
            store,
            app,
            users: Vec::new(),
            children: Vec::new(),
            volunteers: Vec::new(),
            policy_id: String::new(),
            tokens: BTreeMap::new(),
            former_tokens: Vec::new(),
            said: BTreeMap::new(),
            requests: 0,
            keys: 0,
            _folder: folder,
        };
        world.set_up().await;
        world
    }

    async fn set_up(&mut self) {
        let mut change = self.store.change(Actor::COMMAND).await.unwrap();
        let region = |code: &str| NewRegion {
            code: code.to_owned(),
            name: "某县".to_owned(),
            parent_code: None,
            level: 3,
        };
        change.import_regions(&[region(COUNTY), region(ELSEWHERE)]).await.unwrap();
        let everywhere = RegionSpan::everywhere();
        let version = change.region(COUNTY).await.unwrap().version;
        let phone = Some("0718-0000000");
        change.set_region_phones(&everywhere, (COUNTY, version), phone, phone).await.unwrap();
        let policy = change.add_policy("规则", "", "").await.unwrap();
        change.publish_policy(&everywhere, &policy.id).await.unwrap();
        change.commit(None).await.unwrap();
        self.policy_id = policy.id;
        for (role, region_code) in [
            (Role::Coordinator, COUNTY),
            (Role::Coordinator, COUNTY),
            (Role::ChildDirector, COUNTY),
            (Role::Supervisor, COUNTY),
            (Role::Supervisor, COUNTY),
            (Role::Admin, ""),
            (Role::Admin, ""),
            (Role::TeamLeader, COUNTY),
            (Role::Analyst, ""),
            (Role::Auditor, ""),
            (Role::Coordinator, ELSEWHERE),
            (Role::Supervisor, ELSEWHERE),
        ] {
            self.add_user(&fields(role, region_code)).await;
        }
    }

    /// An account, made behind the API's back.
    pub(crate) async fn add_user(&mut self, fields: &UserFields) {
        let login = format!("user.{}", self.users.len());
        let mut change = self.store.change(Actor::COMMAND).await.unwrap();
        let id = change.add_user(&login, fields, &RegionSpan::everywhere()).await.unwrap();
        let user = change.credentials(&id).await.unwrap();
        change.set_password(&user, password_hash()).await.unwrap();
        change.commit(None).await.unwrap();
        self.users.push(User {
            id,
            role: fields.role,
            region_code: fields.region_code.clone(),
            volunteer_id: fields.volunteer_id.clone(),
            session: None,
        });
    }

    /// A session of a user that is good now: its cookie and its token. A disabled user keeps the old one, which is none.
    async fn session(&mut self, by: usize) -> (String, String) {
        let now_ms = self.now_ms();
        if let Some((cookie, token, since_ms)) = &self.users[by].session
            && now_ms - since_ms < SESSION_MS
        {
            return (cookie.clone(), token.clone());
        }
        let user_id = self.users[by].id.clone();
        let mut change = self.store.change(Actor::COMMAND).await.unwrap();
        let (session_id, _) = change.begin_session(&user_id, "").await.unwrap();
        let (token, _) = change.elevate_session(&session_id, &user_id).await.unwrap();
        change.commit(None).await.unwrap();
        let cookie = format!("session={}", token.expose());
        let me = HttpRequest::get("/api/v1/me").header("cookie", &cookie).body(Body::empty()).unwrap();
        let me = self.call(me).await;
        let token = me.body["csrf_token"].as_str().unwrap_or_default().to_owned();
        self.users[by].session = Some((cookie.clone(), token.clone(), now_ms));
        (cookie, token)
    }

    /// Forgets a session, so that the next request logs in anew.
    pub(crate) fn forget_session(&mut self, by: usize) {
        self.users[by].session = None;
    }

    async fn call(&mut self, mut request: HttpRequest<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
        let response = Service::call(&mut self.router, request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// Sends a request through the whole dispatch.
    pub(crate) async fn send(&mut self, request: &Request) -> Answer {
        self.keys += 1;
        self.send_again(request, self.keys).await
    }

    /// The last key that was used.
    pub(crate) fn last_key(&self) -> u64 {
        self.keys
    }

    /// Sends a request under a key of choice.
    pub(crate) async fn send_again(&mut self, request: &Request, key: u64) -> Answer {
        self.requests += 1;
        let mut sent = HttpRequest::builder()
            .method(request.method)
            .uri(format!("/api/v1{}", request.path))
            .header("content-type", "application/json");
        if let Some(by) = request.by {
            let (cookie, token) = self.session(by).await;
            sent = sent.header("cookie", cookie).header("x-csrf-token", token);
        }
        if request.method == "POST" {
            sent = sent.header("idempotency-key", format!("key-{key}"));
        }
        if let Some(version) = request.seen {
            sent = sent.header("if-match", format!("\"{version}\""));
        }
        let body = if request.method == "GET" || request.method == "DELETE" {
            Body::empty()
        } else {
            Body::from(request.body.to_string())
        };
        self.call(sent.body(body).unwrap()).await
    }

    /// The time it is.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// The day it is in China.
    pub(crate) fn today(&self) -> Date {
        china_day(self.now_ms())
    }

    /// What stands in the database.
    pub(crate) async fn read(&mut self, before: &Rows) -> Rows {
        self.reader.read(before).await
    }

    /// A child by id.
    pub(crate) fn child(&self, id: &str) -> Option<&Person> {
        self.children.iter().find(|person| person.id == id)
    }

    /// A volunteer by id.
    pub(crate) fn volunteer(&self, id: &str) -> Option<&Person> {
        self.volunteers.iter().find(|person| person.id == id)
    }

    /// Goes on: whatever the server does by itself when time passes.
    pub(crate) async fn pass(&mut self, milliseconds: i64) {
        self.clock.advance_ms(milliseconds);
        self.tick().await;
    }

    async fn tick(&mut self) {
        self.store.tick().await.unwrap();
        self.store.tell_overdue_concerns().await.unwrap();
        jiedui::runs::expiry::expire_overdue(&self.store, &self.app.plans).await.unwrap();
        jiedui::runs::daily::check_living(&self.store).await.unwrap();
        self.store.withdraw_superseded_drafts().await.unwrap();
        let mut change = self.store.change(Actor::SYSTEM).await.unwrap();
        change.purge_due(100).await.unwrap();
        change.commit(None).await.unwrap();
    }

    /// Ends.
    pub(crate) async fn close(self) {
        self.store.close().await;
    }
}
