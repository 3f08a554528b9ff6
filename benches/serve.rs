//! `cargo bench --bench serve -- CHILDREN VOLUNTEERS SECONDS [postgres]`: the real program under load, client and server on
//! one machine.
//!
//! Out: latencies of an open loop (requests are sent at their times, whether or not earlier ones are answered, and counted
//! from the time they were due), rates flat out, and the same statements through a driver alone, as a ratio. All people are
//! invented. What is measured is written down in docs/PERFORMANCE.md.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says so by panicking")]

#[path = "load/mod.rs"]
mod load;
#[path = "../tests/it/postgres.rs"]
#[expect(dead_code, reason = "a test uses more of it")]
mod postgres;
#[path = "../tests/it/served.rs"]
#[expect(dead_code, reason = "a test uses more of it")]
mod served;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use jiedui::cli::opening::SystemClock;
use jiedui::secrets::Keyring;
use jiedui::store::people::{NewChild, NewVolunteer};
use jiedui::store::{Actor, Store, StoreOptions};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::json;

use load::{flat_out, open_loop};
use postgres::Cluster;
use served::{Client, Place, Served};

/// Reads and durable writes a second that are asked for.
const READS: u32 = 1_000;
const WRITES: u32 = 500;
/// Clients that ask as fast as they are answered.
const CLIENTS: usize = 32;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let number = |at: usize, otherwise: usize| words.get(at).map_or(otherwise, |word| word.parse().unwrap());
    let (children, volunteers, seconds) = (number(0, 1_000), number(1, 1_000), number(2, 5));
    let folder = tempfile::tempdir().unwrap();
    let is_postgres = words.iter().any(|word| word == "postgres");
    let place = if is_postgres {
        Place::postgres(folder.path(), Cluster::shared().database(""))
    } else {
        Place::sqlite(folder.path())
    };
    println!(
        "{} children, {} volunteers, {}",
        children,
        volunteers,
        if is_postgres { "PostgreSQL" } else { "SQLite" }
    );
    assert!(Served::start(&place).stop());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let ids = Arc::new(runtime.block_on(fill(&place, children, volunteers)));
    let served = Served::start(&place);
    let client = runtime.block_on(async {
        let admin = Client::first_admin(&served).await;
        admin.coordinator(&served, "coordinator.one", "422827000000").await
    });
    let (reads, writes) = runtime.block_on(measure(&client, &ids, Duration::from_secs(seconds as u64)));
    assert!(served.stop());
    let (raw_reads, raw_writes) = runtime.block_on(load::raw(&place.database_url, &ids));
    println!("served to raw: reads {:.2}, durable writes {:.2}", reads / raw_reads, writes / raw_writes);
}

/// Registers invented people; the children's ids.
async fn fill(place: &Place, children: usize, volunteers: usize) -> Vec<String> {
    let keyring = Keyring::parse(&std::fs::read_to_string(place.folder.join("keys")).unwrap()).unwrap();
    let (clock, random) = (Arc::new(SystemClock), ChaCha20Rng::seed_from_u64(1));
    let location = place.database_url.parse().unwrap();
    let store = Store::open(StoreOptions { location, keyring, clock, random, readers: 4 }).await.unwrap();
    let cells = |kind: &str, number: usize| -> BTreeMap<String, String> {
        let day = format!(
            "{}-{:02}-{:02}",
            if kind == "E" { 2014 } else { 1985 },
            number % 12 + 1,
            number % 28 + 1
        );
        let cells = [
            ("name", format!("示例{number}")),
            ("sex", "女".to_owned()),
            ("birth_date", day),
            ("phone", format!("139{number:08}")),
        ];
        cells.into_iter().map(|(key, cell)| (key.to_owned(), cell)).collect()
    };
    let mut ids = Vec::with_capacity(children);
    for start in (0..children.max(volunteers)).step_by(500) {
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        for number in start..children.min(start + 500) {
            let (region_code, cells) = (format!("42282710{:04}", number % 50), cells("E", number));
            let new = NewChild { number: format!("E{number}"), region_code, external_ref: None, cells };
            ids.push(change.add_child(new).await.unwrap());
        }
        for number in start..volunteers.min(start + 500) {
            let (region_code, cells) = (format!("42282710{:04}", number % 50), cells("V", number));
            let number = format!("V{number}");
            let new = NewVolunteer { number, region_code, team_id: None, external_ref: None, cells };
            change.add_volunteer(new).await.unwrap();
        }
        change.commit(None).await.unwrap();
    }
    store.close().await;
    ids
}

/// Latencies and rates; answers a second flat out, of reads and of durable writes.
async fn measure(client: &Client, ids: &Arc<Vec<String>>, time: Duration) -> (f64, f64) {
    // A figure of refused requests would be a fast one.
    client.get(&format!("/api/v1/children/{}", ids[0])).await.good();
    let one = |client: Client, ids: Arc<Vec<String>>| {
        move |number: usize| {
            let (client, ids) = (client.clone(), Arc::clone(&ids));
            async move {
                // Of ten reads one is a page of fifty; numbers are spread by a stride that shares no factor with the count.
                let path = if number.is_multiple_of(10) {
                    "/api/v1/children?limit=50".to_owned()
                } else {
                    format!("/api/v1/children/{}", ids[number.wrapping_mul(7_919) % ids.len()])
                };
                client.try_send(Method::GET, &path, None).await.is_ok_and(|answer| answer.status.is_success())
            }
        }
    };
    let write = |client: Client, round: &'static str| {
        move |number: usize| {
            let client = client.clone();
            async move {
                let key = format!("{round}-{number}");
                let child = json!({"number": key, "region_code": "422827100001", "cells": {"name": "示例", "sex": "女"}});
                let answer = client.try_keyed("/api/v1/children", &key, &child).await;
                answer.is_ok_and(|answer| answer.status.is_success())
            }
        }
    };
    let read = one(client.clone(), Arc::clone(ids));
    open_loop("reads", READS, time, read.clone()).await;
    open_loop("durable writes", WRITES, time, write(client.clone(), "open")).await;
    let reads = flat_out("reads", CLIENTS, time, read).await;
    (reads, flat_out("durable writes", CLIENTS, time, write(client.clone(), "flat")).await)
}
