//! Who tries passwords is made to wait, and learns nothing.

use jiedui::http::ServerOptions;
use jiedui::model::Role;
use serde_json::{Value, json};

use crate::http::server::{COUNTY, Client, PASSWORD, Server, fields};

fn attempt(login: &str, password: &str) -> Value {
    json!({"login": login, "password": password})
}

#[test]
fn ten_failures_are_followed_by_fifteen_minutes_in_which_the_right_password_is_refused() {
    let server = Server::start();
    let (_, login) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let client = server.anonymous();
    for _ in 0..10 {
        client.post("/sessions", &attempt(&login, "not the password")).expect(401);
        server.wait_minutes(1);
    }
    server.wait_minutes(13);
    let refused = client.post("/sessions", &attempt(&login, PASSWORD)).expect(401);
    assert_eq!(refused.code(), "login_refused");
    server.wait_minutes(1);
    client.post("/sessions", &attempt(&login, PASSWORD)).expect(201);
    // Forgiven: the next failure is a first one again.
    client.post("/sessions", &attempt(&login, "not the password")).expect(401);
    client.post("/sessions", &attempt(&login, PASSWORD)).expect(201);
}

#[test]
fn from_the_fifth_failure_on_there_is_a_short_pause() {
    let server = Server::start();
    let (_, login) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let client = server.anonymous();
    for _ in 0..5 {
        client.post("/sessions", &attempt(&login, "not the password")).expect(401);
    }
    client.post("/sessions", &attempt(&login, PASSWORD)).expect(401);
    server.clock.advance_ms(2_000);
    client.post("/sessions", &attempt(&login, PASSWORD)).expect(201);
}

/// The status of an attempt that a proxy says comes from an address.
fn attempt_from(client: &Client, address: &str, login: &str, password: &str) -> u16 {
    let headers = [("x-forwarded-for", address)];
    client.send("POST", "/sessions", &headers, Some(&attempt(login, password))).status
}

#[test]
fn nobody_who_knows_a_login_keeps_its_owner_out() {
    let server = Server::with(ServerOptions { behind_proxy: true, ..Server::options() });
    let (_, login) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let client = server.anonymous();
    for _ in 0..12 {
        assert_eq!(attempt_from(&client, "192.0.2.1", &login, "not the password"), 401);
        server.wait_minutes(1);
    }
    assert_eq!(attempt_from(&client, "192.0.2.1", &login, PASSWORD), 401);
    assert_eq!(attempt_from(&client, "198.51.100.7", &login, PASSWORD), 201);
}

#[test]
fn a_login_that_is_tried_from_many_networks_waits_for_seconds_and_no_longer() {
    let server = Server::with(ServerOptions { behind_proxy: true, ..Server::options() });
    let (_, login) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let client = server.anonymous();
    for number in 0..60 {
        assert_eq!(attempt_from(&client, &format!("192.0.2.{number}"), &login, "not the password"), 401);
        server.clock.advance_ms(8_000);
    }
    assert_eq!(attempt_from(&client, "192.0.2.61", &login, "not the password"), 401);
    assert_eq!(attempt_from(&client, "198.51.100.7", &login, PASSWORD), 401);
    server.clock.advance_ms(8_000);
    assert_eq!(attempt_from(&client, "198.51.100.7", &login, PASSWORD), 201);
}

#[test]
fn an_address_that_tries_many_logins_is_made_to_wait_as_well() {
    let server = Server::start();
    let (_, login) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let client = server.anonymous();
    for number in 0..50 {
        client.post("/sessions", &attempt(&format!("nobody.{number}"), "not the password")).expect(401);
        server.wait_minutes(1);
    }
    client.post("/sessions", &attempt(&login, PASSWORD)).expect(401);
    server.wait_minutes(14);
    client.post("/sessions", &attempt(&login, PASSWORD)).expect(201);
}

#[test]
fn a_refusal_does_not_tell_whether_login_password_account_or_pause_was_the_reason() {
    let server = Server::start();
    let (_, known) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let (disabled_id, disabled) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let admin = server.log_in_as(Role::Admin);
    admin.post(&format!("/users/{disabled_id}/disable"), &Value::Null).expect(200);
    let (_, locked) = server.add_user(&fields(Role::Volunteer, COUNTY));
    let client = server.anonymous();
    for _ in 0..5 {
        client.post("/sessions", &attempt(&locked, "not the password")).expect(401);
    }
    let told = |login: &str, password: &str| {
        let mut answer = client.post("/sessions", &attempt(login, password)).expect(401);
        answer.body["request_id"] = Value::Null;
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        (answer.body, names)
    };
    let wrong = told(&known, "not the password");
    assert_eq!(told("nobody.at-all", PASSWORD), wrong);
    assert_eq!(told(&disabled, PASSWORD), wrong);
    assert_eq!(told(&locked, PASSWORD), wrong);
    assert_eq!(told("13800000000", ""), wrong);
}

#[test]
fn what_was_typed_as_login_is_not_in_the_database() {
    let server = Server::start();
    let typed = "13912345678";
    server.anonymous().post("/sessions", &attempt(typed, "not the password")).expect(401);
    assert!(!server.stores(typed));
}

crate::http::server::on_postgres_too! {
    ten_failures_are_followed_by_fifteen_minutes_in_which_the_right_password_is_refused
    from_the_fifth_failure_on_there_is_a_short_pause
    nobody_who_knows_a_login_keeps_its_owner_out
    a_refusal_does_not_tell_whether_login_password_account_or_pause_was_the_reason
    what_was_typed_as_login_is_not_in_the_database
}
