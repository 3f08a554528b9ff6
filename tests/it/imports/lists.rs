//! Code lists and policies.

use std::collections::BTreeSet;

use jiedui::model::child::Category;
use jiedui::model::{NeedKind, Role};
use serde_json::json;

use crate::http::server::{ELSEWHERE, Server};

#[test]
fn code_lists_hold_the_words_that_sheets_are_read_by() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let lists = coordinator.get("/code-lists").expect(200);
    let names: BTreeSet<&str> =
        lists.body["items"].as_array().unwrap().iter().map(|list| list["name"].as_str().unwrap()).collect();
    assert!(
        names.is_superset(&BTreeSet::from(["categories", "risk_levels", "need_kinds", "skills"])),
        "{names:?}"
    );
    for (name, words) in [
        ("categories", Category::ALL.map(Category::names).to_vec()),
        ("need_kinds", NeedKind::ALL.map(NeedKind::names).to_vec()),
    ] {
        let list = coordinator.get(&format!("/code-lists/{name}")).expect(200);
        let items: Vec<_> = words.iter().map(|(zh, code)| json!({"code": code, "name_zh": zh})).collect();
        assert_eq!(list.body["items"], json!(items));
        assert_eq!(list.etag(), format!("\"{}\"", list.body["version"].as_str().unwrap()));
    }
    coordinator.get("/code-lists/none").expect(404);
}

#[test]
fn a_policy_is_checked_numbered_and_never_changes_once_published() {
    let server = Server::start();
    let (admin, coordinator) = (server.log_in_as(Role::Admin), server.log_in_as(Role::Coordinator));
    let text = "[travel]\nmax_travel_min = 60\n";
    let body = json!({"name": "本县规则", "content": text});
    let checked = coordinator.post("/policies?validate_only=true", &body).expect(200);
    assert_eq!(checked.body, json!({"valid": true}));
    assert_eq!(coordinator.get("/policies").expect(200).body["items"], json!([]));
    let first = coordinator.post("/policies", &body).expect(201);
    let second = coordinator.post("/policies", &body).expect(201);
    assert_eq!((&first.body["number"], &second.body["number"]), (&json!(1), &json!(2)));
    assert_eq!(first.body["region_code"], "422827000000");
    let id = first.text_of("/id");
    coordinator.post(&format!("/policies/{id}/publish"), &json!(null)).expect(403);
    let published = admin.post(&format!("/policies/{id}/publish"), &json!(null)).expect(200);
    assert_eq!((&published.body["state"], &published.body["version"]), (&json!("published"), &json!(2)));
    let again = admin.post(&format!("/policies/{id}/publish"), &json!(null)).expect(409);
    assert_eq!(again.code(), "state_conflict");
    let read = coordinator.get(&format!("/policies/{id}")).expect(200);
    assert_eq!(read.body["content"], text);
    server.log_in_as_in(Role::Coordinator, ELSEWHERE).get(&format!("/policies/{id}")).expect(404);
}

#[test]
fn whoever_writes_that_men_may_be_paired_with_girls_does_not_put_it_into_force() {
    let server = Server::start();
    let (author, other) = (server.log_in_as(Role::Admin), server.log_in_as(Role::Admin));
    let text = "[[rules_off]]\ncode = \"H13\"\nreason = \"试点\"\napproved_by = [\"甲\", \"乙\"]\n";
    let id = author.post("/policies", &json!({"name": "试点", "content": text})).expect(201).text_of("/id");
    let refused = author.post(&format!("/policies/{id}/publish"), &json!(null)).expect(409);
    assert_eq!(refused.code(), "second_person_needed");
    other.post(&format!("/policies/{id}/publish"), &json!(null)).expect(200);
    let plain = author.post("/policies", &json!({"name": "本县", "content": ""})).expect(201).text_of("/id");
    author.post(&format!("/policies/{plain}/publish"), &json!(null)).expect(200);
}

#[test]
fn a_policy_of_the_division_above_is_seen_and_not_published_from_below() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let prefecture = server.log_in_as_in(Role::Admin, "422800000000");
    let body = json!({"name": "全州规则", "content": ""});
    let id = prefecture.post("/policies", &body).expect(201).text_of("/id");
    let whole = admin.post("/policies", &body).expect(201);
    assert_eq!(whole.body["region_code"], "");
    let county = server.log_in_as_in(Role::Admin, "422827000000");
    assert_eq!(county.get("/policies").expect(200).body["items"].as_array().unwrap().len(), 2);
    county.get(&format!("/policies/{id}")).expect(200);
    county.post(&format!("/policies/{id}/publish"), &json!(null)).expect(404);
    let elsewhere = server.log_in_as_in(Role::Admin, "430100000000");
    elsewhere.get(&format!("/policies/{id}")).expect(404);
}

#[test]
fn every_mistake_of_a_policy_is_told_with_its_line() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let body = json!({"name": "规则", "content": "[travel]\nspeed = 30\ndetour = 0.5"});
    let refused = coordinator.post("/policies", &body).expect(422);
    let details: Vec<&str> = refused.body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["detail"].as_str().unwrap())
        .collect();
    assert_eq!(details.len(), 2);
    assert!(details[0].contains("第2行") && details[1].contains("第3行"), "{details:?}");
}

#[test]
fn every_preset_is_a_good_policy() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let presets = coordinator.get("/policies/presets").expect(200);
    let presets = presets.body["items"].as_array().unwrap();
    assert_eq!(presets.len(), 3);
    for preset in presets {
        let body = json!({"name": preset["name"], "content": preset["content"]});
        coordinator.post("/policies?validate_only=true", &body).expect(200);
    }
}

crate::http::server::on_postgres_too! {
    whoever_writes_that_men_may_be_paired_with_girls_does_not_put_it_into_force
    code_lists_hold_the_words_that_sheets_are_read_by
    a_policy_is_checked_numbered_and_never_changes_once_published
    a_policy_of_the_division_above_is_seen_and_not_published_from_below
    every_mistake_of_a_policy_is_told_with_its_line
    every_preset_is_a_good_policy
}
