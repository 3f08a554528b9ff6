//! How long somebody stays logged in, and what ends it.

use jiedui::http::ServerOptions;
use jiedui::model::Role;
use serde_json::{Value, json};

use crate::http::server::{COUNTY, PASSWORD, Server, fields};

#[test]
fn a_session_ends_after_thirty_minutes_without_a_request() {
    let server = Server::start();
    let client = server.log_in_as(Role::Volunteer);
    server.wait_minutes(29);
    client.get("/me").expect(200);
    server.wait_minutes(29);
    client.get("/me").expect(200);
    server.wait_minutes(30);
    assert_eq!(client.get("/me").expect(401).code(), "unauthenticated");
}

#[test]
fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    let server = Server::start();
    let client = server.log_in_as(Role::Volunteer);
    for _ in 0..35 {
        server.wait_minutes(20);
        client.get("/me").expect(200);
    }
    server.wait_minutes(20);
    client.get("/me").expect(401);
}

#[test]
fn an_ended_session_is_ended_at_once_for_every_request() {
    let server = Server::start();
    let here = server.log_in_as(Role::Volunteer);
    let there = server.session_of(&here.user_id);
    let listed = here.get("/me/sessions").expect(200).body["items"].clone();
    let other = listed.as_array().unwrap().iter().find(|session| session["current"] == json!(false)).unwrap();
    here.delete(&format!("/me/sessions/{}", other["id"].as_str().unwrap()), None).expect(204);
    there.get("/me").expect(401);
    here.get("/me").expect(200);

    let another = server.session_of(&here.user_id);
    here.delete("/me/sessions", None).expect(204);
    another.get("/me").expect(401);
    here.get("/me").expect(401);
}

#[test]
fn logging_out_ends_this_session_alone() {
    let server = Server::start();
    let here = server.log_in_as(Role::Volunteer);
    let there = server.session_of(&here.user_id);
    let answer = here.delete("/sessions/current", None).expect(204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    here.get("/me").expect(401);
    there.get("/me").expect(200);
}

#[test]
fn the_oldest_of_more_than_twenty_sessions_ends() {
    let server = Server::start();
    let oldest = server.log_in_as(Role::Volunteer);
    let later: Vec<_> = (0..19)
        .map(|_| {
            server.clock.advance_ms(1);
            server.session_of(&oldest.user_id)
        })
        .collect();
    oldest.get("/me").expect(200);
    server.clock.advance_ms(1);
    server.session_of(&oldest.user_id);
    oldest.get("/me").expect(401);
    assert!(later.iter().all(|client| client.get("/me").status == 200));
}

#[test]
fn nobody_ends_the_session_of_another() {
    let server = Server::start();
    let (one, other) = (server.log_in_as(Role::Admin), server.log_in_as(Role::Volunteer));
    let theirs = other.get("/me/sessions").expect(200).text_of("/items/0/id");
    one.delete(&format!("/me/sessions/{theirs}"), None).expect(404);
    other.get("/me").expect(200);
}

#[test]
fn another_password_ends_every_session_and_key() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Analyst);
    let there = server.session_of(&client.user_id);
    let key = key_of(&server, &client.user_id);
    let wrong = json!({"old_password": "not the password", "password": "another long password"});
    client.post("/me/password", &wrong).expect(401);
    let like_login = json!({"old_password": PASSWORD, "password": format!("{}x", client.login)});
    client.post("/me/password", &like_login).expect(422);
    let right = json!({"old_password": PASSWORD, "password": "another long password"});
    client.post("/me/password", &right).expect(204);
    for out in [&client, &there, &key] {
        out.get("/me").expect(401);
    }
    let login = client.login.clone();
    client.log_in(&login, PASSWORD).expect(401);
    client.log_in(&login, "another long password").expect(201);
}

#[test]
fn whoever_is_disabled_or_gets_another_role_is_out_with_all_sessions_and_keys() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    for another_role in [false, true] {
        let client = server.log_in_as(Role::Analyst);
        let key = key_of(&server, &client.user_id);
        let path = format!("/users/{}", client.user_id);
        if another_role {
            let etag = admin.get(&path).expect(200).etag();
            admin.patch(&path, &etag, &json!({"role": "auditor"})).expect(200);
        } else {
            admin.post(&format!("{path}/disable"), &Value::Null).expect(200);
        }
        client.get("/me").expect(401);
        key.get("/me").expect(401);
    }
}

#[test]
fn another_name_logs_nobody_out() {
    let server = Server::start();
    let (admin, client) = (server.log_in_as(Role::Admin), server.log_in_as(Role::Analyst));
    let path = format!("/users/{}", client.user_id);
    let etag = admin.get(&path).expect(200).etag();
    admin.patch(&path, &etag, &json!({"name": "向试"})).expect(200);
    client.get("/me").expect(200);
}

#[test]
fn the_database_holds_no_token() {
    let server = Server::start();
    let client = server.log_in_as(Role::Volunteer);
    let cookie = client.cookie.clone().unwrap();
    let token = cookie.split_once('=').unwrap().1;
    assert!(!server.stores(token));
    assert!(server.stores(&client.user_id), "what is stored is found");
}

#[test]
fn the_cookie_is_for_this_host_and_out_of_reach_of_scripts() {
    let plain = Server::start();
    let (_, login) = plain.add_user(&fields(Role::Volunteer, COUNTY));
    let answer = plain.anonymous().log_in(&login, PASSWORD).expect(201);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("session=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200")
    );

    let secure = Server::with(ServerOptions { https: true, ..Server::options() });
    let (_, login) = secure.add_user(&fields(Role::Volunteer, COUNTY));
    let mut client = secure.anonymous();
    let answer = client.log_in(&login, PASSWORD).expect(201);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200"), "{cookie}");
    client.get("/me").expect(200);
    client.cookie = client.cookie.map(|pair| pair.replace("__Host-", ""));
    client.get("/me").expect(401);
}

#[test]
fn a_stale_cookie_does_not_stand_in_the_way_of_logging_in() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Analyst);
    server.wait_minutes(60);
    client.csrf_token = None;
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
}

#[test]
fn logging_in_again_ends_the_session_the_cookie_was_for() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Analyst);
    let before = client.clone();
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
    before.get("/me").expect(401);
}

/// A client with a key of a user.
fn key_of(server: &Server, user_id: &str) -> crate::http::server::Client {
    let expires_at = "2026-12-31T00:00:00Z";
    let body = json!({"name": "key", "scopes": ["get_me"], "expires_at": expires_at});
    let made = server.session_of(user_id).post("/api-keys", &body).expect(201);
    let mut client = server.anonymous();
    client.bearer = Some(made.text_of("/token"));
    client.get("/me").expect(200);
    client
}

crate::http::server::on_postgres_too! {
    a_session_ends_after_thirty_minutes_without_a_request
    an_ended_session_is_ended_at_once_for_every_request
    logging_out_ends_this_session_alone
    the_oldest_of_more_than_twenty_sessions_ends
    nobody_ends_the_session_of_another
    another_password_ends_every_session_and_key
    whoever_is_disabled_or_gets_another_role_is_out_with_all_sessions_and_keys
    another_name_logs_nobody_out
    the_database_holds_no_token
    a_stale_cookie_does_not_stand_in_the_way_of_logging_in
    logging_in_again_ends_the_session_the_cookie_was_for
}
