//! Concerns (S28, S29, S41, S43): who may report, who reads, who closes, what outlives whom. All persons are invented.

use jiedui::model::Role;
use jiedui::store::{Actor, UserFields};
use serde_json::{Value, json};

use crate::http::server::{COUNTY, Client, ELSEWHERE, Server, fields, on_postgres_too};
use crate::pairings::made::{active, start};
use crate::people::made::{
    VILLAGE, add_child, add_volunteer, everybody, everywhere, new_child, new_volunteer,
};

on_postgres_too! {
    a_concern_is_read_by_supervisors_of_the_division_and_whom_it_is_assigned_to_and_by_nobody_else
    its_subject_neither_reads_nor_closes_it_and_is_not_told
    two_persons_close_a_concern_and_what_was_said_stays
    a_pair_of_the_subject_is_suspended_and_lives_again_only_when_the_concern_is_settled
    erasing_the_child_and_the_volunteer_leaves_the_concern_readable
    the_time_to_report_is_told_once_when_it_is_over_and_stops_when_the_authority_was_told
}

const SECRET: &str = "canary 她说晚上害怕";

fn report() -> Value {
    json!({"kind": "violence", "severity": "serious", "text": SECRET, "subject_kind": "unknown",
        "reporter_kind": "myself", "channel": "web"})
}

fn with(mut body: Value, more: Value) -> Value {
    let (Value::Object(body_fields), Value::Object(more)) = (&mut body, more) else { panic!("objects") };
    body_fields.extend(more);
    body
}

fn reported(client: &Client, body: &Value) -> String {
    client.post("/concerns", body).expect(201).text_of("/id")
}

fn concern(client: &Client, id: &str) -> Value {
    client.get(&format!("/concerns/{id}")).expect(200).body
}

/// How many messages to people of a kind there are in the outbox.
fn messages(server: &Server, kind: &str) -> i64 {
    server.counted(&format!("outbox WHERE kind = '{kind}' AND channel <> 'event'"))
}

#[test]
fn everybody_who_is_logged_in_may_report_and_gets_a_receipt_with_the_numbers_to_call() {
    let server = Server::start();
    let region = |code: &str, level| jiedui::store::NewRegion {
        code: code.to_owned(),
        name: "试".to_owned(),
        parent_code: None,
        level,
    };
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        change.import_regions(&[region(COUNTY, 3), region(VILLAGE, 5)]).await.unwrap();
        change.commit(None).await.unwrap();
    });
    let admin = server.log_in_as(Role::Admin);
    let path = format!("/regions/{COUNTY}");
    let etag = admin.get(&path).expect(200).etag();
    admin
        .patch(&path, &etag, &json!({"emergency_phone": "0000-110", "duty_phone": "0000-12345"}))
        .expect(200);
    for role in Role::ALL {
        let client = server.log_in_as(*role);
        let body = with(report(), json!({"region_code": VILLAGE}));
        let answer = client.post("/concerns", &body).expect(201);
        assert_eq!(answer.text_of("/phones/police"), "110", "{role:?}");
        assert_eq!(answer.text_of("/phones/emergency"), "0000-110", "of the county above");
        assert_eq!(answer.text_of("/phones/duty"), "0000-12345");
        assert_eq!(answer.text_of("/report_due_at"), "2026-03-03T01:00:00Z", "a day, since it is serious");
        assert!(!answer.text.contains("canary"), "a receipt shows no text: {}", answer.text);
        let mine = client.get("/me/concerns").expect(200);
        assert_eq!(mine.body["items"].as_array().unwrap().len(), 1);
        assert!(!mine.text.contains("canary"));
        if *role != Role::Supervisor {
            let id = answer.text_of("/id");
            assert!([403, 404].contains(&client.get(&format!("/concerns/{id}")).status), "{role:?}");
        }
    }
    assert!(!server.stores("canary"), "nothing of it is stored in clear");
}

#[test]
fn a_neighbour_without_an_account_is_taken_down_by_phone() {
    let server = Server::start();
    let director = server.log_in_as_in(Role::ChildDirector, VILLAGE);
    let supervisor = server.log_in_as(Role::Supervisor);
    let neighbour = json!({"reporter_kind": "neighbour", "channel": "phone", "reporter_name": "canary 邻居",
        "reporter_phone": "19900000009", "subject_kind": "household", "subject_text": "canary 叔叔"});
    let id = reported(&director, &with(report(), neighbour));
    let read = concern(&supervisor, &id);
    assert_eq!(read["region_code"], VILLAGE, "her own division, where none is named");
    assert_eq!(read["said"]["reporter_name"], "canary 邻居");
    assert_eq!(read["said"]["text"], SECRET);
    assert_eq!((&read["reporter_kind"], &read["channel"]), (&"neighbour".into(), &"phone".into()));
    assert_eq!(director.get(&format!("/concerns/{id}")).status, 404, "who took it down has a receipt");
    assert!(!server.stores("canary"));
}

#[test]
fn nobody_names_whom_she_does_not_reach() {
    let server = Server::start();
    let (child, foreign) = server.run(async {
        let child = add_child(&server.store, new_child(1, VILLAGE)).await;
        (child, add_child(&server.store, new_child(2, ELSEWHERE)).await)
    });
    let stranger = server.run(add_volunteer(&server.store, new_volunteer(1, VILLAGE)));
    let director = server.log_in_as_in(Role::ChildDirector, VILLAGE);
    let leader = server.log_in_as(Role::TeamLeader);
    reported(&director, &with(report(), json!({"child_id": child})));
    let volunteer = server.log_in_as(Role::Volunteer);
    for (client, body) in [
        (&director, json!({"child_id": foreign})),
        (&leader, json!({"child_id": child})),
        (&volunteer, json!({"child_id": child})),
        (&volunteer, json!({"subject_kind": "volunteer", "subject_volunteer_id": stranger})),
        (&leader, json!({"subject_kind": "volunteer", "subject_volunteer_id": stranger})),
        (&director, json!({"pairing_id": "01900000-0000-7000-8000-000000000000"})),
    ] {
        client.post("/concerns", &with(report(), body)).expect(404);
    }
    director.post("/concerns", &with(report(), json!({"text": "  "}))).expect(422);
    director.post("/concerns", &with(report(), json!({"kind": "gossip"}))).expect(422);
}

#[test]
fn a_concern_is_read_by_supervisors_of_the_division_and_whom_it_is_assigned_to_and_by_nobody_else() {
    let server = Server::start();
    let director = server.log_in_as_in(Role::ChildDirector, VILLAGE);
    let other = server.log_in_as_in(Role::ChildDirector, VILLAGE);
    let supervisor = server.log_in_as(Role::Supervisor);
    let elsewhere = server.log_in_as_in(Role::Supervisor, ELSEWHERE);
    let coordinator = server.log_in_as(Role::Coordinator);
    let id = reported(&other, &report());
    assert_eq!(messages(&server, "concern.reported"), 1, "the one supervisor of the division");
    let path = format!("/concerns/{id}");
    for (client, status) in [(&elsewhere, 404), (&coordinator, 404), (&director, 404), (&other, 404)] {
        client.get(&path).expect(status);
        assert_eq!(client.get("/concerns").expect(200).body["items"], json!([]));
    }
    server.log_in_as(Role::Admin).get(&path).expect(403);
    assert_eq!(supervisor.get("/concerns").expect(200).body["items"][0]["id"], id.as_str());
    assert!(!supervisor.get("/concerns").expect(200).text.contains("canary"), "a list shows no text");

    let assign = |user_id: &str| supervisor.post(&format!("{path}/assign"), &json!({"user_id": user_id}));
    assign(&elsewhere.user_id).expect(404);
    assign(&server.log_in_as(Role::Volunteer).user_id).expect(404);
    assert_eq!(assign(&director.user_id).expect(200).body["state"], "assigned");
    assert_eq!(messages(&server, "concern.assigned"), 1);
    assert_eq!(concern(&director, &id)["said"]["text"], SECRET);
    coordinator.get(&path).expect(404);
    director.post(&format!("{path}/assign"), &json!({"user_id": coordinator.user_id})).expect(403);
    let entry = json!({"kind": "visit", "text": "canary 已到家中"});
    let entries = director.post(&format!("{path}/entries"), &entry).expect(200).body["entries"].clone();
    assert_eq!(entries[1]["number"], 2);
    assert_eq!(entries[1]["texts"]["text"], "canary 已到家中");
    assert!(!server.stores("canary"));
    // Every look at it is in the trail.
    let reads = server.counted(&format!(
        "audit_events WHERE subject_id = '{id}' AND action = 'concern.read' AND actor_id = '{}'",
        director.user_id
    ));
    assert_eq!(reads, 2, "one look, and one answer to an entry");
}

#[test]
fn its_subject_neither_reads_nor_closes_it_and_is_not_told() {
    let server = Server::start();
    let subject = server.log_in_as(Role::Supervisor);
    let another = server.log_in_as(Role::Supervisor);
    let about = json!({"subject_kind": "staff", "subject_user_id": subject.user_id});
    let id = reported(&server.log_in_as(Role::Coordinator), &with(report(), about));
    let path = format!("/concerns/{id}");
    assert_eq!(messages(&server, "concern.reported"), 1, "the other supervisor alone");
    subject.get(&path).expect(404);
    assert_eq!(subject.get("/concerns").expect(200).body["items"], json!([]));
    let end = json!({"outcome": "unfounded", "text": "试"});
    subject.post(&format!("{path}/close"), &end).expect(404);
    subject.post(&format!("{path}/entries"), &json!({"kind": "note", "text": "试"})).expect(404);
    another.post(&format!("{path}/assign"), &json!({"user_id": subject.user_id})).expect(404);
    another.post(&format!("{path}/close"), &end).expect(202);
    subject.post(&format!("{path}/close"), &end).expect(404);
    assert_eq!(concern(&another, &id)["state"], "closing");
}

#[test]
fn two_persons_close_a_concern_and_what_was_said_stays() {
    let server = Server::start();
    let (one, two) = (server.log_in_as(Role::Supervisor), server.log_in_as(Role::Supervisor));
    let director = server.log_in_as_in(Role::ChildDirector, VILLAGE);
    let id = reported(&director, &report());
    let close = format!("/concerns/{id}/close");
    let end = |outcome: &str| json!({"outcome": outcome, "text": "canary 已核实"});
    one.post(&close, &end("confirmed")).expect(202);
    // The same person, by another session, is the same person.
    let again = server.session_of(&one.user_id);
    let again = again.send("POST", &close, &[("idempotency-key", "again")], Some(&end("confirmed")));
    assert_eq!(again.code(), "second_person_needed");
    assert_eq!(two.post(&close, &end("unfounded")).code(), "second_person_needed", "they must agree");
    one.post(&format!("/concerns/{id}/reopen"), &json!({"text": "试"})).expect(200);
    // Whom it is assigned to may ask, a supervisor confirms; never the other way round.
    one.post(&format!("/concerns/{id}/assign"), &json!({"user_id": director.user_id})).expect(200);
    one.post(&close, &end("confirmed")).expect(202);
    assert_eq!(director.post(&close, &end("confirmed")).code(), "second_person_needed");
    assert_eq!(two.post(&close, &end("confirmed")).expect(200).body["state"], "closed");
    assert_eq!(one.post(&close, &end("confirmed")).code(), "state_conflict");
    let read = concern(&one, &id);
    assert_eq!(read["said"]["text"], SECRET);
    assert_eq!(read["entries"].as_array().unwrap().len(), 5);
    assert_eq!((&read["close_asked_by"], &read["closed_by"]), (&json!(one.user_id), &json!(two.user_id)));
    for method in ["DELETE", "PATCH", "PUT"] {
        let answer = one.send(method, &format!("/concerns/{id}"), &[], Some(&json!({})));
        assert_eq!(answer.status, 405, "{method}");
    }
    assert!(!server.stores("canary"));
}

#[test]
fn a_second_person_made_up_by_the_first_is_none() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let supervisor = server.log_in_as(Role::Supervisor);
    let id = reported(&supervisor, &report());
    let close = format!("/concerns/{id}/close");
    let end = json!({"outcome": "unfounded", "text": "试"});
    supervisor.post(&close, &end).expect(202);
    server.wait_minutes(1);
    let made_up = server.run(async {
        let by = Actor { kind: "user", id: Some(supervisor.user_id.clone()), request_id: None };
        let mut change = server.store.change(by).await.unwrap();
        let id = change.add_user("made.up", &fields(Role::Supervisor, COUNTY), &everywhere()).await.unwrap();
        change.commit(None).await.unwrap();
        id
    });
    assert_eq!(server.session_of(&made_up).post(&close, &end).code(), "second_person_needed");
    admin.get(&format!("/concerns/{id}")).expect(403);
}

#[test]
fn the_volunteer_a_concern_is_about_takes_part_in_nothing_until_somebody_resumes_her() {
    let server = Server::start();
    let volunteer = server.run(add_volunteer(&server.store, new_volunteer(1, VILLAGE)));
    let about = json!({"subject_kind": "volunteer", "subject_volunteer_id": volunteer, "kind": "boundary"});
    let coordinator = server.log_in_as(Role::Coordinator);
    for _ in 0..2 {
        reported(&coordinator, &with(report(), about.clone()));
    }
    let held = server.run(async {
        let mut view = server.store.view().await.unwrap();
        view.volunteer(&everybody(), &volunteer).await.unwrap()
    });
    assert_eq!(held.suspended_reason.as_deref(), Some("concern"));
    assert!(!held.ready);
}

#[test]
fn a_pair_of_the_subject_is_suspended_and_lives_again_only_when_the_concern_is_settled() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let volunteer = server.log_in_with(&UserFields {
        volunteer_id: Some(pair.volunteer_id.clone()),
        ..fields(Role::Volunteer, COUNTY)
    });
    // She reports about her own pair; what is feared of the household stops nothing.
    let own = json!({"pairing_id": pair.pairing_id, "subject_kind": "household"});
    reported(&volunteer, &with(report(), own));
    assert_eq!(coordinator.get(&pair.path("")).expect(200).body["state"], "active");
    let about = json!({"pairing_id": pair.pairing_id, "subject_kind": "volunteer", "reporter_kind": "child",
        "channel": "phone"});
    let id = reported(&coordinator, &with(report(), about));
    assert_eq!(coordinator.get(&pair.path("")).expect(200).body["state"], "suspended");
    assert_eq!(
        messages(&server, "pairing.suspended"),
        2,
        "she and the coordinator are told that it rests, and no reason"
    );
    coordinator.post(&format!("/volunteers/{}/resume", pair.volunteer_id), &json!({})).expect(200);
    assert_eq!(coordinator.post(&pair.path("resume"), &json!({})).expect(409).code(), "not_eligible");
    let end = json!({"outcome": "unfounded", "text": "试"});
    for status in [202, 200] {
        let supervisor = server.log_in_as(Role::Supervisor);
        supervisor.post(&format!("/concerns/{id}/close"), &end).expect(status);
    }
    assert_eq!(coordinator.post(&pair.path("resume"), &json!({})).expect(200).body["state"], "active");
}

#[test]
fn erasing_the_child_and_the_volunteer_leaves_the_concern_readable() {
    let server = Server::start();
    let (child, volunteer) = server.run(async {
        let child = add_child(&server.store, new_child(1, VILLAGE)).await;
        (child, add_volunteer(&server.store, new_volunteer(1, VILLAGE)).await)
    });
    let coordinator = server.log_in_as(Role::Coordinator);
    let about = json!({"child_id": child, "subject_kind": "volunteer", "subject_volunteer_id": volunteer,
        "child_words": "canary 我不想再见她"});
    let id = reported(&coordinator, &with(report(), about));
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        change.erase_child(&everywhere(), &child, "subject_request").await.unwrap();
        change.erase_volunteer(&everybody(), &volunteer, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();
        server.store.rotate(&Actor::COMMAND, |_| {}).await.unwrap();
    });
    let read = concern(&server.log_in_as(Role::Supervisor), &id);
    assert_eq!(read["said"]["child_words"], "canary 我不想再见她");
    assert_eq!((&read["child_id"], &read["subject_volunteer_id"]), (&json!(child), &json!(volunteer)));
}

#[test]
fn the_time_to_report_is_told_once_when_it_is_over_and_stops_when_the_authority_was_told() {
    let server = Server::start();
    let supervisor = server.log_in_as(Role::Supervisor);
    let now = with(report(), json!({"severity": "emergency"}));
    let (late, told, later) =
        (reported(&supervisor, &now), reported(&supervisor, &now), reported(&supervisor, &report()));
    let authority =
        json!({"authority": "police", "reference": "canary 试派出所", "told_at": "2026-03-02T01:00:00Z"});
    let future = with(authority.clone(), json!({"told_at": "2026-03-02T01:00:01Z"}));
    supervisor.post(&format!("/concerns/{told}/report"), &future).expect(422);
    supervisor.post(&format!("/concerns/{told}/report"), &authority).expect(200);
    let open = |id: &str| server.counted(&format!("tasks WHERE subject_id = '{id}' AND done_at_ms IS NULL"));
    assert_eq!((open(&late), open(&told), open(&later)), (1, 0, 1));
    let overdue = || server.run(server.store.tell_overdue_concerns()).unwrap();
    server.wait_minutes(119);
    assert_eq!(overdue(), 0);
    server.wait_minutes(1);
    assert_eq!(overdue(), 1, "two hours, since it is an emergency");
    assert_eq!(overdue(), 0, "once");
    assert_eq!((messages(&server, "concern.report_overdue"), open(&late)), (1, 2));
    server.wait_minutes(22 * 60);
    assert_eq!(overdue(), 1, "a day otherwise");
    let supervisor = server.session_of(&supervisor.user_id);
    for id in [&late, &later] {
        supervisor.post(&format!("/concerns/{id}/report"), &authority).expect(200);
        assert_eq!(open(id), 0);
    }
    assert_eq!(concern(&supervisor, &late)["reported_to_authority_at"], "2026-03-02T01:00:00Z");
    assert!(!server.stores("canary"));
}
