//! Two servers and three workers on one PostgreSQL, killed at random: every run ends once, as an undisturbed one does.
//!
//! All five are the real program in processes of their own. `JIEDUI_KILLED_RUNS` asks for more runs.

use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Duration;

use jiedui::cli::opening::SystemClock;
use jiedui::secrets::Keyring;
use jiedui::store::runs::{NewRun, Run};
use jiedui::store::{Actor, RegionSpan, Store, StoreOptions};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

use super::ground::{POLICY, child, policy, volunteer};
use crate::http::server::COUNTY;
use crate::postgres::Cluster;
use crate::served::{Place, Served};
use crate::store::ground::runtime;

/// A program that may be killed and started again.
enum Program {
    Server(Option<Served>),
    Worker(Child),
}

fn worker(place: &Place) -> Child {
    let mut command = place.command(&["worker"]);
    command.env("JIEDUI_LOG", "error").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

impl Program {
    fn kill_and_start(&mut self, place: &Place) {
        match self {
            Self::Server(served) => {
                served.take().unwrap().kill();
                *served = Some(Served::start(place));
            }
            Self::Worker(child) => {
                child.kill().unwrap();
                child.wait().unwrap();
                *child = worker(place);
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Self::Worker(child) = self {
            // A test that failed leaves nothing running.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

async fn open(place: &Place) -> Store {
    let keyring = Keyring::parse(&std::fs::read_to_string(place.folder.join("keys")).unwrap()).unwrap();
    let options = StoreOptions {
        location: place.database_url.parse().unwrap(),
        keyring,
        clock: Arc::new(SystemClock),
        random: ChaCha20Rng::seed_from_u64(1),
        readers: 2,
    };
    Store::open(options).await.unwrap()
}

async fn ask_for(store: &Store, policy_id: &str) -> String {
    let new = NewRun {
        region_code: COUNTY.to_owned(),
        policy_id: policy_id.to_owned(),
        today: "2026-03-02".to_owned(),
        period_first: "2026-03-03".to_owned(),
        period_last: "2026-08-31".to_owned(),
        solver: "exact".to_owned(),
        seed: 3,
        provisional: false,
        created_by: "made.up".to_owned(),
    };
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let run = change.add_run(&new).await.unwrap();
    change.commit(None).await.unwrap();
    run.id
}

async fn shown(store: &Store, id: &str) -> Run {
    store.view().await.unwrap().run(&RegionSpan::everywhere(), id).await.unwrap()
}

async fn has_ended(store: &Store, id: &str) -> bool {
    !matches!(shown(store, id).await.state.as_str(), "queued" | "running")
}

#[test]
fn runs_end_once_and_alike_however_often_servers_and_workers_are_killed() {
    let count: usize = std::env::var("JIEDUI_KILLED_RUNS").map_or(6, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("jiedui.toml"), "job_lease_seconds = 1\n").unwrap();
    let cluster = Cluster::shared();
    let place = Place::postgres(folder.path(), cluster.database(""));
    let runtime = runtime();
    // The first to start makes tables and keys.
    let first = Program::Server(Some(Served::start(&place)));
    let store = runtime.block_on(open(&place));
    let undisturbed = runtime.block_on(async {
        for serial in 0..8 {
            child(&store, serial).await;
        }
        for serial in 0..4 {
            volunteer(&store, serial).await;
        }
        let policy_id = policy(&store, POLICY).await;
        let id = ask_for(&store, &policy_id).await;
        while !has_ended(&store, &id).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        shown(&store, &id).await
    });
    assert_eq!(undisturbed.state, "succeeded", "{undisturbed:?}");
    let mut programs = vec![first, Program::Server(Some(Served::start(&place)))];
    programs.extend((0..3).map(|_| Program::Worker(worker(&place))));
    let ids: Vec<String> = runtime.block_on(async {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(ask_for(&store, &undisturbed.policy_id).await);
        }
        ids
    });
    let mut random = ChaCha20Rng::seed_from_u64(6);
    let mut kills = 0;
    for id in &ids {
        while !runtime.block_on(has_ended(&store, id)) {
            std::thread::sleep(Duration::from_millis(random.random_range(20..=300)));
            let at = random.random_range(0..programs.len());
            programs[at].kill_and_start(&place);
            kills += 1;
        }
    }
    runtime.block_on(async {
        let mut view = store.view().await.unwrap();
        for id in &ids {
            let run = shown(&store, id).await;
            assert_eq!(run.state, "succeeded", "{run:?}");
            assert_eq!(run.result_hash, undisturbed.result_hash);
            assert_eq!(run.snapshot_hash, undisturbed.snapshot_hash);
            let events = view.run_events(id, 0, 1_000).await.unwrap();
            assert_eq!(events.iter().filter(|event| event.state == "succeeded").count(), 1, "{events:?}");
        }
        drop(view);
        store.close().await;
    });
    eprintln!("{count} runs, {kills} kills");
}
