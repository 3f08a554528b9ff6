//! `kill -9` under eight writers: what was acknowledged is there, once, whatever else happened.
//!
//! The server is the real program in a process of its own. Each writer makes teams, each under a key, and notes what was
//! acknowledged. After a moment drawn from the seed the server (or PostgreSQL under it) is killed; it is started again, and
//! every request is sent again three times, acknowledged or not. `JIEDUI_KILL_CYCLES` asks for more cycles.

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

fn cycles(otherwise: usize) -> usize {
    std::env::var("JIEDUI_KILL_CYCLES").map_or(otherwise, |text| text.parse().unwrap())
}

fn team(key: &str) -> Value {
    json!({"name": key, "region_code": "422827000000"})
}

/// Makes teams until the server is gone.
async fn write(client: Client, cycle: usize, writer: usize, journal: Journal) {
    for number in 0.. {
        let key = format!("{cycle}-{writer}-{number}");
        journal.lock().unwrap().insert(key.clone(), None);
        match client.try_keyed("/api/v1/teams", &key, &team(&key)).await {
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
async fn replay(client: &Client, journal: &BTreeMap<String, Option<Answer>>) -> BTreeMap<String, Value> {
    let mut made = BTreeMap::new();
    for (key, acknowledged) in journal {
        let mut first: Option<Answer> = acknowledged.clone();
        for _ in 0..3 {
            let again = client.try_keyed("/api/v1/teams", key, &team(key)).await.unwrap();
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

/// Every key stands for one team, and there is no other.
async fn check(client: &Client, made: &BTreeMap<String, Value>) {
    let mut found = BTreeMap::new();
    for team in client.all("/api/v1/teams").await {
        let before = found.insert(team["name"].as_str().unwrap().to_owned(), team["id"].clone());
        assert!(before.is_none(), "twice: {team}");
    }
    assert_eq!(&found, made);
}

/// Pages, references, statements and audit chain hold.
async fn examine_place(place: &Place) {
    let keyring = Keyring::parse(&std::fs::read_to_string(place.folder.join("keys")).unwrap()).unwrap();
    let options = StoreOptions {
        location: place.database_url.parse().unwrap(),
        keyring,
        clock: Arc::new(SystemClock),
        random: ChaCha20Rng::seed_from_u64(0),
        readers: 1,
    };
    for check in examine(options).await {
        assert!(check.cure.is_none() || check.what.1 == "disk", "{check:?}");
    }
}

/// Runs cycles; `kill` ends the server or what is under it and gives back a running one.
fn torture(place: &Place, cycles: usize, seed: u64, kill: impl Fn(Served) -> Served) {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let runtime = runtime();
    let mut served = Served::start(place);
    let mut client = runtime.block_on(Client::first_admin(&served));
    let (mut made, mut acknowledged) = (BTreeMap::new(), 0);
    for cycle in 0..cycles {
        let journal = Journal::default();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| runtime.spawn(write(client.clone(), cycle, writer, Arc::clone(&journal))))
            .collect();
        std::thread::sleep(Duration::from_millis(random.random_range(5..=500)));
        served = kill(served);
        client = client.at(&served);
        runtime.block_on(async {
            for writer in writers {
                writer.await.unwrap();
            }
            let journal = std::mem::take(&mut *journal.lock().unwrap());
            acknowledged += journal.values().flatten().count();
            made.extend(replay(&client, &journal).await);
            if cycle % 10 == 9 || cycle + 1 == cycles {
                check(&client, &made).await;
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
