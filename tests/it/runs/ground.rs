//! People who may be paired, a policy in force, and a worker. Nobody of them lives.

use jiedui::runs::{Snapshot, Worker, WorkerOptions, kept, snapshot, worker};
use jiedui::store::people::{NewScreening, NewWish};
use jiedui::store::runs::Run;
use jiedui::store::{Actor, RegionSpan, Store};
use serde_json::{Value, json};

use crate::http::server::{COUNTY, Client, Server};
use crate::people::made;

/// Days served by runs of tests.
pub(crate) const POLICY: &str = "[run]\ndate = 2026-03-02\nfrom = 2026-03-03\nto = 2026-08-31\n";

/// A child whom nothing keeps from being paired.
pub(crate) async fn child(store: &Store, serial: u32) -> String {
    child_in(store, serial, made::VILLAGE).await
}

pub(crate) async fn child_in(store: &Store, serial: u32, region_code: &str) -> String {
    let id = made::add_child(store, made::new_child(serial, region_code)).await;
    consented(store, &id).await;
    id
}

/// A child's papers.
pub(crate) async fn consented(store: &Store, id: &str) {
    made::add_duty(store, id).await;
    made::add_consent(store, id, &made::consent("pairing", "yes")).await;
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let wish = NewWish { answer: "yes".to_owned(), asked_on: "2026-02-20".to_owned() };
    change.add_wish(&RegionSpan::everywhere(), id, &wish).await.unwrap();
    change.commit(None).await.unwrap();
}

/// Two such children of one household.
pub(crate) async fn siblings(store: &Store) -> [String; 2] {
    siblings_from(store, 1).await
}

/// As above, by their serial number and the next.
pub(crate) async fn siblings_from(store: &Store, first: u32) -> [String; 2] {
    let mut ids = [String::new(), String::new()];
    for (id, serial) in ids.iter_mut().zip(first..) {
        let mut new = made::new_child(serial, made::VILLAGE);
        new.cells.insert("household".to_owned(), format!("户-{first}"));
        *id = made::add_child(store, new).await;
        consented(store, id).await;
    }
    ids
}

/// A volunteer whom nothing keeps from being paired.
pub(crate) async fn volunteer(store: &Store, serial: u32) -> String {
    volunteer_in(store, serial, made::VILLAGE).await
}

pub(crate) async fn volunteer_in(store: &Store, serial: u32, region_code: &str) -> String {
    let mut new = made::new_volunteer(serial, region_code);
    for (key, text) in
        [("longitude", "109.40200"), ("latitude", "29.50400"), ("datum", "WGS-84"), ("languages", "西南官话")]
    {
        new.cells.insert(key.to_owned(), text.to_owned());
    }
    let id = made::add_volunteer(store, new).await;
    screen(store, &id).await;
    id
}

/// A check that was passed.
pub(crate) async fn screen(store: &Store, volunteer_id: &str) {
    let screening = NewScreening {
        kind: "employment".to_owned(),
        result: "passed".to_owned(),
        authority: "来凤县公安局".to_owned(),
        screened_on: "2026-02-20".to_owned(),
        valid_through: None,
        query_consent: "yes".to_owned(),
        reference: "试-1".to_owned(),
    };
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    change.add_screening(&made::everybody(), volunteer_id, &screening).await.unwrap();
    change.commit(None).await.unwrap();
}

/// A policy in force.
pub(crate) async fn policy(store: &Store, content: &str) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let name = format!("规则 {}", store.with_random(rand::RngExt::random::<u64>));
    let policy = change.add_policy(&name, "", content).await.unwrap();
    change.publish_policy(&RegionSpan::everywhere(), &policy.id).await.unwrap();
    change.commit(None).await.unwrap();
    policy.id
}

/// A worker of a test.
pub(crate) fn worker_of(store: &Store) -> Worker {
    Worker::new(store.clone(), WorkerOptions { lease_ms: 60_000, ..WorkerOptions::default() })
}

/// What a client sends to ask for a run.
pub(crate) fn body(policy_id: &str) -> Value {
    json!({"region_code": COUNTY, "policy_id": policy_id, "date": "2026-03-02"})
}

/// A run that was made: as it is shown.
pub(crate) fn made_run(server: &Server, client: &Client, body: &Value) -> Value {
    let id = client.post("/runs", body).expect(202).text_of("/id");
    server.run(worker_of(&server.store).work_off()).unwrap();
    client.get(&format!("/runs/{id}")).expect(200).body
}

/// The run, its people and the files of its plan, behind the API's back.
pub(crate) async fn stored(store: &Store, run_id: &str) -> (Run, Snapshot) {
    let run = store.view().await.unwrap().run(&RegionSpan::everywhere(), run_id).await.unwrap();
    let snapshot = snapshot::load(store, &run).await.unwrap();
    (run, snapshot)
}

/// Every lead pair of a run's plan: child and volunteer by their ids in the store, and how it came to be.
pub(crate) async fn pairs(store: &Store, run_id: &str) -> Vec<(String, String, String)> {
    let (run, snapshot) = stored(store, run_id).await;
    let files = worker::plan_files(store, run_id).await.unwrap();
    let mut pairs = kept::load_and(&run, &snapshot, &files, |kept| {
        let person = |ids: &[String], id: &str| ids.iter().position(|own| own == id).unwrap();
        let rows = kept.folder.pairs.iter().filter(|row| row.pass == "lead");
        let pairs = rows.map(|row| {
            let child = &kept.snapshot.children[person(&kept.ids.children, &row.child)];
            let volunteer = &kept.snapshot.volunteers[person(&kept.ids.volunteers, &row.volunteer)];
            (child.id.clone(), volunteer.id.clone(), row.origin.clone())
        });
        pairs.collect::<Vec<_>>()
    })
    .unwrap();
    pairs.sort();
    pairs
}

/// The id of some proposal.
pub(crate) fn first_proposal(server: &Server) -> String {
    let rows = server.dump(&[]);
    let row = rows.iter().find(|row| row.starts_with("proposals")).unwrap();
    let ids = row.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    ids.into_iter().find(|part| part.len() == 36).unwrap().to_owned()
}
