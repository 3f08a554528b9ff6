//! Who makes, changes and disables accounts.

use jiedui::model::Role;
use serde_json::{Value, json};

use crate::http::server::{COUNTY, ELSEWHERE, PASSWORD, Server, fields};

fn new_user(login: &str, role: &str, region_code: &str) -> Value {
    json!({"login": login, "role": role, "region_code": region_code, "name": "田试", "phone": "138 0000 0000"})
}

#[test]
fn the_last_admin_can_be_neither_disabled_nor_demoted() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let path = format!("/users/{}", admin.user_id);
    let demoted = json!({"role": "coordinator", "region_code": COUNTY});
    assert_eq!(admin.post(&format!("{path}/disable"), &Value::Null).expect(409).code(), "last_admin");
    let etag = admin.get(&path).expect(200).etag();
    assert_eq!(admin.patch(&path, &etag, &demoted).expect(409).code(), "last_admin");

    // One who was only invited could not let anybody in.
    admin.post("/users", &new_user("second.admin", "admin", "")).expect(201);
    assert_eq!(admin.post(&format!("{path}/disable"), &Value::Null).expect(409).code(), "last_admin");
    let second = server.log_in_as(Role::Admin);
    admin.patch(&path, &etag, &demoted).expect(200);
    second.get("/users").expect(200);
}

#[test]
fn two_admins_who_disable_each_other_at_once_leave_one() {
    for _ in 0..8 {
        let server = Server::start();
        let (one, other) = (server.log_in_as(Role::Admin), server.log_in_as(Role::Admin));
        let disable = |by: &crate::http::server::Client, whom: &str| {
            by.post(&format!("/users/{whom}/disable"), &Value::Null).status
        };
        let (first, second) = std::thread::scope(|scope| {
            let first = scope.spawn(|| disable(&one, &other.user_id));
            let second = scope.spawn(|| disable(&other, &one.user_id));
            (first.join().unwrap(), second.join().unwrap())
        });
        let done = [first, second].iter().filter(|status| **status == 200).count();
        let alive = [&one, &other].iter().filter(|client| client.get("/users").status == 200).count();
        assert_eq!((done, alive), (1, 1), "{first} {second}");
    }
}

#[test]
fn a_coordinator_appoints_those_who_work_under_her_and_no_others() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let village = "422827101201";
    for (number, role) in ["child_director", "team_leader", "volunteer"].iter().enumerate() {
        coordinator.post("/users", &new_user(&format!("under.{number}"), role, village)).expect(201);
    }
    for role in ["admin", "coordinator", "supervisor", "analyst", "auditor"] {
        coordinator.post("/users", &new_user("above", role, village)).expect(403);
    }
    coordinator.post("/users", &new_user("elsewhere", "volunteer", ELSEWHERE)).expect(403);
}

#[test]
fn a_coordinator_moves_nobody_out_of_her_county_or_above_herself() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let (id, _) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let path = format!("/users/{id}");
    let etag = coordinator.get(&path).expect(200).etag();
    coordinator.patch(&path, &etag, &json!({"region_code": ELSEWHERE})).expect(403);
    coordinator.patch(&path, &etag, &json!({"role": "admin"})).expect(403);
    let (equal, _) = server.add_user(&fields(Role::Coordinator, COUNTY));
    coordinator.post(&format!("/users/{equal}/disable"), &Value::Null).expect(403);
    coordinator.post(&format!("/users/{equal}/invite"), &json!({})).expect(403);
}

#[test]
fn what_lies_in_another_county_is_not_found() {
    let server = Server::start();
    let coordinator = server.log_in_as(Role::Coordinator);
    let (theirs, _) = server.add_user(&fields(Role::Volunteer, ELSEWHERE));
    let (ours, _) = server.add_user(&fields(Role::Volunteer, COUNTY));
    coordinator.get(&format!("/users/{theirs}")).expect(404);
    coordinator.post(&format!("/users/{theirs}/disable"), &Value::Null).expect(404);
    let listed = coordinator.get("/users").expect(200).body["items"].to_string();
    assert!(listed.contains(&ours) && !listed.contains(&theirs));
}

#[test]
fn an_invitation_sets_a_password_once_within_three_days() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let made = admin.post("/users", &new_user("tian.shi", "volunteer", COUNTY)).expect(201);
    assert_eq!(made.text_of("/user/state"), "invited");
    assert_eq!(
        (made.text_of("/user/name"), made.text_of("/user/phone")),
        ("田*".into(), "138****0000".into())
    );
    let first = made.text_of("/invitation/token");
    let path = format!("/users/{}/invite", made.text_of("/user/id"));
    let second = admin.post(&path, &json!({})).expect(200).text_of("/invitation/token");

    let mut client = server.anonymous();
    let accept = |token: &str, password: &str| {
        server.anonymous().post("/invitations/accept", &json!({"token": token, "password": password}))
    };
    assert_eq!(accept(&first, PASSWORD).expect(403).code(), "token_refused", "another was made after it");
    assert_eq!(accept(&second, "tian.shi12").expect(422).code(), "validation_failed", "like the login");
    accept(&second, PASSWORD).expect(204);
    accept(&second, PASSWORD).expect(403);
    client.log_in("tian.shi", PASSWORD).expect(201);

    let third = admin.post(&path, &json!({})).expect(200).text_of("/invitation/token");
    client.get("/me").expect(200);
    server.wait_minutes(72 * 60);
    accept(&third, PASSWORD).expect(403);
}

#[test]
fn an_open_invitation_does_not_outlive_what_it_was_for() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let accept = |token: &str| {
        let body = json!({"token": token, "password": PASSWORD});
        server.anonymous().post("/invitations/accept", &body).status
    };
    let made = admin.post("/users", &new_user("once.disabled", "volunteer", COUNTY)).expect(201);
    let path = format!("/users/{}", made.text_of("/user/id"));
    admin.post(&format!("{path}/disable"), &Value::Null).expect(200);
    admin.post(&format!("{path}/enable"), &Value::Null).expect(200);
    assert_eq!(accept(&made.text_of("/invitation/token")), 403);

    let made = admin.post("/users", &new_user("once.below", "volunteer", COUNTY)).expect(201);
    let path = format!("/users/{}", made.text_of("/user/id"));
    let etag = admin.get(&path).expect(200).etag();
    admin.patch(&path, &etag, &json!({"role": "coordinator"})).expect(200);
    assert_eq!(accept(&made.text_of("/invitation/token")), 403);

    let forget = json!({"forget_second_factor": true});
    let again = admin.post(&format!("{path}/invite"), &forget).expect(200);
    assert_eq!(accept(&again.text_of("/invitation/token")), 204);
}

#[test]
fn what_was_answered_to_somebody_is_forgotten_when_she_is_out() {
    let server = Server::start();
    let (admin, client) = (server.log_in_as(Role::Admin), server.log_in_as(Role::Coordinator));
    let key = json!({"name": "key", "scopes": ["create_team"], "expires_at": "2026-12-31T00:00:00Z"});
    let mut program = server.anonymous();
    program.bearer = Some(client.post("/api-keys", &key).expect(201).text_of("/token"));
    program.post("/teams", &json!({"name": "一队", "region_code": COUNTY})).expect(201);
    client.post("/teams", &json!({"name": "二队", "region_code": COUNTY})).expect(201);
    assert_eq!(server.counted("idempotency_replies"), 3);
    admin.post(&format!("/users/{}/disable", client.user_id), &Value::Null).expect(200);
    assert_eq!(server.counted("idempotency_replies"), 1, "that of the admin");
}

#[test]
fn an_account_is_made_once_however_often_the_request_comes() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let headers = [("idempotency-key", "same")];
    let body = new_user("once.only", "volunteer", COUNTY);
    let first = admin.send("POST", "/users", &headers, Some(&body)).expect(201);
    let again = admin.send("POST", "/users", &headers, Some(&body)).expect(201);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.text, again.text);
    assert_eq!(admin.post("/users", &body).expect(409).code(), "already_exists");
}

#[test]
fn a_change_needs_the_version_that_was_seen() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let (id, _) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let path = format!("/users/{id}");
    let etag = admin.get(&path).expect(200).etag();
    admin.send("PATCH", &path, &[], Some(&json!({"name": "王试"}))).expect(428);
    let changed = admin.patch(&path, &etag, &json!({"name": "王试"})).expect(200);
    assert_eq!(changed.text_of("/name"), "王*");
    admin.patch(&path, &etag, &json!({"name": "刘试"})).expect(412);
    let removed = admin.patch(&path, &changed.etag(), &json!({"phone": null})).expect(200);
    assert_eq!(removed.text_of("/phone"), "");
    admin.patch(&path, &removed.etag(), &json!({"name": null})).expect(422);
}

#[test]
fn pages_hold_every_account_once_and_keep_the_query() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let mut made: Vec<String> = (0..7).map(|_| server.add_user(&fields(Role::Volunteer, COUNTY)).0).collect();
    let (mut seen, mut path) = (Vec::new(), "/users?role=volunteer&limit=3".to_owned());
    loop {
        let page = admin.get(&path).expect(200);
        let items = page.body["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        seen.extend(items.iter().map(|user| user["id"].as_str().unwrap().to_owned()));
        let link = page.header("link");
        if link.is_empty() {
            break;
        }
        let next = link.split(['<', '>']).nth(1).unwrap();
        assert!(next.contains("role=volunteer&limit=3&cursor="), "{next}");
        next.strip_prefix("/api/v1").unwrap().clone_into(&mut path);
    }
    made.sort();
    assert_eq!(seen, made);
    admin.get("/users?nonsense=1").expect(422);
    admin.get("/users?cursor=AAAA").expect(422);
}

#[test]
fn fields_that_do_not_fit_each_other_are_refused() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    for (field, value) in [
        ("region_code", json!("")),
        ("region_code", json!("4228")),
        ("login", json!("Upper")),
        ("phone", json!("call me")),
        ("name", json!("x".repeat(61))),
        ("team_id", json!("no id")),
        ("role", json!("emperor")),
        ("extra", json!(1)),
    ] {
        let mut body = new_user("someone", "coordinator", COUNTY);
        body[field] = value;
        admin.post("/users", &body).expect(422);
    }
    let mut body = new_user("someone", "coordinator", COUNTY);
    body["team_id"] = json!("01900000-0000-7000-8000-000000000000");
    admin.post("/users", &body).expect(404);
}

crate::http::server::on_postgres_too! {
    the_last_admin_can_be_neither_disabled_nor_demoted
    two_admins_who_disable_each_other_at_once_leave_one
    a_coordinator_appoints_those_who_work_under_her_and_no_others
    a_coordinator_moves_nobody_out_of_her_county_or_above_herself
    what_lies_in_another_county_is_not_found
    an_invitation_sets_a_password_once_within_three_days
    an_open_invitation_does_not_outlive_what_it_was_for
    what_was_answered_to_somebody_is_forgotten_when_she_is_out
    an_account_is_made_once_however_often_the_request_comes
    a_change_needs_the_version_that_was_seen
    pages_hold_every_account_once_and_keep_the_query
    fields_that_do_not_fit_each_other_are_refused
}
