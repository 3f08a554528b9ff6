//! The store: people, accounts, imports and the audit trail in an embedded SQLite or a PostgreSQL server.
//!
//! # Shape
//!
//! A request is one transaction. A [`View`] reads; a [`Change`] reads and writes, collects what is to be audited, and
//! commits effect, audit rows and the reply to a keyed request together ([`Change::commit`]). Dropped uncommitted, it has
//! done nothing. Every subject has a file with its statements, its private rows and the methods it adds to both.
//!
//! # What is absent
//!
//! No HTTP, no JSON shapes of the wire, no clock and no ambient randomness: time and randomness come with [`StoreOptions`].
//! No statement in two dialects: both databases run the same text, and only `database.rs` and `bulk.rs` know which is open.
//! No name, phone, number or place in clear: `sealing.rs` is the one way in and out of a sealed column.

mod accounts;
mod audit;
mod backup;
mod bulk;
mod change;
mod concerns;
mod copying;
mod database;
mod error;
mod every_statement;
mod examination;
mod held;
mod idempotency;
mod imports;
mod keys;
mod migrations;
pub mod offers;
mod outbox;
mod paging;
mod pairings;
pub mod people;
mod policies;
pub mod proposals;
mod readings;
mod regions;
mod restore;
mod rotation;
pub mod runs;
mod scope;
mod sealing;
mod statement;
mod trail;
mod view;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rand::RngExt;
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

pub use accounts::{
    ABSOLUTE_MS, ApiKey, Credentials, IDLE_MS, INVITATION_MS, Identity, LiveKey, LiveSession, LoginSubject,
    LoginSubjectKind, NewApiKey, SETUP_MS, SecondFactor, Session, Team, TeamFields, User, UserFields,
    UserFilter, UserState, is_a_login,
};
pub use audit::{Action, Actor, AuditEvent, AuditRow, Subject};
pub use backup::{BackupReport, backup};
pub use change::Change;
pub use concerns::{
    Closing, Concern, ConcernFilter, ConcernReader, Entry, NewConcern, NewEntry, Phones, REPORT_SOURCE,
    REPORT_WITHIN_MS, Receipt, Reported, ReporterScope,
};
pub use database::Location;
pub use error::StoreError;
pub use examination::{Check, examine};
pub use idempotency::{Keyed, KeyedRequest, StoredReply};
pub use imports::{
    Committed, Import, ImportRow, NewImport, NewImportRow, OpenImport, RowFinding, RowStatus, SealedRow,
    number_refused,
};
pub use migrations::is_sqlite_new_enough;
pub use outbox::{Announcement, Channel, Claimed, EventKind, Outcome, Reached, Recipient};
pub use paging::{Page, PageRequest};
pub use pairings::{
    ACTIVE, AWAITING_GUARDIAN, ChildFacts, ChildSays, Contact, ENDED, Ending, Heard, LastContacts,
    NewContact, NewTask, Overdue, PairFacts, Pairing, PairingFilter, PairingScope, PairingStep,
    RULES_TO_CHECK, RulesSay, SUSPENDED, Side, Task, TaskFilter, due_on, overdue,
};
use pairings::{Halt, VOLUNTEER_ARCHIVED};
pub use policies::{DRAFT, PUBLISHED, PolicyFilter, StoredPolicy};
pub use proposals::{PlanChange, PlanChangeKind};
pub use regions::{NamedRegion, NewRegion, Region, RegionFilter};
pub use restore::{RestoreOptions, RestoreReport, restore};
pub use rotation::WrappedBy;
pub use scope::RegionSpan;
pub use trail::{AuditFilter, ChainFault};
pub use view::View;

use crate::model::Clock;
use crate::secrets::Keyring;
use database::Database;
use keys::Keys;

/// What a store is opened with.
pub struct StoreOptions {
    /// Where the data lies.
    pub location: Location,
    /// The keys that wrap every other key.
    pub keyring: Keyring,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// A source of randomness, seeded by the operating system at the edge, by a number in tests.
    pub random: ChaCha20Rng,
    /// How many statements may read at once.
    pub readers: u32,
}

/// An open store. Cheap to clone; every clone is the same store.
#[derive(Clone)]
pub struct Store(Arc<Opened>);

/// Reads the master keys again from where they came from.
type KeysAgain = Box<dyn Fn() -> Option<Keyring> + Send + Sync>;

/// How long the key file is not read again after it was, milliseconds.
const KEYS_AGAIN_MS: i64 = 1_000;

struct Opened {
    database: Database,
    keys: RwLock<Arc<Keys>>,
    /// Where keys are read again, and when they were last.
    keys_again: Mutex<Option<(KeysAgain, Option<i64>)>>,
    clock: Arc<dyn Clock>,
    random: Mutex<ChaCha20Rng>,
    touches: accounts::Touches,
    masked_forms: people::MaskedForms,
    readings: readings::Readings,
    /// Held while the store is open: a second writer of the same file is refused, and restoring over it.
    lock: Mutex<Option<migrations::Lock>>,
}

impl Store {
    /// Opens the database, brings its tables up to date and unwraps its keys.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the rules do not hold under which it may be used: SQLite older than 3.51.3, a
    /// migration this program does not know, a second program writing to the same file, a key that is not in the ring.
    pub async fn open(options: StoreOptions) -> Result<Self, StoreError> {
        let (database, lock) = migrations::open(&options.location, options.readers).await?;
        migrations::bring_up_to_date(&database).await?;
        let mut random = options.random;
        let keys = keys::load(&database, options.keyring, &mut random).await?;
        keys::make_current(&database, &keys.ring, || {}).await?;
        let store = Self::of(database, keys, options.clock, random, Some(lock));
        store.0.readings.start(&store);
        Ok(store)
    }

    fn of(
        database: Database,
        keys: Keys,
        clock: Arc<dyn Clock>,
        random: ChaCha20Rng,
        lock: Option<migrations::Lock>,
    ) -> Self {
        Self(Arc::new(Opened {
            database,
            keys: RwLock::new(Arc::new(keys)),
            keys_again: Mutex::new(None),
            clock,
            random: Mutex::new(random),
            readings: readings::Readings::default(),
            touches: accounts::Touches::default(),
            masked_forms: people::MaskedForms::default(),
            lock: Mutex::new(lock),
        }))
    }

    /// Opens the database to look at it, also while a server writes to it: no lock, no migration, no change.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where there is none, its tables are not those of this program, or a key is missing.
    pub async fn inspect(options: StoreOptions) -> Result<Self, StoreError> {
        let database = migrations::open_to_read(&options.location, options.readers).await?;
        migrations::check_tables(&database).await?;
        let keys = keys::read(&database, options.keyring).await?;
        Ok(Self::of(database, keys, options.clock, options.random, None))
    }

    /// A view for reading.
    pub async fn view(&self) -> Result<View, StoreError> {
        Ok(View::new(self.clone(), self.0.database.read().await?))
    }

    /// A view that sees one moment, for reading much that must fit together. On SQLite it keeps the log from being brought in.
    pub async fn view_of_one_moment(&self) -> Result<View, StoreError> {
        Ok(View::new(self.clone(), self.0.database.read_one_moment().await?))
    }

    /// A transaction for writing.
    pub async fn change(&self, actor: Actor) -> Result<Change, StoreError> {
        Ok(Change::new(View::new(self.clone(), self.0.database.write().await?), actor))
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> Result<(), StoreError> {
        let mut view = self.view().await?;
        view.execute(statement::Statement("SELECT 1"), Vec::new()).await.map(|_| ())
    }

    /// Brings SQLite's log into its file as far as readers let it; to be called now and then, nobody waits for it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        self.database().checkpoint().await
    }

    /// Which database: `sqlite` or `postgres`.
    pub fn database_name(&self) -> &'static str {
        self.0.database.name()
    }

    /// The present, milliseconds since 1970.
    pub fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    /// Ends: waits for what is under way, writes down what was read, closes every connection and lets others write.
    pub async fn close(&self) {
        self.0.readings.stop().await;
        self.0.database.close().await;
        self.0.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Runs a body with the source of randomness.
    pub fn with_random<T>(&self, body: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        body(&mut self.0.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A new id: random, and in the order of time (UUID version 7).
    fn new_id(&self) -> String {
        let now_ms = u64::try_from(self.now_ms()).unwrap_or_default();
        let bytes: [u8; 10] = self.with_random(RngExt::random);
        uuid::Builder::from_unix_timestamp_millis(now_ms, &bytes).into_uuid().to_string()
    }

    /// The unwrapped keys.
    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How the master keys are read again where one is met that is not known: another server may have changed it.
    pub fn read_keys_again_by(&self, read: impl Fn() -> Option<Keyring> + Send + Sync + 'static) {
        let mut again = self.0.keys_again.lock().unwrap_or_else(PoisonError::into_inner);
        *again = Some((Box::new(read), None));
    }

    /// Reads the master keys again, unless that was just done; whether it was.
    fn read_keys_again(&self) -> bool {
        let mut again = self.0.keys_again.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((read, last_ms)) = again.as_mut() else { return false };
        let now_ms = self.now_ms();
        if last_ms.is_some_and(|last_ms| now_ms < last_ms + KEYS_AGAIN_MS) {
            return false;
        }
        *last_ms = Some(now_ms);
        let Some(ring) = read() else { return false };
        self.put_keys(Arc::new(self.keys().under(ring)));
        true
    }

    fn put_keys(&self, keys: Arc<Keys>) {
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn readings(&self) -> &readings::Readings {
        &self.0.readings
    }

    fn masked_forms(&self) -> &people::MaskedForms {
        &self.0.masked_forms
    }

    fn touches(&self) -> &accounts::Touches {
        &self.0.touches
    }

    /// Signs what a client carries for us between two pages of a list.
    pub fn cursor_mac(&self) -> crate::secrets::Mac {
        self.keys().ring.cursor_mac()
    }

    /// Digests what keyed requests sent.
    fn fingerprint_mac(&self) -> crate::secrets::Mac {
        self.keys().ring.fingerprint_mac()
    }

    /// Signs tokens against requests forged across sites.
    pub fn csrf_mac(&self) -> crate::secrets::Mac {
        self.keys().ring.csrf_mac()
    }
}

/// JSON of what this program wrote.
fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Whether a text has the form of an id, so that nothing else is looked for.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}
