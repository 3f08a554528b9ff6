//! `kill -9` under eight writers: what was acknowledged is there, once, whatever else happened.
//!
//! The server is the real program in a process of its own. Half of the writers, an admin, make teams, the other half,
//! a coordinator, register children (invented), each under a key, and note what was acknowledged. After a moment drawn from the
//! seed the server (or PostgreSQL under it) is killed; it is started again, and every request is sent again three times,
//! acknowledged or not. `JIEDUI_KILL_CYCLES` asks for more cycles.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiedui::cli::opening::SystemClock;
use jiedui::secrets::Keyring;
use jiedui::store::{StoreOptions, examine};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

use crate::postgres::Cluster;
use crate::served::{Answer, Client, Place, Served};
use crate::store::ground::runtime;

const WRITERS: usize = 8;

/// What each key was answered, if it was.
type Journal = Arc<Mutex<BTreeMap<String, Option<Answer>>>>;

pub(super) fn cycles(otherwise: usize) -> usize {
    std::env::var("JIEDUI_KILL_CYCLES").map_or(otherwise, |text| text.parse().unwrap())
}

const COUNTY: &str = "422827000000";

/// Who writes what.
#[derive(Clone, Copy)]
struct Written {
    /// Begins the keys.
    mark: &'static str,
    path: &'static str,
    /// The field that holds the key.
    named_by: &'static str,
}

const TEAMS: Written = Written { mark: "T", path: "/api/v1/teams", named_by: "name" };
const CHILDREN: Written = Written { mark: "E", path: "/api/v1/children", named_by: "number" };

impl Written {
    fn of_key(key: &str) -> Self {
        if key.starts_with(TEAMS.mark) { TEAMS } else { CHILDREN }
    }

    fn body(self, key: &str) -> Value {
        let mut body = json!({"region_code": COUNTY, self.named_by: key});
        if self.mark == CHILDREN.mark {
            body["cells"] = json!({"name": "示例", "sex": "女"});
        }
        body
    }
}

/// Those who write: an admin and a coordinator.
#[derive(Clone)]
struct Office {
    admin: Client,
    coordinator: Client,
}

impl Office {
    async fn open(served: &Served) -> Self {
        let admin = Client::first_admin(served).await;
        let coordinator = admin.coordinator(served, "coordinator.one", COUNTY).await;
        Self { admin, coordinator }
    }

    fn at(&self, served: &Served) -> Self {
        Self { admin: self.admin.at(served), coordinator: self.coordinator.at(served) }
    }

    fn client(&self, written: Written) -> &Client {
        if written.mark == TEAMS.mark { &self.admin } else { &self.coordinator }
    }

    async fn send(&self, key: &str) -> Result<Answer, String> {
        let written = Written::of_key(key);
        self.client(written).try_keyed(written.path, key, &written.body(key)).await
    }
}

/// Writes until the server is gone.
async fn write(office: Office, cycle: usize, writer: usize, journal: Journal) {
    let written = if writer.is_multiple_of(2) { TEAMS } else { CHILDREN };
    for number in 0.. {
        let key = format!("{}{cycle}-{writer}-{number}", written.mark);
        journal.lock().unwrap().insert(key.clone(), None);
        match office.send(&key).await {
            Ok(answer) if answer.status.is_success() => {
                journal.lock().unwrap().insert(key, Some(answer));
            }
            // The database under it may be gone first; no other fault is forgiven.
            Ok(answer) if answer.status.as_u16() == 503 => return,
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => return,
        }
    }
}

/// Sends everything again, three times: one effect each, and the same answer to what was acknowledged.
async fn replay(office: &Office, journal: &BTreeMap<String, Option<Answer>>) -> BTreeMap<String, Value> {
    let mut made = BTreeMap::new();
    for (key, acknowledged) in journal {
        let mut first: Option<Answer> = acknowledged.clone();
        for _ in 0..3 {
            let again = office.send(key).await.unwrap();
            assert!(again.status.is_success(), "{key}: {again:?}");
            if let Some(first) = &first {
                assert_eq!((again.status, &again.body), (first.status, &first.body), "{key}");
                assert_eq!(again.headers["idempotent-replayed"], "true", "{key}");
            }
            first = Some(again);
        }
        made.insert(key.clone(), first.unwrap().json()["id"].clone());
    }
    made
}

/// Every key stands for one team or child, and there is no other.
async fn check(office: &Office, made: &BTreeMap<String, Value>) {
    let mut found = BTreeMap::new();
    for written in [TEAMS, CHILDREN] {
        for one in office.client(written).all(written.path).await {
            let before = found.insert(one[written.named_by].as_str().unwrap().to_owned(), one["id"].clone());
            assert!(before.is_none(), "twice: {one}");
        }
    }
    assert_eq!(&found, made);
}

/// How the database of a place is opened beside the program.
pub(super) fn options_of(place: &Place) -> StoreOptions {
    let keyring = Keyring::parse(&std::fs::read_to_string(place.folder.join("keys")).unwrap()).unwrap();
    StoreOptions {
        location: place.database_url.parse().unwrap(),
        keyring,
        clock: Arc::new(SystemClock),
        random: ChaCha20Rng::seed_from_u64(0),
        readers: 1,
    }
}

/// Pages, references, statements and audit chain hold.
pub(super) async fn examine_place(place: &Place) {
    for check in examine(options_of(place)).await {
        assert!(check.cure.is_none() || check.what.1 == "disk", "{check:?}");
    }
}

/// Runs cycles; `kill` ends the server or what is under it and gives back a running one.
fn torture(place: &Place, cycles: usize, seed: u64, kill: impl Fn(Served) -> Served) {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let runtime = runtime();
    let mut served = Served::start(place);
    let mut office = runtime.block_on(Office::open(&served));
    let (mut made, mut acknowledged) = (BTreeMap::new(), 0);
    // Everything is examined some twenty times: an examination reads all that was ever written.
    let between = (cycles / 20).max(10);
    for cycle in 0..cycles {
        let journal = Journal::default();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| runtime.spawn(write(office.clone(), cycle, writer, Arc::clone(&journal))))
            .collect();
        std::thread::sleep(Duration::from_millis(random.random_range(5..=500)));
        served = kill(served);
        office = office.at(&served);
        runtime.block_on(async {
            for writer in writers {
                writer.await.unwrap();
            }
            let journal = std::mem::take(&mut *journal.lock().unwrap());
            acknowledged += journal.values().flatten().count();
            made.extend(replay(&office, &journal).await);
            if (cycle + 1) % between == 0 || cycle + 1 == cycles {
                check(&office, &made).await;
                examine_place(place).await;
            }
        });
    }
    assert!(acknowledged > cycles, "writers came through: {acknowledged}");
    eprintln!("{cycles} cycles, {} requests, {acknowledged} acknowledged before the kill", made.len());
    assert!(served.stop(), "it ends well when asked");
}

#[test]
fn no_acknowledged_write_is_lost_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::sqlite(folder.path());
    torture(&place, cycles(50), 1, |served| {
        served.kill();
        Served::start(&place)
    });
}

#[test]
fn no_acknowledged_write_is_lost_when_postgresql_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let place = Place::postgres(folder.path(), cluster.database(""));
    torture(&place, cycles(50).div_ceil(10), 2, |served| {
        cluster.stop_at_once();
        served.kill();
        cluster.go_on();
        Served::start(&place)
    });
}
