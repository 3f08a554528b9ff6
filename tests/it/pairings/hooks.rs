//! What stops a pair at once, whoever thought of it: a withdrawal, a no, a bar, a suspension, an archive, an erasure, a conflict.

use jiedui::store::Actor;
use serde_json::json;

use super::made::{Pair, active, begun, ending, screen, stands, start, volunteer_with};
use crate::http::server::{Client, Server, on_postgres_too};
use crate::people::made::{add_conflict, consent, everybody, everywhere};

on_postgres_too! {
    a_withdrawn_consent_ends_the_pair_at_once
    a_bar_ends_a_suspension_suspends
    erasing_either_of_them_ends_the_pair
}

fn ended(reason: &str) -> (String, String) {
    ("ended".to_owned(), reason.to_owned())
}

fn suspended(reason: &str) -> (String, String) {
    ("suspended".to_owned(), reason.to_owned())
}

fn two(server: &Server, coordinator: &Client) -> [Pair; 2] {
    [active(server, coordinator), active(server, coordinator)]
}

#[test]
fn a_withdrawn_consent_ends_the_pair_at_once() {
    let (server, coordinator) = start();
    let [pair, other] = two(&server, &coordinator);
    let consents = coordinator.get(&format!("/children/{}/consents", pair.child_id)).expect(200);
    let consents = consents.body["items"].as_array().unwrap().clone();
    for purpose in ["processing", "pairing", "volunteer"] {
        let pair = if purpose == "volunteer" { &other } else { &pair };
        let of = coordinator.get(&format!("/children/{}/consents", pair.child_id)).expect(200);
        let found =
            of.body["items"].as_array().unwrap().iter().find(|one| one["purpose"] == purpose).cloned();
        let id = found.unwrap()["id"].as_str().unwrap().to_owned();
        coordinator.post(&format!("/consents/{id}/withdraw"), &json!({"channel": "phone"})).expect(200);
        assert_eq!(stands(&coordinator, pair), ended("consent_withdrawn"), "{purpose}");
    }
    assert_eq!(consents.len(), 3);
    assert_eq!(server.counted("pairing_places"), 0);
    // What nobody could prepare is still to be told, and is told once.
    let shown = coordinator.get(&pair.path("")).expect(200);
    assert_eq!(shown.text_of("/notice"), "pending");
    assert_eq!(server.counted("tasks WHERE kind = 'tell_child' AND done_at_ms IS NULL"), 2);
    let closed = coordinator.post(&pair.path("end"), &ending()).expect(200);
    assert_eq!(
        (closed.text_of("/reason"), closed.text_of("/notice")),
        ("consent_withdrawn".into(), "in_person".into())
    );
    coordinator.post(&pair.path("end"), &ending()).expect(409);
}

#[test]
fn a_no_to_any_pairing_ends_this_one() {
    let (server, coordinator) = start();
    let [pair, other] = two(&server, &coordinator);
    let awaiting = begun(&server);
    for pair in [&pair, &awaiting] {
        let wish = json!({"answer": "no", "asked_on": "2026-03-01"});
        coordinator.post(&format!("/children/{}/wishes", pair.child_id), &wish).expect(200);
        assert_eq!(stands(&coordinator, pair), ended("child_no"));
    }
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        change.add_consent(&everywhere(), &other.child_id, &consent("pairing", "no")).await.unwrap();
        change.commit(None).await.unwrap();
    });
    assert_eq!(stands(&coordinator, &other), ended("consent_withdrawn"));
}

#[test]
fn a_bar_ends_a_suspension_suspends() {
    let (server, coordinator) = start();
    let [pair, other] = two(&server, &coordinator);
    let path = |pair: &Pair, verb: &str| format!("/volunteers/{}/{verb}", pair.volunteer_id);
    coordinator.post(&path(&other, "suspend"), &json!({"reason": "unavailable"})).expect(200);
    assert_eq!(stands(&coordinator, &other), suspended("volunteer_suspended"));
    let refused = coordinator.post(&other.path("resume"), &json!({})).expect(409);
    assert_eq!(refused.code(), "not_eligible");
    coordinator.post(&path(&other, "resume"), &json!({})).expect(200);
    assert_eq!(stands(&coordinator, &other).0, "suspended", "a coordinator decides, and every rule is asked");
    coordinator.post(&other.path("resume"), &json!({})).expect(200);

    coordinator.post(&path(&pair, "bar"), &json!({"reason": "incident"})).expect(200);
    assert_eq!(stands(&coordinator, &pair), ended("volunteer_barred"));
    let shown = coordinator.get(&pair.path("")).expect(200);
    assert_eq!(shown.body["went_well"], false, "the two never come back to each other");
    // A finding of a check bars as well.
    server.run(screen(&server, &other.volunteer_id, "barred", "2026-03-01"));
    assert_eq!(stands(&coordinator, &other), ended("volunteer_barred"));
}

#[test]
fn archiving_either_of_them_suspends() {
    let (server, coordinator) = start();
    let [pair, other] = two(&server, &coordinator);
    let child = coordinator.get(&format!("/children/{}", pair.child_id)).expect(200);
    coordinator.delete(&format!("/children/{}", pair.child_id), Some(&child.etag())).expect(204);
    assert_eq!(stands(&coordinator, &pair), suspended("child_archived"));
    let volunteer = coordinator.get(&format!("/volunteers/{}", other.volunteer_id)).expect(200);
    coordinator.delete(&format!("/volunteers/{}", other.volunteer_id), Some(&volunteer.etag())).expect(204);
    assert_eq!(stands(&coordinator, &other), suspended("volunteer_archived"));
    assert_eq!(coordinator.post(&other.path("resume"), &json!({})).expect(409).code(), "not_eligible");
}

#[test]
fn erasing_either_of_them_ends_the_pair() {
    let (server, coordinator) = start();
    let [pair, other] = two(&server, &coordinator);
    let reason = json!({"reason": "subject_request"});
    coordinator.post(&format!("/children/{}/erase", pair.child_id), &reason).expect(204);
    coordinator.post(&format!("/volunteers/{}/erase", other.volunteer_id), &reason).expect(204);
    assert_eq!(server.counted("pairings WHERE state = 'ended' AND reason = 'erased'"), 2);
    assert_eq!(server.counted("pairing_places"), 0);
    let shown = coordinator.get(&other.path("")).expect(200);
    assert_eq!(shown.text_of("/volunteer_name"), "");
}

#[test]
fn a_conflict_stops_the_two_and_nobody_else() {
    let (server, coordinator) = start();
    let [pair, other] = two(&server, &coordinator);
    server.run(add_conflict(&server.store, &pair.child_id, &pair.volunteer_id));
    assert_eq!(stands(&coordinator, &pair), suspended("conflict"));
    assert_eq!(stands(&coordinator, &other).0, "active");
    let refused = coordinator.post(&pair.path("resume"), &json!({})).expect(409);
    assert_eq!(refused.text_of("/errors/0/code"), "H14");
}

#[test]
fn what_befalls_one_of_a_unit_stops_the_pairs_of_all() {
    let (server, coordinator) = start();
    let unit = [("unit", "家庭一"), ("unit_kind", "家庭")];
    let lead = volunteer_with(&server, &[("lead", "是"), unit[0], unit[1]]);
    let other = volunteer_with(&server, &unit);
    let pair = super::made::begun_of(&server, super::made::child(&server), lead);
    super::made::say_yes(&coordinator, &pair);
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        change.bar_volunteer(&everybody(), &other, "incident").await.unwrap();
        change.commit(None).await.unwrap();
    });
    assert_eq!(stands(&coordinator, &pair), suspended("volunteer_barred"));
    assert_eq!(coordinator.post(&pair.path("resume"), &json!({})).expect(409).code(), "not_eligible");
}

#[test]
fn a_concern_about_her_keeps_her_from_meeting_the_child() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    server.behind(&[format!(
        "INSERT INTO concerns (id, version, region_code, subject_kind, subject_volunteer_id, kind, severity, state, sealed,
            reported_by, reporter_kind, channel, report_due_at_ms, outcome, created_at_ms, updated_at_ms)
        VALUES ('c1', 1, '422827101203', 'volunteer', '{}', 'other', 'high', 'open', '', 'x', 'user', 'phone', 1, '', 1, 1)",
        pair.volunteer_id
    )]);
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let stopped = change.suspend_pairs_of_volunteer(&pair.volunteer_id, "concern").await.unwrap();
        assert_eq!(stopped, std::slice::from_ref(&pair.pairing_id));
        change.commit(None).await.unwrap();
    });
    let refused = coordinator.post(&pair.path("resume"), &json!({})).expect(409);
    assert_eq!(refused.code(), "not_eligible");
    assert!(refused.body.get("errors").is_none(), "that there is a concern is not the coordinator's to know");
}
