//! What is kept of a run: nothing of whoever was erased, nobody of a run without a plan, and no figure that tells of a person.

use jiedui::model::Role;
use serde_json::json;

use super::flow::county;
use super::ground::{body, made_run, stored, volunteer_in};
use crate::http::server::{ELSEWHERE, on_postgres_too};

#[test]
fn a_plan_in_memory_is_forgotten_once_somebody_in_it_is_erased() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let (_, snapshot) = server.run(stored(&server.store, &id));
    client.get(&format!("/runs/{id}/unmatched")).expect(200);
    let child = format!("/children/{}/erase", snapshot.children[0].id);
    client.post(&child, &json!({"reason": "subject_request"})).expect(204);
    assert_eq!(client.get(&format!("/runs/{id}/unmatched")).expect(409).code(), "run_not_askable");
    assert_eq!(server.counted("run_people WHERE sealed = ''"), 1, "nothing of her is left in the run");
}

#[test]
fn whom_a_run_without_a_plan_looked_at_is_forgotten() {
    let (server, client, policy_id) = county(0, 1);
    let failed = made_run(&server, &client, &body(&policy_id));
    assert_eq!(failed["state"], "failed");
    assert_eq!(server.counted("run_people"), 1);
    assert_eq!(server.run(server.store.forget_people_of_planless_runs()).unwrap(), 1);
    assert_eq!(server.counted("run_people"), 0);
}

#[test]
fn whoever_decides_about_nobody_sees_no_small_head_count() {
    let (server, client, policy_id) = county(1, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    assert_eq!(run["metrics"]["counts"]["paired"], 1);
    let id = run["id"].as_str().unwrap();
    let analyst = server.log_in_as(Role::Analyst);
    for path in [format!("/runs/{id}"), format!("/runs/{id}/metrics")] {
        let seen = analyst.get(&path).expect(200).body;
        assert!(seen["metrics"]["counts"]["paired"].is_null(), "{seen}");
    }
    let listed = analyst.get("/runs").expect(200).body;
    assert!(listed["items"][0]["metrics"]["counts"]["paired"].is_null(), "{listed}");
}

#[test]
fn a_question_about_a_volunteer_of_another_county_finds_nobody() {
    let (server, client, policy_id) = county(1, 1);
    let other = server.run(volunteer_in(&server.store, 70, ELSEWHERE));
    let prefecture = server.log_in_as_in(Role::Coordinator, "422800000000");
    let mut of_prefecture = body(&policy_id);
    of_prefecture["region_code"] = json!("4228");
    let run = made_run(&server, &prefecture, &of_prefecture);
    let id = run["id"].as_str().unwrap();
    let (_, snapshot) = server.run(stored(&server.store, id));
    let path = format!("/runs/{id}/children/{}/explanation?volunteer_id={other}", snapshot.children[0].id);
    prefecture.get(&path).expect(200);
    client.get(&path).expect(404);
}

on_postgres_too! {
    a_plan_in_memory_is_forgotten_once_somebody_in_it_is_erased
    whom_a_run_without_a_plan_looked_at_is_forgotten
}
