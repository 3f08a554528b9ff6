//! `kill -9` while concerns come in and messages go out: whatever was acknowledged is told, under one id, and nothing else is.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::json;

use super::written;
use crate::postgres::Cluster;
use crate::served::{Client, Place, Served};
use crate::store::ground::runtime;

/// How often it is killed.
const CYCLES: usize = 6;

/// Reports concerns until the server is gone; ids of those it acknowledged.
async fn report(client: Client, cycle: usize) -> BTreeSet<String> {
    let mut reported = BTreeSet::new();
    for number in 0.. {
        let body = json!({"kind": "other", "severity": "worrying", "text": "试", "subject_kind": "unknown",
            "region_code": "422827000000", "reporter_kind": "neighbour", "channel": "phone"});
        match client.try_keyed("/api/v1/concerns", &format!("{cycle}-{number}"), &body).await {
            Ok(answer) if answer.status.is_success() => {
                reported.insert(answer.json()["id"].as_str().unwrap().to_owned());
            }
            Ok(answer) => panic!("{answer:?}"),
            Err(_) => break,
        }
    }
    reported
}

fn every_report_is_told(place: &Place, messages: &Path) {
    std::fs::write(place.folder.join("jiedui.toml"), format!("message_folder = '{}'\n", messages.display()))
        .unwrap();
    let runtime = runtime();
    let mut random = ChaCha20Rng::seed_from_u64(3);
    let mut served = Served::start(place);
    let mut client = runtime.block_on(Client::first_admin(&served));
    let mut reported = BTreeSet::new();
    for cycle in 0..CYCLES {
        let reporting = runtime.spawn(report(client.clone(), cycle));
        std::thread::sleep(Duration::from_millis(random.random_range(50..=900)));
        served.kill();
        reported.extend(runtime.block_on(reporting).unwrap());
        served = Served::start(place);
        client = client.at(&served);
    }
    assert!(reported.len() > CYCLES, "reports came through: {}", reported.len());
    // Leases of those who were killed run out after two minutes; what is due is told.
    let begun = Instant::now();
    let told = loop {
        let told = written(messages);
        let subjects: BTreeSet<String> =
            told.iter().map(|message| message["subject_id"].as_str().unwrap().to_owned()).collect();
        if reported.is_subset(&subjects) {
            break told;
        }
        assert!(begun.elapsed() < Duration::from_mins(5), "{} of {}", subjects.len(), reported.len());
        std::thread::sleep(Duration::from_millis(200));
    };
    // One report, one bare event and one message to the only admin, there being no supervisor: an id each.
    for id in &reported {
        let of_it: Vec<_> = told.iter().filter(|message| message["subject_id"] == id.as_str()).collect();
        let events = of_it.iter().filter(|message| message["channel"] == "event").count();
        assert_eq!(events, 1, "{id}: {of_it:?}");
    }
    eprintln!("{CYCLES} kills, {} reports acknowledged, {} messages", reported.len(), told.len());
    assert!(served.stop());
}

#[test]
fn every_acknowledged_report_is_told_whenever_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::sqlite(folder.path());
    every_report_is_told(&place, &folder.path().join("messages"));
}

#[test]
fn every_acknowledged_report_is_told_whenever_the_server_is_killed_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::postgres(folder.path(), Cluster::shared().database(""));
    every_report_is_told(&place, &folder.path().join("messages"));
}
