//! A run asked for, made, shown, cancelled, published.

use jiedui::model::Role;
use jiedui::runs::{Worker, WorkerOptions};
use jiedui::store::RegionSpan;
use serde_json::json;

use super::ground::{POLICY, body, child, made_run, policy, stored, volunteer, worker_of};
use crate::http::server::{COUNTY, Client, ELSEWHERE, Server, on_postgres_too};

/// A county of so many children and volunteers, a coordinator, a policy.
pub(super) fn county(children: u32, volunteers: u32) -> (Server, Client, String) {
    let server = Server::start();
    let policy_id = server.run(async {
        for serial in 0..children {
            child(&server.store, serial).await;
        }
        for serial in 0..volunteers {
            volunteer(&server.store, serial).await;
        }
        policy(&server.store, POLICY).await
    });
    let coordinator = server.log_in_as(Role::Coordinator);
    (server, coordinator, policy_id)
}

#[test]
fn a_run_that_is_asked_for_is_made_and_proven() {
    let (server, client, policy_id) = county(3, 2);
    let answer = client.post("/runs", &body(&policy_id)).expect(202);
    let id = answer.text_of("/id");
    assert_eq!(answer.header("location"), format!("/api/v1/runs/{id}"));
    assert_eq!(answer.text_of("/state"), "queued");
    assert_eq!(server.run(worker_of(&server.store).work_off()).unwrap(), 1);
    let run = client.get(&format!("/runs/{id}")).expect(200).body;
    assert_eq!(run["state"], "succeeded", "{run}");
    assert_eq!(run["metrics"]["status"], "optimal");
    assert_eq!(run["metrics"]["counts"]["paired"], 3, "two volunteers take two households each: {run}");
    assert_eq!(run["snapshot_hash"].as_str().unwrap().len(), 64);
    assert_eq!(run["result_hash"].as_str().unwrap().len(), 64);
    assert!(client.get("/runs?state=succeeded").expect(200).text.contains(&id));
    assert!(!client.get("/runs?state=failed").expect(200).text.contains(&id));
}

#[test]
fn the_same_people_policy_and_seed_give_the_same_result_and_another_seed_another_name() {
    let (server, client, policy_id) = county(4, 3);
    let one = made_run(&server, &client, &body(&policy_id));
    let same = made_run(&server, &client, &body(&policy_id));
    assert_eq!(one["result_hash"], same["result_hash"]);
    assert_eq!(one["snapshot_hash"], same["snapshot_hash"]);
    let mut seeded = body(&policy_id);
    seeded["seed"] = json!(7);
    let other = made_run(&server, &client, &seeded);
    assert_eq!(one["snapshot_hash"], other["snapshot_hash"]);
    assert_ne!(one["result_hash"], other["result_hash"], "ids are drawn anew");
}

#[test]
fn what_would_take_part_can_be_asked_without_beginning_anything() {
    let (server, client, policy_id) = county(2, 1);
    server.run(crate::people::made::add_child(&server.store, crate::people::made::new_child(77, COUNTY)));
    let answer = client.post("/runs?validate_only=true", &body(&policy_id)).expect(200).body;
    assert_eq!(answer["children"], 2);
    assert_eq!(answer["children_not_ready"], 1);
    assert_eq!(answer["volunteers"], 1);
    assert_eq!(server.counted("runs"), 0);
    assert_eq!(server.counted("jobs"), 0);
}

#[test]
fn a_run_needs_a_division_of_ones_own_and_a_policy_in_force() {
    let (server, client, policy_id) = county(0, 0);
    let with = |name: &str, value: serde_json::Value| {
        let mut body = body(&policy_id);
        body[name] = value;
        body
    };
    client.post("/runs", &with("region_code", json!(ELSEWHERE))).expect(422);
    client.post("/runs", &with("region_code", json!("42"))).expect(422);
    client.post("/runs", &with("policy_id", json!(crate::http::samples::NOBODY))).expect(422);
    client.post("/runs", &with("solver", json!("oracle"))).expect(422);
    client.post("/runs", &with("period_last", json!("2020-01-01"))).expect(422);
    client.post("/runs", &with("seed", json!(-1))).expect(422);
    client.post("/runs", &with("date", json!("morgen"))).expect(422);
    let draft = server.run(async {
        let mut change = server.store.change(jiedui::store::Actor::COMMAND).await.unwrap();
        let draft = change.add_policy("稿", "", POLICY).await.unwrap();
        change.commit(None).await.unwrap();
        draft.id
    });
    assert_eq!(
        client.post("/runs", &with("policy_id", json!(draft))).expect(409).code(),
        "policy_not_published"
    );
}

#[test]
fn a_run_of_nobody_fails_and_says_why() {
    let (server, client, policy_id) = county(0, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    assert_eq!(run["state"], "failed");
    assert_eq!(run["fault"], "input_rejected: I004 children");
    assert!(run["metrics"].is_null());
    let id = run["id"].as_str().unwrap();
    assert_eq!(client.post(&format!("/runs/{id}/publish"), &json!({})).expect(409).code(), "state_conflict");
}

#[test]
fn a_queued_run_is_cancelled_at_once_and_an_ended_one_no_more() {
    let (server, client, policy_id) = county(1, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    let path = format!("/runs/{id}/cancel");
    assert_eq!(client.post(&path, &json!({})).expect(200).text_of("/state"), "cancelled");
    assert_eq!(server.run(worker_of(&server.store).work_off()).unwrap(), 0, "nothing is left to do");
    assert_eq!(client.post(&path, &json!({})).expect(409).code(), "run_not_cancellable");
}

#[test]
fn a_run_that_was_taken_is_cancelled_by_its_worker() {
    let (server, client, policy_id) = county(1, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    server.run(async {
        let store = &server.store;
        let lost = store.take_job("run", "lost", 1_000).await.unwrap().unwrap();
        let mut change = store.change_for(&lost).await.unwrap();
        change.begin_run(&lost).await.unwrap();
        change.commit(None).await.unwrap();
    });
    let asked = client.post(&format!("/runs/{id}/cancel"), &json!({})).expect(200).body;
    assert_eq!((asked["state"].as_str(), asked["cancel_asked"].as_bool()), (Some("running"), Some(true)));
    server.clock.advance_ms(2_000);
    server.run(worker_of(&server.store).work_off()).unwrap();
    assert_eq!(client.get(&format!("/runs/{id}")).expect(200).text_of("/state"), "cancelled");
}

#[test]
fn a_published_run_has_a_draft_for_every_pair_it_proposes_and_supersedes_what_overlaps() {
    let (server, client, policy_id) = county(5, 2);
    let first = made_run(&server, &client, &body(&policy_id));
    let first = first["id"].as_str().unwrap().to_owned();
    let published = client.post(&format!("/runs/{first}/publish"), &json!({})).expect(200).body;
    assert_eq!(published["state"], "published");
    assert_eq!(published["published_by"], client.user_id);
    assert_eq!(server.counted(&format!("proposals WHERE run_id = '{first}' AND state = 'draft'")), 4);
    assert_eq!(server.counted("proposal_children"), 4);
    let again = client.post(&format!("/runs/{first}/publish"), &json!({})).expect(409);
    assert_eq!(again.code(), "state_conflict");
    // A village of the county overlaps it.
    let mut village = body(&policy_id);
    village["region_code"] = json!(crate::people::made::VILLAGE);
    let second = made_run(&server, &client, &village);
    let second = second["id"].as_str().unwrap().to_owned();
    client.post(&format!("/runs/{second}/publish"), &json!({})).expect(200);
    let first_now = client.get(&format!("/runs/{first}")).expect(200).body;
    assert_eq!(first_now["state"], "superseded");
    assert_eq!(first_now["superseded_by"], second);
    assert_eq!(server.counted(&format!("proposals WHERE run_id = '{first}' AND state = 'withdrawn'")), 4);
    assert_eq!(server.counted(&format!("proposals WHERE run_id = '{second}' AND state = 'draft'")), 4);
}

#[test]
fn a_publication_sent_twice_answers_the_same_and_makes_one_set_of_drafts() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let path = format!("/runs/{}/publish", run["id"].as_str().unwrap());
    let key = client.new_key();
    let send = || client.send("POST", &path, &[("idempotency-key", &key)], Some(&json!({}))).expect(200);
    let (first, second) = (send(), send());
    assert_eq!(first.text, second.text);
    assert_eq!(second.header("idempotent-replayed"), "true");
    assert_eq!(server.counted("proposals"), 2);
}

#[test]
fn a_provisional_run_is_not_published() {
    let (server, client, policy_id) = county(1, 1);
    let mut provisional = body(&policy_id);
    provisional["provisional"] = json!(true);
    let run = made_run(&server, &client, &provisional);
    let path = format!("/runs/{}/publish", run["id"].as_str().unwrap());
    assert_eq!(client.post(&path, &json!({})).expect(409).code(), "run_provisional");
}

#[test]
fn nothing_personal_of_a_run_stands_in_the_database_in_clear() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    assert_eq!(run["state"], "succeeded");
    for text in [crate::people::made::phone(0), crate::people::made::phone(5_000), "109.40123".to_owned()] {
        assert!(!server.stores(&text), "{text}");
    }
}

#[test]
fn whoever_is_erased_is_erased_from_the_runs_too() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let (_, snapshot) = server.run(stored(&server.store, &id));
    let child_id = snapshot.children[0].id.clone();
    client.post(&format!("/children/{child_id}/erase"), &json!({"reason": "subject_request"})).expect(204);
    assert_eq!(server.counted("run_people WHERE sealed = ''"), 1);
    let figures = client.get(&format!("/runs/{id}")).expect(200).body;
    assert_eq!(figures["metrics"]["counts"]["paired"], 2, "what was counted still adds up");
}

#[test]
fn a_job_whose_worker_is_gone_is_taken_over_and_the_first_worker_writes_nothing_any_more() {
    let (server, client, policy_id) = county(2, 1);
    let id = client.post("/runs", &body(&policy_id)).expect(202).text_of("/id");
    server.run(async {
        let store = &server.store;
        let gone = store.take_job("run", "gone", 5_000).await.unwrap().unwrap();
        assert!(store.take_job("run", "other", 5_000).await.unwrap().is_none(), "it is leased");
        server.clock.advance_ms(6_000);
        let worker = Worker::new(store.clone(), WorkerOptions::default());
        assert_eq!(worker.work_off().await.unwrap(), 1);
        let late = store.change_for(&gone).await.err().unwrap();
        assert!(matches!(late, jiedui::store::StoreError::Conflict { code: "lease_lost" }), "{late}");
        let run = store.view().await.unwrap().run(&RegionSpan::everywhere(), &id).await.unwrap();
        assert_eq!(run.state, "succeeded");
        let events = store.view().await.unwrap().run_events(&id, 0, 100).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.state == "succeeded").count(), 1);
        assert!(events.iter().zip(1..).all(|(event, number)| event.number == number), "{events:?}");
    });
}

on_postgres_too! {
    a_run_that_is_asked_for_is_made_and_proven
    a_queued_run_is_cancelled_at_once_and_an_ended_one_no_more
    a_published_run_has_a_draft_for_every_pair_it_proposes_and_supersedes_what_overlaps
    a_job_whose_worker_is_gone_is_taken_over_and_the_first_worker_writes_nothing_any_more
}
