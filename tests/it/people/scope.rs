//! Whose people somebody reaches, and the wire's own rules: versions, two persons, a guardian's answer.

use jiedui::model::Role;
use jiedui::store::UserFields;
use serde_json::{Value, json};

use super::made::{ELSEWHERE, VILLAGE};
use crate::http::server::{Server, fields};

fn body(number: &str, region_code: &str) -> Value {
    json!({"number": number, "region_code": region_code,
        "cells": {"name": "向试", "sex": "女", "birth_date": "2015-05-01", "township": "示例镇", "village": "示例村"}})
}

#[test]
fn people_of_another_county_are_not_found_by_any_way() {
    let server = Server::start();
    let ours = server.log_in_as(Role::Coordinator);
    let theirs = server.log_in_as_in(Role::Coordinator, ELSEWHERE);
    let child = ours.post("/children", &body("C1", VILLAGE)).expect(201);
    let id = child.text_of("/id");
    theirs.get(&format!("/children/{id}")).expect(404);
    theirs.patch(&format!("/children/{id}"), &child.etag(), &json!({"cells": {"village": "x"}})).expect(404);
    theirs.delete(&format!("/children/{id}"), Some(&child.etag())).expect(404);
    assert_eq!(theirs.get("/children").expect(200).body["items"], json!([]));
    assert_eq!(theirs.get("/children?q=C1").expect(200).body["items"], json!([]));
    assert_eq!(theirs.get(&format!("/children?region={VILLAGE}")).expect(200).body["items"], json!([]));
    // Nor can she put anybody there, or take anybody away with her.
    theirs.post("/children", &body("C2", VILLAGE)).expect(422);
    let moved = json!({"region_code": ELSEWHERE});
    ours.patch(&format!("/children/{id}"), &child.etag(), &moved).expect(422);
    // The same number in another county is another child.
    theirs.post("/children", &body("C1", ELSEWHERE)).expect(201);
    assert_eq!(ours.post("/children", &body("C1", VILLAGE)).expect(409).code(), "already_exists");
}

#[test]
fn a_version_must_be_named_and_must_be_the_last() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let child = coordinator.post("/children", &body("C1", VILLAGE)).expect(201);
    let path = format!("/children/{}", child.text_of("/id"));
    assert_eq!(child.header("location"), format!("/api/v1{path}"));
    let change = json!({"cells": {"languages": "西南官话", "village": null}});
    coordinator.send("PATCH", &path, &[], Some(&change)).expect(428);
    let changed = coordinator.patch(&path, &child.etag(), &change).expect(200);
    assert_eq!(changed.text_of("/cells/languages"), "西南官话");
    assert!(changed.body["cells"].get("village").is_none(), "null empties");
    assert_eq!(coordinator.patch(&path, &child.etag(), &change).expect(412).code(), "precondition_failed");
    let unchanged = coordinator.send("GET", &path, &[("if-none-match", &changed.etag())], None);
    assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
    coordinator.delete(&path, Some(&changed.etag())).expect(204);
    assert!(coordinator.get(&path).expect(200).body["delete_time"].is_string());
    assert_eq!(coordinator.get("/children").expect(200).body["items"], json!([]));
    let archived = coordinator.get("/children?archived=true").expect(200);
    assert_eq!(archived.body["items"].as_array().unwrap().len(), 1);
    coordinator.post(&format!("{path}/restore"), &json!({})).expect(200);
    coordinator.post(&format!("{path}/restore"), &json!({})).expect(409);
    coordinator.post(&format!("{path}/erase"), &json!({"reason": "mistake"})).expect(204);
    coordinator.get(&path).expect(404);
}

#[test]
fn a_guardians_answer_opens_and_a_withdrawal_closes() {
    let server = Server::start();
    let director = server.log_in_as(Role::ChildDirector);
    let child = director.post("/children", &body("C1", VILLAGE)).expect(201);
    assert_eq!(child.body["ready"], false);
    let path = format!("/children/{}/consents", child.text_of("/id"));
    let answer = |giver: &str, given_on: &str| {
        json!({"purpose": "processing", "answer": "yes", "giver": giver, "relation": "grandparent",
            "method": "thumbprint", "channel": "paper_thumbprint", "text_version": "2026-1", "given_on": given_on})
    };
    let refused = director.post(&path, &answer("carer", "2026-02-01")).expect(422);
    assert_eq!(refused.body["errors"][0]["code"], "carer_alone");
    director.post(&path, &answer("guardian", "2026-03-09")).expect(422);
    let given = director.post(&path, &answer("entrusted_carer_with_agreement", "2026-02-01")).expect(201);
    assert_eq!(given.body["child_ready"], true);
    let consent = given.text_of("/consent/id");
    let withdrawn =
        director.post(&format!("/consents/{consent}/withdraw"), &json!({"channel": "phone"})).expect(200);
    assert_eq!(
        (&withdrawn.body["child_ready"], &withdrawn.body["consent"]["live"]),
        (&json!(false), &json!(false))
    );
    assert!(withdrawn.body["child_purge_time"].is_string());
}

#[test]
fn a_bar_is_lifted_by_two_persons_whatever_key_they_use() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let volunteer =
        coordinator.post("/volunteers", &json!({"number": "V1", "region_code": VILLAGE})).expect(201);
    let path = format!("/volunteers/{}/bar", volunteer.text_of("/id"));
    let barred = coordinator.post(&path, &json!({"reason": "incident"})).expect(200);
    assert_eq!((&barred.body["screening"], &barred.body["ready"]), (&json!("barred"), &json!(false)));
    let bar = coordinator.get("/bars").expect(200).text_of("/items/0/id");
    let lift = format!("/bars/{bar}/lift");
    coordinator.post(&lift, &json!({})).expect(202);
    let again = server.session_of(&coordinator.user_id);
    assert_eq!(again.post(&lift, &json!({})).expect(409).code(), "second_person_needed");
    server.log_in_as(Role::ChildDirector).post(&lift, &json!({})).expect(403);
    let lifted = server.log_in_as(Role::Supervisor).post(&lift, &json!({})).expect(200);
    assert!(lifted.body["lifted_at"].is_string());
}

#[test]
fn a_volunteer_has_her_own_record_and_no_other() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let make = |number: &str| {
        coordinator
            .post("/volunteers", &json!({"number": number, "region_code": VILLAGE}))
            .expect(201)
            .text_of("/id")
    };
    let (own, other) = (make("V1"), make("V2"));
    let herself = server.log_in_with(&UserFields {
        volunteer_id: Some(own.clone()),
        ..fields(Role::Volunteer, "422827000000")
    });
    let seen = herself.get(&format!("/volunteers/{own}")).expect(200);
    herself.get(&format!("/volunteers/{other}")).expect(404);
    herself.get("/volunteers").expect(403);
    let hours = json!({"availability": "周六上午"});
    herself.put(&format!("/volunteers/{other}/availability"), "\"1\"", &hours).expect(404);
    let put = herself.put(&format!("/volunteers/{own}/availability"), &seen.etag(), &hours).expect(200);
    let capacity = json!({"capacity": 3});
    let put = herself.put(&format!("/volunteers/{own}/capacity"), &put.etag(), &capacity).expect(200);
    assert_eq!(put.body["capacity"], 3);
    let unreadable = json!({"availability": "有空就行"});
    let refused =
        herself.put(&format!("/volunteers/{own}/availability"), &put.etag(), &unreadable).expect(422);
    assert_eq!(refused.text_of("/errors/0/pointer"), "/availability");
    let kept = herself.get(&format!("/volunteers/{own}/availability")).expect(200);
    assert_eq!(kept.text_of("/availability"), "周六上午");
    server.log_in_as(Role::Volunteer).get(&format!("/volunteers/{own}")).expect(404);
}

#[test]
fn a_consent_posted_again_with_its_key_is_recorded_once() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let child = coordinator.post("/children", &body("C1", VILLAGE)).expect(201).text_of("/id");
    let wish = json!({"answer": "yes", "asked_on": "2026-02-01"});
    let path = format!("/children/{child}/wishes");
    let first = coordinator.send("POST", &path, &[("idempotency-key", "k1")], Some(&wish)).expect(200);
    let second = coordinator.send("POST", &path, &[("idempotency-key", "k1")], Some(&wish)).expect(200);
    assert_eq!((first.text, second.header("idempotent-replayed")), (second.text.clone(), "true"));
    assert_eq!(coordinator.get(&path).expect(200).body["items"].as_array().unwrap().len(), 1);
}

crate::http::server::on_postgres_too! {
    people_of_another_county_are_not_found_by_any_way
    a_version_must_be_named_and_must_be_the_last
    a_guardians_answer_opens_and_a_withdrawal_closes
    a_bar_is_lifted_by_two_persons_whatever_key_they_use
    a_volunteer_has_her_own_record_and_no_other
    a_consent_posted_again_with_its_key_is_recorded_once
}
