//! Runs that are cancelled between two hands: given back, taken and not begun, or with a plan that comes too late.

use jiedui::runs::archive;
use jiedui::store::StoreError;
use serde_json::json;

use super::flow::county;
use super::ground::{body, worker_of};
use crate::http::server::on_postgres_too;

#[test]
fn a_run_that_its_worker_gave_back_is_queued_again_and_cancelled_at_once() {
    let (server, client, policy_id) = county(1, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    server.run(async {
        let store = &server.store;
        let job = store.take_job("run", "stops", 60_000).await.unwrap().unwrap();
        let mut change = store.change_for(&job).await.unwrap();
        change.begin_run(&job).await.unwrap();
        change.commit(None).await.unwrap();
        store.release_job(&job).await.unwrap();
    });
    assert_eq!(client.get(&format!("/runs/{id}")).expect(200).text_of("/state"), "queued");
    let path = format!("/runs/{id}/cancel");
    assert_eq!(client.post(&path, &json!({})).expect(200).text_of("/state"), "cancelled");
    assert_eq!(server.run(worker_of(&server.store).work_off()).unwrap(), 0, "nothing is left to do");
    assert_eq!(client.post(&path, &json!({})).expect(409).code(), "run_not_cancellable");
}

#[test]
fn a_run_whose_job_was_taken_and_not_begun_is_cancelled_by_whoever_takes_it_next() {
    let (server, client, policy_id) = county(1, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    server.run(server.store.take_job("run", "lost", 1_000)).unwrap().unwrap();
    let asked = client.post(&format!("/runs/{id}/cancel"), &json!({})).expect(200).body;
    assert_eq!((asked["state"].as_str(), asked["cancel_asked"].as_bool()), (Some("queued"), Some(true)));
    server.clock.advance_ms(2_000);
    server.run(worker_of(&server.store).work_off()).unwrap();
    assert_eq!(client.get(&format!("/runs/{id}")).expect(200).text_of("/state"), "cancelled");
}

#[test]
fn a_plan_that_comes_after_the_word_to_cancel_is_not_kept() {
    let (server, client, policy_id) = county(1, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    let job = server.run(async {
        let job = server.store.take_job("run", "late", 60_000).await.unwrap().unwrap();
        let mut change = server.store.change_for(&job).await.unwrap();
        change.begin_run(&job).await.unwrap();
        change.commit(None).await.unwrap();
        job
    });
    client.post(&format!("/runs/{id}/cancel"), &json!({})).expect(200);
    let late = server.run(async {
        let mut change = server.store.change_for(&job).await.unwrap();
        change.succeed_run(&job, "0", "{}").await.err().unwrap()
    });
    assert!(matches!(late, StoreError::Conflict { code: "run_cancelled" }), "{late}");
}

#[test]
fn the_word_for_what_cannot_be_read_back_quotes_nothing_of_it() {
    let fault = archive::unpack(b"13800000000").err().unwrap();
    assert_eq!(fault.word(), "unreadable: archive");
    assert!(!fault.to_string().contains("138"));
}

on_postgres_too! {
    a_run_that_its_worker_gave_back_is_queued_again_and_cancelled_at_once
    a_plan_that_comes_after_the_word_to_cancel_is_not_kept
}
