//! Who says what once names are known: a volunteer that she knows the family, a carer that she does not want it; and what one person
//! alone wrote down.

use jiedui::model::Role;
use serde_json::json;

use super::made::{
    APPROVER, Pair, active, answered, begin, begun, child, guardian, proposal, say_yes, says, stands, start,
    volunteer,
};
use crate::http::server::{COUNTY, fields, on_postgres_too};

on_postgres_too! {
    a_volunteer_who_knows_the_family_says_so_and_they_do_not_meet
    whoever_knows_the_family_of_one_child_is_kept_apart_from_her_brothers_and_sisters
    a_yes_is_of_these_days_and_was_heard_by_two
}

#[test]
fn a_volunteer_who_knows_the_family_says_so_and_they_do_not_meet() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let mut hers = fields(Role::Volunteer, COUNTY);
    hers.volunteer_id = Some(pair.volunteer_id.clone());
    let herself = server.log_in_with(&hers);
    let path = format!("/me/pairings/{}/conflict", pair.pairing_id);
    let stranger = crate::http::samples::caller(&server, Role::Volunteer);
    stranger.post(&path, &json!({})).expect(404);
    let seen = herself.post(&path, &json!({"kind": "kinship"})).expect(200);
    assert_eq!((seen.text_of("/state"), seen.text_of("/child_name")), ("suspended".into(), String::new()));
    assert_eq!(stands(&coordinator, &pair), ("suspended".into(), "conflict".into()));
    let recorded = format!(
        "conflicts WHERE child_id = '{}' AND volunteer_id = '{}' AND kind = 'kinship' AND cleared_at_ms IS NULL",
        pair.child_id, pair.volunteer_id
    );
    assert_eq!(server.counted(&recorded), 1);
    let reveal = format!("/me/pairings/{}/reveal", pair.pairing_id);
    herself.post(&reveal, &json!({"purpose": "contact"})).expect(409);
    assert_eq!(coordinator.post(&pair.path("resume"), &json!({})).expect(409).code(), "not_eligible");
    // Said twice it is known already.
    herself.post(&path, &json!({})).expect(200);
    assert_eq!(server.counted(&recorded), 1);
    let steps = coordinator.get(&pair.path("history")).expect(200).text.clone();
    assert!(steps.contains("conflict_reported") && steps.contains("account"), "{steps}");
}

#[test]
fn whoever_knows_the_family_of_one_child_is_kept_apart_from_her_brothers_and_sisters() {
    let (server, coordinator) = start();
    let (one, other, volunteer_id) = (child(&server), child(&server), volunteer(&server));
    let proposed = proposal(&server, &volunteer_id, &[&one, &other], Some(APPROVER));
    let pairings = begin(&server, &proposed).unwrap();
    let pair = |child_id: &String, pairing_id: &String| Pair {
        child_id: child_id.clone(),
        volunteer_id: volunteer_id.clone(),
        pairing_id: pairing_id.clone(),
    };
    let (met, waits) = (pair(&one, &pairings[0]), pair(&other, &pairings[1]));
    say_yes(&coordinator, &met);
    coordinator.post(&met.path("activate"), &json!({})).expect(200);
    let said = json!({"kind": "kinship", "channel": "phone", "witness": "向证某"});
    coordinator.post(&met.path("conflict"), &said).expect(200);
    assert_eq!(stands(&coordinator, &met), ("suspended".into(), "conflict".into()));
    assert_eq!(stands(&coordinator, &waits), ("ended".into(), "conflict".into()));
    let recorded = format!("conflicts WHERE volunteer_id = '{volunteer_id}' AND kind = 'kinship'");
    assert_eq!(server.counted(&recorded), 2);
    assert_eq!(server.counted("audit_events WHERE action = 'conflict.recorded'"), 2);
}

#[test]
fn what_she_says_by_phone_before_they_meet_ends_it() {
    let (server, coordinator) = start();
    let pair = answered(&server, &coordinator);
    let said = json!({"kind": "debt", "channel": "phone", "witness": "向证某"});
    coordinator.post(&pair.path("conflict"), &said).expect(200);
    assert_eq!(stands(&coordinator, &pair), ("ended".into(), "conflict".into()));
    assert_eq!(server.counted("pairing_places"), 0);
    coordinator.post(&pair.path("conflict"), &said).expect(409);
}

#[test]
fn a_yes_is_of_these_days_and_was_heard_by_two() {
    let (server, coordinator) = start();
    let pair = begun(&server);
    let mut early = guardian("yes");
    early["given_on"] = json!("2026-03-01");
    let refused = coordinator.post(&pair.path("guardian-answer"), &early).expect(422);
    assert_eq!(
        (refused.text_of("/errors/0/pointer"), refused.text_of("/errors/0/code")),
        ("/given_on".into(), "too_early".into())
    );
    let mut alone = says("yes");
    alone["witness"] = json!("");
    let refused = coordinator.post(&pair.path("child-answer"), &alone).expect(422);
    assert_eq!(refused.text_of("/errors/0/pointer"), "/witness");
    // A no is heard from anybody.
    let mut carer = guardian("no");
    carer["giver"] = json!("carer");
    coordinator.post(&pair.path("guardian-answer"), &carer).expect(200);
    assert_eq!(stands(&coordinator, &pair), ("ended".into(), "guardian_no".into()));
}

#[test]
fn where_one_person_said_yes_for_all_somebody_else_asks_again() {
    let (server, coordinator) = start();
    let (alone, other) = (answered(&server, &coordinator), answered(&server, &coordinator));
    server.behind(&[format!(
        "UPDATE pairings SET approved_by = '{}' WHERE id = '{}'",
        coordinator.user_id, alone.pairing_id
    )]);
    for pair in [&alone, &other] {
        coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    }
    let asked =
        |id: &str| server.counted(&format!("tasks WHERE kind = 'check_answers' AND subject_id = '{id}'"));
    assert_eq!((asked(&alone.pairing_id), asked(&other.pairing_id)), (1, 0));
}
