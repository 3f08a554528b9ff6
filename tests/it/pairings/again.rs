//! Whatever the rules were asked about may change: the living pairs concerned stop at once, and whoever lets them meet again asks the
//! rules anew (S1–S3, S16, S17, S28–S30).

use jiedui::model::Role;
use jiedui::store::Actor;
use jiedui::store::people::PersonPatch;
use serde_json::json;

use super::made::{
    APPROVER, Pair, active, begin, begun, begun_of, child, ending, proposal, say_yes, screen, stands, start,
    volunteer, volunteer_with,
};
use crate::http::server::{Client, Server, on_postgres_too};
use crate::people::made::{add_conflict, everybody, everywhere};

on_postgres_too! {
    whoever_joins_a_unit_stops_its_pairs_until_the_rules_are_asked
    a_finding_about_an_archived_record_ends_the_pairs_of_the_one_in_use
    a_conflict_with_anybody_of_the_unit_stops_the_pair
    a_pair_suspended_for_a_concern_meets_again_once_two_closed_it
    a_proposal_that_was_withdrawn_meanwhile_begins_nothing
    whoever_never_met_a_child_is_no_change_of_volunteer
}

const UNIT: [(&str, &str); 2] = [("unit", "家庭一"), ("unit_kind", "家庭")];

fn to_check() -> (String, String) {
    ("suspended".to_owned(), "rules_to_check".to_owned())
}

fn patch_volunteer(server: &Server, id: &str, cells: &[(&str, Option<&str>)]) {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let cells = cells.iter().map(|(key, text)| ((*key).to_owned(), text.map(str::to_owned)));
        let version = change.volunteer(&everybody(), id).await.unwrap().version;
        change.patch_volunteer(&everybody(), id, version, &PersonPatch::of_cells(cells)).await.unwrap();
        change.commit(None).await.unwrap();
    });
}

fn patch_child(server: &Server, id: &str, cells: &[(&str, Option<&str>)]) {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let cells = cells.iter().map(|(key, text)| ((*key).to_owned(), text.map(str::to_owned)));
        let version = change.child(&everywhere(), id).await.unwrap().version;
        change.patch_child(&everywhere(), id, version, &PersonPatch::of_cells(cells)).await.unwrap();
        change.commit(None).await.unwrap();
    });
}

/// A pair whose volunteer leads a unit.
fn led(server: &Server, coordinator: &Client) -> Pair {
    let lead = volunteer_with(server, &[("lead", "是"), UNIT[0], UNIT[1]]);
    let pair = begun_of(server, child(server), lead);
    say_yes(coordinator, &pair);
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    pair
}

fn broken_at_resume(coordinator: &Client, pair: &Pair) -> String {
    let refused = coordinator.post(&pair.path("resume"), &json!({})).expect(409);
    assert_eq!(refused.code(), "not_eligible");
    refused.text_of("/errors/0/code")
}

#[test]
fn whoever_joins_a_unit_stops_its_pairs_until_the_rules_are_asked() {
    let (server, coordinator) = start();
    let pair = led(&server, &coordinator);
    // A man, who was checked: nothing stands against him, but he must not meet a girl.
    let man = volunteer_with(&server, &[("sex", "男"), ("id_number", "")]);
    assert_eq!(stands(&coordinator, &pair).0, "active");
    patch_volunteer(&server, &man, &[("unit", Some("家庭一")), ("unit_kind", Some("家庭"))]);
    assert_eq!(stands(&coordinator, &pair), to_check());
    assert_eq!(broken_at_resume(&coordinator, &pair), "H13");
    // He leaves, and she may.
    patch_volunteer(&server, &man, &[("unit", None), ("unit_kind", None)]);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    // Somebody who is registered as a member joins as well.
    volunteer_with(&server, &UNIT);
    assert_eq!(stands(&coordinator, &pair).0, "suspended");
}

#[test]
fn whoever_takes_her_pairs_into_a_unit_stops_them() {
    let (server, coordinator) = start();
    let other = volunteer_with(&server, &[("lead", "是"), UNIT[0], UNIT[1]]);
    let pair = active(&server, &coordinator);
    server.run(screen(&server, &other, "pending", "2026-02-25"));
    patch_volunteer(&server, &pair.volunteer_id, &[("unit", Some("家庭一")), ("unit_kind", Some("家庭"))]);
    assert_eq!(stands(&coordinator, &pair), to_check());
}

#[test]
fn a_corrected_sex_or_birth_date_stops_the_pair_and_anything_else_does_not() {
    let (server, coordinator) = start();
    let [pair, other] = [active(&server, &coordinator), active(&server, &coordinator)];
    patch_volunteer(&server, &pair.volunteer_id, &[("capacity", Some("1"))]);
    patch_child(&server, &pair.child_id, &[("languages", Some("西南官话"))]);
    assert_eq!(stands(&coordinator, &pair).0, "active");
    patch_volunteer(&server, &pair.volunteer_id, &[("sex", Some("男")), ("id_number", None)]);
    assert_eq!(stands(&coordinator, &pair).0, "suspended");
    assert_eq!(broken_at_resume(&coordinator, &pair), "H13");
    patch_child(&server, &other.child_id, &[("birth_date", Some("2017-05-06")), ("id_number", None)]);
    assert_eq!(stands(&coordinator, &other), to_check());
    coordinator.post(&other.path("resume"), &json!({})).expect(200);
}

#[test]
fn a_conflict_with_anybody_of_the_unit_stops_the_pair() {
    let (server, coordinator) = start();
    let other = volunteer_with(&server, &UNIT);
    let pair = led(&server, &coordinator);
    server.run(add_conflict(&server.store, &pair.child_id, &other));
    assert_eq!(stands(&coordinator, &pair), ("suspended".to_owned(), "conflict".to_owned()));
    assert_eq!(broken_at_resume(&coordinator, &pair), "H14");
}

#[test]
fn a_finding_about_an_archived_record_ends_the_pairs_of_the_one_in_use() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let archived = volunteer(&server);
    server.behind(&[
        format!("UPDATE volunteers SET deleted_at_ms = 1 WHERE id = '{archived}'"),
        format!(
            "UPDATE volunteers SET id_number_index = 'same' WHERE id IN ('{archived}', '{}')",
            pair.volunteer_id
        ),
    ]);
    server.run(screen(&server, &archived, "barred", "2026-03-01"));
    assert_eq!(stands(&coordinator, &pair), ("ended".to_owned(), "volunteer_barred".to_owned()));
    let shown = coordinator.get(&format!("/volunteers/{}", pair.volunteer_id)).expect(200);
    assert_eq!(shown.text_of("/screening"), "barred");
}

#[test]
fn a_pair_suspended_for_a_concern_meets_again_once_two_closed_it() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let concern = |id: &str, closed_at_ms: &str| {
        format!(
            "INSERT INTO concerns (id, version, region_code, subject_kind, pairing_id, kind, severity, state, sealed,
                reported_by, reporter_kind, channel, report_due_at_ms, outcome, closed_at_ms, created_at_ms, updated_at_ms)
            VALUES ('{id}', 1, '422827101203', 'other', '{}', 'other', 'high', 'closed', '', 'x', 'user', 'phone', 1, '',
                {closed_at_ms}, 1, 1)",
            pair.pairing_id
        )
    };
    // One that was closed before says nothing of this one.
    server.behind(&[concern("c1", "1")]);
    let director = server.log_in_as(Role::ChildDirector);
    director.post(&pair.path("suspend"), &json!({"reason": "concern"})).expect(200);
    let refused = coordinator.post(&pair.path("resume"), &json!({})).expect(409);
    assert_eq!(refused.code(), "not_eligible");
    server.behind(&[concern("c2", &server.store.now_ms().to_string())]);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
}

#[test]
fn a_proposal_that_was_withdrawn_meanwhile_begins_nothing() {
    let (server, _) = start();
    let (child, volunteer) = (child(&server), volunteer(&server));
    let proposal_id = proposal(&server, &volunteer, &[&child], Some(APPROVER));
    server.behind(&[format!("UPDATE proposals SET state = 'withdrawn' WHERE id = '{proposal_id}'")]);
    assert_eq!(begin(&server, &proposal_id).unwrap_err().to_string(), "state_conflict");
    assert_eq!(server.counted("pairings"), 0);
}

#[test]
fn an_end_for_safety_or_a_quarrel_keeps_the_two_apart_whatever_else_is_said() {
    let (server, coordinator) = start();
    for reason in ["safety", "do_not_get_along"] {
        let pair = active(&server, &coordinator);
        let mut end = ending();
        end["reason"] = json!(reason);
        let ended = coordinator.post(&pair.path("end"), &end).expect(200);
        assert_eq!(ended.body["went_well"], false, "{reason}");
    }
    let pair = active(&server, &coordinator);
    let mut end = ending();
    end["reason"] = json!("family_wish");
    coordinator.post(&pair.path("end"), &end).expect(200);
    assert_eq!(server.counted(&format!("refusals WHERE child_id = '{}'", pair.child_id)), 1);
}

#[test]
fn whoever_never_met_a_child_is_no_change_of_volunteer() {
    let (server, coordinator) = start();
    let (never, met) = (begun(&server), active(&server, &coordinator));
    let mut unsafe_end = ending();
    unsafe_end["reason"] = json!("safety");
    coordinator.post(&never.path("end"), &unsafe_end).expect(200);
    coordinator.post(&met.path("end"), &ending()).expect(200);
    server.run(async {
        let mut view = server.store.view().await.unwrap();
        let ended = view.ended_pairs(&everywhere()).await.unwrap();
        assert_eq!(ended.iter().map(|pair| &pair.id).collect::<Vec<_>>(), [&met.pairing_id]);
        let refused = view.refused_pairs(&everywhere()).await.unwrap();
        let apart: Vec<_> = refused.iter().map(|pair| (&pair.child_id, pair.said_by.as_str())).collect();
        assert_eq!(
            apart,
            [(&never.child_id, "office")],
            "the two do not come back to each other all the same"
        );
    });
}

#[test]
fn a_term_that_is_nearly_over_keeps_nobody_from_meeting_again() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    // Too few days for two who begin.
    patch_volunteer(&server, &pair.volunteer_id, &[("committed_through", Some("2026-03-09"))]);
    coordinator.post(&pair.path("suspend"), &json!({"reason": "papers"})).expect(200);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    patch_volunteer(&server, &pair.volunteer_id, &[("committed_through", Some("2026-03-01"))]);
    coordinator.post(&pair.path("suspend"), &json!({"reason": "papers"})).expect(200);
    assert_eq!(broken_at_resume(&coordinator, &pair), "H11");
}

#[test]
fn a_task_that_is_due_again_on_the_same_day_is_given_again() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let open = |kind: &str| server.counted(&format!("tasks WHERE kind = '{kind}' AND done_at_ms IS NULL"));
    for _ in 0..2 {
        coordinator.post(&pair.path("suspend"), &json!({"reason": "unavailable"})).expect(200);
        assert_eq!(open("cover"), 1);
        coordinator.post(&pair.path("resume"), &json!({})).expect(200);
        assert_eq!(open("cover"), 0);
    }
    let wish = json!({"answer": "no", "asked_on": "2026-03-01"});
    coordinator.post(&format!("/children/{}/wishes", pair.child_id), &wish).expect(200);
    assert_eq!((open("tell_child"), open("close_out")), (1, 1));
    let mut end = ending();
    end["farewell"] = json!("pending");
    coordinator.post(&pair.path("end"), &end).expect(200);
    assert_eq!(open("close_out"), 1, "what nobody has said yet is still to be said");
}

#[test]
fn a_page_of_overdue_pairings_has_as_many_as_were_asked_for() {
    let (server, coordinator) = start();
    let mut all: Vec<String> = (0..5).map(|_| active(&server, &coordinator).pairing_id).collect();
    server.wait_minutes(20 * 24 * 60);
    let coordinator = server.session_of(&coordinator.user_id);
    let (mut found, mut path) = (Vec::new(), "/pairings?overdue=true&limit=2".to_owned());
    loop {
        let page = coordinator.get(&path).expect(200);
        let items = page.body["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        found.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("/pairings?overdue=true&limit=2&cursor={cursor}");
    }
    found.sort_unstable();
    all.sort_unstable();
    assert_eq!(found, all);
}

#[test]
fn an_overdue_contact_is_not_done_by_a_mark() {
    let (server, coordinator) = start();
    active(&server, &coordinator);
    server.wait_minutes(18 * 24 * 60);
    server.run(server.store.tick()).unwrap();
    let coordinator = server.session_of(&coordinator.user_id);
    let tasks = coordinator.get("/tasks").expect(200);
    let tasks = tasks.body["items"].as_array().unwrap();
    let late = tasks.iter().find(|task| task["kind"] == "contact_overdue").unwrap();
    let done = format!("/tasks/{}/done", late["id"].as_str().unwrap());
    coordinator.post(&done, &json!({})).expect(409);
}

#[test]
fn a_day_that_has_not_come_keeps_no_day_from_being_gone_through() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    server.behind(&[
        "INSERT INTO ticks (name, day, ended_at_ms) VALUES ('pairings', '2031-01-01', 1)".to_owned()
    ]);
    server.wait_minutes(360 * 24 * 60);
    assert!(server.run(server.store.tick()).unwrap());
    let coordinator = server.session_of(&coordinator.user_id);
    assert_eq!(stands(&coordinator, &pair).1, "screening_expired");
}
