//! `cargo bench --bench decline -- CHILDREN VOLUNTEERS DECLINES [postgres]`: how long a volunteer waits whose no repairs the plan of a
//! large run, with everything that is written down for it.
//!
//! Out: the median, the 95th and the greatest of as many declines by link, over HTTP, each committed to disk, beside the machine's
//! own time for a commit of one row. People are registered, a run is made and published, proposals are approved and
//! offered, all by the functions that the server uses. All people are invented.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says so by panicking")]

#[path = "../tests/it/people/made.rs"]
#[expect(dead_code, reason = "a test uses more of it")]
mod made;
#[path = "../tests/it/postgres.rs"]
#[expect(dead_code, reason = "a test uses more of it")]
mod postgres;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiedui::http::limits::Budgets;
use jiedui::http::{App, ServerOptions, serve};
use jiedui::model::{Clock, SetClock};
use jiedui::runs::publishing::drafts;
use jiedui::runs::{Plans, Worker, WorkerOptions, promises};
use jiedui::secrets::Keyring;
use jiedui::store::people::{NewScreening, NewWish};
use jiedui::store::proposals::{ProposalFilter, ProposalsOf};
use jiedui::store::runs::NewRun;
use jiedui::store::{Actor, Location, PageRequest, RegionSpan, Store, StoreOptions};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use tokio::runtime::Runtime;

/// 2026-03-02 09:00 in Beijing.
const BEGIN_MS: i64 = 1_772_413_200_000;
const COUNTY: &str = "422827000000";
/// People registered by one transaction.
const STRETCH: u32 = 250;
/// Somebody who approves.
const APPROVER: &str = "01900000-0000-7000-8000-000000000000";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let number = |at: usize, otherwise: u32| words.get(at).map_or(otherwise, |word| word.parse().unwrap());
    let (children, volunteers, declines) = (number(0, 500), number(1, 400), number(2, 50));
    let folder = tempfile::tempdir().unwrap();
    let is_postgres = words.iter().any(|word| word == "postgres");
    let location = if is_postgres {
        Location::Postgres(postgres::Cluster::shared().database(""))
    } else {
        Location::Sqlite(folder.path().join("jiedui.sqlite"))
    };
    let database = if is_postgres { "PostgreSQL" } else { "SQLite" };
    println!("{children} children, {volunteers} volunteers, {declines} declines, {database}");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let store = runtime.block_on(open(location));
    let begun = Instant::now();
    runtime.block_on(fill(&store, children, volunteers));
    println!("registered in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let run_id = runtime.block_on(publish(&store));
    println!("planned and published in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let links = runtime.block_on(offer(&store, &run_id, declines));
    println!("approved and offered in {:.0} s", begun.elapsed().as_secs_f64());
    let (first, all) = decline(&runtime, &store, &links);
    let raw = runtime.block_on(commits(&store, declines.max(20)));
    println!("first decline, which loads the plan: {:.0} ms", first.as_secs_f64() * 1e3);
    println!("declines      {}", shown(all));
    println!("one raw commit {}", shown(raw));
}

/// Median, 95th and greatest, milliseconds.
fn shown(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:.1} ms, p95 {:.1} ms, max {:.1} ms", at(50), at(95), at(100))
}

async fn open(location: Location) -> Store {
    let clock: Arc<dyn Clock> = Arc::new(SetClock::at(BEGIN_MS));
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let keyring = Keyring::generate(&mut random);
    Store::open(StoreOptions { location, keyring, clock, random, readers: 4 }).await.unwrap()
}

/// People whom nothing keeps from being paired, spread over a county.
async fn fill(store: &Store, children: u32, volunteers: u32) {
    let everywhere = RegionSpan::everywhere();
    let place = |number: u32, shift: f64| {
        let (row, column) = (f64::from(number / 320 % 320), f64::from(number % 320));
        let longitude = format!("{:.5}", 109.0 + column * 0.002 + shift);
        [("longitude", longitude), ("latitude", format!("{:.5}", 29.0 + row * 0.002 + shift))]
    };
    for start in (0..children.max(volunteers)).step_by(STRETCH as usize) {
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        for number in start..children.min(start + STRETCH) {
            let mut new = made::new_child(number, made::VILLAGE);
            new.number = format!("C{number}");
            new.cells.remove("id_number");
            new.cells.extend(place(number, 0.0).map(|(key, cell)| (key.to_owned(), cell)));
            let id = change.add_child(new).await.unwrap();
            let consent = made::consent("processing", "yes");
            change.add_consent(&everywhere, &id, &consent).await.unwrap();
            change.add_consent(&everywhere, &id, &made::consent("pairing", "yes")).await.unwrap();
            let wish = NewWish { answer: "yes".to_owned(), asked_on: "2026-02-20".to_owned() };
            change.add_wish(&everywhere, &id, &wish).await.unwrap();
        }
        for number in start..volunteers.min(start + STRETCH) {
            let mut new = made::new_volunteer(number, made::VILLAGE);
            new.number = format!("V{number}");
            new.cells.remove("id_number");
            new.cells.extend(place(number, 0.001).map(|(key, cell)| (key.to_owned(), cell)));
            new.cells.insert("datum".to_owned(), "WGS-84".to_owned());
            new.cells.insert("languages".to_owned(), "西南官话".to_owned());
            let id = change.add_volunteer(new).await.unwrap();
            let screening = NewScreening {
                kind: "employment".to_owned(),
                result: "passed".to_owned(),
                authority: "来凤县公安局".to_owned(),
                screened_on: "2026-02-20".to_owned(),
                valid_through: None,
                query_consent: "yes".to_owned(),
                reference: "试-1".to_owned(),
            };
            change.add_screening(&made::everybody(), &id, &screening).await.unwrap();
        }
        change.commit(None).await.unwrap();
    }
}

/// A run over everybody, planned by a worker and published; its id.
async fn publish(store: &Store) -> String {
    let everywhere = RegionSpan::everywhere();
    let mut change = store.change(Actor::SYSTEM).await.unwrap();
    let policy = change.add_policy("规则", "", "").await.unwrap();
    change.publish_policy(&everywhere, &policy.id).await.unwrap();
    let new = NewRun {
        region_code: COUNTY.to_owned(),
        policy_id: policy.id,
        today: "2026-03-02".to_owned(),
        period_first: "2026-03-03".to_owned(),
        period_last: "2026-08-31".to_owned(),
        solver: "exact".to_owned(),
        seed: 0,
        provisional: false,
        created_by: APPROVER.to_owned(),
    };
    let run_id = change.add_run(&new).await.unwrap().id;
    change.commit(None).await.unwrap();
    let options = WorkerOptions { lease_ms: 600_000, ..WorkerOptions::default() };
    assert_eq!(Worker::new(store.clone(), options).work_off().await.unwrap(), 1);
    let new = Plans::new(store.clone()).ask(&run_id, |kept| drafts(kept)).await.unwrap();
    println!("{} pairs are proposed", new.len());
    for stretch in new.chunks(2_000) {
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        let run = change.hold_run_to_publish(&everywhere, &run_id).await.unwrap();
        change.add_draft_proposals(&run, stretch).await.unwrap();
        change.commit(None).await.unwrap();
    }
    let mut change = store.change(Actor::SYSTEM).await.unwrap();
    change.publish_run(&everywhere, &run_id).await.unwrap();
    change.commit(None).await.unwrap();
    run_id
}

/// So many offers, spread over the run: the paths of their links.
async fn offer(store: &Store, run_id: &str, most: u32) -> Vec<String> {
    let everywhere = RegionSpan::everywhere();
    let plans = Plans::new(store.clone());
    let filter = ProposalFilter {
        region: everywhere.clone(),
        state: "draft".to_owned(),
        volunteer_id: String::new(),
        of: ProposalsOf::Run(run_id.to_owned()),
    };
    let mut page = PageRequest { limit: 200, ..PageRequest::default() };
    let mut links = Vec::new();
    while links.len() < most as usize {
        let found = store.view().await.unwrap().proposals(&filter, &page).await.unwrap();
        for draft in found.items.iter().step_by(4).take(most as usize - links.len()) {
            let mut change = store.change(Actor::SYSTEM).await.unwrap();
            promises::approve(&mut change, &plans, &everywhere, &draft.id, APPROVER).await.unwrap();
            let (_, _, token) = promises::offer(&mut change, &everywhere, &draft.id, "").await.unwrap();
            change.commit(None).await.unwrap();
            links.push(format!("/api/v1/offer-links/{}/decline", token.expose()));
        }
        let Some(after) = found.next_after else { break };
        page.after = after;
    }
    links
}

/// Declines every link over HTTP: the first, for which the plan is loaded, and the others.
fn decline(runtime: &Runtime, store: &Store, links: &[String]) -> (Duration, Vec<Duration>) {
    let plenty = NonZeroU32::MAX;
    let budgets = Budgets {
        address_per_second: plenty,
        scarce_per_minute: plenty,
        anonymous_scarce_per_minute: plenty,
    };
    let app = App::new(store.clone(), ServerOptions { budgets, ..ServerOptions::default() });
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    runtime.spawn(serve(listener, app, std::future::pending::<()>()));
    let agent = ureq::Agent::new_with_defaults();
    let mut times: Vec<Duration> = links
        .iter()
        .map(|link| {
            let begun = Instant::now();
            let answer =
                agent.post(format!("{base}{link}")).content_type("application/json").send("{}").unwrap();
            assert_eq!(answer.status(), 200);
            begun.elapsed()
        })
        .collect();
    let first = times.remove(0);
    (first, times)
}

/// Commits of one row, as the store makes them.
async fn commits(store: &Store, many: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in 0..many {
        let begun = Instant::now();
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        change.add_policy(&format!("空 {number}"), "", "").await.unwrap();
        change.commit(None).await.unwrap();
        times.push(begun.elapsed());
    }
    times
}
