//! What the days bring to a living pair: rules that no longer hold, birthdays, the end of a term, answers that nobody gives; and a child
//! who moves (S1–S3, S12, S16, S17, S22).

use jiedui::model::Role;
use jiedui::runs::daily::check_living;
use jiedui::store::Actor;
use jiedui::store::people::PersonPatch;
use serde_json::json;

use super::made::{Pair, active, begun, begun_of, child, guardian, says, stands, start, volunteer};
use crate::http::server::{Client, ELSEWHERE, Server, on_postgres_too};
use crate::people::made::{everybody, everywhere};

on_postgres_too! {
    what_no_longer_holds_is_suspended_by_the_day
    a_child_who_turns_eight_is_asked_and_her_pair_waits_for_her
    nobody_is_paired_who_came_of_age
    a_term_that_is_over_suspends_the_day_after
    a_child_who_moves_takes_her_pairs_along
}

const DAY_MIN: i64 = 24 * 60;

fn day(server: &Server) {
    server.run(async {
        server.store.tick().await.unwrap();
        check_living(&server.store).await.unwrap();
    });
}

fn days_later(server: &Server, days: i64, client: &Client) -> Client {
    server.wait_minutes(days * DAY_MIN);
    day(server);
    server.session_of(&client.user_id)
}

fn open(server: &Server, kind: &str) -> i64 {
    server.counted(&format!("tasks WHERE kind = '{kind}' AND done_at_ms IS NULL"))
}

fn patch_child(server: &Server, id: &str, patch: &PersonPatch) {
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let version = change.child(&everywhere(), id).await.unwrap().version;
        change.patch_child(&everywhere(), id, version, patch).await.unwrap();
        change.commit(None).await.unwrap();
    });
}

fn born(server: &Server, birth_date: &str) -> String {
    let id = child(server);
    let cells = [("birth_date".to_owned(), Some(birth_date.to_owned())), ("id_number".to_owned(), None)];
    patch_child(server, &id, &PersonPatch::of_cells(cells));
    id
}

/// A pair to which the guardian alone has said yes.
fn without_her_word(server: &Server, coordinator: &Client, birth_date: &str) -> Pair {
    let pair = begun_of(server, born(server, birth_date), volunteer(server));
    coordinator.post(&pair.path("guardian-answer"), &guardian("yes")).expect(200);
    pair
}

#[test]
fn what_no_longer_holds_is_suspended_by_the_day() {
    let (server, coordinator) = start();
    let [pair, other] = [active(&server, &coordinator), active(&server, &coordinator)];
    day(&server);
    assert_eq!(stands(&coordinator, &pair).0, "active");
    // Behind the back of whatever stops a pair at once.
    server.behind(&[format!(
        "INSERT INTO refusals (child_id, volunteer_id, said_by, reason, at_ms) VALUES ('{}', '{}', 'guardian', 'other', 1)",
        pair.child_id, pair.volunteer_id
    )]);
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let patch = PersonPatch::of_cells([("languages".to_owned(), Some("普通话".to_owned()))]);
        let version = change.volunteer(&everybody(), &other.volunteer_id).await.unwrap().version;
        change.patch_volunteer(&everybody(), &other.volunteer_id, version, &patch).await.unwrap();
        change.commit(None).await.unwrap();
    });
    day(&server);
    assert_eq!(stands(&coordinator, &pair).0, "active", "a day is gone through once");
    let coordinator = days_later(&server, 1, &coordinator);
    assert_eq!(stands(&coordinator, &pair), ("suspended".to_owned(), "rules_to_check".to_owned()));
    // A language in common is no matter of safety: the coordinator is told, once.
    assert_eq!(stands(&coordinator, &other).0, "active");
    assert_eq!(open(&server, "rules_to_check"), 1);
    days_later(&server, 1, &coordinator);
    assert_eq!(open(&server, "rules_to_check"), 1);
}

#[test]
fn a_child_who_turns_eight_is_asked_and_her_pair_waits_for_her() {
    let (server, coordinator) = start();
    let pair = without_her_word(&server, &coordinator, "2018-03-20");
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    day(&server);
    assert_eq!(server.counted("tasks WHERE kind = 'ask_child' AND due_on = '2026-03-20'"), 1);
    let coordinator = days_later(&server, 17, &coordinator);
    assert_eq!(stands(&coordinator, &pair).0, "active");
    assert_eq!(server.counted("tasks WHERE kind = 'ask_child'"), 1, "nobody is asked twice");
    let coordinator = days_later(&server, 1, &coordinator);
    assert_eq!(stands(&coordinator, &pair), ("suspended".to_owned(), "wish_missing".to_owned()));
    assert_eq!(coordinator.post(&pair.path("resume"), &json!({})).expect(409).code(), "wish_missing");
    coordinator.post(&pair.path("child-answer"), &says("yes")).expect(200);
    assert_eq!(stands(&coordinator, &pair).0, "suspended");
    assert_eq!(open(&server, "ask_child"), 0);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
}

#[test]
fn a_child_may_be_asked_before_her_birthday_while_they_meet() {
    let (server, coordinator) = start();
    let pair = without_her_word(&server, &coordinator, "2018-03-20");
    coordinator.post(&pair.path("activate"), &json!({})).expect(200);
    coordinator.post(&pair.path("child-answer"), &says("yes")).expect(200);
    coordinator.post(&pair.path("child-answer"), &says("yes")).expect(409);
    let coordinator = days_later(&server, 18, &coordinator);
    assert_eq!(stands(&coordinator, &pair).0, "active");
    assert_eq!(server.counted("tasks WHERE kind = 'ask_child'"), 0);
}

#[test]
fn nobody_is_paired_who_came_of_age() {
    let (server, coordinator) = start();
    let awaiting = without_her_word(&server, &coordinator, "2008-03-20");
    let meets = without_her_word(&server, &coordinator, "2008-03-20");
    coordinator.post(&meets.path("child-answer"), &says("yes")).expect(200);
    coordinator.post(&meets.path("activate"), &json!({})).expect(200);
    day(&server);
    assert_eq!(server.counted("tasks WHERE kind = 'comes_of_age' AND due_on = '2026-03-20'"), 2);
    let coordinator = days_later(&server, 17, &coordinator);
    assert_eq!(stands(&coordinator, &meets).0, "active");
    let coordinator = days_later(&server, 1, &coordinator);
    for pair in [&awaiting, &meets] {
        assert_eq!(stands(&coordinator, pair), ("ended".to_owned(), "came_of_age".to_owned()));
    }
    assert_eq!(server.counted("pairing_places"), 0);
}

#[test]
fn a_term_that_is_over_suspends_the_day_after() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    server.behind(&["UPDATE pairings SET ends_on = '2026-03-10'".to_owned()]);
    let coordinator = days_later(&server, 8, &coordinator);
    assert_eq!(stands(&coordinator, &pair).0, "active", "the last day counts");
    let coordinator = days_later(&server, 1, &coordinator);
    assert_eq!(stands(&coordinator, &pair), ("suspended".to_owned(), "term_ended".to_owned()));
}

#[test]
fn an_answer_that_nobody_gives_is_told_to_coordinator_and_supervisor() {
    let (server, coordinator) = start();
    begun(&server);
    let told = |server: &Server| {
        ["coordinator", "supervisor"]
            .map(|role| server.counted(&format!("tasks WHERE kind = 'decide_pairing' AND role = '{role}'")))
    };
    days_later(&server, 13, &coordinator);
    assert_eq!(told(&server), [0, 0]);
    days_later(&server, 1, &coordinator);
    assert_eq!(told(&server), [1, 0]);
    days_later(&server, 14, &coordinator);
    assert_eq!(told(&server), [1, 1]);
}

#[test]
fn a_child_who_moves_takes_her_pairs_along() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let elsewhere = server.log_in_as_in(Role::Coordinator, ELSEWHERE);
    let region_code = Some(ELSEWHERE.to_owned());
    patch_child(&server, &pair.child_id, &PersonPatch { region_code, ..PersonPatch::default() });
    coordinator.get(&pair.path("")).expect(404);
    assert_eq!(stands(&elsewhere, &pair).0, "suspended");
    let tasks = elsewhere.get("/tasks").expect(200);
    assert_eq!(tasks.text_of("/items/0/kind"), "pairing_suspended");
    assert!(coordinator.get("/tasks").expect(200).body["items"].as_array().unwrap().is_empty());
}

#[test]
fn a_meeting_while_they_were_not_to_meet_is_told_to_the_supervisor() {
    let (server, coordinator) = start();
    let pair = active(&server, &coordinator);
    let met = |coordinator: &Client, happened_on: &str| {
        let visit = json!({"kind": "visit", "setting": "site_observable", "took_place": true,
            "happened_on": happened_on, "minutes": 60, "present": ["child", "volunteer"]});
        coordinator.post(&pair.path("contacts"), &visit).expect(201);
        server.counted("tasks WHERE kind = 'met_while_suspended' AND role = 'supervisor'")
    };
    coordinator.post(&pair.path("suspend"), &json!({"reason": "papers"})).expect(200);
    assert_eq!(met(&coordinator, "2026-03-02"), 0, "on the day itself it may have been before");
    let coordinator = days_later(&server, 2, &coordinator);
    assert_eq!(met(&coordinator, "2026-03-03"), 1);
    coordinator.post(&pair.path("resume"), &json!({})).expect(200);
    assert_eq!(met(&coordinator, "2026-03-04"), 1);
}
