//! What is kept of a run: nothing of whoever was erased, nobody of a run without a plan, and no figure that tells of a person.

use jiedui::model::Role;
use jiedui::runs::{Plans, RunFault};
use serde_json::json;

use super::flow::county;
use super::ground::{body, made_run, siblings, stored, volunteer_in};
use crate::http::server::{ELSEWHERE, on_postgres_too};
use crate::people::made::VILLAGE;

#[test]
fn a_plan_in_memory_is_forgotten_once_somebody_in_it_is_erased() {
    let (server, client, policy_id) = county(2, 1);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap().to_owned();
    let (_, snapshot) = server.run(stored(&server.store, &id));
    client.get(&format!("/runs/{id}/children/{}/explanation", snapshot.children[0].id)).expect(200);
    let child = format!("/children/{}/erase", snapshot.children[0].id);
    client.post(&child, &json!({"reason": "subject_request"})).expect(204);
    let path = format!("/runs/{id}/children/{}/explanation", snapshot.children[0].id);
    client.get(&path).expect(404);
    client.get(&format!("/runs/{id}/children/{}/explanation", snapshot.children[1].id)).expect(200);
    assert_eq!(server.counted("run_people WHERE sealed = ''"), 1, "nothing of her is left in the run");
}

#[test]
fn whom_a_run_without_a_plan_looked_at_is_forgotten() {
    let (server, client, policy_id) = county(0, 1);
    let failed = made_run(&server, &client, &body(&policy_id));
    assert_eq!(failed["state"], "failed");
    assert_eq!(server.counted("run_people"), 1);
    assert_eq!(server.run(server.store.forget_people_of_old_runs()).unwrap(), 1);
    assert_eq!(server.counted("run_people"), 0);
    assert_eq!(server.counted("run_files"), 0);
}

#[test]
fn whom_a_run_looked_at_is_forgotten_in_time_and_its_plan_and_figures_stay() {
    let (server, client, policy_id) = county(2, 1);
    let [unpublished, published] = [0, 1].map(|_| {
        let run = made_run(&server, &client, &body(&policy_id));
        run["id"].as_str().unwrap().to_owned()
    });
    client.post(&format!("/runs/{published}/publish"), &json!({})).expect(200);
    assert_eq!(server.run(server.store.forget_people_of_old_runs()).unwrap(), 0, "not on their day");
    let left = |id: &str, from: &str| server.counted(&format!("{from} WHERE run_id = '{id}'"));
    server.wait_minutes(36 * 24 * 60);
    assert_eq!(server.run(server.store.forget_people_of_old_runs()).unwrap(), 3);
    assert_eq!((left(&unpublished, "run_people"), left(&published, "run_people")), (0, 3));
    server.wait_minutes(370 * 24 * 60);
    assert_eq!(server.run(server.store.forget_people_of_old_runs()).unwrap(), 3);
    let client = server.session_of(&client.user_id);
    for id in [&unpublished, &published] {
        assert_eq!(left(id, "run_files"), 1, "the plan, which names nobody");
        assert_eq!(client.get(&format!("/runs/{id}/unmatched")).expect(409).code(), "run_not_askable");
        client.get(&format!("/runs/{id}/certificate")).expect(200);
        assert_eq!(client.get(&format!("/runs/{id}")).expect(200).body["metrics"]["counts"]["paired"], 2);
    }
}

#[test]
fn an_answer_about_a_whole_run_is_read_of_every_child_it_names() {
    let (server, client, policy_id) = county(3, 2);
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    let (_, snapshot) = server.run(stored(&server.store, id));
    let volunteer = &snapshot.volunteers[0].id;
    let changes = json!({"changes": [{"change": "capacity", "volunteer_id": volunteer, "households": 0}]});
    let answer = client.post(&format!("/runs/{id}/what-if"), &changes).expect(200).text;
    for child in &snapshot.children {
        let read = format!("audit_events WHERE action = 'child.explained' AND subject_id = '{}'", child.id);
        assert_eq!(server.counted(&read), i64::from(answer.contains(&child.id)), "{answer}");
    }
    assert_eq!(server.counted("audit_events WHERE action = 'run.explained'"), 1);
    assert!(server.counted("audit_events WHERE action = 'child.explained'") >= 1);
}

#[test]
fn an_answer_about_a_child_is_read_of_the_brothers_and_sisters_it_names() {
    let (server, client, policy_id) = county(0, 1);
    let both = server.run(siblings(&server.store));
    let run = made_run(&server, &client, &body(&policy_id));
    let id = run["id"].as_str().unwrap();
    let (_, snapshot) = server.run(stored(&server.store, id));
    let read = |child_id: &str| {
        let of_her = format!("subject_id = '{child_id}' AND region_code = '{VILLAGE}'");
        server.counted(&format!("audit_events WHERE action = 'child.explained' AND {of_her}"))
    };
    let path = format!("/runs/{id}/children/{}/explanation", both[0]);
    let answer = client.get(&path).expect(200).text;
    assert!(answer.contains(&both[1]), "{answer}");
    assert_eq!(both.each_ref().map(|child_id| read(child_id)), [1, 1]);
    client.get(&format!("{path}?volunteer_id={}", snapshot.volunteers[0].id)).expect(200);
    assert_eq!(both.each_ref().map(|child_id| read(child_id)), [2, 2]);
}

#[test]
fn many_who_ask_of_many_runs_at_once_are_answered_or_asked_to_come_again() {
    let (server, client, policy_id) = county(2, 1);
    let runs: Vec<String> = (0..8)
        .map(|_| made_run(&server, &client, &body(&policy_id))["id"].as_str().unwrap().to_owned())
        .collect();
    let plans = &Plans::new(server.store.clone());
    let asked = server.run(futures_util::future::join_all(
        runs.iter().map(|id| plans.ask(id, |kept| kept.snapshot.children.len())),
    ));
    for answer in asked {
        match answer {
            Ok(children) => assert_eq!(children, 2),
            Err(fault) => assert!(matches!(fault, RunFault::Busy), "{fault}"),
        }
    }
    // Afterwards each is answered.
    for id in &runs {
        assert_eq!(server.run(plans.ask(id, |kept| kept.snapshot.children.len())).unwrap(), 2);
    }
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
    whom_a_run_looked_at_is_forgotten_in_time_and_its_plan_and_figures_stay
    an_answer_about_a_whole_run_is_read_of_every_child_it_names
    an_answer_about_a_child_is_read_of_the_brothers_and_sisters_it_names
}
