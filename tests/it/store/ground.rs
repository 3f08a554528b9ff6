//! A fresh database of either kind, a clock that stands still, and a way round the store for those who tamper.

use std::sync::Arc;

use jiedui::model::clock::SetClock;
use jiedui::secrets::Keyring;
use jiedui::store::{Location, Store, StoreError, StoreOptions};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use tempfile::TempDir;

use crate::postgres::Cluster;

/// 2026-03-01 08:00 UTC.
pub(crate) const NOON_MS: i64 = 1_772_352_000_000;

/// Where a behaviour is tried.
pub(crate) struct Ground {
    pub(crate) location: Location,
    pub(crate) clock: Arc<SetClock>,
    /// The text of the key file.
    pub(crate) keys: String,
    /// For files of the test; gone with it.
    pub(crate) folder: TempDir,
}

/// Tries a behaviour on SQLite and on PostgreSQL.
pub(crate) fn on_both<F: Future<Output = ()>>(behaviour: impl Fn(Ground) -> F) {
    for ground in [Ground::sqlite(), Ground::postgres("")] {
        eprintln!("on {:?}", ground.location);
        runtime().block_on(behaviour(ground));
    }
}

/// Several threads, so that what races can race.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

impl Ground {
    fn new(location: impl FnOnce(&TempDir) -> Location) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let keys = Keyring::generate(&mut ChaCha20Rng::seed_from_u64(1)).to_text().expose_secret().to_owned();
        Self { location: location(&folder), clock: Arc::new(SetClock::at(NOON_MS)), keys, folder }
    }

    pub(crate) fn sqlite() -> Self {
        Self::new(|folder| Location::Sqlite(folder.path().join("test.sqlite3")))
    }

    /// A database of the shared server, with a collation.
    pub(crate) fn postgres(collation: &str) -> Self {
        Self::new(|_| Location::Postgres(Cluster::shared().database(collation)))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.location, Location::Sqlite(_))
    }

    pub(crate) fn keyring(&self) -> Keyring {
        Keyring::parse(&self.keys).expect("a key file")
    }

    pub(crate) fn options(&self) -> StoreOptions {
        StoreOptions {
            location: self.location.clone(),
            keyring: self.keyring(),
            clock: self.clock.clone(),
            random: ChaCha20Rng::seed_from_u64(2),
            readers: 8,
        }
    }

    pub(crate) async fn open(&self) -> Store {
        self.try_open().await.expect("the store opens")
    }

    pub(crate) async fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(self.options()).await
    }

    /// A connection beside the store.
    pub(crate) async fn beside(&self) -> Beside {
        match &self.location {
            Location::Sqlite(path) => {
                let url = format!("sqlite://{}", path.display());
                Beside::Sqlite(SqliteConnection::connect(&url).await.expect("SQLite opens"))
            }
            Location::Postgres(url) => {
                Beside::Postgres(PgConnection::connect(url).await.expect("PostgreSQL opens"))
            }
        }
    }
}

/// Reads and writes past the store.
pub(crate) enum Beside {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Beside {
    pub(crate) async fn execute(&mut self, statement: &str) {
        self.try_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    pub(crate) async fn try_execute(&mut self, statement: &str) -> Result<(), sqlx::Error> {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(open) => open.execute(statement).await.map(|_| ()),
            Self::Postgres(open) => open.execute(statement).await.map(|_| ()),
        }
    }

    /// The one text a statement gives.
    pub(crate) async fn text(&mut self, statement: &str) -> Option<String> {
        let safe = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(open) => open.fetch_one(safe).await.expect(statement).get(0),
            Self::Postgres(open) => open.fetch_one(safe).await.expect(statement).get(0),
        }
    }
}
