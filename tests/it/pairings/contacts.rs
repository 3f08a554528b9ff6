//! The contact log: settings that exist, corrections that keep the first word, and when a contact is late (S22, S23, S27).

use jiedui::store::{LastContacts, Side, due_on, overdue};
use serde_json::{Value, json};

use super::made::{active, begun, start};
use crate::http::server::on_postgres_too;

on_postgres_too! {
    a_correction_keeps_the_first_word
}

fn visit(setting: &str) -> Value {
    json!({"kind": "visit", "setting": setting, "took_place": true, "happened_on": "2026-03-02", "minutes": 60,
        "present": ["child", "volunteer", "child_director"], "note": "向小试很高兴"})
}

fn refused(body: &Value, code: &str) {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let answer = coordinator.post(&pair.path("contacts"), body).expect(422);
    assert_eq!(answer.text_of("/errors/0/code"), code, "{body}");
}

#[test]
fn a_correction_keeps_the_first_word() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let first = coordinator.post(&pair.path("contacts"), &visit("facilitated")).expect(201);
    let amend = format!("/contacts/{}/amend", first.text_of("/id"));
    let mut right = visit("site_observable");
    right["took_place"] = json!(false);
    let second = coordinator.post(&amend, &right).expect(201);
    assert_eq!(second.text_of("/amends_id"), first.text_of("/id"));
    assert_eq!(coordinator.post(&amend, &right).expect(409).code(), "state_conflict");
    let listed = coordinator.get(&pair.path("contacts")).expect(200);
    let items = listed.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let kept = items.iter().find(|item| item["id"] == first.body["id"]).unwrap();
    assert_eq!(kept["amended_by"], second.body["id"]);
    assert!(!server.stores("向小试很高兴"), "what somebody wrote is sealed");
    coordinator.send("DELETE", &format!("/contacts/{}", first.text_of("/id")), &[], None).expect(404);
}

#[test]
fn what_must_not_be_has_no_word() {
    for setting in ["overnight", "volunteer_home", "car", "private_chat"] {
        refused(&visit(setting), "invalid");
    }
    let mut alone = visit("facilitated");
    alone["present"] = json!(["child", "volunteer"]);
    refused(&alone, "adult_beside");
    let mut call = visit("community");
    call["kind"] = json!("video_call");
    refused(&call, "setting");
    let mut nowhere = visit("facilitated");
    nowhere.as_object_mut().unwrap().remove("setting");
    refused(&nowhere, "required");
}

#[test]
fn a_meeting_in_public_in_the_first_ninety_days_is_told_to_the_supervisor() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    coordinator.post(&pair.path("contacts"), &visit("site_observable")).expect(201);
    assert_eq!(server.counted("tasks WHERE kind = 'setting_not_allowed'"), 0);
    coordinator.post(&pair.path("contacts"), &visit("community")).expect(201);
    assert_eq!(server.counted("tasks WHERE kind = 'setting_not_allowed' AND role = 'supervisor'"), 1);
}

#[test]
fn nothing_is_recorded_before_they_meet() {
    let (server, coordinator) = start();
    let pair = begun(&server);
    coordinator.post(&pair.path("contacts"), &visit("facilitated")).expect(409);
}

#[test]
fn the_first_contact_is_due_after_14_days_then_monthly_then_quarterly() {
    let day = |text: &str| text.parse().unwrap();
    let began = day("2026-03-02");
    assert_eq!(due_on(began, None), day("2026-03-16"));
    assert_eq!(due_on(began, Some(day("2026-02-01"))), day("2026-03-16"), "before they met is no contact");
    assert_eq!(due_on(began, Some(day("2026-03-10"))), day("2026-04-10"));
    assert_eq!(due_on(began, Some(day("2027-01-31"))), day("2027-02-28"));
    assert_eq!(due_on(began, Some(day("2027-03-02"))), day("2027-06-02"));
    let last =
        LastContacts { volunteer: Some(day("2026-03-10")), carer: None, child: Some(day("2026-03-12")) };
    assert_eq!(overdue(began, &last, day("2026-03-16")), None);
    let late = overdue(began, &last, day("2026-03-19")).unwrap();
    assert_eq!((late.days, late.due_on, late.sides), (3, day("2026-03-16"), vec![Side::Carer]));
    let late = overdue(began, &last, day("2026-04-11")).unwrap();
    assert_eq!((late.days, late.sides), (26, vec![Side::Volunteer, Side::Carer]));
}

#[test]
fn a_calendar_holds_days_and_nobody() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let calendar = coordinator.get(&pair.path("calendar.ics")).expect(200);
    assert_eq!(calendar.header("content-type"), "text/calendar; charset=utf-8");
    let lines: Vec<&str> = calendar.text.lines().collect();
    assert_eq!(lines.first(), Some(&"BEGIN:VCALENDAR"));
    assert_eq!(lines.last(), Some(&"END:VCALENDAR"));
    assert_eq!(lines.iter().filter(|line| **line == "DTSTART;VALUE=DATE:20260316").count(), 3);
    assert_eq!(lines.iter().filter(|line| line.starts_with("UID:")).count(), 3);
    assert_eq!(lines.iter().filter(|line| line.starts_with("DTSTAMP:20260302T010000Z")).count(), 3);
    for secret in ["向试", "彭志", "示例", "199", &pair.child_id, &pair.volunteer_id] {
        assert!(!calendar.text.contains(secret), "{secret}");
    }
    let again = coordinator.get(&pair.path("calendar.ics")).expect(200);
    assert_eq!(again.text, calendar.text);
}

#[test]
fn a_consent_text_can_be_printed_by_anybody() {
    let (server, _) = start();
    let page = server.anonymous().get("/consent-texts/2026-1").expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text.contains("知情同意书") && page.text.contains("withdraw your yes"));
    assert_eq!(server.anonymous().get("/consent-texts/none").expect(404).code(), "not_found");
}
