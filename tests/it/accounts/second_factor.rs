//! One-time codes at the door.

use jiedui::model::Role;
use serde_json::json;

use crate::http::server::{COUNTY, PASSWORD, Server, fields, totp_code};

#[test]
fn a_code_opens_once() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Coordinator);
    let login = client.login.clone();
    let begun = client.log_in(&login, PASSWORD).expect(201);
    assert_eq!(begun.text_of("/second_factor"), "code_needed");
    assert_eq!(client.get("/users").expect(403).code(), "mfa_required");
    assert_eq!(
        client.give_second_factor(server.seconds()).expect(401).code(),
        "login_refused",
        "it confirmed the app"
    );

    server.clock.advance_ms(30_000);
    let given = client.give_second_factor(server.seconds()).expect(200);
    assert_eq!(given.text_of("/second_factor"), "satisfied");
    client.get("/users").expect(200);

    client.log_in(&login, PASSWORD).expect(201);
    client.give_second_factor(server.seconds()).expect(401);
    client.get("/users").expect(403);
}

#[test]
fn the_second_factor_gives_the_session_another_token() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Coordinator);
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
    let before = client.clone();
    server.clock.advance_ms(30_000);
    client.give_second_factor(server.seconds()).expect(200);
    before.get("/me").expect(401);
    client.get("/me").expect(200);
}

#[test]
fn a_recovery_code_opens_once() {
    let server = Server::start();
    let (_, login) = server.add_user(&fields(Role::Coordinator, COUNTY));
    let mut client = server.anonymous();
    client.log_in(&login, PASSWORD).expect(201);
    let codes = client.enrol(server.seconds()).body["recovery_codes"].clone();
    assert_eq!(codes.as_array().unwrap().len(), 10);
    client.log_in(&login, PASSWORD).expect(201);
    client.post("/sessions/current/mfa", &json!({"code": codes[3]})).expect(200);
    client.log_in(&login, PASSWORD).expect(201);
    client.post("/sessions/current/mfa", &json!({"code": codes[3]})).expect(401);
    client.post("/sessions/current/mfa", &json!({"code": codes[4]})).expect(200);
}

#[test]
fn codes_cannot_be_tried_without_end_and_a_right_password_does_not_forgive_them() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Coordinator);
    let login = client.login.clone();
    let wrong = json!({"code": "x"});
    for tried in 0..10 {
        if tried % 3 == 0 {
            client.log_in(&login, PASSWORD).expect(201);
        }
        client.post("/sessions/current/mfa", &wrong).expect(401);
        server.wait_minutes(1);
    }
    client.log_in(&login, PASSWORD).expect(201);
    client.give_second_factor(server.seconds()).expect(401);
    server.wait_minutes(15);
    client.give_second_factor(server.seconds()).expect(200);
}

#[test]
fn the_password_alone_does_not_replace_app_or_password() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Coordinator);
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
    let password = json!({"password": PASSWORD});
    assert_eq!(client.post("/me/totp", &password).expect(403).code(), "mfa_required");
    assert_eq!(
        client.post("/me/totp/confirm", &json!({"code": "000000"})).expect(403).code(),
        "mfa_required"
    );
    let passwords = json!({"old_password": PASSWORD, "password": "another long password"});
    assert_eq!(client.post("/me/password", &passwords).expect(403).code(), "mfa_required");
    assert_eq!(client.delete("/me/sessions", None).expect(403).code(), "mfa_required");
}

#[test]
fn a_new_app_counts_from_its_first_code_on_and_the_old_one_until_then() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Coordinator);
    let old = client.secret.clone().unwrap();
    server.wait_minutes(1);
    let new = client.post("/me/totp", &json!({"password": PASSWORD})).expect(200).text_of("/secret");
    client.post("/me/totp/confirm", &json!({"code": "x"})).expect(422);
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
    client.give_second_factor(server.seconds()).expect(200);

    server.wait_minutes(1);
    client.post("/me/totp/confirm", &json!({"code": totp_code(&new, server.seconds())})).expect(200);
    server.wait_minutes(1);
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
    client.secret = Some(old);
    client.give_second_factor(server.seconds()).expect(401);
    client.secret = Some(new);
    client.give_second_factor(server.seconds()).expect(200);
}

#[test]
fn a_session_left_open_does_not_replace_the_app() {
    let server = Server::start();
    let client = server.log_in_with_password(Role::Coordinator);
    let old = client.secret.clone().unwrap();
    assert_eq!(client.post("/me/totp", &json!({})).expect(422).text_of("/errors/0/pointer"), "/password");
    let refused = |body: &serde_json::Value| client.post("/me/totp", body).expect(401).code().to_owned();
    assert_eq!(refused(&json!({"password": "not the password"})), "login_refused");
    assert_eq!(refused(&json!({"code": "000000"})), "login_refused");
    assert_eq!(refused(&json!({"code": totp_code(&old, server.seconds())})), "login_refused", "used before");

    server.clock.advance_ms(30_000);
    let code = totp_code(&old, server.seconds());
    client.post("/me/totp", &json!({"code": code})).expect(200);
    assert_eq!(refused(&json!({"code": code})), "login_refused", "it is used up");
    client.post("/me/totp", &json!({"password": PASSWORD})).expect(200);
}

#[test]
fn passwords_cannot_be_tried_without_end_for_another_app() {
    let server = Server::start();
    let client = server.log_in_with_password(Role::Coordinator);
    for _ in 0..5 {
        client.post("/me/totp", &json!({"password": "not the password"})).expect(401);
    }
    client.post("/me/totp", &json!({"password": PASSWORD})).expect(401);
    server.clock.advance_ms(2_000);
    client.post("/me/totp", &json!({"password": PASSWORD})).expect(200);
}

#[test]
fn a_new_app_ends_every_other_session_and_key() {
    let server = Server::start();
    let client = server.log_in_with_password(Role::Coordinator);
    let there = server.session_of(&client.user_id);
    let body = json!({"name": "key", "scopes": ["get_me"], "expires_at": "2026-12-31T00:00:00Z"});
    let mut program = server.anonymous();
    program.bearer = Some(client.post("/api-keys", &body).expect(201).text_of("/token"));
    program.get("/me").expect(200);

    let mut here = client.clone();
    let secret = here.post("/me/totp", &json!({"password": PASSWORD})).expect(200).text_of("/secret");
    there.get("/me").expect(200);
    let code = json!({"code": totp_code(&secret, server.seconds())});
    let confirmed = here.post("/me/totp/confirm", &code).expect(200);
    here.cookie = confirmed.header("set-cookie").split(';').next().map(str::to_owned);
    here.get("/me").expect(200);
    there.get("/me").expect(401);
    program.get("/me").expect(401);
}

#[test]
fn of_many_codes_at_once_no_more_are_tried_than_one_after_another() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::Coordinator);
    client.log_in(&client.login.clone(), PASSWORD).expect(201);
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| client.post("/sessions/current/mfa", &json!({"code": "x"})));
        }
    });
    assert_eq!(server.counted("audit_events WHERE action = 'second_factor.refused'"), 5);
}

#[test]
fn whoever_needs_none_may_have_one_and_then_it_is_asked_for() {
    let server = Server::start();
    let (_, login) = server.add_user(&fields(Role::TeamLeader, COUNTY));
    let mut client = server.anonymous();
    assert_eq!(client.log_in(&login, PASSWORD).expect(201).text_of("/second_factor"), "satisfied");
    client.get("/teams").expect(200);
    client.enrol(server.seconds());
    assert_eq!(client.log_in(&login, PASSWORD).expect(201).text_of("/second_factor"), "code_needed");
    client.get("/teams").expect(403);
}

#[test]
fn a_keeper_lets_in_whoever_lost_her_phone() {
    let server = Server::start();
    let mut client = server.log_in_with_password(Role::ChildDirector);
    let coordinator = server.log_in_as(Role::Coordinator);
    let path = format!("/users/{}/invite", client.user_id);
    let invited = coordinator.post(&path, &json!({"forget_second_factor": true})).expect(200);
    client.get("/me").expect(401);
    let accepted = json!({"token": invited.text_of("/invitation/token"), "password": "a quite new password"});
    client.post("/invitations/accept", &accepted).expect(204);
    let begun = client.log_in(&client.login.clone(), "a quite new password").expect(201);
    assert_eq!(begun.text_of("/second_factor"), "enrolment_needed");
}

crate::http::server::on_postgres_too! {
    a_code_opens_once
    the_second_factor_gives_the_session_another_token
    a_recovery_code_opens_once
    codes_cannot_be_tried_without_end_and_a_right_password_does_not_forgive_them
    the_password_alone_does_not_replace_app_or_password
    a_new_app_counts_from_its_first_code_on_and_the_old_one_until_then
    a_session_left_open_does_not_replace_the_app
    a_new_app_ends_every_other_session_and_key
    of_many_codes_at_once_no_more_are_tried_than_one_after_another
    whoever_needs_none_may_have_one_and_then_it_is_asked_for
    a_keeper_lets_in_whoever_lost_her_phone
}
