//! From `awaiting_guardian` to `ended`: no way round an approver, the guardian's yes and the child's (S9, S12–S14, S30, S43).

use jiedui::model::Role;
use serde_json::json;

use super::made::{
    APPROVER, active, answered, begin, begun, begun_of, child, ending, guardian, proposal, say_yes, says,
    stands, start, volunteer, volunteer_with, with_phone,
};
use crate::http::server::{Server, on_postgres_too};

on_postgres_too! {
    a_pair_meets_once_guardian_and_child_said_yes
    a_guardians_no_needs_no_reason_and_keeps_the_two_apart
    a_childs_no_binds
    nothing_begins_without_an_approver
    brothers_and_sisters_take_one_place
    an_end_says_what_was_told_and_frees_the_place
}

#[test]
fn a_pair_meets_once_guardian_and_child_said_yes() {
    let (server, coordinator) = start();
    let pair = begun(&server);
    let activate = pair.path("activate");
    assert_eq!(stands(&coordinator, &pair).0, "awaiting_guardian");
    assert_eq!(coordinator.post(&activate, &json!({})).expect(409).code(), "consent_missing");
    coordinator.post(&pair.path("guardian-answer"), &guardian("yes")).expect(200);
    assert_eq!(coordinator.post(&activate, &json!({})).expect(409).code(), "wish_missing");
    let director = server.log_in_as(Role::ChildDirector);
    director.post(&pair.path("child-answer"), &says("yes")).expect(200);
    director.post(&activate, &json!({})).expect(403);
    server.log_in_as(Role::Supervisor).post(&activate, &json!({})).expect(403);
    let met = coordinator.post(&activate, &json!({})).expect(200);
    assert_eq!(
        (met.text_of("/state"), met.text_of("/began_on")),
        ("active".to_owned(), "2026-03-02".to_owned())
    );
    assert_eq!(met.text_of("/approved_by"), APPROVER);
    assert_eq!(coordinator.post(&activate, &json!({})).expect(409).code(), "state_conflict");
    let history = coordinator.get(&pair.path("history")).expect(200);
    let steps: Vec<&str> = history.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["reason"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["accepted", "guardian_yes", "child_yes", "activated"]);
    assert_eq!(history.text_of("/items/1/channel"), "paper_thumbprint");
    assert_eq!(server.counted("tasks WHERE kind = 'ask_guardian' AND done_at_ms IS NULL"), 0);
    assert!(!server.stores("向证某"), "a witness is sealed");
}

#[test]
fn a_guardians_no_needs_no_reason_and_keeps_the_two_apart() {
    let (server, coordinator) = start();
    let pair = begun(&server);
    coordinator.post(&pair.path("guardian-answer"), &guardian("no")).expect(200);
    assert_eq!(stands(&coordinator, &pair), ("ended".to_owned(), "guardian_no".to_owned()));
    assert_eq!(server.counted("refusals WHERE said_by = 'guardian'"), 1);
    assert_eq!(server.counted("pairing_places"), 0, "her place is free");
    let child = coordinator.get(&format!("/children/{}", pair.child_id)).expect(200);
    assert_eq!(child.text_of("/consent"), "yes", "another volunteer may come");
    // The same two again: the rules know.
    let again = proposal(&server, &pair.volunteer_id, &[&pair.child_id], Some(APPROVER));
    let pairing_id = begin(&server, &again).unwrap().remove(0);
    let again = super::made::Pair { pairing_id, ..pair };
    say_yes(&coordinator, &again);
    let refused = coordinator.post(&again.path("activate"), &json!({})).expect(409);
    assert_eq!((refused.code(), refused.text_of("/errors/0/code").as_str()), ("not_eligible", "H14"));
}

#[test]
fn a_childs_no_binds() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    coordinator.post(&pair.path("child-answer"), &says("yes")).expect(409);
    coordinator.post(&pair.path("child-answer"), &says("no")).expect(200);
    assert_eq!(stands(&coordinator, &pair), ("ended".to_owned(), "child_no".to_owned()));
    assert_eq!(server.counted("refusals WHERE said_by = 'child'"), 1);
    coordinator.post(&pair.path("guardian-answer"), &guardian("no")).expect(409);
    coordinator.post(&pair.path("resume"), &json!({})).expect(409);
}

#[test]
fn a_carer_without_an_agreement_cannot_answer() {
    let (server, coordinator) = start();
    let pair = begun(&server);
    let mut answer = guardian("yes");
    answer["giver"] = json!("carer");
    let refused = coordinator.post(&pair.path("guardian-answer"), &answer).expect(422);
    assert_eq!(refused.text_of("/errors/0/code"), "carer_alone");
}

#[test]
fn nothing_begins_without_an_approver() {
    let (server, coordinator) = start();
    let (child, volunteer) = (child(&server), volunteer(&server));
    let unapproved = proposal(&server, &volunteer, &[&child], None);
    assert_eq!(begin(&server, &unapproved).unwrap_err().to_string(), "approval_missing");
    assert_eq!(server.counted("pairings"), 0);
    assert_eq!(server.counted("pairing_places"), 0);
    // Nor is there a way round it behind the API's back.
    let pair = answered(&server, &coordinator);
    server.behind(&["UPDATE pairings SET approved_by = ''".to_owned()]);
    assert_eq!(coordinator.post(&pair.path("activate"), &json!({})).expect(409).code(), "approval_missing");
}

#[test]
fn nobody_meets_where_no_concern_would_be_heard() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let pair = answered(&server, &coordinator);
    let activate = pair.path("activate");
    assert_eq!(coordinator.post(&activate, &json!({})).expect(409).code(), "no_concern_handler");
    with_phone(&server);
    assert_eq!(coordinator.post(&activate, &json!({})).expect(409).code(), "no_concern_handler");
    let elsewhere = crate::http::server::ELSEWHERE;
    server.log_in_as_in(Role::Supervisor, elsewhere);
    assert_eq!(coordinator.post(&activate, &json!({})).expect(409).code(), "no_concern_handler");
    server.log_in_as_in(Role::Supervisor, "422800000000");
    coordinator.post(&activate, &json!({})).expect(200);
}

#[test]
fn a_child_has_one_live_pair_and_a_volunteer_no_more_than_her_capacity() {
    let (server, _) = start();
    let pair = begun(&server);
    let other = volunteer(&server);
    let second = proposal(&server, &other, &[&pair.child_id], Some(APPROVER));
    assert_eq!(begin(&server, &second).unwrap_err().to_string(), "already_paired");
    assert_eq!(server.counted("pairing_places"), 1, "what was refused took no place");
    // Capacity 2 in the sheet of the invented volunteer.
    begun_of(&server, child(&server), pair.volunteer_id.clone());
    let third = proposal(&server, &pair.volunteer_id, &[&child(&server)], Some(APPROVER));
    assert_eq!(begin(&server, &third).unwrap_err().to_string(), "capacity_exhausted");
    assert_eq!(server.counted("pairings WHERE state <> 'ended'"), 2);
    let none = volunteer_with(&server, &[("capacity", "0")]);
    let refused = proposal(&server, &none, &[&child(&server)], Some(APPROVER));
    assert_eq!(begin(&server, &refused).unwrap_err().to_string(), "capacity_exhausted");
}

#[test]
fn brothers_and_sisters_take_one_place() {
    let (server, coordinator) = start();
    let volunteer = volunteer_with(&server, &[("capacity", "1")]);
    let (one, two) = (child(&server), child(&server));
    let proposal_id = proposal(&server, &volunteer, &[&one, &two], Some(APPROVER));
    let pairings = begin(&server, &proposal_id).unwrap();
    assert_eq!(pairings.len(), 2);
    assert_eq!(server.counted("pairing_places"), 1);
    let end = |id: &str| coordinator.post(&format!("/pairings/{id}/end"), &ending()).expect(200);
    end(&pairings[0]);
    assert_eq!(server.counted("pairing_places"), 1, "the other lives");
    end(&pairings[1]);
    assert_eq!(server.counted("pairing_places"), 0);
}

#[test]
fn an_end_says_what_was_told_and_frees_the_place() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let mut unsaid = ending();
    unsaid.as_object_mut().unwrap().remove("farewell");
    coordinator.post(&pair.path("end"), &unsaid).expect(422);
    server.log_in_as(Role::ChildDirector).post(&pair.path("end"), &ending()).expect(403);
    let ended = coordinator.post(&pair.path("end"), &ending()).expect(200);
    assert_eq!(
        (ended.text_of("/state"), ended.text_of("/ended_on"), ended.text_of("/replacement")),
        ("ended".to_owned(), "2026-03-02".to_owned(), "next_run".to_owned())
    );
    assert_eq!(server.counted("pairing_places"), 0);
    coordinator.post(&pair.path("end"), &ending()).expect(409);
    // The next volunteer of the child is a change, and counted.
    let next = begun_of(&server, pair.child_id, volunteer(&server));
    let shown = coordinator.get(&next.path("")).expect(200);
    assert_eq!(shown.body["volunteer_changes"], 1);
}

#[test]
fn a_suspended_pair_meets_again_on_the_same_terms() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let reason = json!({"reason": "family_request"});
    let director = server.log_in_as(Role::ChildDirector);
    director.post(&pair.path("suspend"), &reason).expect(200);
    assert_eq!(stands(&coordinator, &pair), ("suspended".to_owned(), "family_request".to_owned()));
    director.post(&pair.path("suspend"), &reason).expect(409);
    let tasks = director.get("/tasks").expect(200);
    assert_eq!(tasks.text_of("/items/0/kind"), "cover");
    director.post(&pair.path("resume"), &json!({})).expect(403);
    let resumed = coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    assert_eq!(resumed.text_of("/began_on"), "2026-03-02");
    assert!(director.get("/tasks").expect(200).body["items"].as_array().unwrap().is_empty());
}

#[test]
fn pairings_of_another_county_are_not_found() {
    let (server, coordinator) = start();
    let pair = begun(&server);
    let elsewhere = server.log_in_as_in(Role::Coordinator, crate::http::server::ELSEWHERE);
    elsewhere.get(&pair.path("")).expect(404);
    elsewhere.get(&pair.path("history")).expect(404);
    elsewhere.post(&pair.path("guardian-answer"), &guardian("yes")).expect(404);
    elsewhere.post(&pair.path("activate"), &json!({})).expect(404);
    elsewhere.post(&pair.path("end"), &ending()).expect(404);
    assert!(elsewhere.get("/pairings").expect(200).body["items"].as_array().unwrap().is_empty());
    let listed = coordinator.get("/pairings?state=awaiting_guardian").expect(200);
    assert_eq!(listed.text_of("/items/0/id"), pair.pairing_id);
    assert_eq!(listed.text_of("/items/0/child_name").chars().last(), Some('*'));
    assert!(
        coordinator.get("/pairings?state=ended").expect(200).body["items"].as_array().unwrap().is_empty()
    );
}
