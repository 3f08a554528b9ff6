//! What a day brings, by a clock that the test moves (S2, S27).

use serde_json::json;

use super::made::{active, screen, stands, start};
use crate::http::server::{Client, Server, on_postgres_too};
use jiedui::model::Role;

const DAY_MIN: i64 = 24 * 60;

on_postgres_too! {
    a_check_that_runs_out_suspends_on_that_day
    renewals_are_asked_for_60_30_and_7_days_before
    what_is_overdue_is_told_by_the_one_definition
}

fn tick(server: &Server) -> bool {
    server.run(server.store.tick()).unwrap()
}

fn kinds(client: &Client) -> Vec<String> {
    let tasks = client.get("/tasks").expect(200);
    let items = tasks.body["items"].as_array().unwrap();
    items.iter().map(|task| task["kind"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_check_that_runs_out_suspends_on_that_day() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    // Checked on 2026-02-20, so good through 2027-02-20; today is 2026-03-02.
    server.wait_minutes(355 * DAY_MIN);
    let coordinator = server.session_of(&coordinator.user_id);
    assert!(tick(&server));
    assert_eq!(stands(&coordinator, &pair).0, "active", "the last day counts");
    server.wait_minutes(DAY_MIN);
    let coordinator = server.session_of(&coordinator.user_id);
    assert!(tick(&server));
    assert!(!tick(&server), "a day is gone through once");
    assert_eq!(stands(&coordinator, &pair), ("suspended".to_owned(), "screening_expired".to_owned()));
    assert!(kinds(&coordinator).contains(&"pairing_suspended".to_owned()));
    assert!(kinds(&server.log_in_as(Role::ChildDirector)).contains(&"cover".to_owned()));
    let refused = coordinator.post(&pair.path("resume"), &json!({})).expect(409);
    assert_eq!(refused.text_of("/errors/0/code"), "H08");
    server.run(screen(&server, &pair.volunteer_id, "passed", "2027-02-20"));
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
}

#[test]
fn renewals_are_asked_for_60_30_and_7_days_before() {
    let (server, coordinator) = start();
    active(&server, &coordinator);
    let renewals = || {
        let all = server.counted("tasks WHERE kind LIKE 'renew_screening%'");
        let named = ["60", "30", "7"].map(|days| {
            server.counted(&format!("tasks WHERE kind = 'renew_screening_{days}' AND due_on = '2027-02-20'"))
        });
        assert_eq!(all, named.iter().sum::<i64>());
        named
    };
    // 355 days are left.
    for (wait_days, expected) in
        [(294, [0, 0, 0]), (1, [1, 0, 0]), (29, [1, 0, 0]), (1, [1, 1, 0]), (23, [1, 1, 1])]
    {
        server.wait_minutes(wait_days * DAY_MIN);
        assert!(tick(&server));
        assert_eq!(renewals(), expected, "after {wait_days} days more");
    }
    server.wait_minutes(DAY_MIN);
    assert!(tick(&server));
    assert_eq!(renewals(), [1, 1, 1], "nobody is asked twice");
}

#[test]
fn what_is_overdue_is_told_by_the_one_definition() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let late = |client: &Client| {
        let listed = client.get("/pairings?overdue=true").expect(200).body["items"].as_array().unwrap().len();
        let shown = client.get(&pair.path("")).expect(200).body["overdue"].is_object();
        assert_eq!(listed == 1, shown, "list and page say the same");
        shown
    };
    let later = |days: i64| {
        server.wait_minutes(days * DAY_MIN);
        assert!(tick(&server));
        server.session_of(&coordinator.user_id)
    };
    let coordinator = later(14);
    assert!(!late(&coordinator), "due today is not late");
    let coordinator = later(1);
    assert!(late(&coordinator));
    assert!(!kinds(&coordinator).contains(&"contact_overdue".to_owned()), "she has three days");
    let coordinator = later(2);
    assert!(kinds(&coordinator).contains(&"contact_overdue".to_owned()));
    let supervisor = server.log_in_as(Role::Supervisor);
    assert!(!kinds(&supervisor).contains(&"contact_overdue".to_owned()));
    let coordinator = later(11);
    let supervisor = server.session_of(&supervisor.user_id);
    assert!(kinds(&supervisor).contains(&"contact_overdue".to_owned()));
    for kind in ["support_volunteer", "support_carer", "support_child"] {
        assert!(late(&coordinator));
        let spoken = json!({"kind": kind, "took_place": true, "happened_on": "2026-03-30", "present": []});
        coordinator.post(&pair.path("contacts"), &spoken).expect(201);
    }
    assert!(!late(&coordinator));
    assert!(!kinds(&coordinator).contains(&"contact_overdue".to_owned()), "nothing is left to be done");
}

#[test]
fn a_day_that_was_not_gone_through_is_made_up_for() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    assert!(tick(&server));
    server.wait_minutes(400 * DAY_MIN);
    assert!(tick(&server));
    let coordinator = server.session_of(&coordinator.user_id);
    assert_eq!(stands(&coordinator, &pair).0, "suspended");
}
