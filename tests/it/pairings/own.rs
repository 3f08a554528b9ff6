//! What a volunteer sees of her own pairings, and when (S25); her hours and capacity.

use jiedui::model::Role;
use jiedui::store::UserFields;
use serde_json::json;

use super::made::{Pair, active, answered, start};
use crate::http::server::{COUNTY, Client, Server, fields};

fn log_in(server: &Server, pair: &Pair) -> Client {
    let volunteer_id = Some(pair.volunteer_id.clone());
    server.log_in_with(&UserFields { volunteer_id, ..fields(Role::Volunteer, COUNTY) })
}

fn reveal(pair: &Pair) -> String {
    format!("/me/pairings/{}/reveal", pair.pairing_id)
}

#[test]
fn where_the_child_lives_is_told_while_they_meet_and_never_else() {
    let (server, coordinator) = start();
    let pair = answered(&server, &coordinator);
    let volunteer = log_in(&server, &pair);
    let why = json!({"purpose": "arrange_visit"});
    let own = volunteer.get("/me/pairings").expect(200);
    assert_eq!(
        (own.text_of("/items/0/township"), own.text_of("/items/0/child_name")),
        ("示例镇".into(), String::new())
    );
    assert_eq!(volunteer.post(&reveal(&pair), &why).expect(409).code(), "state_conflict");
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    assert!(volunteer.get("/me/pairings").expect(200).text_of("/items/0/child_name").starts_with('向'));
    let shown = volunteer.post(&reveal(&pair), &why).expect(200);
    assert!(shown.text_of("/fields/phone").starts_with("199"));
    assert_eq!(shown.text_of("/fields/village"), "示例村");
    for never in ["id_number", "birth_date", "longitude"] {
        assert!(shown.body["fields"].get(never).is_none(), "{never}");
    }
    assert_eq!(
        server.counted("audit_events WHERE action = 'child.revealed' AND purpose = 'arrange_visit'"),
        1
    );
    coordinator.post(&pair.path("suspend"), &json!({"reason": "other"})).expect(200);
    volunteer.post(&reveal(&pair), &why).expect(409);
    assert_eq!(volunteer.get("/me/pairings").expect(200).text_of("/items/0/child_name"), "");
}

#[test]
fn a_volunteer_finds_her_own_pairings_alone() {
    let (server, coordinator) = start();
    let (pair, other) = (active(&server, &coordinator), active(&server, &coordinator));
    let volunteer = log_in(&server, &pair);
    let own = volunteer.get("/me/pairings").expect(200);
    assert_eq!(own.body["items"].as_array().unwrap().len(), 1);
    volunteer.post(&reveal(&other), &json!({"purpose": "contact"})).expect(404);
    volunteer.get("/pairings").expect(403);
    volunteer.get(&pair.path("")).expect(403);
    let contacts = |pair: &Pair| format!("/me/pairings/{}/contacts", pair.pairing_id);
    let met = json!({"kind": "visit", "setting": "site_observable", "took_place": true, "happened_on": "2026-03-02",
        "minutes": 60, "present": ["child", "volunteer"]});
    volunteer.post(&contacts(&pair), &met).expect(201);
    volunteer.post(&contacts(&other), &met).expect(404);
    let support =
        json!({"kind": "support_child", "took_place": true, "happened_on": "2026-03-02", "present": []});
    volunteer.post(&contacts(&pair), &support).expect(422);
}

#[test]
fn she_changes_her_hours_and_her_capacity() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let volunteer = log_in(&server, &pair);
    let hours = volunteer.get("/me/availability").expect(200);
    assert_eq!(hours.text_of("/availability"), "周六上午");
    let put = |path: &str, etag: &str, body: &serde_json::Value| {
        volunteer.send("PUT", path, &[("if-match", etag)], Some(body))
    };
    let changed = put("/me/availability", &hours.etag(), &json!({"availability": "周日上午"})).expect(200);
    assert_eq!(changed.text_of("/availability"), "周日上午");
    put("/me/availability", &hours.etag(), &json!({"availability": "周日"})).expect(412);
    let lowered = put("/me/capacity", &changed.etag(), &json!({"capacity": 1})).expect(200);
    assert_eq!((&lowered.body["capacity"], &lowered.body["taken"]), (&json!(1), &json!(1)));
    put("/me/capacity", &lowered.etag(), &json!({"capacity": 201})).expect(422);
    assert_eq!(super::made::stands(&coordinator, &pair).0, "active", "nobody is taken from her");
}

#[test]
fn nothing_of_the_child_is_shown_from_midnight_on_where_a_check_ran_out() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let volunteer = log_in(&server, &pair);
    let why = json!({"purpose": "arrange_visit"});
    volunteer.post(&reveal(&pair), &why).expect(200);
    // Nobody has gone through the day yet, so that the pair is active still.
    server.wait_minutes(356 * 24 * 60);
    let volunteer = server.session_of(&volunteer.user_id);
    let own = volunteer.get("/me/pairings").expect(200);
    assert_eq!(
        (own.text_of("/items/0/state"), own.text_of("/items/0/child_name")),
        ("active".into(), String::new())
    );
    assert_eq!(volunteer.post(&reveal(&pair), &why).expect(409).code(), "state_conflict");
}
