//! Keys for programs.

use jiedui::model::Role;
use jiedui::store::{Actor, NewApiKey};
use serde_json::{Value, json};

use crate::http::server::{BEGIN_MS, COUNTY, Client, Server};

fn key(scopes: &[&str], expires_at: &str) -> Value {
    json!({"name": "nightly export", "scopes": scopes, "expires_at": expires_at})
}

const IN_SUMMER: &str = "2026-07-01T00:00:00+08:00";

fn program(server: &Server, token: String) -> Client {
    let mut program = server.anonymous();
    program.bearer = Some(token);
    program
}

#[test]
fn a_key_does_what_its_scopes_name_and_nothing_else() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let made = client.post("/api-keys", &key(&["list_teams", "get_me"], IN_SUMMER)).expect(201);
    let token = made.text_of("/token");
    assert!(token.starts_with("jd_"));
    let program = program(&server, token.clone());
    program.get("/teams").expect(200);
    let me = program.get("/me").expect(200);
    assert_eq!((&me.body["csrf_token"], &me.body["session_id"]), (&Value::Null, &Value::Null));
    program.get("/users").expect(403);
    program.delete("/sessions/current", None).expect(403);
    let listed = client.get("/api-keys").expect(200);
    assert!(!listed.text.contains(&token), "it was shown once");
    assert_eq!(listed.text_of("/items/0/id"), made.text_of("/key/id"));
}

#[test]
fn a_key_reaches_no_further_than_its_user() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let theirs = server.log_in_as_in(Role::Coordinator, crate::http::server::ELSEWHERE);
    let token = client.post("/api-keys", &key(&["get_user"], IN_SUMMER)).expect(201).text_of("/token");
    let program = program(&server, token);
    program.get(&format!("/users/{}", client.user_id)).expect(200);
    program.get(&format!("/users/{}", theirs.user_id)).expect(404);
}

#[test]
fn scopes_are_operations_of_the_users_role() {
    let server = Server::start();
    let client = server.log_in_as(Role::Analyst);
    for scope in
        ["nonsense", "create_user", "create_api_key", "list_api_keys", "log_in", "change_password", ""]
    {
        let answer = client.post("/api-keys", &key(&["get_me", scope], IN_SUMMER)).expect(422);
        assert_eq!(answer.text_of("/errors/0/pointer"), "/scopes/1", "{scope}");
    }
    client.post("/api-keys", &key(&[], IN_SUMMER)).expect(422);
    client.post("/api-keys", &key(&["get_me"; 500], IN_SUMMER)).expect(201);
    client.post("/api-keys", &key(&["get_me"; 501], IN_SUMMER)).expect(422);
}

#[test]
fn no_key_has_power_over_accounts_or_takes_everybody_away() {
    let server = Server::start();
    let client = server.log_in_as(Role::Admin);
    let barred = [
        "create_user",
        "change_user",
        "disable_user",
        "enable_user",
        "invite_user",
        "export_full",
        "create_api_key",
        "revoke_api_key",
        "set_up",
        "accept_invitation",
    ];
    for scope in barred {
        client.post("/api-keys", &key(&[scope], IN_SUMMER)).expect(422);
    }
    // One made before that rule is good for nothing either.
    let old = NewApiKey {
        name: "old".to_owned(),
        scopes: ["create_user", "export_full", "list_users"].map(str::to_owned).to_vec(),
        expires_at_ms: BEGIN_MS + 60_000,
    };
    let token = server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let (_, token) = change.add_api_key(&client.user_id, &old).await.unwrap();
        change.commit(None).await.unwrap();
        token
    });
    let program = program(&server, token.expose().to_owned());
    program.get("/users").expect(200);
    let user = json!({"login": "made.up", "role": "volunteer", "region_code": COUNTY, "name": "田试"});
    assert_eq!(program.post("/users", &user).expect(403).code(), "forbidden");
    program.post("/exports/children.csv", &json!({"purpose": "migration"})).expect(403);
    client.post("/users", &user).expect(201);
}

#[test]
fn a_key_ends_within_a_year() {
    let server = Server::start();
    let client = server.log_in_as(Role::Analyst);
    for expires_at in ["2027-03-10T00:00:00Z", "2026-03-01T00:00:00Z", "tomorrow", ""] {
        client.post("/api-keys", &key(&["get_me"], expires_at)).expect(422);
    }
    let token =
        client.post("/api-keys", &key(&["get_me"], "2026-03-02T01:30:00Z")).expect(201).text_of("/token");
    let program = program(&server, token);
    server.wait_minutes(29);
    program.get("/me").expect(200);
    server.wait_minutes(1);
    assert_eq!(program.get("/me").expect(401).code(), "unauthenticated");
}

#[test]
fn a_revoked_key_is_good_for_nothing_at_once() {
    let server = Server::start();
    let client = server.log_in_as(Role::Analyst);
    let made = client.post("/api-keys", &key(&["get_me"], IN_SUMMER)).expect(201);
    let program = program(&server, made.text_of("/token"));
    let path = format!("/api-keys/{}", made.text_of("/key/id"));
    server.log_in_as(Role::Admin).delete(&path, None).expect(404);
    program.get("/me").expect(200);
    client.delete(&path, None).expect(204);
    program.get("/me").expect(401);
    client.delete(&path, None).expect(404);
}

#[test]
fn what_is_no_good_key_is_refused_and_not_taken_for_nobody() {
    let server = Server::start();
    for value in ["Bearer jd_00000000000000000000000000000000", "Bearer ", "Basic YTpi", "x"] {
        let answer = server.anonymous().send("GET", "/me", &[("authorization", value)], None);
        assert_eq!(answer.expect(401).code(), "unauthenticated", "{value}");
    }
}

crate::http::server::on_postgres_too! {
    a_key_does_what_its_scopes_name_and_nothing_else
    a_key_reaches_no_further_than_its_user
    scopes_are_operations_of_the_users_role
    no_key_has_power_over_accounts_or_takes_everybody_away
    a_key_ends_within_a_year
    a_revoked_key_is_good_for_nothing_at_once
    what_is_no_good_key_is_refused_and_not_taken_for_nobody
}
