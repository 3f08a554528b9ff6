//! A server to be tested, and those who work with it. All persons are invented.
//!
//! The server listens on a port of its own, over a SQLite file in a folder that goes away with it, or over a database of a
//! throw-away PostgreSQL ([`on_postgres_too`]). Its clock stands still until a test moves it, its randomness is seeded,
//! its rate limits are out of the way.

use std::cell::Cell;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use jiedui::http::limits::Budgets;
use jiedui::http::{App, ServerOptions, serve};
use jiedui::model::private::Private;
use jiedui::model::{Clock, Role, SetClock};
use jiedui::secrets::{Keyring, Password};
use jiedui::store::{Actor, Location, RegionSpan, Store, StoreOptions, UserFields};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::dump::{dump_postgres, dump_sqlite};
use crate::postgres::Cluster;

pub(crate) use super::client::{Answer, Client, totp_code};

/// When a server's clock stands at first: 2026-03-02 09:00 in Beijing.
pub(crate) const BEGIN_MS: i64 = 1_772_413_200_000;
/// The county in which users work unless a test says otherwise (invented use of a real code).
pub(crate) const COUNTY: &str = "422827000000";
/// Another county.
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

    /// Runs statements past the store, for rows that no endpoint makes yet and for what nobody may do.
    pub(crate) fn behind(&self, statements: &[String]) {
        self.run(async {
            match &self.location {
                Location::Sqlite(path) => {
                    let url = format!("sqlite://{}", path.display());
                    let mut beside = SqliteConnection::connect(&url).await.unwrap();
                    for statement in statements {
                        sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut beside).await.unwrap();
                    }
                }
                Location::Postgres(url) => {
                    let mut beside = PgConnection::connect(url).await.unwrap();
                    for statement in statements {
                        sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut beside).await.unwrap();
                    }
                }
            }
        });
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
        let mut client = self.session_of(&id);
        client.login = login;
        client.team_id.clone_from(&fields.team_id);
        client.volunteer_id.clone_from(&fields.volunteer_id);
        client
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
        email: Private::default(),
    }
}

/// [`PASSWORD`] as it is stored: hashed once for all tests, since hashing is slow on purpose.
pub(crate) fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| Password::hash(PASSWORD, &mut ChaCha20Rng::seed_from_u64(6)))
}
